"""Days and moments lie where they can: what happened has happened, what ends ends after it begins and not too late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from generators.findings import Finding, Rule, Severity
from generators.launch.signatures import superseded
from generators.model.launch import LONGEST_WAIVER, Rehearsal, SignOff
from generators.model.operating import Baseline, ReleaseTrain
from generators.model.pack import Pack, PackEvidence, PackFixtures
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.model.stability import Defect, Incident
from generators.oncall.departures import departures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity

NEVER_DEPARTS = Rule(
    "OPS215",
    "nothing-is-released",
    Severity.ERROR,
    "For half a year every release date of a release train falls into a freeze.",
    "Readers are told of releases that cannot come, and fixes wait.",
    "Shorten the freeze, or change the cadence.",
)
ANOTHER_CENTURY = Rule(
    "OPS224",
    "implausible-date",
    Severity.ERROR,
    "A date lies before 2020 or more than five years ahead.",
    "It is most often a slip of the keyboard, and what depends on it happens never or has always happened.",
    "Correct the year.",
)
NOT_YET = Rule(
    "OPS225",
    "held-in-the-future",
    Severity.ERROR,
    "Something that is recorded as having happened lies in the future.",
    "It counts as proof or history of what nobody has done.",
    "Correct the date, or record it when it has happened.",
)
OVERDUE = Rule(
    "OPS226",
    "overdue",
    Severity.NOTE,
    "What was to be looked at again by a day was not, or a sign-off that nothing supersedes has expired.",
    "What was put off stays put off, and no page says so.",
    "Do what is due, then write the next date, or delete the file. A sign-off is superseded: `dfops launch sign`.",
)
OVER = Rule(
    "OPS227",
    "period-over",
    Severity.NOTE,
    "A freeze or an override ended more than a month ago.",
    "Readers take it for one that is still to come, and a mistyped year looks the same.",
    "Delete it, or correct its dates.",
)
TOO_LONG = Rule(
    "OPS228",
    "period-too-long",
    Severity.WARNING,
    "A period is longer, or a date further ahead, than its kind can mean.",
    "What was meant for days or months holds for years.",
    "Correct the date; for something that lasts, change the plan instead.",
)
BACKWARDS = Rule(
    "OPS219",
    "ends-before-it-begins",
    Severity.ERROR,
    "A period ends before it begins, or something comes before what it follows from.",
    "It never holds, or the history that it tells cannot have happened.",
    "Exchange the dates, or correct the one that is wrong.",
)
RULES = (NEVER_DEPARTS, BACKWARDS, ANOTHER_CENTURY, NOT_YET, OVERDUE, OVER, TOO_LONG)
FIRST_YEAR = 2020
"""Nothing that people wrote down here happened earlier."""
YEARS_AHEAD = 5
TIME_ZONES = timedelta(days=1)
"""A day may have begun elsewhere."""
FORGOTTEN = timedelta(days=31)
HALF_A_YEAR = timedelta(weeks=26)
MONTHS = timedelta(days=100)
YEAR = timedelta(days=400)
WAIVED = timedelta(days=LONGEST_WAIVER)
NOT_JUDGED = frozenset({PackEvidence.kind, RuntimeReport.kind, PackFixtures.kind, Baseline.kind, Runtime.kind})
"""Written by commands and sealed, synthetic, or with rules about days of their own: OPS230, OPS830."""
HELD = frozenset(
    {
        ("cycle", "held"),
        ("sign-off", "signed"),
        ("withdrawal", "withdrawn_on"),
        ("defect", "first_seen"),
        ("defect", "fixed_on"),
        ("defect", "occurrences"),
        ("defect", "upstream.trials.day"),
        ("incident", "timeline.at"),
        ("incident", "ended"),
        ("objective", "declared.day"),
        ("connector", "tables_declared.day"),
        ("connector", "priority.declared.day"),
        ("incident", "follow_ups.done"),
        ("tranche", "closed"),
    }
)
"""What is recorded after it happened, by kind and field. Rehearsals are judged by OPS616."""
DUE = frozenset({("deferral", "follow_up.review"), ("sign-off", "expires")})
"""What is to be done by a day. Lessons of rehearsals are noted by OPS613; waivers are over by OPS625."""
AHEAD = frozenset({*DUE, ("waiver", "expires"), ("rehearsal", "lessons.due"), ("incident", "follow_ups.due")})
"""What is planned for a day within a year or so."""


class _Period(NamedTuple):
    """Two fields of one part that begin and end something, and the longest that it can mean."""

    kind: str
    within: str
    """The list that it stands in; empty for the entity itself."""
    begins: str
    ends: str
    longest: timedelta
    lapses: bool = False
    """Whether it is to be deleted once it is over."""


PERIODS = (
    _Period("release-train", "freezes", "first", "last", MONTHS, lapses=True),
    _Period("rotation", "overrides", "start", "end", MONTHS, lapses=True),
    _Period("person", "time_off", "first", "last", YEAR),
    _Period("sign-off", "", "signed", "expires", YEAR),
    _Period("waiver", "", "granted", "expires", WAIVED),
    _Period("status-override", "", "since", "until", MONTHS),
    _Period("tranche", "", "starts", "ends", YEAR),
)


def dates_are_plausible(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every day and moment of every kind lies in years that it can mean, and what was held was held."""
    today = facts.at.date()
    history = superseded(catalog.entries_of(SignOff), today)
    for entry in catalog.everything():
        is_judged = entry.kind not in NOT_JUDGED and not (entry.kind == SignOff.kind and entry.id in history)
        for route, value in _moments(entry.entity, ()) if is_judged else ():
            day = value.date() if isinstance(value, datetime) else value
            field = entry.kind, ".".join(step for step in route if isinstance(step, str))
            if objection := _objection(field, day, today):
                yield Finding(entry.at(*route), *objection)


def _objection(field: tuple[str, str], day: date, today: date) -> tuple[Rule, str] | None:
    """The rule that a day of a field breaks, and the sentence for it."""
    if not FIRST_YEAR <= day.year <= today.year + YEARS_AHEAD:
        return ANOTHER_CENTURY, f"{day} lies before {FIRST_YEAR} or too far ahead"
    if field in HELD and day > today + TIME_ZONES:
        return NOT_YET, f"{day} is still to come; today is {today}"
    if field in DUE and day < today:
        return OVERDUE, f"was due on {day}; today is {today}"
    if field in AHEAD and day > today + YEAR:
        return TOO_LONG, f"{day} is {(day - today).days} days ahead"
    return None


def _moments(part: BaseModel, route: Route) -> Iterator[tuple[Route, date]]:
    """Every date and moment in a part, with the route to it."""
    for name in _plan(type(part)):
        value = getattr(part, name)
        for step, item in enumerate(value) if isinstance(value, tuple) else ((None, value),):
            here = (*route, _spelled(part, name), *(() if step is None else (step,)))
            if isinstance(item, BaseModel):
                yield from _moments(item, here)
            elif isinstance(item, date):
                yield here, item


def _spelled(part: BaseModel, name: str) -> str:
    """A field as it stands in the file: `from`, for `from_`."""
    return type(part).model_fields[name].alias or name


@cache
def _plan(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that are dates, or hold parts with some."""
    return tuple(name for name, field in model.model_fields.items() if _has_dates(field.annotation))


def _has_dates(annotation: object) -> bool:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return issubclass(annotation, date) or (issubclass(annotation, BaseModel) and bool(_plan(annotation)))
    return get_origin(annotation) is not Literal and any(_has_dates(inner) for inner in get_args(annotation))


def periods_are_sound(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Periods end after they begin, are no longer than they can mean, and are deleted some time after their end."""
    for period in PERIODS:
        for entry in catalog.entries.get(period.kind, {}).values():
            parts = getattr(entry.entity, period.within) if period.within else (entry.entity,)
            for index, part in enumerate(parts):
                route = (period.within, index) if period.within else ()
                yield from _judged(entry, (*route, period.ends), part, period, facts)


def _judged(entry: Entry[Entity], route: Route, part: BaseModel, period: _Period, facts: Facts) -> Iterator[Finding]:
    begins, ends = getattr(part, period.begins), getattr(part, period.ends)
    last = ends.date() if isinstance(ends, datetime) else ends
    if ends < begins:
        yield Finding(entry.at(*route), BACKWARDS, f"ends on {last}, before it begins")
    elif ends - begins > period.longest:
        message = f"lasts {(ends - begins).days} days, until {last}; {period.longest.days} days are the longest"
        yield Finding(entry.at(*route), TOO_LONG, message)
    elif period.lapses and last + FORGOTTEN < facts.at.date():
        yield Finding(entry.at(*route), OVER, f"ended on {last}")


def histories_are_in_order(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What is listed oldest first is, and nothing is due, over or met again before it began."""
    for defect in catalog.entries_of(Defect):
        yield from _history_of_a_defect(defect)
    for incident in catalog.entries_of(Incident):
        moments = [one.at for one in incident.entity.timeline]
        yield from _ascending(incident, ("timeline",), "at", moments)
        if incident.entity.ended and incident.entity.ended < moments[0]:
            yield Finding(incident.at("ended"), BACKWARDS, f"ends before it begins, at {moments[0]:%Y-%m-%d %H:%MZ}")
    for rehearsal in catalog.entries_of(Rehearsal):
        for index, lesson in enumerate(rehearsal.entity.lessons):
            if lesson.due < rehearsal.entity.held:
                message = f"{lesson.due} is before {rehearsal.entity.held}, when it was learned"
                yield Finding(rehearsal.at("lessons", index, "due"), BACKWARDS, message)


def _history_of_a_defect(entry: Entry[Defect]) -> Iterator[Finding]:
    defect = entry.entity
    trials = [one.day for one in defect.upstream.trials] if defect.upstream else []
    yield from _ascending(entry, ("upstream", "trials"), "day", trials)
    for index, day in enumerate(defect.occurrences):
        if defect.first_seen and day < defect.first_seen:
            message = f"{day} is before {defect.first_seen}, when it was first seen"
            yield Finding(entry.at("occurrences", index), BACKWARDS, message)
    began = min((day for day in (defect.first_seen, *defect.occurrences) if day), default=None)
    if defect.fixed_on and began and defect.fixed_on < began:
        yield Finding(entry.at("fixed_on"), BACKWARDS, f"{defect.fixed_on} is before {began}, when it was first met")


def _ascending(
    entry: Entry[Entity], route: Route, field: str, moments: Sequence[date] | Sequence[datetime]
) -> Iterator[Finding]:
    for index, (before, after) in enumerate(pairwise(moments), 1):
        if after < before:
            yield Finding(entry.at(*route, index, field), BACKWARDS, f"{after} comes after {before} in the list")


def evidence_ages(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A pack's proofs are believed for months at most."""
    for entry in catalog.entries_of(Pack):
        limit = entry.entity.evidence_limit
        if timedelta(minutes=limit.minutes) > MONTHS:
            message = f"proofs would be believed for {limit}; {MONTHS.days} days are the longest"
            yield Finding(entry.at("evidence_limit"), TOO_LONG, message)


def trains_can_depart(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Within half a year some release date of each train lies outside its freezes."""
    for entry in catalog.entries_of(ReleaseTrain):
        freezes = entry.entity.freezes
        coming = departures(catalog, entry.entity, facts.at, facts.at + HALF_A_YEAR) if freezes else ()
        if coming and all(one.freeze for one in coming):
            longest = max(range(len(freezes)), key=lambda index: freezes[index].last - freezes[index].first)
            days = f"{coming[0].day} to {coming[-1].day}"
            message = f"nothing is released from {days}: all {len(coming)} release dates are frozen"
            yield Finding(entry.at("freezes", longest, "last"), NEVER_DEPARTS, message)


CHECKS = (dates_are_plausible, periods_are_sound, histories_are_in_order, evidence_ages, trains_can_depart)
