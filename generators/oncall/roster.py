"""Every rotation of a catalog worked out for one window, with the people in them and the days they are away."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.organization import Person
from generators.oncall.civil import day_bounds, instant, zone
from generators.oncall.civil import wall as wall_time
from generators.oncall.intervals import Window, union
from generators.oncall.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog
    from generators.oncall.schedule import Schedule, Shift

MIDNIGHT = wall_time("00:00")


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
    def of(cls, catalog: Catalog, start: datetime, length: timedelta) -> Roster:
        """The rotations of a catalog from a moment on. A rotation that could not be read is not there."""
        window = Window(start, start + length)
        rotations = {entry.id: entry.entity for entry in catalog.entries_of(Rotation)}
        return cls(
            window,
            rotations,
            {entry.id: entry.entity for entry in catalog.entries_of(Person)},
            {
                entry.id: {holiday.day: holiday.name for holiday in entry.entity.days}
                for entry in catalog.entries_of(HolidayCalendar)
            },
            {name: schedule(name, rotation, window) for name, rotation in rotations.items()},
        )

    def only(self, names: Iterable[str]) -> Roster:
        """The same people and days, with some of the rotations."""
        kept = set(names)
        return replace(
            self,
            rotations={name: self.rotations[name] for name in self.rotations if name in kept},
            schedules={name: self.schedules[name] for name in self.schedules if name in kept},
        )

    def title(self, name: str) -> str:
        """A person's name, or the id where nobody is known by it."""
        person = self.people.get(name)
        return person.title if person else name

    def away(self, name: str) -> tuple[tuple[Window, int], ...]:
        """When somebody has time off, each with its place in the list. Days are those of the person's own zone."""
        person = self.people.get(name)
        if person is None:
            return ()
        where = zone(person.zone)
        days = ((day_bounds(off.first, off.last, where), index) for index, off in enumerate(person.time_off))
        return tuple((Window(start, end), index) for (start, end), index in days if start < end)

    def absent(self, name: str) -> tuple[Window, ...]:
        """When somebody cannot answer: time off, and everything after they left. A union."""
        return self._absences.get(name, ())

    @cached_property
    def _absences(self) -> Mapping[str, tuple[Window, ...]]:
        """Asked for each shift and each step: worked out once."""
        return {name: union(self._absences_of(name, person)) for name, person in self.people.items()}

    def _absences_of(self, name: str, person: Person) -> Iterator[Window]:
        yield from (window for window, _ in self.away(name))
        if person.left:
            departure = instant(person.left, MIDNIGHT, zone(person.zone))
            if departure < self.window.end:
                yield Window(departure, self.window.end + timedelta(days=1))

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
