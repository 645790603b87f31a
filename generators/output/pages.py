"""Pages at their final places: written only when their text changed, removed when no longer wanted.

The first promise is to lose nobody's work. A file is this module's own when the manifest names it and its bytes are
those an earlier run wrote; an empty file that the manifest names counts as well, for that is what a power cut leaves.
Everything else at a page's place is *occupied* and stops the run before it touches anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from generators.output import manifest
from generators.output.paths import OccupiedError, UnsafePathError, content, located
from generators.output.writing import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.output.manifest import Digests

_NONE: Digests = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did, as sorted paths. `left`: no longer wanted, but changed by someone since, so still there."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    changed: dict[str, bytes]
    unchanged: dict[str, bytes]
    stale: tuple[str, ...]
    gone: tuple[str, ...]  # named by the manifest, not there: a killed run may have left their folders
    left: tuple[str, ...]

    @property
    def digests(self) -> dict[str, Digests]:
        """What the folder holds once this is done."""
        return {path: frozenset({manifest.digest(data)}) for path, data in (self.changed | self.unchanged).items()}


def write_pages(folder: Path, pages: Mapping[str, str], state: Path | None = None) -> Written:
    """Make the generated part of `folder` be exactly `pages`: path below it, with forward slashes, to text (UTF-8).

    A file that already holds the wanted text is adopted, whoever wrote it. Each file is replaced in one step. A killed
    run leaves old and new files and a manifest that knows both; the next run finishes. Two runs take turns.

    `state` is the folder of the manifest and the lock, `folder/.generated` by default: on the file system of `folder`,
    ignored by git, of no interest to anyone else.

    Raises, before anything is written, OccupiedError, and UnsafePathError for a path that is not a plain one below the
    folder, leads through a symbolic link or into the state folder; OSError for what the system refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    state = folder / manifest.FOLDER if state is None else state.absolute()
    with manifest.locked(state):
        known = manifest.read(state)
        plan = _plan(folder, state.resolve(), {path: text.encode() for path, text in pages.items()}, known)
        if plan.changed or plan.stale:
            wanted = plan.digests
            both = {path: known.get(path, _NONE) | wanted.get(path, _NONE) for path in known.keys() | wanted.keys()}
            manifest.save(state, both)
        for path, data in plan.changed.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            replace(target, data, manifest.part_of(state))
        for path in (*plan.stale, *plan.gone):
            _remove(folder, path)
        if plan.digests != known:
            manifest.save(state, plan.digests)
    return Written(tuple(sorted(plan.changed)), tuple(sorted(plan.unchanged)), plan.stale, plan.left)


def _plan(folder: Path, state: Path, wanted: Mapping[str, bytes], known: Mapping[str, Digests]) -> _Plan:
    """Look at every place once; nothing is written."""
    changed: dict[str, bytes] = {}
    unchanged: dict[str, bytes] = {}
    occupied = []
    for path, data in wanted.items():
        if any(parent.as_posix() in wanted for parent in PurePosixPath(path).parents):
            message = f"{path} lies below another page"
            raise UnsafePathError(message)
        target = located(folder, path)
        if target.is_relative_to(state):
            message = f"{path} lies in the state folder"
            raise UnsafePathError(message)
        try:
            present = content(target)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            occupied.append(path)
            continue
        if present == data:
            unchanged[path] = data
        elif present is None or _is_own(path, present, known):
            changed[path] = data
        else:
            occupied.append(path)
    if occupied:
        raise OccupiedError(tuple(sorted(occupied)))
    return _Plan(changed, unchanged, *_unwanted(folder, state, known, known.keys() - wanted.keys()))


def _unwanted(
    folder: Path, state: Path, known: Mapping[str, Digests], paths: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Of paths that only the manifest names: the files to remove, those not there, and those that someone changed."""
    stale: list[str] = []
    gone: list[str] = []
    left: list[str] = []
    for path in sorted(paths):
        try:
            target = located(folder, path)
            present = content(target)
        except (UnsafePathError, OSError):
            left.append(path)
            continue
        if present is None:
            gone.append(path)
            continue
        own = _is_own(path, present, known) and not target.is_relative_to(state)
        (stale if own else left).append(path)
    return tuple(stale), tuple(gone), tuple(left)


def _is_own(path: str, present: bytes, known: Mapping[str, Digests]) -> bool:
    return path in known and (not present or manifest.digest(present) in known[path])


def _remove(folder: Path, path: str) -> None:
    """Delete a file, then the folders on the way that are empty now."""
    (folder / path).unlink(missing_ok=True)
    for parent in PurePosixPath(path).parents[:-1]:
        try:
            (folder / parent).rmdir()
        except OSError:
            return
