"""RFC 5545 recurrence rules: which ones are accepted, when they come, what they leave out, how they read in words.

Accepted is what python-dateutil, libical and ical.js read alike: all rules of the parts below were compared. What they
read differently, such as days of a year without a month, is refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from generators.model.recurrence_words import MONTHS, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
COUNTED = rf"(?:[+-]?[1-5])?{DAY}"
MONTH_DAY = r"(?:[1-9]|[12][0-9]|3[01]|-[1-9]|-1[0-9]|-2[0-8])"
ALLOWED = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]{0,2}"),
    "COUNT": re.compile(r"[1-9][0-9]{0,3}"),
    "UNTIL": re.compile(r"(?:19[7-9]|20[0-9]|21[0-9])[0-9]{5}(?:T[0-9]{6}Z)?"),
    "BYDAY": re.compile(rf"{COUNTED}(?:,{COUNTED})*"),
    "BYMONTH": re.compile(r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*"),
    "BYMONTHDAY": re.compile(rf"{MONTH_DAY}(?:,{MONTH_DAY})*"),
    "BYSETPOS": re.compile(r"-?[1-5](?:,-?[1-5])*"),
    "WKST": re.compile(r"MO|SU"),
}
"""The parts of a rule that meetings need, and what each may say: nothing that takes long to expand."""
CHOOSING = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY", "BYMONTH"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYMONTH", "BYDAY", "BYMONTHDAY", "BYSETPOS"}),
}
"""The parts that choose days, by frequency."""
INSTEAD = {
    ("DAILY", "BYDAY"): "FREQ=WEEKLY",
    ("WEEKLY", "BYMONTHDAY"): "FREQ=MONTHLY",
    ("MONTHLY", "BYMONTH"): "FREQ=YEARLY",
    ("DAILY", "BYMONTHDAY"): "FREQ=MONTHLY",
}
"""The frequency that the same meeting is written with."""
LAST_CYCLE = datetime(9600, 1, 1)  # noqa: DTZ001 - days have no zone
"""The calendar repeats every 400 years and ends with 9999: what does not come from here on never comes."""
ALWAYS = 28
"""A day that every month has."""


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by name, as written."""
    return dict(part.split("=", 1) for part in rule.split(";"))


@lru_cache(maxsize=1024)
def objection(rule: str) -> str:
    """Why a rule is refused, as it follows the name of the field; empty for an accepted one. Raises nothing."""
    written = [part.partition("=")[::2] for part in rule.split(";")]
    for name, value in written:
        if name not in ALLOWED or not ALLOWED[name].fullmatch(value):
            return f"has the part '{name}={value}', which is not supported"
    parts = dict(written)
    if len(parts) < len(written):
        return "names a part twice"
    if "FREQ" not in parts:
        return "has no FREQ"
    return next(_objections(parts), "") or _never(rule)


def _objections(parts: Mapping[str, str]) -> Iterator[str]:
    """What calendars read differently, or RFC 5545 forbids."""
    if "COUNT" in parts and "UNTIL" in parts:
        yield "has both COUNT and UNTIL: use one of them"
    frequency = parts["FREQ"]
    for name in ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"):
        if name in parts and name not in CHOOSING[frequency]:
            instead = INSTEAD.get((frequency, name))
            yield f"combines FREQ={frequency} with {name}" + (f": use {instead}" if instead else "")
    if frequency == "WEEKLY" and _counted(parts):
        yield f"counts weekdays in a week ('{parts['BYDAY']}'): use FREQ=MONTHLY for the first or last of a month"
    yield from _unclear_days(parts)
    if frequency == "YEARLY":
        yield from _unclear_years(parts)


def _unclear_days(parts: Mapping[str, str]) -> Iterator[str]:
    """Parts that choose days in a way that calendars read differently together."""
    if "BYSETPOS" in parts and ("BYDAY" not in parts or "BYMONTHDAY" in parts or _counted(parts)):
        yield "has BYSETPOS, which chooses only among weekdays in BYDAY without numbers and without BYMONTHDAY"
    if "BYDAY" in parts and "BYMONTHDAY" in parts and (_counted(parts) or "-" in parts["BYMONTHDAY"]):
        yield "combines BYDAY and BYMONTHDAY, which calendars read alike only without numbered weekdays and last days"


def _unclear_years(parts: Mapping[str, str]) -> Iterator[str]:
    """Yearly rules that calendars read differently."""
    months = numbers(parts.get("BYMONTH", ""))
    if not months and {"BYDAY", "BYMONTHDAY"} & parts.keys():
        yield "chooses days of a year without a month, which calendars read differently: add BYMONTH"
    if "BYSETPOS" in parts and len(months) > 1:
        yield "has BYSETPOS with several months, which calendars read differently: use a rule for each month"
    days = numbers(parts.get("BYMONTHDAY", ""))
    if len(months) > 1 and min(days, default=1) < 0:
        yield "counts from the end of several months, which calendars read differently: use a rule for each month"
    yield from yearly_gaps(months, days)


def yearly_gaps(months: tuple[int, ...], days: tuple[int, ...]) -> Iterator[str]:
    """A day that a month does not have in each year: some calendars hold it on the first days of the next month."""
    for month in months:
        for day in days:
            if day > shortest(month):
                yield f"names day {day} in {MONTHS[month - 1]}, which some calendars move to the next month"


def shortest(month: int) -> int:
    """Days of a month in a year without a leap day."""
    return monthrange(2001, month)[1]


def _never(rule: str) -> str:
    """Whether no month has such a day. With INTERVAL that depends on the start too, which is the cadence's matter."""
    try:
        _moments(rule, LAST_CYCLE, ignoretz=True)  # raises for an UNTIL on 30 February
        anywhere = _moments(_without(rule, "UNTIL", "COUNT", "INTERVAL"), LAST_CYCLE)
    except (ValueError, TypeError, KeyError):
        return "is not an RFC 5545 recurrence rule"
    return "" if next(iter(anywhere), None) else "never comes"


def _moments(rule: str, begin: datetime, *, ignoretz: bool = False) -> Iterable[datetime]:
    """When a rule comes from a moment on. Raises ValueError, TypeError and KeyError for what is no rule."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - packs are read without it

    return rrulestr(rule, dtstart=begin, ignoretz=ignoretz)


def _without(rule: str, *names: str) -> str:
    return ";".join(f"{name}={value}" for name, value in parts_of(rule).items() if name not in names)


def _counted(parts: Mapping[str, str]) -> bool:
    """Whether weekdays have numbers, as in `1MO`."""
    return any(character.isdigit() for character in parts.get("BYDAY", ""))


def numbers(written: str) -> tuple[int, ...]:
    """`1,7` as numbers; none for an empty text."""
    return tuple(int(number) for number in written.split(",") if number)


def days_of(rule: str, starts: date) -> Iterator[date]:
    """The local days of an accepted rule from a first day on, in order, to the end of the calendar. COUNT holds.

    UNTIL does not, for it is a moment: whoever asks knows the zone.
    """
    parts = parts_of(rule)
    begin = datetime(starts.year, starts.month, starts.day)  # noqa: DTZ001 - days have no zone
    days = (moment.date() for moment in _moments(_without(rule, "UNTIL", "COUNT"), begin))
    return islice(days, int(parts["COUNT"])) if "COUNT" in parts else days


def skipped_months(rule: str, starts: date) -> str:
    """The months in which a monthly rule does not come because they lack the day, in words; empty where it comes."""
    parts = parts_of(rule)
    if parts["FREQ"] != "MONTHLY" or "BYDAY" in parts:
        return ""
    latest = max(numbers(parts.get("BYMONTHDAY", "")), default=starts.day)
    every = int(parts.get("INTERVAL", "1"))
    reached = {(starts.month - 1 + every * number) % 12 + 1 for number in range(12)}
    short = sorted(month for month in reached if shortest(month) < latest)
    if not short or latest <= ALWAYS:
        return ""
    return f"day {latest} does not exist in {listed([MONTHS[month - 1] for month in short])}"
