"""What being on call costs each person: hours, nights, weekends, holidays, across all rotations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generators.oncall.civil import instant, local_day, wall, zone
from generators.oncall.intervals import Window, union

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from generators.oncall.roster import Roster

NIGHT = wall("22:00"), wall("06:00")
"""Local hours in which a page wakes somebody."""
MIDNIGHT = wall("00:00")
SATURDAY, DAY = 5, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Load:
    """One person's part of a window. A night, weekend or holiday counts once, however short the duty in it."""

    person: str
    hours: float
    """Hours that really pass; those in two rotations at once count once."""
    nights: int
    """Nights, 22:00 to 06:00 where the person lives."""
    weekends: int
    """Saturday and Sunday together, where the person lives."""
    holidays: int
    """Days in the calendars of the rotations."""


def loads(roster: Roster) -> tuple[Load, ...]:
    """Everybody's load, by id: those who have shifts, and those who are in a rotation without any."""
    layers = [layer for rotation in roster.rotations.values() for layer in rotation.layers]
    names = {str(person) for layer in layers for person in layer.people} | set(roster.shifts_of)
    return tuple(_load(roster, name) for name in sorted(names))


def _load(roster: Roster, name: str) -> Load:
    shifts = roster.shifts_of.get(name, ())
    person = roster.people.get(name)
    where = zone(person.zone if person else "UTC")
    windows = union(shift.window for shift in shifts)
    nights: set[date] = set()
    weekends: set[date] = set()
    for window in windows:
        nights.update(_nights(window, where))
        weekends.update(_weekends(window, where))
    holidays = {day for shift in shifts for day in _days(shift.window, where) if roster.holiday(shift.rotation, day)}
    hours = sum((window.length for window in windows), timedelta()) / timedelta(hours=1)
    return Load(name, hours, len(nights), len(weekends), len(holidays))


def _days(window: Window, where: ZoneInfo) -> Iterator[date]:
    """The local days that a window touches."""
    day, last = local_day(window.start, where), local_day(window.end - timedelta(microseconds=1), where)
    while day <= last:
        yield day
        day += DAY


def _nights(window: Window, where: ZoneInfo) -> Iterator[date]:
    """The evenings whose nights a window reaches into."""
    for day in (local_day(window.start, where) - DAY, *_days(window, where)):
        start, end = instant(day, NIGHT[0], where), instant(day + DAY, NIGHT[1], where)
        if max(start, window.start) < min(end, window.end):
            yield day


def _weekends(window: Window, where: ZoneInfo) -> Iterator[date]:
    """The Saturdays whose weekends a window reaches into."""
    for day in _days(window, where):
        if day.weekday() >= SATURDAY:
            yield day - (day.weekday() - SATURDAY) * DAY
