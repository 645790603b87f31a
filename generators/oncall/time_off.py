"""Time off from an iCalendar file: when its events lie, in the person's zone, and nothing of what they say.

Titles, descriptions and places of a private calendar are not read: only that somebody is away, and when.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import recurring_ical_events
from icalendar import Calendar

from generators.model.organization import TimeOff
from generators.oncall.civil import day_bounds, instant, local_day
from generators.oncall.civil import wall as wall_time
from generators.oncall.intervals import Window, open_moments, union
from generators.oncall.roster import away_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from icalendar import Event

LARGEST = 1024 * 1024
"""Bytes of a file that is read."""
MOST = 500
"""Events of a file, and within the weeks asked about."""
MOST_RECURRING = 20
YEARS = 10
"""How long ago an event may have begun to recur, and how far it may reach."""
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
WITHIN_A_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = wall_time("00:00")


class BadCalendar(Exception):  # noqa: N818 - it is not an error of the program
    """A file that holds no time off: one sentence that says why."""


def absences(data: bytes, where: ZoneInfo, window: Window) -> tuple[TimeOff, ...]:
    """The time off that a calendar's events make within a window, joined where they touch, in order.

    Raises BadCalendar for what is no calendar, or holds more than can be time off.
    """
    if len(data) > LARGEST:
        raise BadCalendar(f"is larger than {LARGEST // 1024} KiB")
    try:
        calendar = Calendar.from_ical(data)
        _refuse(calendar, window)
        found = list(_windows(calendar, where, window))
    except BadCalendar:
        raise
    except Exception as error:  # whatever readers of calendars raise for a malformed one
        raise BadCalendar("cannot be read as a calendar (RFC 5545)") from error
    return tuple(time_off(one, where) for one in union(found))


def _refuse(calendar: Calendar, window: Window) -> None:
    """Events that no time off has, and those that would take a reader for ever."""
    events: list[Any] = list(calendar.walk("VEVENT"))
    if len(events) > MOST:
        raise BadCalendar(f"has more than {MOST} events: export time off alone")
    recurring = [event for event in events if event.get("RRULE")]
    if len(recurring) > MOST_RECURRING:
        raise BadCalendar(f"has more than {MOST_RECURRING} events that recur: export time off alone")
    for event in recurring:
        begins = event.start if isinstance(event.start, datetime) else datetime.combine(event.start, MIDNIGHT)
        if begins.year < window.start.year - YEARS:
            raise BadCalendar(f"has an event that recurs since {begins.year}: that is no time off")
        rules = event["RRULE"]
        for rule in rules if isinstance(rules, list) else [rules]:
            _refuse_rule({str(name).upper(): value for name, value in rule.items()})
    for event in events:
        _refuse_unknown_zone(event)
        _shorten(event, window)


def _refuse_rule(rule: Mapping[str, Any]) -> None:
    often = TOO_OFTEN & {str(name).upper() for name in rule.get("FREQ", [])}
    if often or WITHIN_A_DAY & set(rule):
        raise BadCalendar("has an event that recurs more than once a day: that is no time off")
    if 0 in rule.get("INTERVAL", []):
        raise BadCalendar("has an event with an interval of 0")
    if {"BYMONTH", "BYMONTHDAY"} <= set(rule) and "DAILY" in rule.get("FREQ", []):
        raise BadCalendar("has a daily event on days of some months only: write it as a yearly one")


def _shorten(event: Any, window: Window) -> None:
    """Let what has no end in sight end with the window."""
    end, length = event.get("DTEND"), event.get("DURATION")
    if end is not None and end.dt.year > window.end.year + YEARS:
        end.dt = window.end.replace(tzinfo=end.dt.tzinfo) if isinstance(end.dt, datetime) else window.end.date()
    if length is not None and length.dt > timedelta(days=366 * YEARS):
        raise BadCalendar(f"has an event that lasts longer than {YEARS} years")


def _refuse_unknown_zone(event: Any) -> None:
    for name in ("DTSTART", "DTEND"):
        value = event.get(name)
        zone_name = value.params.get("TZID") if value is not None else None
        if zone_name and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
            raise BadCalendar(f"names the time zone {zone_name!r}, which is not known and not defined in it")


def _windows(calendar: Calendar, where: ZoneInfo, window: Window) -> Iterator[Window]:
    """When the events that are not cancelled lie, as far as they reach into a window."""
    found = recurring_ical_events.of(calendar).between(window.start - DAY, window.end + DAY)
    if len(found) > MOST:
        raise BadCalendar(f"has more than {MOST} events in these weeks: export time off alone")
    for event in found:
        begins, ends = _moments(event, where)
        cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
        if not cancelled and begins < min(ends, window.end) and ends > window.start:
            yield Window(begins, ends)


def _moments(event: Event, where: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when, UTC, in whole minutes. Whole days, and times without a zone, are those of the person."""
    start, end = event.start, event.end
    if not isinstance(start, datetime):
        return day_bounds(start, max(end, start + DAY) - DAY, where)
    begins, ends = (_utc(moment, where) for moment in (start, end))
    return begins.replace(second=0, microsecond=0), (ends + MINUTE - timedelta(microseconds=1)).replace(
        second=0, microsecond=0
    )


def _utc(moment: date, where: ZoneInfo) -> datetime:
    """A moment; a time without a zone is one of the person's, a day its first moment."""
    if not isinstance(moment, datetime):
        return instant(moment, MIDNIGHT, where)
    return moment.astimezone(UTC) if moment.tzinfo else instant(moment.date(), moment.time(), where)


def time_off(window: Window, where: ZoneInfo) -> TimeOff:
    """An absence as the model writes it: days, with a time of day where it begins or ends within one."""
    begins, ends = window.start.astimezone(where), window.end.astimezone(where)
    while ends.fold:  # an end that clocks show twice would mean the first time: rounded out
        ends = (ends.astimezone(UTC) + MINUTE).astimezone(where)
    whole_end = ends.time() == MIDNIGHT
    return TimeOff(
        first=begins.date(),
        last=local_day(ends - MINUTE, where) if whole_end else ends.date(),
        start=None if begins.time() == MIDNIGHT else f"{begins:%H:%M}",
        end=None if whole_end else f"{ends:%H:%M}",
    )


def with_new(known: Iterable[TimeOff], found: Iterable[TimeOff], where: ZoneInfo) -> tuple[TimeOff, ...]:
    """What is known and what was found, in order; what lies within known absences adds nothing."""
    kept = list(known)
    covered = union(window for one in kept if (window := away_window(one, where)))
    for one in found:
        window = away_window(one, where)
        if window and open_moments(window, covered):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (one.first, one.start or "", one.last)))
