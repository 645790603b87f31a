"""RFC 5545 recurrence rules: whether one comes at all, and how it reads in words."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from dateutil.rrule import rrulestr

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
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
DAY = re.compile(r"(?P<nth>[+-]?[0-9]+)?(?P<day>[A-Z]{2})")
WORDED = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY"})


ALLOWED = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]{0,2}"),
    "COUNT": re.compile(r"[1-9][0-9]{0,3}"),
    "UNTIL": re.compile(r"(?:19[7-9]|20[0-9]|21[0-9])[0-9]{5}(?:T[0-9]{6}Z)?"),
    "BYDAY": re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU))*"),
    "BYMONTH": re.compile(r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*"),
    "BYMONTHDAY": re.compile(r"-?(?:[1-9]|[12][0-9]|3[01])(?:,-?(?:[1-9]|[12][0-9]|3[01]))*"),
    "BYSETPOS": re.compile(r"-?[1-5](?:,-?[1-5])*"),
    "WKST": re.compile(r"MO|SU"),
}
"""The parts of a rule that meetings need, and what each may say: nothing that takes long to expand."""
NEAR_THE_END = datetime(9984, 1, 1)  # noqa: DTZ001 - wall time; the zone is the cadence's own
"""The calendar ends with 9999: from here a rule that never comes is given up after sixteen years, with leap days."""


@lru_cache(maxsize=1024)
def comes(rule: str) -> bool:
    """Whether a rule is one of the parts above, each once, and ever comes."""
    parts = [part.partition("=") for part in rule.split(";")]
    names = [name for name, _, _ in parts]
    if len(set(names)) != len(names):
        return False
    if not all(name in ALLOWED and ALLOWED[name].fullmatch(value) for name, _, value in parts):
        return False
    endless = ";".join(f"{name}={value}" for name, _, value in parts if name not in {"UNTIL", "COUNT"})
    try:
        rrulestr(rule, dtstart=NEAR_THE_END, ignoretz=True)
        return next(iter(rrulestr(endless, dtstart=NEAR_THE_END)), None) is not None
    except (ValueError, TypeError, KeyError):
        return False


def in_words(rule: str) -> str:
    """`FREQ=MONTHLY;BYDAY=1TU` as `every month on the first Tuesday`; the rule itself where there are no such words."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    days = _days(parts.get("BYDAY", ""))
    if not parts.keys() <= WORDED or days is None:
        return rule
    every = int(parts.get("INTERVAL", "1"))
    unit = UNITS[parts["FREQ"]]
    words = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    if days:
        words += f" on {days}"
    if "BYMONTHDAY" in parts:
        words += f" on day {parts['BYMONTHDAY'].replace(',', ', ')}"
    if "BYMONTH" in parts:
        words += f" in {_listed([MONTHS[int(month) - 1] for month in parts['BYMONTH'].split(',')])}"
    return words


def _days(written: str) -> str | None:
    """Week days in words; None where there are none for it."""
    names = []
    for day in filter(None, written.split(",")):
        name = _day(day)
        if name is None:
            return None
        names.append(name)
    return _listed(names)


def _day(written: str) -> str | None:
    """`2TU` as `the second Tuesday`; None where there are no words for it."""
    match = DAY.fullmatch(written)
    if match is None or match["day"] not in DAYS:
        return None
    weekday, nth = DAYS[match["day"]], int(match["nth"] or 0)
    if nth == 0:
        return weekday
    return f"the {ORDINALS[nth]} {weekday}" if nth in ORDINALS else None


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
