"""The packs of a project, changed by one command at a time: everything that it changes holds, or nothing.

Beside the lock file, `.dfops/packs/` keeps the files of each folder as they were delivered, now and before the last
upgrade: what a merge compares with, and what a rollback brings back without asking anybody.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.output.manifest import digest
from generators.output.paths import content, located
from generators.output.transaction import apply, recover
from generators.output.writing import taking_turns
from generators.published.lockfile import LOCK, Lock, LockedPack, read_lock, written_lock
from generators.published.manifest import Unreadable
from generators.published.merging import BESIDE, Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generators.output.transaction import Recovered
    from generators.published.lockfile import Conflict
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
        """The files of a folder as they were delivered, as far as they are kept as they were."""
        locked = self.lock.packs[folder]
        installed = locked.now if when == "now" else locked.before
        if installed is None:
            return Delivery("", {})
        whole = {}
        for path, delivered in installed.files.items():
            data = self._content(f"{KEPT}/{folder}/{when}/{path}")
            if data is not None and digest(data) == delivered:  # else something changed all files of the project
                whole[path] = data
        return Delivery(f"{installed.title} {installed.version}", whole)

    def present(self, folder: str, *paths: str) -> dict[str, bytes | None]:
        """What lies at these places below a folder. Raises OSError for what is no regular file."""
        return {path: self._content(f"{folder}/{path}") for path in paths}

    def replace(self, folder: str, plan: Plan, locked: LockedPack, kept: Mapping[When, Delivery]) -> None:
        """Make a plan true: the files of a folder, what is kept of them, then the lock file.

        Raises ChangedMeanwhile where a file is not as the plan saw it, OSError.
        """
        changes: dict[str, bytes | None] = {f"{folder}/{path}": data for path, data in plan.changes.items()}
        changes |= self._kept(folder, kept)
        seen = {f"{folder}/{path}": data for path, data in plan.seen.items()}
        self._apply(changes, {**self.lock.packs, folder: locked}, seen)

    def forget(self, folder: str, present: Mapping[str, bytes | None]) -> None:
        """Take a folder off the lock file, and what was seen of it away. Raises ChangedMeanwhile, OSError."""
        rest = {name: locked for name, locked in self.lock.packs.items() if name != folder}
        seen = {f"{folder}/{path}": data for path, data in present.items()}
        gone: dict[str, bytes | None] = {path: None for path, data in seen.items() if data is not None}
        self._apply(gone | self._kept(folder, {}), rest, seen)

    def require_kept(self, folder: str, when: When) -> Delivery:
        """As `delivery`, whole. Raises Unreadable where a kept file is missing or was changed."""
        locked = self.lock.packs[folder]
        record = locked.now if when == "now" else locked.before
        found = self.delivery(folder, when)
        for path in record.files if record else ():
            if path not in found.files:
                raise Unreadable(f"{KEPT}/{folder}/{when}/{path} is missing or was changed")
        return found

    def _kept(self, folder: str, kept: Mapping[When, Delivery]) -> dict[str, bytes | None]:
        top = f"{KEPT}/{folder}"
        gone = {f"{top}/{path}": None for path in self._files_below(top)}
        wanted = {f"{top}/{when}/{path}": data for when, one in kept.items() for path, data in one.files.items()}
        return {**gone, **wanted}

    def _apply(
        self,
        changes: Mapping[str, bytes | None],
        packs: Mapping[str, LockedPack],
        seen: Mapping[str, bytes | None],
    ) -> None:
        lock = self.lock.model_copy(update={"packs": dict(packs)})
        apply(self.top, STATE, changes, (LOCK, written_lock(lock)), seen)
        self.lock = lock

    def _files_below(self, folder: str) -> list[str]:
        top = located(self.top, folder)
        return [path.relative_to(top).as_posix() for path in sorted(top.rglob("*")) if path.is_file()]

    def _content(self, path: str) -> bytes | None:
        return content(located(self.top, path))


@contextmanager
def project_packs(project: Path, waiting: Callable[[], object] | None = None) -> Iterator[ProjectPacks]:
    """A project, for as long as the block lasts nobody else's; what a killed run left is finished or undone first.

    `waiting` is called where another command has the project.

    Raises Unreadable for a lock file that cannot be read, ValueError for a journal of another program, UnsafePathError
    for a symbolic link where a folder of ours belongs, OSError.
    """
    top = project.resolve()
    with taking_turns(top, waiting):
        recovered = recover(top, STATE)
        yield ProjectPacks(top, read_lock(content(located(top, LOCK))), recovered)


def waiting_files(packs: ProjectPacks, folder: str) -> dict[str, Conflict]:
    """The conflicts of a folder that still have what is to be merged beside the user's file."""
    now = packs.lock.packs[folder].now
    beside = packs.present(folder, *(path + BESIDE for path in now.conflicts))
    return {path: conflict for path, conflict in now.conflicts.items() if beside[path + BESIDE] is not None}
