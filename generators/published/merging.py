"""What becomes of each file of a pack when another version of it takes its place, edits of the user included.

Three texts decide: what was delivered, what is there now, what is to come. `git merge-file` merges their lines. Without
git, and where both sides changed the same lines, the user's file stays and what was to come lies beside it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from generators.output.manifest import digest
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BESIDE = ".conflict"
"""Behind the name of a file that could not be merged: what is to be merged into it by hand."""
MARK = b"<<<<<<< yours"
"""How the first line of a conflict begins in what git wrote."""
SECONDS = 10
"""Time limit of one merge."""
Fate = Literal["added", "updated", "merged", "conflict", "kept", "removed", "orphaned", "absent"]
"""Of a file: new; replaced; both changes in it; the user's, with the new one beside it; the user's, nothing new for it;
gone with the new version; gone with it, but edited and therefore still there; removed by the user, and left so."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A version of the files of a folder, by path below it."""

    name: str
    """Pack and version, for the marks of a conflict."""
    files: Mapping[str, bytes]


@dataclass(slots=True)
class Plan:
    """What is to be written and removed, and what is said of it. Paths are below the folder."""

    changes: dict[str, bytes | None] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    """None of a file that stays as it is and was never edited."""
    occupied: list[str] = field(default_factory=list)
    """Places of new files where the user has a file: nothing may be changed then."""
    seen: dict[str, bytes | None] = field(default_factory=dict)
    """What was there when this was worked out."""

    def of(self, *fates: Fate) -> list[str]:
        """The files with one of these fates."""
        return [path for path, fate in sorted(self.fates.items()) if fate in fates]


def planned(
    present: Mapping[str, bytes | None],
    old: Mapping[str, str],
    delivered: Delivery,
    wanted: Delivery,
    needed: Collection[str] = (),
) -> Plan:
    """The way from one delivery to another.

    `present`: what lies at each path of either, None for nothing. `old`: the SHA-256 of each file as delivered before;
    `delivered` holds the texts of those, as far as they were kept. `needed` files come back where they were removed.
    """
    plan = Plan(seen=dict(present))
    for path in sorted(old.keys() | wanted.files.keys()):
        here, new = present.get(path), wanted.files.get(path)
        if path not in old or (here is None and path in needed):
            _arrive(plan, path, here, new)
        elif here is None:
            if new is not None:
                plan.fates[path] = "absent"
        elif digest(here) == old[path]:
            _replace(plan, path, here, new)
        elif new is None:
            plan.fates[path] = "orphaned"
        elif here != new:
            _keep(plan, path, here, (delivered, wanted), old[path])
    return plan


def _arrive(plan: Plan, path: str, here: bytes | None, new: bytes | None) -> None:
    if here is None:
        plan.fates[path], plan.changes[path] = "added", new
    elif here != new:
        plan.occupied.append(path)


def _replace(plan: Plan, path: str, here: bytes, new: bytes | None) -> None:
    if here != new:
        plan.fates[path], plan.changes[path] = "removed" if new is None else "updated", new


def _keep(plan: Plan, path: str, here: bytes, deliveries: tuple[Delivery, Delivery], old: str) -> None:
    """A file that the user edited, and that the new version has too."""
    delivered, wanted = deliveries
    new = wanted.files[path]
    if digest(new) == old:
        plan.fates[path] = "kept"
        return
    base = delivered.files.get(path)
    merge = merged(path, base, here, new, (delivered.name, wanted.name)) if base is not None else None
    if merge is None:
        plan.fates[path], plan.changes[path + BESIDE] = "conflict", new
    elif merge.clean:
        plan.fates[path], plan.changes[path] = "merged", merge.text
    else:
        plan.fates[path], plan.changes[path + BESIDE] = "conflict", merge.text


# ── one file ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Merge:
    """Three texts in one."""

    text: bytes
    clean: bool
    """Whether no lines were changed on both sides and the result can be read."""


def merged(path: str, base: bytes, mine: bytes, new: bytes, names: tuple[str, str]) -> Merge | None:
    """The changes from `base` to `mine` and to `new` in one text; None where there is no git, or it refuses.

    `names`: what `base` and `new` are called in the marks of a conflict. Lines end as they do in `mine`.
    """
    git = shutil.which("git")
    if git is None:
        return None
    if b"\r\n" in mine and b"\r\n" not in base:
        base, new = base.replace(b"\n", b"\r\n"), new.replace(b"\n", b"\r\n")
    head, texts = _beheaded(base, mine, new)
    found = _by_git(git, texts, names)
    if found is None:
        return None
    whole = head + found.text
    return Merge(whole, found.clean and (_is_readable(path, whole) or not _is_readable(path, mine)))


def _beheaded(base: bytes, mine: bytes, new: bytes) -> tuple[bytes, tuple[bytes, bytes, bytes]]:
    """The new first line, and the texts without theirs, where it is a comment and the user's is as delivered.

    They name the version, so they always change: an edit of the line below would be in conflict with that.
    """
    texts = (base, mine, new)
    lines = [text.partition(b"\n") for text in texts]
    if lines[0][0] != lines[1][0] or not all(first.startswith(b"#") for first, _, _ in lines):
        return b"", texts
    return lines[2][0] + lines[2][1], (lines[0][2], lines[1][2], lines[2][2])


def _by_git(git: str, texts: tuple[bytes, bytes, bytes], names: tuple[str, str]) -> Merge | None:
    """As `merged`, of base, mine and new; whether the result can be read is not asked."""
    base, mine, new = texts
    with TemporaryDirectory(prefix="dfops-merge-") as folder:
        files = [Path(folder) / name for name in ("mine", "base", "new")]
        for file, data in zip(files, (mine, base, new), strict=True):
            file.write_bytes(data)
        labels = [part for label in ("yours", *names) for part in ("-L", label)]
        try:
            process = subprocess.Popen(  # noqa: S603 - the git of this machine, on files of our own
                [git, "merge-file", "-p", "--diff3", *labels, *map(str, files)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd=folder,
                env={**_plain_environment(), "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"},
            )
        except OSError:
            return None
        try:
            text, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None
    if process.returncode not in range(128):
        return None
    return Merge(text, clean=process.returncode == 0)


def _plain_environment() -> dict[str, str]:
    """What a program needs to start: no setting of git's among it."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}  # noqa: TID251 - what is started inherits it


def _is_readable(path: str, data: bytes) -> bool:
    """Whether a merged file is one that can be read: merged lines may name a key twice."""
    return not path.endswith((".yml", ".yaml")) or not read(path, data).findings
