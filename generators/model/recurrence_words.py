"""RFC 5545 recurrence rules as people say them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
ORDINALS = ("first", "second", "third", "fourth", "fifth")
SETS = {
    frozenset({"MO", "TU", "WE", "TH", "FR"}): "weekday (Monday to Friday)",
    frozenset({"SA", "SU"}): "weekend day",
}
"""Sets of days that have a name."""
NOT_EVERY_MONTH = " (skipped in months without it)"
SURE_WEEKS, SURE_DAYS = 4, 28
"""Every month has so many of each weekday, and so many days."""


def in_words(rule: str, starts: date) -> str:
    """An accepted rule from its first day on: `FREQ=MONTHLY;BYDAY=1TU` as `every month on the first Tuesday`."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    every = int(parts.get("INTERVAL", "1"))
    unit = UNITS[parts["FREQ"]]
    words = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    if parts["FREQ"] == "WEEKLY":
        words += f" on {_weekdays(parts, starts)}"
        if every > 1 and parts.get("WKST") == "SU":
            words += " (weeks begin on Sunday)"
    elif parts["FREQ"] != "DAILY":
        words += f" on {_days(parts, starts)}"
    return words + _months(parts, starts) + _ends(parts)


def _weekdays(parts: Mapping[str, str], starts: date) -> str:
    codes = parts["BYDAY"].split(",") if "BYDAY" in parts else [tuple(DAYS)[starts.weekday()]]
    return listed([DAYS[code] for code in codes])


def _days(parts: Mapping[str, str], starts: date) -> str:
    """The days of a month."""
    chosen = parts.get("BYMONTHDAY", "" if "BYDAY" in parts else str(starts.day))
    numbers = [int(number) for number in chosen.split(",") if number]
    if "BYDAY" not in parts:
        words = listed([_month_day(number) for number in numbers])
        return words + (NOT_EVERY_MONTH if max(numbers) > SURE_DAYS and parts["FREQ"] == "MONTHLY" else "")
    codes = parts["BYDAY"].split(",")
    if "BYSETPOS" in parts:
        return _positions(codes, parts["BYSETPOS"])
    if numbers:
        which = listed([f"{number}" for number in numbers], "or")
        return f"each {listed([DAYS[code] for code in codes], 'or')} that is day {which} of the month"
    rare = any(code[:-2] and abs(int(code[:-2])) > SURE_WEEKS for code in codes)
    return listed([_counted(code) for code in codes]) + (NOT_EVERY_MONTH if rare else "")


def _month_day(number: int) -> str:
    return f"day {number}" if number > 0 else f"the {_ordinal(number)} day of the month"


def _counted(code: str) -> str:
    """`2TU` as `the second Tuesday`, `TU` as `each Tuesday`."""
    number, day = code[:-2], DAYS[code[-2:]]
    return f"the {_ordinal(int(number))} {day}" if number else f"each {day}"


def _positions(codes: Sequence[str], positions: str) -> str:
    """The first, second or last of a set of weekdays in a month."""
    one = SETS.get(frozenset(codes)) or listed([DAYS[code] for code in codes], "or")
    ordinals = [int(position) for position in positions.split(",")]
    rare = len(codes) == 1 and max(abs(number) for number in ordinals) > SURE_WEEKS
    return f"the {listed([_ordinal(number) for number in ordinals])} {one}" + (NOT_EVERY_MONTH if rare else "")


def _ordinal(number: int) -> str:
    """`second`, `last`, `second to last`."""
    if number == -1:
        return "last"
    name = ORDINALS[abs(number) - 1] if abs(number) <= len(ORDINALS) else f"{abs(number)}th"
    return name if number > 0 else f"{name} to last"


def _months(parts: Mapping[str, str], starts: date) -> str:
    yearly = parts["FREQ"] == "YEARLY"
    chosen = parts.get("BYMONTH", str(starts.month) if yearly else "")
    return f" in {listed([MONTHS[int(month) - 1] for month in chosen.split(',')])}" if chosen else ""


def _ends(parts: Mapping[str, str]) -> str:
    """How often it comes, or until when."""
    if "COUNT" in parts:
        return ", once" if parts["COUNT"] == "1" else f", {parts['COUNT']} times"
    if "UNTIL" not in parts:
        return ""
    until = parts["UNTIL"]
    last = date(int(until[:4]), int(until[4:6]), int(until[6:8]))
    moment = f", {until[9:11]}:{until[11:13]} UTC" if "T" in until else ""
    return f", until {day_in_words(last)}{moment}"


def day_in_words(day: date) -> str:
    """`24 December 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """`Monday, Tuesday and Friday`."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
