"""An RFC 5545 recurrence rule in words, for the forms that calendars of meetings use; any other stays a rule."""

from __future__ import annotations

import re

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
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
DAY = re.compile(r"(?P<nth>[+-]?[0-9]+)?(?P<day>[A-Z]{2})")
TOLD = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY"})


def in_words(rule: str) -> str:
    """`FREQ=MONTHLY;BYDAY=1TU` as `every month on the first Tuesday`; the rule itself where there are no such words."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    days = _days(parts.get("BYDAY", ""))
    if not parts.keys() <= TOLD or days is None:
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
    found = [DAY.fullmatch(day) for day in written.split(",") if day]
    names = []
    for match in found:
        nth = int(match["nth"] or 0) if match else 0
        if match is None or match["day"] not in DAYS or (nth and nth not in ORDINALS):
            return None
        names.append(f"the {ORDINALS[nth]} {DAYS[match['day']]}" if nth else DAYS[match["day"]])
    return _listed(names)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
