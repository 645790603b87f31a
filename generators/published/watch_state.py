"""Where the last watch of a project stopped: a small file below `.dfops/watch/`, of this machine alone.

It only saves work. Without it, or with one that cannot be read, everything is looked at anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from generators.output.paths import content, located
from generators.output.writing import write_if_changed
from generators.published.lockfile import Path as FolderPath
from generators.published.manifest import Digest, Unreadable, dumps, loads

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

STATE: Final = ".dfops/watch/state.json"
MOST: Final = 1 << 20
"""Bytes of the file."""


class Stop(BaseModel):
    """Where the watch of one source stopped."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seen: AwareDatetime
    """The moment of the newest entry of the log."""
    sound: dict[FolderPath, Digest] = {}
    """Packs without a finding, by path, and what of them was installed."""
    since: AwareDatetime | None = None
    """From where the log is read again, while a finding rests on an entry of it."""

    @property
    def start(self) -> datetime:
        """From where the next watch reads."""
        return self.since or self.seen


class WatchState(BaseModel):
    """The whole file: by source, empty for the profile of a dbt project."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    sources: dict[str, Stop] = {}


def state_in(project: Path) -> WatchState:
    """What is known of earlier watches; nothing where it cannot be read. Raises OSError, UnsafePathError."""
    data = content(located(project.resolve(), STATE))
    if data is None or len(data) > MOST:
        return WatchState()
    try:
        return loads(WatchState, data, STATE)
    except Unreadable:
        return WatchState()


def keep(project: Path, state: WatchState) -> None:
    """Write it, in one step. Raises OSError, UnsafePathError."""
    path = located(project.resolve(), STATE)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.parent / ".gitignore").exists():
        write_if_changed(path.parent / ".gitignore", "*\n")
    write_if_changed(path, dumps(state).decode())


OLDEST: Final = timedelta(days=30)
"""Entries that are older are not read."""
