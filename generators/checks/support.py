"""5xx: whatever a user sees leads to exactly one route and one promise."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.oncall import Rotation
from generators.model.organization import Surface
from generators.model.support import Route, ServiceLevel, Symptom
from generators.model.support import Severity as SeverityLevel
from generators.oncall.schedule import YEAR
from generators.support.deadlines import days_off, openings
from generators.support.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts
    from generators.model import Entity

NO_ROUTE = Rule(
    "OPS501",
    "symptom-without-route",
    Severity.ERROR,
    "A symptom can occur on a surface, and no route says where it goes.",
    "The report would lie unrouted until somebody happens to look.",
    "Add a route for that symptom and surface.",
)
TWO_ROUTES = Rule(
    "OPS502",
    "two-routes",
    Severity.ERROR,
    "Two routes answer the same symptom on the same surface.",
    "Support would have to choose, and two people would choose differently.",
    "Delete one, or tell the symptoms apart.",
)
STRAY_ROUTE = Rule(
    "OPS503",
    "route-for-no-symptom",
    Severity.ERROR,
    "A route names a surface on which its symptom does not occur.",
    "Nobody can ever take it.",
    "Name the surface in the symptom, or delete the route.",
)
NO_PROMISE = Rule(
    "OPS507",
    "severity-without-promise",
    Severity.ERROR,
    "A surface has no service level for a severity.",
    "Nobody could say by when a report of that severity is answered.",
    "Add a service level for that surface and severity.",
)
TWO_PROMISES = Rule(
    "OPS508",
    "two-promises",
    Severity.ERROR,
    "Two service levels promise for the same surface, severity and symptom.",
    "Two different promises are none.",
    "Delete one.",
)
RANKS = Rule(
    "OPS512",
    "severity-ranks",
    Severity.ERROR,
    "Two severities have the same rank, or a worse one weighs less.",
    "Ranking and routing need to know which of two is worse.",
    "Give each severity a rank of its own, and worse ones more weight.",
)
SLEEPING = Rule(
    "OPS513",
    "paging-in-business-hours",
    Severity.ERROR,
    "A severity that wakes people has a promise that runs in business hours only.",
    "Someone is paged at night for something that may wait until the morning.",
    "Drop `hours` from the promise, or let the severity not wake anybody.",
)
STANDS_STILL = Rule(
    "OPS514",
    "promise-stands-still",
    Severity.ERROR,
    "For two weeks or more the hours of a service level do not come.",
    "Whoever reports something on the first of these days is promised an answer that nobody works towards.",
    "Take holidays out of the calendar that the hours name, add days to the hours, or promise round the clock.",
)
RESTLESS = Rule(
    "OPS524",
    "hours-without-holidays",
    Severity.WARNING,
    "The hours of a service level name no calendar of holidays, and the rotation of its surface has one.",
    "Deadlines run over days on which the people who are to keep them are off.",
    "Name the calendar under `hours`, in `holidays`.",
)
RULES = (
    NO_ROUTE,
    TWO_ROUTES,
    STRAY_ROUTE,
    NO_PROMISE,
    TWO_PROMISES,
    RANKS,
    SLEEPING,
    STANDS_STILL,
    RESTLESS,
)
LONGEST_REST = timedelta(weeks=2)
"""Longer than any row of holidays: hours that stay away for this long are a mistake."""


def symptoms_have_a_route(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each symptom has a route on each surface where it occurs."""
    if unreadable(catalog, Route):
        return
    routed = {(entry.entity.symptom, entry.entity.surface) for entry in catalog.entries_of(Route)}
    for entry in catalog.entries_of(Symptom):
        for index, surface in enumerate(entry.entity.surfaces):
            if (entry.id, surface) not in routed:
                yield Finding(entry.at("surfaces", index), NO_ROUTE, f"'{entry.id}' on '{surface}' has no route")


def routes_are_distinct(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No two routes are for the same symptom on the same surface."""
    first: dict[tuple[str, str], str] = {}
    for entry in catalog.entries_of(Route):
        symptom, surface = key = (entry.entity.symptom, entry.entity.surface)
        if key in first:
            message = f"'{symptom}' on '{surface}' has the route '{first[key]}' already"
            yield Finding(entry.at("symptom"), TWO_ROUTES, message)
        first.setdefault(key, entry.id)


def routed_symptoms_occur(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The symptom of a route occurs on the route's surface."""
    for entry in catalog.entries_of(Route):
        symptom, surface = catalog.find(Symptom, entry.entity.symptom), entry.entity.surface
        if symptom and surface not in symptom.entity.surfaces:
            yield Finding(entry.at("surface"), STRAY_ROUTE, f"'{symptom.id}' does not occur on '{surface}'")


def unreadable(catalog: Catalog, kind: type[Entity]) -> bool:
    """Whether a file of this kind could not be read: then nothing is called missing, for it may be in that file."""
    return any(name == kind.kind for name, _ in catalog.broken)


def promises_are_distinct(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No two service levels are for the same surface, severity and symptom."""
    first: dict[tuple[str, str, str | None], str] = {}
    for entry in catalog.entries_of(ServiceLevel):
        key = (entry.entity.surface, entry.entity.severity, entry.entity.symptom)
        if key in first:
            yield Finding(entry.at("severity"), TWO_PROMISES, f"'{first[key]}' promises for the same")
        first.setdefault(key, entry.id)


def paging_promises_run_round_the_clock(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No promise for a severity that pages has business hours."""
    for entry in catalog.entries_of(ServiceLevel):
        severity = catalog.find(SeverityLevel, entry.entity.severity)
        if entry.entity.hours and severity and severity.entity.pages:
            yield Finding(entry.at("hours", key=True), SLEEPING, f"'{severity.id}' wakes people at any hour")


def severities_have_a_promise(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each surface promises something for each severity."""
    if unreadable(catalog, ServiceLevel):
        return
    promises = Promises(catalog)
    for surface in catalog.entries_of(Surface):
        for severity in catalog.entries_of(SeverityLevel):
            if promises.holding(surface.id, severity.id) is None:
                yield Finding(surface.at(), NO_PROMISE, f"'{surface.id}' promises nothing for '{severity.id}'")


def promises_go_on(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Within the year ahead the hours of every promise come again before two weeks are over."""
    end = facts.at + YEAR
    for entry in catalog.entries_of(ServiceLevel):
        hours = entry.entity.hours
        holidays = days_off(catalog, hours) if hours else ()
        if hours is None or not holidays:  # a weekday comes again within a week
            continue
        before = facts.at
        windows = openings(hours, holidays, facts.at, end)
        for start, stop in (*((window.start, window.end) for window in windows), (end, end)):
            if start - before >= LONGEST_REST:
                days = f"{before:%Y-%m-%d} to {start:%Y-%m-%d}"
                yield Finding(entry.at("hours", key=True), STANDS_STILL, f"its clock stands still from {days}")
                break
            before = stop


def hours_respect_holidays(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Where the people of a surface have holidays, no business time runs on all of them unnoticed."""
    for entry in catalog.entries_of(ServiceLevel):
        hours, surface = entry.entity.hours, catalog.find(Surface, entry.entity.surface)
        rotation = catalog.find(Rotation, surface.entity.rotation) if surface else None
        if hours and hours.holidays is None and rotation and rotation.entity.holidays:
            message = f"its clock runs on holidays; '{rotation.id}' has '{rotation.entity.holidays}'"
            yield Finding(entry.at("hours", key=True), RESTLESS, message, f"holidays: {rotation.entity.holidays}")


def severities_are_ranked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Ranks differ, and a worse severity weighs more."""
    ranked = sorted(catalog.entries_of(SeverityLevel), key=lambda entry: (entry.entity.rank, entry.id))
    for worse, entry in itertools.pairwise(ranked):
        if entry.entity.rank == worse.entity.rank:
            yield Finding(entry.at("rank"), RANKS, f"'{worse.id}' has rank {entry.entity.rank} already")
        elif entry.entity.weight >= worse.entity.weight:
            yield Finding(entry.at("weight"), RANKS, f"weighs no less than '{worse.id}', which is worse")


CHECKS = (
    symptoms_have_a_route,
    routes_are_distinct,
    routed_symptoms_occur,
    promises_are_distinct,
    paging_promises_run_round_the_clock,
    severities_have_a_promise,
    promises_go_on,
    hours_respect_holidays,
    severities_are_ranked,
)
