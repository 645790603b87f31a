"""By when a promise is due: business time by the wall clock of its zone, exact where that clock is changed.

The hours open at the first moment at which clocks in the zone show their start, and close at the first at which clocks
show their end; what passes in between is real time. Their days and the holidays are days of the zone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from generators.model.oncall import HolidayCalendar
from generators.oncall.civil import DAYS, instant, local_day, wall, zone
from generators.oncall.intervals import Window
from generators.support.promises import minutes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.model.support import Hours, ServiceLevel
    from generators.model.text import Span

HORIZON = timedelta(days=3653)
"""Ten years: what is not due by then is not looked for any further."""
TOO_FAR = "not within ten years"
"""What is said in place of such a deadline."""
DAY = timedelta(days=1)


def days_off(catalog: Catalog, hours: Hours | None) -> frozenset[date]:
    """The days on which the clock of these hours stands still; none where the calendar could not be read."""
    if hours is None or hours.holidays is None:
        return frozenset()
    calendar = catalog.find(HolidayCalendar, hours.holidays)
    return frozenset(holiday.day for holiday in calendar.entity.days) if calendar else frozenset()


def known_until(calendar: HolidayCalendar) -> date | None:
    """The last day of which a calendar says whether it is a holiday; None where it lists none.

    A year's last holiday is rarely its last day: a calendar is as good as to the end of the year of its last day.
    """
    last = max((holiday.day for holiday in calendar.days), default=None)
    return date(last.year, 12, 31) if last else None


def holidays_end(catalog: Catalog, hours: Hours | None, due: datetime | None) -> date | None:
    """The last day whose holidays are known, where a deadline lies after it; None where nothing is unknown.

    `due` is aware; None stands for a deadline that is too far away to be told.
    """
    calendar = catalog.find(HolidayCalendar, hours.holidays) if hours and hours.holidays else None
    last = known_until(calendar.entity) if calendar else None
    if hours is None or last is None or (due is not None and local_day(due, zone(hours.zone)) <= last):
        return None
    return last


def openings(hours: Hours, holidays: Collection[date], start: datetime, end: datetime) -> Iterator[Window]:
    """The business time that touches a stretch of time, one window a day, uncut, in order. All aware, UTC.

    Cost grows with the days in the stretch. Hours that a change of the clock swallows whole are left out.
    """
    where, first, last = zone(hours.zone), wall(hours.start), wall(hours.end)
    weekdays = frozenset(DAYS.index(day) for day in hours.days)
    day, final = local_day(start, where) - DAY, local_day(end, where) + DAY
    while day <= final:
        if day.weekday() in weekdays and day not in holidays:
            opened, closed = instant(day, first, where), instant(day, last, where)
            if max(opened, start) < min(closed, end):
                yield Window(opened, closed)
        day += DAY


def deadline(level: ServiceLevel, promise: Span, at: datetime, holidays: Collection[date] = ()) -> datetime | None:
    """When a promise made at a moment is due, in UTC; None where that is more than ten years away.

    `promise` is one of the level's spans. Round the clock a day is 24 hours; in business time it is as long as the
    hours, and time that ends with them is due at their end, not when they come again. Raises ValueError for a naive
    moment.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    left = timedelta(minutes=minutes_of(promise, level.hours))
    if level.hours is None:
        return at + left if left <= HORIZON else None
    for window in openings(level.hours, holidays, at, at + HORIZON):
        opened = max(window.start, at)
        if opened + left <= window.end:
            due = opened + left
            return due if due <= at + HORIZON else None
        left -= window.end - opened
    return None


__all__ = ["HORIZON", "TOO_FAR", "days_off", "deadline", "holidays_end", "known_until", "openings"]
