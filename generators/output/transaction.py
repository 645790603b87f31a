"""Several files of a folder change together: after whatever end of a run, the next one finds the old state or the new.

What a run does, in this order, each step on the disk before the next one begins:

1. stage every new file, and save every file that will be replaced or removed;
2. write the journal: what stands where before and after;
3. rename the new files into their places, remove those that go;
4. rename the *commit file* into its place, last of all: with it the new state holds;
5. remove the journal, then what was staged and saved.

Killed up to 4, the next run undoes 3 from what was saved; killed after it, only 5 is left to do. A file that somebody
changed in between is neither the old one nor the new one and is left as it is.

Every system call that changes something is one of `os`, so that a test can end a run at any of them.

What is found in the state folder may have come with the folder, from whoever made it: links are refused, paths stay out
of hidden folders, and saved bytes are used only where they are those that the journal names.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from generators.output.manifest import digest
from generators.output.paths import UnsafePathError, content, is_plain, located

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    Changes = Mapping[str, bytes | None]
    """New bytes by path below the folder, with forward slashes; None for a file that goes."""

Recovered = Literal["", "undone", "finished"]
"""What there was to do after a run that was killed: nothing; its changes were undone; it was complete."""

_JOURNAL, _PART, _NEW, _OLD = "journal.json", "journal.part", "new", "old"
_FORMAT = 1
_FILE, _FOLDER = 0o644, 0o755
_OCCUPIED = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR})
"""What the system says of a folder that is not empty, or not there."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A path below the folder, and the SHA-256 of what is there before and after; None for nothing."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Journal:
    steps: tuple[_Step, ...]
    """The last one is the commit file's."""
    made: tuple[str, ...]
    """Folders that are made on the way, outer ones first."""


class ChangedMeanwhile(Exception):  # noqa: N818 - what somebody else did, not a fault of the program
    """A file is not as it was when its change was worked out: its path. Nothing was changed."""


def apply(
    top: Path, state: str, changes: Changes, commit: tuple[str, bytes | None], seen: Changes | None = None
) -> None:
    """Make all the changes below `top`, or none.

    `commit` is the path of the commit file and its bytes, None where it goes too. `seen` is what was there, as far as
    the changes depend on it: raises ChangedMeanwhile where something else is there now.
    `state` is a folder below `top` that is this function's alone: the caller has recovered it and keeps other runs
    away. Files that stay the same are not touched. Raises UnsafePathError for a path that leads elsewhere, and OSError;
    nothing is changed then.
    """
    top = top.resolve()
    present = {path: content(located(top, path)) for path in (*changes, commit[0])}
    _require_unchanged(top, seen or {}, present)
    wanted = {path: data for path, data in changes.items() if path != commit[0] and data != present[path]}
    wanted[commit[0]] = commit[1]  # last of all, as it is the commit point
    journal = _planned(top, state, wanted, present)
    if all(step.before == step.after for step in journal.steps):
        return
    try:
        _stage(top, state, journal, wanted, present)
        _exchange(top, state, journal)
    except BaseException as error:
        with suppress(OSError):  # else the next run does it
            if recover(top, state) == "finished" and isinstance(error, OSError):
                return
        raise
    with suppress(OSError):  # the new state holds; the next run clears
        _clear(top, state)


def _require_unchanged(top: Path, seen: Changes, present: Changes) -> None:
    """Raises ChangedMeanwhile for a file that is not as it was seen."""
    for path, data in seen.items():
        if (present[path] if path in present else content(located(top, path))) != data:
            raise ChangedMeanwhile(path)


def _planned(top: Path, state: str, wanted: Changes, present: Changes) -> _Journal:
    missing = _missing_folders(top, [path for path, data in wanted.items() if data is not None])
    made = tuple(folder for folder in missing if not state.startswith(f"{folder}/"))  # those are made for the state
    steps = tuple(_Step(path, _digest(present[path]), _digest(data)) for path, data in wanted.items())
    return _Journal(steps, made)


def recover(top: Path, state: str) -> Recovered:
    """Finish or undo what a killed run left. Raises OSError, and ValueError for a journal that is not one of ours."""
    top = top.resolve()
    folder = located(top, state)
    for part in (folder, folder / _NEW, folder / _OLD):
        if part.is_symlink():
            raise UnsafePathError(f"{part.relative_to(top)} is a symbolic link: remove it")
    journal = _read(folder)
    done: Recovered = ""
    if journal is not None:
        last = journal.steps[-1]
        if last.before != last.after and _digest(content(located(top, last.path))) == last.after:
            done = "finished"
            _remove_emptied(top, journal)
        else:
            done = "undone"
            _undo(top, folder, journal)
    _clear(top, state)
    return done


# ── staging ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _stage(top: Path, state: str, journal: _Journal, wanted: Changes, present: Changes) -> None:
    for missing in _missing_folders(top, [f"{state}/{_NEW}/x", f"{state}/{_OLD}/x"]):
        (top / missing).mkdir(_FOLDER)
        _sync((top / missing).parent)
    folder = top / state
    for number, step in enumerate(journal.steps):
        new, old = wanted[step.path], present[step.path]
        mode = _FILE if old is None else (top / step.path).stat().st_mode & 0o777
        if new is not None:
            _write(folder / _NEW / str(number), new, mode)
        if old is not None:
            _write(folder / _OLD / str(number), old, mode)
    _sync(folder / _NEW)
    _sync(folder / _OLD)
    steps = [[step.path, step.before, step.after] for step in journal.steps]
    text = json.dumps({"format": _FORMAT, "made": journal.made, "steps": steps})
    _write(folder / _PART, text.encode(), _FILE)
    (folder / _PART).rename(folder / _JOURNAL)
    _sync(folder)


def _missing_folders(top: Path, paths: Iterable[str]) -> list[str]:
    """The folders on the way to some files that are not there yet, outer ones first."""
    missing: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if not (top / folder).is_dir():
                missing[folder] = None
    return list(missing)


# ── exchanging ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _exchange(top: Path, state: str, journal: _Journal) -> None:
    folder = top / state
    for made in journal.made:
        (top / made).mkdir(_FOLDER)
    last = len(journal.steps) - 1
    for number, step in enumerate(journal.steps):
        if number == last:
            _sync_around(top, journal)
        if step.after is None:
            (top / step.path).unlink()
        else:
            (folder / _NEW / str(number)).rename(top / step.path)
    _sync((top / journal.steps[-1].path).parent)
    _remove_emptied(top, journal)


def _undo(top: Path, folder: Path, journal: _Journal) -> None:
    for number, step in enumerate(journal.steps):
        target, saved = located(top, step.path), folder / _OLD / str(number)
        found = _digest(content(target))
        if found != step.after or step.before == step.after:
            continue  # not reached, undone already, or changed by somebody since
        if step.before is None:
            target.unlink()
        elif _digest(content(saved)) == step.before:
            saved.rename(target)
    for made in reversed(journal.made):
        if not (folder_made := located(top, made)).is_symlink():
            _remove_folder(folder_made)
    _sync_around(top, journal)


def _sync_around(top: Path, journal: _Journal) -> None:
    """The names in every folder that a step or a new folder changed are on the disk."""
    paths = [*(step.path for step in journal.steps), *journal.made]
    for folder in dict.fromkeys((top / path).parent for path in paths):
        if folder.is_dir():
            _sync(folder)


def _remove_emptied(top: Path, journal: _Journal) -> None:
    """Remove the folders that files went from, and those around them, where nothing is left in them."""
    for step in journal.steps:
        if step.after is None:
            _remove_upwards(top, (top / step.path).parent)


def _remove_upwards(top: Path, folder: Path) -> None:
    while folder != top and (_remove_folder(folder) or not folder.exists()):
        folder = folder.parent


def _remove_folder(folder: Path) -> bool:
    """Whether there was an empty folder, which is gone now; one with something in it stays."""
    try:
        if next(folder.iterdir(), None) is not None:
            return False
        folder.rmdir()
    except OSError as error:
        if error.errno not in _OCCUPIED:
            raise
        return False
    _sync(folder.parent)
    return True


def _clear(top: Path, state: str) -> None:
    """Remove the journal first, then what it speaks of, then the folders, each where it is there."""
    folder = top / state
    if (folder / _JOURNAL).exists():
        (folder / _JOURNAL).unlink()
        _sync(folder)
    for part in (folder / _NEW, folder / _OLD):
        for file in part.iterdir() if part.is_dir() else ():
            file.unlink()
        _remove_folder(part)
    if (folder / _PART).exists():
        (folder / _PART).unlink()
    _remove_upwards(top, folder)


# ── the disk ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _read(folder: Path) -> _Journal | None:
    """The journal; None where there is none yet or any more. Raises ValueError for one that is not ours."""
    data = content(folder / _JOURNAL)
    if data is None:
        return None
    try:
        found: dict[str, Any] = json.loads(data)
        steps = tuple(_Step(*step) for step in found["steps"])
        made = tuple(found["made"])
        plain = all(_may_change(path, folder) for path in [*(step.path for step in steps), *made])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"{folder / _JOURNAL} is no journal of this program: remove {folder}") from error
    if found.get("format") != _FORMAT or not steps or not plain:
        raise ValueError(f"{folder / _JOURNAL} was written by another version of this program: finish with that one")
    return _Journal(steps, made)


def _may_change(path: str, state: Path) -> bool:
    """Whether a journal may name a path: nothing hidden, such as what git runs, but what lies beside the state."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    return is_plain(path) and (not hidden or path.startswith(f"{state.parent.name}/"))


def _write(path: Path, data: bytes, mode: int) -> None:
    """A new file, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """The names in a folder are on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(data: bytes | None) -> str | None:
    return None if data is None else digest(data)
