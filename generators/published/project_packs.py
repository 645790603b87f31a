"""The packs of a project, changed by one command at a time: everything that it changes holds, or nothing.

Beside the lock file, `.dfops/packs/` keeps the files of each folder as they were delivered, now and before the last
upgrade: what a merge compares with, and what a rollback brings back without asking anybody.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.output.paths import content, located
from generators.output.transaction import apply, recover
from generators.output.writing import taking_turns
from generators.published.lockfile import LOCK, Lock, LockedPack, read_lock, written_lock
from generators.published.manifest import Unreadable
from generators.published.merging import BESIDE, Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generators.output.transaction import Recovered
    from generators.published.lockfile import Installed
    from generators.published.merging import Plan

OWN = ".dfops"
STATE = f"{OWN}/transaction"
KEPT = f"{OWN}/packs"
When = Literal["now", "before"]


@dataclass(slots=True)
class ProjectPacks:
    """A project whose turn it is."""

    top: Path
    lock: Lock
    recovered: Recovered = ""
    """What a run before this one, that was killed, had left to do."""

    def delivery(self, folder: str, when: When) -> Delivery:
        """The files of a folder as they were delivered, as far as they are kept."""
        locked = self.lock.packs[folder]
        installed = locked.now if when == "now" else locked.before
        if installed is None:
            return Delivery("", {})
        kept = {path: self._content(f"{KEPT}/{folder}/{when}/{path}") for path in installed.files}
        whole = {path: data for path, data in kept.items() if data is not None}
        return Delivery(f"{installed.title} {installed.version}", whole)

    def present(self, folder: str, *paths: str) -> dict[str, bytes | None]:
        """What lies at these places below a folder. Raises OSError for what is no regular file."""
        return {path: self._content(f"{folder}/{path}") for path in paths}

    def replace(self, folder: str, plan: Plan, locked: LockedPack, kept: Mapping[When, Delivery]) -> None:
        """Make a plan true: the files of a folder, what is kept of them, then the lock file. Raises OSError."""
        changes: dict[str, bytes | None] = {f"{folder}/{path}": data for path, data in plan.changes.items()}
        changes |= self._kept(folder, kept)
        self._apply(changes, {**self.lock.packs, folder: locked})

    def forget(self, folder: str, changes: Mapping[str, bytes | None]) -> None:
        """Take a folder off the lock file, with changes of its files. Raises OSError."""
        rest = {name: locked for name, locked in self.lock.packs.items() if name != folder}
        everything = {f"{folder}/{path}": data for path, data in changes.items()}
        self._apply(everything | self._kept(folder, {}), rest)

    def require_kept(self, folder: str, when: When) -> Delivery:
        """As `delivery`, whole. Raises Unreadable where a kept file is missing or was changed."""
        locked = self.lock.packs[folder]
        record = locked.now if when == "now" else locked.before
        found = self.delivery(folder, when)
        for path, digest in record.files.items() if record else ():
            if path not in found.files or hashlib.sha256(found.files[path]).hexdigest() != digest:
                raise Unreadable(f"{KEPT}/{folder}/{when}/{path} is missing or was changed")
        return found

    def _kept(self, folder: str, kept: Mapping[When, Delivery]) -> dict[str, bytes | None]:
        top = f"{KEPT}/{folder}"
        gone = {f"{top}/{path}": None for path in self._files_below(top)}
        wanted = {f"{top}/{when}/{path}": data for when, one in kept.items() for path, data in one.files.items()}
        return {**gone, **wanted}

    def _apply(self, changes: Mapping[str, bytes | None], packs: Mapping[str, LockedPack]) -> None:
        lock = self.lock.model_copy(update={"packs": dict(packs)})
        apply(self.top, STATE, changes, (LOCK, written_lock(lock)))
        self.lock = lock

    def _files_below(self, folder: str) -> list[str]:
        top = located(self.top, folder)
        return [path.relative_to(top).as_posix() for path in sorted(top.rglob("*")) if path.is_file()]

    def _content(self, path: str) -> bytes | None:
        return content(located(self.top, path))


@contextmanager
def project_packs(project: Path) -> Iterator[ProjectPacks]:
    """A project, for as long as the block lasts nobody else's; what a killed run left is finished or undone first.

    Raises Unreadable for a lock file that cannot be read, ValueError for a journal of another program, UnsafePathError
    for a symbolic link where a folder of ours belongs, OSError.
    """
    top = project.resolve()
    with taking_turns(top):
        recovered = recover(top, STATE)
        yield ProjectPacks(top, read_lock(content(located(top, LOCK))), recovered)


def settled(packs: ProjectPacks, folder: str) -> Installed:
    """What is installed in a folder; conflicts whose file beside the user's is gone are settled."""
    now = packs.lock.packs[folder].now
    beside = packs.present(folder, *(path + BESIDE for path in now.conflicts))
    open_ones = {path: before for path, before in now.conflicts.items() if beside[path + BESIDE] is not None}
    return now.model_copy(update={"conflicts": open_ones})
