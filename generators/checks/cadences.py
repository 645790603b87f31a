"""2xx: a cadence comes when its readers think it does, in every calendar, and its exceptions name real occurrences."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.operating import Cadence
from generators.model.recurrence import numbers, parts_of, skipped_months, yearly_gaps
from generators.oncall.civil import zone
from generators.oncall.occurrences import next_held, planned
from generators.oncall.schedule import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

MONTHS_WITHOUT_DAY = Rule(
    "OPS208",
    "months-without-the-day",
    Severity.WARNING,
    "A monthly cadence is on a day that some of its months do not have.",
    "Calendars leave these months out without notice. Some readers expect the meeting on the last day.",
    "Use `BYMONTHDAY=-1` for the last day, or a day up to 28.",
)
CADENCE_OVER = Rule(
    "OPS209",
    "cadence-over",
    Severity.WARNING,
    "No occurrence of a cadence is still to come.",
    "The page still announces it, and what depends on it is no longer decided.",
    "Extend or remove UNTIL or COUNT, or delete the cadence.",
)
NEVER_HELD = Rule(
    "OPS210",
    "cadence-never-held",
    Severity.ERROR,
    "A cadence has no occurrence at all from its first day on.",
    "It is in no calendar, although the page announces it.",
    "Correct `starts`, UNTIL or the days: the rule must have an occurrence on or after `starts`.",
)
YEARLY_GAP = Rule(
    "OPS211",
    "yearly-day-not-in-each-year",
    Severity.ERROR,
    "A yearly cadence takes its day from `starts`, and some of its years or months do not have that day.",
    "Some calendars leave it out there, others move it to the first day of the next month.",
    "Add BYMONTH and `BYMONTHDAY=-1` for the last day, or a day up to 28.",
)
NO_SUCH_OCCURRENCE = Rule(
    "OPS212",
    "exception-without-occurrence",
    Severity.ERROR,
    "An exception of a cadence names a day on which the cadence has no occurrence, or names a day twice.",
    "The meeting that was meant stays in every calendar.",
    "Name the day that the recurrence has, once.",
)
SKIPPED_HOUR = Rule(
    "OPS213",
    "occurrence-in-a-skipped-hour",
    Severity.NOTE,
    "Within the next 52 weeks, clocks skip the time of an occurrence.",
    "The meeting begins at the first moment after the gap; people who read the wall time only can miss it.",
    "Nothing has to change. Choose a time outside of the gap if that day matters.",
)
RULES = (MONTHS_WITHOUT_DAY, CADENCE_OVER, NEVER_HELD, YEARLY_GAP, NO_SUCH_OCCURRENCE, SKIPPED_HOUR)


def months_have_the_day(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A monthly cadence comes in each of its months."""
    for entry in catalog.entries_of(Cadence):
        if sentence := skipped_months(entry.entity.recurrence, entry.entity.starts):
            yield Finding(entry.at("recurrence"), MONTHS_WITHOUT_DAY, f"{sentence}: no occurrence there")


def years_have_the_day(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A yearly cadence without a day of its own begins on a day that each of its months always has."""
    for entry in catalog.entries_of(Cadence):
        parts, starts = parts_of(entry.entity.recurrence), entry.entity.starts
        if parts["FREQ"] == "YEARLY" and not {"BYDAY", "BYMONTHDAY"} & parts.keys():
            months = numbers(parts.get("BYMONTH", "")) or (starts.month,)
            for sentence in yearly_gaps(months, (starts.day,)):
                yield Finding(entry.at("starts"), YEARLY_GAP, sentence)


def cadences_come(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A cadence has occurrences, and one of them is still to come."""
    for entry in catalog.entries_of(Cadence):
        if next(planned(entry.entity), None) is None:
            message = f"has no occurrence on or after {entry.entity.starts}"
            yield Finding(entry.at("recurrence"), NEVER_HELD, message)
        elif next_held(entry.entity, facts.at) is None:
            yield Finding(entry.at("recurrence"), CADENCE_OVER, f"no occurrence after {facts.at:%Y-%m-%d}")


def exceptions_name_occurrences(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each exception is about one occurrence, and no two are about the same."""
    for entry in catalog.entries_of(Cadence):
        exceptions = entry.entity.exceptions
        last = max((exception.day for exception in exceptions), default=None)
        if last is None:
            continue
        open_days = set(_days_up_to(last, entry.entity))
        for index, exception in enumerate(exceptions):
            if exception.day not in open_days:
                twice = any(exception.day == other.day for other in exceptions[:index])
                message = f"{exception.day} has two exceptions" if twice else f"no occurrence on {exception.day}"
                yield Finding(entry.at("exceptions", index, "day"), NO_SUCH_OCCURRENCE, message)
            open_days.discard(exception.day)


def _days_up_to(last: date, cadence: Cadence) -> Iterator[date]:
    return (occurrence.day for occurrence in takewhile(lambda one: one.day <= last, planned(cadence)))


def occurrences_in_skipped_hours(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A time that clocks skip is noted, with the time at which the meeting begins instead."""
    for entry in catalog.entries_of(Cadence):
        yield from _skipped(entry, facts)


def _skipped(entry: Entry[Cadence], facts: Facts) -> Iterator[Finding]:
    cadence, where = entry.entity, zone(entry.entity.zone)
    end = (facts.at + YEAR + timedelta(days=1)).date()
    begin = facts.at.date() - timedelta(days=1)  # the day in the cadence's zone is at most one away
    for occurrence in takewhile(lambda one: one.day < end, planned(cadence, begin)):
        if occurrence.start >= facts.at and occurrence.exception is None and occurrence.skips:
            begins = f"{occurrence.start.astimezone(where):%H:%M}"
            message = f"clocks skip {cadence.time} on {occurrence.day}: the meeting begins at {begins}"
            yield Finding(entry.at("time"), SKIPPED_HOUR, message)


CHECKS = (
    months_have_the_day,
    years_have_the_day,
    cadences_come,
    exceptions_name_occurrences,
    occurrences_in_skipped_hours,
)
