"""Recurrence rules: which are accepted, when they come, and how people say them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, product, takewhile
from typing import TYPE_CHECKING

import pytest

from generators.model.recurrence import days_of, numbers, objection, parts_of, skipped_months
from generators.model.recurrence_words import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STARTS = date(2026, 11, 2)
"""A Monday."""
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY;BYDAY=MO", "every week on Monday"),
        ("FREQ=WEEKLY", "every week on Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 weeks on Tuesday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "every 2 weeks on Sunday and Monday (weeks begin on Sunday)"),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=6,7", "every week on Monday in June and July"),
        ("FREQ=MONTHLY", "every month on day 2"),
        ("FREQ=MONTHLY;BYDAY=1TU", "every month on the first Tuesday"),
        ("FREQ=MONTHLY;BYDAY=TU", "every month on each Tuesday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "every 3 months on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=5FR", "every month on the fifth Friday (skipped in months without it)"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "every month on the last Friday"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "every month on the last weekday (Monday to Friday)",
        ),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1", "every month on the first and last weekend day"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2", "every month on the second Monday or Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-2", "every month on day 1 and the second to last day of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-7", "every month on the 7th to last day of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "every month on day 31 (skipped in months without it)"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on each Friday that is day 13 of the month"),
        ("FREQ=YEARLY", "every year on day 2 in November"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=15", "every year on day 15 in January and July"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "every year on the last day of the month in February"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO", "every year on the first Monday in January and July"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "every week on Monday, 3 times"),
        ("FREQ=DAILY;COUNT=1", "every day, once"),
        ("FREQ=DAILY;UNTIL=20270301", "every day, until 1 March 2027"),
        ("FREQ=DAILY;UNTIL=20270301T170000Z", "every day, until 1 March 2027, 17:00 UTC"),
    ],
)
def test_rules_read_as_people_say_them(rule: str, words: str) -> None:
    """Meetings are announced in words, and every accepted rule has true ones."""
    assert objection(rule) == ""
    assert in_words(rule, STARTS) == words


# ── refused ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=1MO", "counts weekdays in a week"),
        ("FREQ=WEEKLY;BYDAY=TU,-1FR", "use FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=13", "use FREQ=MONTHLY"),
        ("FREQ=DAILY;BYDAY=MO", "use FREQ=WEEKLY"),
        ("FREQ=DAILY;BYMONTH=2", "combines FREQ=DAILY with BYMONTH"),
        ("FREQ=MONTHLY;BYMONTH=1,7;BYDAY=1MO", "use FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=-1", "combines BYDAY and BYMONTHDAY"),
        ("FREQ=YEARLY;BYDAY=1FR;BYMONTH=1;BYMONTHDAY=1", "combines BYDAY and BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTHDAY=13", "add BYMONTH"),
        ("FREQ=YEARLY;BYDAY=MO", "add BYMONTH"),
        ("FREQ=YEARLY;BYDAY=1MO;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYDAY=FR;BYSETPOS=1", "BYSETPOS with several months"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=-1", "from the end of several months"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "day 29 in February"),
        ("FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=31", "day 31 in June"),
        ("FREQ=YEARLY;BYMONTH=3,6;BYDAY=MO;BYMONTHDAY=31", "day 31 in June"),
        ("FREQ=YEARLY;BYWEEKNO=1", "BYWEEKNO=1"),
        ("FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY=100"),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "BYMONTHDAY=-31"),
        ("FREQ=MONTHLY;BYDAY=5FR;BYDAY=1FR", "twice"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "both COUNT and UNTIL"),
        ("FREQ=DAILY;UNTIL=20270230", "RFC 5545"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-5", ""),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=5MO", ""),
    ],
)
def test_what_calendars_read_differently_is_refused(rule: str, said: str) -> None:
    """With what to use instead, where there is something; rare days are no reason."""
    assert said in objection(rule)
    assert bool(objection(rule)) == bool(said)


@pytest.mark.parametrize(
    ("rule", "starts", "said"),
    [
        (
            "FREQ=MONTHLY;BYMONTHDAY=31",
            STARTS,
            "day 31 does not exist in February, April, June, September and November",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15,29", STARTS, "day 29 does not exist in February"),
        ("FREQ=MONTHLY;INTERVAL=6", date(2026, 12, 31), "day 31 does not exist in June"),
        ("FREQ=MONTHLY", date(2027, 1, 30), "day 30 does not exist in February"),
        ("FREQ=MONTHLY;INTERVAL=12", date(2026, 12, 31), ""),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=30", STARTS, ""),
        ("FREQ=MONTHLY;BYMONTHDAY=28,-1", date(2026, 12, 31), ""),
        ("FREQ=MONTHLY;BYDAY=5FR", date(2026, 12, 31), ""),
        ("FREQ=WEEKLY", date(2026, 12, 31), ""),
    ],
)
def test_months_without_the_day(rule: str, starts: date, said: str) -> None:
    """Those that the rule reaches with its interval, and no others."""
    assert skipped_months(rule, starts) == said


# ── when they come ──────────────────────────────────────────────────────────────────────────────────────────────────
def matches(rule: str, starts: date, first: date, last: date) -> Iterator[date]:
    """RFC 5545, 3.3.10, read day by day: each day asked whether the rule has it. Without COUNT and UNTIL."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day >= starts and _has(rule, starts, day):
            yield day


def _has(rule: str, starts: date, day: date) -> bool:
    parts = parts_of(rule)
    frequency, every = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    months = numbers(parts.get("BYMONTH", "")) or ((starts.month,) if frequency == "YEARLY" else range(1, 13))
    if day.month not in months or _periods(frequency, parts.get("WKST", "MO"), starts, day) % every:
        return False
    if frequency == "DAILY":
        return True
    if frequency == "WEEKLY":
        return CODES[day.weekday()] in parts.get("BYDAY", CODES[starts.weekday()]).split(",")
    return day.day in _in_month(rule, starts, day.replace(day=1))


@lru_cache
def _in_month(rule: str, starts: date, month: date) -> list[int]:
    parts = parts_of(rule)
    chosen = [day for day in range(1, monthrange(month.year, month.month)[1] + 1) if _chosen(parts, starts, day, month)]
    if "BYSETPOS" not in parts:
        return chosen
    positions = set(numbers(parts["BYSETPOS"]))
    return [day for index, day in enumerate(chosen) if {index + 1, index - len(chosen)} & positions]


def _periods(frequency: str, week_start: str, starts: date, day: date) -> int:
    """Days, weeks, months or years between the periods of two days."""
    if frequency == "DAILY":
        return (day - starts).days
    if frequency == "WEEKLY":
        sunday = week_start == "SU"
        monday_of = [one - timedelta(days=(one.weekday() + sunday) % 7) for one in (starts, day)]
        return (monday_of[1] - monday_of[0]).days // 7
    years = day.year - starts.year
    return years if frequency == "YEARLY" else 12 * years + day.month - starts.month


def _chosen(parts: dict[str, str], starts: date, number: int, month: date) -> bool:
    """Whether BYDAY and BYMONTHDAY choose a day of a month."""
    length = monthrange(month.year, month.month)[1]
    default = "" if "BYDAY" in parts else str(starts.day)
    days = numbers(parts.get("BYMONTHDAY", default))
    if days and not {number, number - length - 1} & set(days):
        return False
    if "BYDAY" not in parts:
        return True
    code = CODES[month.replace(day=number).weekday()]
    nth, from_end = (number - 1) // 7 + 1, -((length - number) // 7 + 1)
    return bool({code, f"{nth}{code}", f"{from_end}{code}"} & set(parts["BYDAY"].split(",")))


CHOICES: dict[str, Sequence[str]] = {
    "INTERVAL": ("", "2"),
    "BYDAY": ("", "MO", "MO,TU,WE,TH,FR", "-1FR", "5FR", "MO,2TU"),
    "BYMONTH": ("", "2", "1,7"),
    "BYMONTHDAY": ("", "31", "-1", "1,15"),
    "BYSETPOS": ("", "1", "-1", "5"),
    "WKST": ("", "SU"),
}


def accepted() -> Iterator[str]:
    """Every accepted rule of these parts."""
    for frequency in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        for values in product(*CHOICES.values()):
            chosen = {name: value for name, value in zip(CHOICES, values, strict=True) if value}
            if chosen.get("WKST") and frequency != "WEEKLY":
                continue
            rule = ";".join((f"FREQ={frequency}", *(f"{name}={value}" for name, value in chosen.items())))
            if not objection(rule):
                yield rule


def test_second_reading_of_every_accepted_rule() -> None:
    """Days as RFC 5545 has them when each is asked by itself, and as the library has them, are the same."""
    rules = list(accepted())
    assert len(rules) > 100
    starts, last = date(2027, 12, 28), date(2029, 3, 31)
    for rule in rules:
        found = list(takewhile(last.__ge__, days_of(rule, starts)))
        assert found == list(matches(rule, starts, starts, last)), rule


READINGS = {
    "FREQ=MONTHLY;BYDAY=5FR": "2027-01-29 2027-04-30 2027-07-30 2027-10-29 2027-12-31",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13": "2026-11-13 2027-08-13 2028-10-13 2029-04-13 2029-07-13",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": "2026-11-30 2026-12-31 2027-01-29 2027-02-26 2027-03-31",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31",
    "FREQ=MONTHLY;BYMONTHDAY=31": "2026-12-31 2027-01-31 2027-03-31 2027-05-31 2027-07-31",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU": "2026-11-02 2026-11-15 2026-11-16 2026-11-29 2026-11-30",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO": "2026-11-02 2026-11-08 2026-11-16 2026-11-22 2026-11-30",
    "FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO": "2027-01-04 2027-07-05 2028-01-03 2028-07-03 2029-01-01",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1": "2027-02-28 2028-02-29 2029-02-28 2030-02-28 2031-02-28",
}


@pytest.mark.parametrize("rule", READINGS)
def test_reading_of_libical_and_ical_js(rule: str) -> None:
    """The first five days as libical 3.0.16 and ical.js 2.2.1 gave them, which are read by calendars of users."""
    assert " ".join(day.isoformat() for day in islice(days_of(rule, STARTS), 5)) == READINGS[rule]
