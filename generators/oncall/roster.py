"""Every rotation of a catalog worked out for one window, with the people in it and the days they are away.

It is the one place that answers who is on call: what shows, exports or proves duties asks a roster.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.organization import Person
from generators.oncall.civil import day_bounds, instant, zone
from generators.oncall.civil import wall as wall_time
from generators.oncall.intervals import Window, union
from generators.oncall.schedule import Days, schedule
from generators.oncall.turns import longest_turn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from generators.catalog import Catalog
    from generators.model.organization import TimeOff
    from generators.oncall.schedule import Schedule, Shift

MIDNIGHT = wall_time("00:00")
SOON = timedelta(weeks=5)
"""Far enough to see the end of the present shift and the next one, in all but the slowest rotation."""
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of the absence of whoever left."""
FARTHEST = timedelta(weeks=520)
"""What commands look ahead at most."""


@dataclass(frozen=True)
class Roster:
    """Who answers where in a window. Rotations, people and holidays by id."""

    window: Window
    rotations: Mapping[str, Rotation]
    people: Mapping[str, Person]
    holidays: Mapping[str, Mapping[date, str]]
    """By calendar: the day, and its name."""
    schedules: Mapping[str, Schedule]

    @classmethod
    def of(cls, catalog: Catalog, start: datetime, length: timedelta, only: Collection[str] | None = None) -> Roster:
        """The rotations of a catalog from a moment on, all or some by id. One that cannot be read is left out."""
        people = {entry.id: entry.entity for entry in catalog.entries_of(Person)}
        calendars = {entry.id: _named_days(entry.entity) for entry in catalog.entries_of(HolidayCalendar)}
        entries = [entry for entry in catalog.entries_of(Rotation) if only is None or entry.id in only]
        rotations = {entry.id: entry.entity for entry in entries}
        empty = cls(Window(start, start + length), rotations, people, calendars, {})
        return replace(empty, schedules={name: empty.worked_out(name, rotations[name]) for name in rotations})

    def worked_out(self, name: str, rotation: Rotation, window: Window | None = None) -> Schedule:
        """The shifts of a rotation under that name with these people's absences; the whole window by default."""
        return schedule(name, rotation, window or self.window, self.days_of(rotation))

    def days_of(self, rotation: Rotation) -> Days:
        """What the shifts of a rotation depend on besides the rotation."""
        return Days(self._absences, self.holidays.get(rotation.holidays or "", {}).keys())

    def title(self, name: str) -> str:
        """A person's name, or the id where nobody is known by it."""
        person = self.people.get(name)
        return person.title if person else name

    def time_off(self, name: str) -> tuple[tuple[Window, int], ...]:
        """When somebody has time off, each with its place in the list. Days are those of the person's own zone."""
        person = self.people.get(name)
        if person is None:
            return ()
        where = zone(person.zone)
        windows = ((away_window(off, where), index) for index, off in enumerate(person.time_off))
        return tuple((window, index) for window, index in windows if window)

    def departure(self, name: str) -> datetime | None:
        """The moment from which on somebody is no longer there; None where none is known."""
        person = self.people.get(name)
        return instant(person.left, MIDNIGHT, zone(person.zone)) if person and person.left else None

    def absent(self, name: str) -> tuple[Window, ...]:
        """When somebody cannot answer: time off, and everything after they left. A union."""
        return self._absences.get(name, ())

    def is_away(self, name: str, at: datetime) -> bool:
        """Whether somebody cannot answer at a moment."""
        return any(window.start <= at < window.end for window in self.absent(name))

    def unplanned_absences(self, name: str) -> tuple[Window, ...]:
        """As `absent`, less the time after a last day that lies ahead of the roster's start: that one is a plan."""
        departure = self.departure(name)
        if departure is None or departure <= self.window.start:
            return self.absent(name)
        return union(window for window, _ in self.time_off(name))

    def uncovered_at(self, rotation: str, at: datetime) -> tuple[str, ...]:
        """The reason why a rotation has nobody on call at a moment, where it declares one."""
        schedule = self.schedules.get(rotation)
        pieces = schedule.uncovered if schedule else ()
        return tuple(piece.value for piece in pieces if piece.window.start <= at < piece.window.end)

    @cached_property
    def _absences(self) -> Mapping[str, tuple[Window, ...]]:
        """Asked for each shift and each step: worked out once."""
        return {name: windows for name in self.people if (windows := union(self._absences_of(name)))}

    def _absences_of(self, name: str) -> Iterator[Window]:
        yield from (window for window, _ in self.time_off(name))
        if departure := self.departure(name):
            yield Window(departure, FOREVER)

    @cached_property
    def shifts_of(self) -> Mapping[str, tuple[Shift, ...]]:
        """Everybody's shifts across all rotations, in order."""
        shifts: dict[str, list[Shift]] = defaultdict(list)
        for rotation in self.schedules.values():
            for shift in rotation.shifts:
                shifts[shift.person].append(shift)
        return {person: tuple(sorted(own, key=lambda shift: shift.window)) for person, own in shifts.items()}

    def holiday(self, rotation: str, day: date) -> str:
        """The name of the holiday that a rotation has on a day; empty where it has none."""
        calendar = self.rotations[rotation].holidays
        return self.holidays.get(calendar, {}).get(day, "") if calendar else ""


def look_ahead(catalog: Catalog, at: datetime) -> timedelta:
    """How far ahead of a moment a roster must reach to show when present shifts end, and the ones after them.

    Past twice the longest turn, counted from whatever begins or ends later than the moment.
    """
    reach = SOON
    for entry in catalog.entries_of(Rotation):
        for layer in entry.entity.layers:
            days = [day for day in (layer.starts, layer.ends, *(one.from_ for one in layer.order)) if day]
            later = max(max(days) - at.date(), timedelta())
            reach = max(reach, later + 2 * longest_turn(layer))
        ends = [override.end - at for override in entry.entity.overrides]
        reach = max([reach, *(left + SOON for left in ends)])
    return min(reach, FARTHEST)


def _named_days(calendar: HolidayCalendar) -> Mapping[date, str]:
    return {holiday.day: holiday.name for holiday in calendar.days}


def away_window(off: TimeOff, where: ZoneInfo) -> Window | None:
    """From when to when somebody is away, UTC. None where the clock skips all of it."""
    start, end = day_bounds(off.first, off.last, where)
    if off.start:
        start = instant(off.first, wall_time(off.start), where)
    if off.end:
        end = instant(off.last, wall_time(off.end), where)
    return Window(start, end) if start < end else None
