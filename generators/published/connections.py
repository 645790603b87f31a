"""How connections are doing, from what Fivetran's log says of them: health, rhythm, and syncs that are late.

The health is derived as Fivetran's own package for the log derives it: the first that applies, in its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

from generators.published.log_sql import SYNC_END, SYNC_START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.published.sync_log import Connection, Entry

Health = Literal[
    "deleted", "paused", "incomplete", "priority first sync", "initial sync in progress", "broken", "connected"
]
TIMES: Final = 3
"""A sync is late after so many times the median gap between syncs."""
FEWEST_GAPS: Final = 3
"""Between successful syncs, before there is a rhythm."""
SLACK: Final = timedelta(minutes=30)
"""And at least so much over the median gap: connections that sync every few minutes are late for minutes."""
_SUCCESS, _FAILURE, _RESCHEDULED = "SUCCESSFUL", "FAILURE", "RESCHEDULED"
_INTENDED = "intended behavior"
"""In the reason of a priority first sync, which ends so that the rest follows later."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a connection ends a sync with success, and how long ago it last did."""

    last: Entry
    """The end of its last successful sync."""
    median: timedelta | None
    """Of the gaps between successful syncs; None where there are too few."""
    gap: timedelta
    """From the last success to the newest entry of the log, of whatever connection."""

    @property
    def is_late(self) -> bool:
        """Whether the gap is out of rhythm."""
        return self.median is not None and self.gap > max(self.median * TIMES, self.median + SLACK)


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection as the log shows it."""

    connection: Connection
    health: Health
    rhythm: Rhythm | None
    """None where no sync ended with success."""
    trouble: Entry | None = None
    """Of a broken one: the entry that says so, the newest."""

    @property
    def is_late(self) -> bool:
        """Whether a sync is overdue. One that was stopped or removed is not late."""
        stopped = self.health in {"deleted", "paused"}
        return not stopped and self.rhythm is not None and self.rhythm.is_late

    @property
    def stands_still(self) -> bool:
        """Whether its tables get no new rows until somebody acts, without anybody having paused it."""
        return self.health in {"deleted", "broken"}


def state_of(connection: Connection, entries: Sequence[Entry], newest: datetime) -> ConnectionState:
    """A connection, from its own entries, newest first. `newest` is the moment of the newest entry of the log."""
    own = [entry for entry in entries if entry.connection == connection.id]
    trouble = _trouble(own)
    return ConnectionState(connection, _health(connection, own, trouble), _rhythm(own, newest), trouble)


def _health(connection: Connection, own: Sequence[Entry], trouble: Entry | None) -> Health:
    if connection.is_deleted or connection.is_paused:
        return "deleted" if connection.is_deleted else "paused"
    if not any(entry.sort in {SYNC_START, SYNC_END} for entry in own):
        return "incomplete"
    return _syncing([entry for entry in own if entry.sort == SYNC_END], trouble)


def _syncing(ends: Sequence[Entry], trouble: Entry | None) -> Health:
    """Of a connection that has started, from the ends of its syncs, newest first."""
    if _is_priority_first(ends):
        return "priority first sync"
    if not ends and trouble is None:
        return "initial sync in progress"
    return "connected" if trouble is None else "broken"


def _is_priority_first(ends: Sequence[Entry]) -> bool:
    """Whether the last end that says anything is that of a priority first sync."""
    for end in ends:
        status = _status(end)
        if status == _RESCHEDULED and _INTENDED in end.details.get("reason", "").lower():
            return True
        if status != _RESCHEDULED:
            return False
    return False


def _trouble(own: Sequence[Entry]) -> Entry | None:
    """What went wrong in the last batch, which begins with the last start of a sync; where none ended, in any."""
    begun = next((entry.at for entry in own if entry.sort == SYNC_START), None)
    ended = any(entry.sort == SYNC_END for entry in own)
    batch = [entry for entry in own if begun is None or not ended or entry.at >= begun]
    return next((entry for entry in batch if entry.severity == "SEVERE" or _status(entry) == _FAILURE), None)


def _rhythm(own: Sequence[Entry], newest: datetime) -> Rhythm | None:
    good = [entry for entry in own if entry.sort == SYNC_END and _status(entry) == _SUCCESS]
    if not good:
        return None
    gaps = [(later.at - earlier.at).total_seconds() for later, earlier in pairwise(good)]
    middle = timedelta(seconds=median(gaps)) if len(gaps) >= FEWEST_GAPS else None
    return Rhythm(good[0], middle, max(newest - good[0].at, timedelta()))


def _status(entry: Entry) -> str:
    return entry.details.get("status", "").strip().upper() if entry.sort == SYNC_END else ""
