"""When a cadence is held: the one answer for calendars, checks and pages, with its exceptions and changed clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from generators.model.recurrence import days_of, parts_of
from generators.oncall.civil import comes_twice, instant, wall, zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from generators.model.operating import Cadence, CadenceException

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting that the recurrence has, held or not."""

    day: date
    """The local day on which the recurrence has it."""
    start: datetime
    """UTC: when it is held, or when it would have been."""
    end: datetime
    """UTC: as many minutes later as the cadence says."""
    exception: CadenceException | None
    usual: datetime
    """The wall time at which it usually begins, on that day, without a zone."""
    unmoved: datetime
    """UTC: when it begins where no exception moves it."""
    where: ZoneInfo

    @property
    def skips(self) -> bool:
        """Whether clocks skip its usual time on that day: it begins at the first moment after the gap."""
        return not _shows(self.usual, self.unmoved, self.where)

    @property
    def clear(self) -> bool:
        """Whether clocks show the usual wall times of its beginning and its end on that day, and once only."""
        length = self.end - self.start
        return all(
            _shows(wall_time, moment, self.where) and not comes_twice(moment, self.where)
            for wall_time, moment in ((self.usual, self.unmoved), (self.usual + length, self.unmoved + length))
        )

    @property
    def held(self) -> bool:
        """Whether it takes place."""
        return self.exception is None or self.exception.moved_to is not None

    @property
    def differs(self) -> bool:
        """Whether the rule alone does not say when it is held."""
        return self.exception is not None or not self.clear


def planned(cadence: Cadence, since: date = date.min) -> Iterator[Occurrence]:
    """Every occurrence that the recurrence has, cancelled ones too, in the order of its days. Endless where it is.

    `since`: from that local day on; what an exception moves to it from a day before is left out.
    """
    where, at, length = zone(cadence.zone), wall(cadence.time), timedelta(minutes=cadence.minutes)
    exceptions = {exception.day: exception for exception in cadence.exceptions}
    last = end_of(cadence)
    for day in days_of(cadence.recurrence, cadence.starts):
        if day < since:
            continue
        start = instant(day, at, where)
        if last is not None and start > last:
            return
        exception, held = exceptions.get(day), start
        if exception and exception.moved_to:
            held = instant(exception.moved_to.day, wall(exception.moved_to.time), where)
        yield Occurrence(day, held, held + length, exception, datetime.combine(day, at), start, where)


def _shows(wall_time: datetime, moment: datetime, where: ZoneInfo) -> bool:
    """Whether clocks in a zone show this at a moment."""
    return moment.astimezone(where).replace(tzinfo=None) == wall_time


def end_of(cadence: Cadence) -> datetime | None:
    """The last moment, UTC, at which an occurrence may begin: an UNTIL that is a day ends with that local day."""
    until = parts_of(cadence.recurrence).get("UNTIL", "")
    if not until:
        return None
    if until.endswith("Z"):
        return datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    day = datetime.strptime(until, "%Y%m%d").replace(tzinfo=UTC).date()
    return instant(day + DAY, wall("00:00"), zone(cadence.zone)) - timedelta(seconds=1)


def next_held(cadence: Cadence, at: datetime) -> Occurrence | None:
    """The first meeting that is still to begin at a moment, or begins at it; None where none comes again."""
    last_exception = max((exception.day for exception in cadence.exceptions), default=date.min)
    # Days are those of the cadence's zone, which is less than two days away; what an exception moves begins before it.
    first = min((exception.day for exception in cadence.exceptions), default=date.max)
    found = None
    for occurrence in planned(cadence, min(first, at.date() - 2 * DAY)):
        if occurrence.start < at or not occurrence.held:
            continue
        if found is None or occurrence.start < found.start:
            found = occurrence
        if occurrence.day > last_exception:  # nothing after it was moved
            break
    return found
