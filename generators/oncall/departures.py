"""When a release train departs: the one answer for pages, calendars and checks, with freezes and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.operating import Cadence
from generators.model.organization import Surface
from generators.oncall.civil import local_day, zone
from generators.oncall.occurrences import planned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog
    from generators.model.operating import Freeze, ReleaseTrain


@dataclass(frozen=True, slots=True)
class Departure:
    """An occurrence of a train's cadence that is not cancelled."""

    day: date
    """Of the cadence's zone; the new day where it was moved."""
    start: datetime
    """UTC."""
    planned: date
    """The day on which the recurrence has it."""
    freeze: Freeze | None
    """The freeze that the day lies in: then nothing is released."""
    holiday: str
    """The holiday that the people of the surface have on that day; empty where it is none."""


def departures(catalog: Catalog, train: ReleaseTrain, start: datetime, end: datetime) -> tuple[Departure, ...]:
    """The departures of a train from `start` on and before `end`, both aware, by their beginnings.

    Empty where its cadence cannot be read. Cancelled ones are left out; those in a freeze or on a holiday say so.
    """
    found = catalog.find(Cadence, train.cadence)
    if found is None:
        return ()
    cadence, where = found.entity, zone(found.entity.zone)
    # An occurrence of a later day may have been moved to one before the end.
    moved = (one.day for one in cadence.exceptions if one.moved_to)
    last = max((local_day(end, where), *moved))
    holidays = holidays_on(catalog, train.surface)
    coming = []
    for one in takewhile(lambda one: one.day <= last, planned(cadence)):
        if one.held and start <= one.start < end:
            day = local_day(one.start, where)
            coming.append(Departure(day, one.start, one.day, freeze_on(train, day), holidays.get(day, "")))
    return tuple(sorted(coming, key=lambda departure: departure.start))


def freeze_on(train: ReleaseTrain, day: date) -> Freeze | None:
    """The freeze of a train that a day lies in."""
    return next((freeze for freeze in train.freezes if freeze.first <= day <= freeze.last), None)


def holidays_on(catalog: Catalog, surface: str) -> Mapping[date, str]:
    """The names of the holidays that the rotation of a surface keeps, by day; empty where it names no calendar."""
    found = catalog.find(Surface, surface)
    rotation = catalog.find(Rotation, found.entity.rotation) if found else None
    name = rotation.entity.holidays if rotation else None
    calendar = catalog.find(HolidayCalendar, name) if name else None
    return {holiday.day: holiday.name for holiday in calendar.entity.days} if calendar else {}


__all__ = ["Departure", "departures", "freeze_on", "holidays_on"]
