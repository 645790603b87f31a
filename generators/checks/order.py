"""What is worse is never treated more mildly: promises, paging, limits of freshness, objectives and their alerts."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from generators.alerting.burning import BURNS, minutes
from generators.findings import Finding, Rule, Severity
from generators.model.base import Entity
from generators.model.organization import Surface
from generators.model.pack import PackSchema
from generators.model.support import Route, ServiceLevel
from generators.model.support import Severity as SeverityLevel
from generators.model.telemetry import Alert, Objective
from generators.support.promises import Promises, minutes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

E = TypeVar("E", bound=Entity)
SLOWER = Rule(
    "OPS520",
    "worse-is-slower",
    Severity.ERROR,
    "On one surface, a worse severity is promised a later response than a milder one.",
    "Whoever reports the worse problem waits longer, and would do better to report the milder one.",
    "Shorten the promise for the worse severity, or lengthen the one for the milder severity.",
)
PAGES_WHEN_MILDER = Rule(
    "OPS521",
    "milder-severity-pages",
    Severity.ERROR,
    "A severity pages someone, and a worse one does not.",
    "People are paged for less than what may wait until the morning.",
    "Let the worse severity page as well, or the milder one not.",
)
DIFFERS = Rule(
    "OPS522",
    "promises-differ-between-surfaces",
    Severity.WARNING,
    "Surfaces promise different times for the same severity, and no service level says why.",
    "A user cannot know which surface a problem belongs to, and an unexplained difference is most often a mistake.",
    "Promise the same, or write the reason under `differs` of the service level that is the exception.",
)
SYMPTOM_DIFFERS = Rule(
    "OPS523",
    "symptom-severity-differs",
    Severity.WARNING,
    "Routes give the same symptom another severity on another surface, and none says why.",
    "How fast a user is answered would depend on which surface support thought of first.",
    "Give the symptom the same severity, or write the reason under `differs` of the route that is the exception.",
)
WARNS_LATE = Rule(
    "OPS841",
    "warning-after-stale",
    Severity.ERROR,
    "The tables of a pack are stale before they are old enough for a warning.",
    "The warning never comes: the data is called stale first.",
    "Make `warn_after` shorter than `error_after`.",
)
UNREACHABLE = Rule(
    "OPS910",
    "objective-out-of-range",
    Severity.ERROR,
    "An objective has a target below 0.5, needs so many events that failures pass unseen, or has a window shorter than "
    "that of its alert.",
    "A target that half of all events miss promises nothing, and below the least number of events nothing is measured.",
    "Raise the target, lower `minimum_events`, or lengthen `window_days`.",
)
BURNS_OTHERWISE = Rule(
    "OPS911",
    "burn-unlike-severity",
    Severity.ERROR,
    "An alert burns as fast as a page and its severity pages no one, or burns slowly and its severity pages.",
    "A fast burn waits until the morning, or someone is paged for one that may wait.",
    "Write `burn: page` for a severity that pages and `burn: ticket` for one that does not, or correct the severity.",
)
RULES = (SLOWER, PAGES_WHEN_MILDER, DIFFERS, SYMPTOM_DIFFERS, WARNS_LATE, UNREACHABLE, BURNS_OTHERWISE)
CLOCKS = ("acknowledge", "mitigate", "resolve")
LEAST_TARGET = Decimal("0.5")
"""Below it, most events may be bad."""
UNSEEN = 10
"""Bad events that the target may tolerate at the least number of events: with more, many users fail and nothing says
so. Twenty events with a target of 0.95 tolerate one."""
DAY = 24 * 60


def worse_is_never_slower(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """On each surface, for each symptom with a promise of its own, promises get longer from one rank to the next."""
    promises, ranked = Promises(catalog), _ranked(catalog)
    for surface in catalog.entries_of(Surface):
        symptoms = {str(level.entity.symptom or "") for level in promises.on(surface.id)}
        for symptom in sorted({"", *symptoms}):
            held = [promises.holding(surface.id, severity.id, symptom) for severity in ranked]
            for worse, milder in itertools.pairwise(filter(None, held)):
                if {worse.entity.symptom, milder.entity.symptom} != {None} or not symptom:
                    yield from _compared(worse, milder)


def _ranked(catalog: Catalog) -> list[Entry[SeverityLevel]]:
    """The severities, the worst first."""
    return sorted(catalog.entries_of(SeverityLevel), key=lambda entry: (entry.entity.rank, entry.id))


def _compared(worse: Entry[ServiceLevel], milder: Entry[ServiceLevel]) -> Iterator[Finding]:
    """Either of the two may be the one that is wrong: each is named at its own line."""
    if worse.entity.hours and not milder.entity.hours:
        message = f"its clock stands still at times; that of '{milder.id}', which is milder, never does"
        yield Finding(worse.at("hours", key=True), SLOWER, message)
    both_rest = worse.entity.hours and milder.entity.hours
    for clock in CLOCKS:
        later, sooner = getattr(worse.entity, clock), getattr(milder.entity, clock)
        slow = minutes_of(later, worse.entity.hours) if both_rest else later.minutes
        fast = minutes_of(sooner, milder.entity.hours) if both_rest else sooner.minutes
        if slow > fast:
            message = f"{later} is longer than the {sooner} of '{milder.id}', which is milder"
            yield Finding(worse.at(clock), SLOWER, message)
            message = f"{sooner} is shorter than the {later} of '{worse.id}', which is worse"
            yield Finding(milder.at(clock), SLOWER, message)


def worse_pages_first(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Severities that page are worse than those that do not."""
    for worse, milder in itertools.pairwise(_ranked(catalog)):
        if milder.entity.pages and not worse.entity.pages:
            yield Finding(worse.at("pages"), PAGES_WHEN_MILDER, f"'{milder.id}', which is milder, pages")
            yield Finding(milder.at("pages"), PAGES_WHEN_MILDER, f"'{worse.id}', which is worse, does not page")


def promises_agree_between_surfaces(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What is promised for a severity in general is the same on each surface, or says why it is not."""
    alike: dict[str, list[Entry[ServiceLevel]]] = defaultdict(list)
    for entry in catalog.entries_of(ServiceLevel):
        if entry.entity.symptom is None and not entry.entity.differs:
            alike[entry.entity.severity].append(entry)
    for levels in alike.values():
        for level, other in _unlike(levels, _times):
            yield _differing(level, other)


def _unlike(entries: list[Entry[E]], said: Callable[[Entry[E]], object]) -> Iterator[tuple[Entry[E], Entry[E]]]:
    """Those that do not say what most say, each with one that says otherwise; all where no majority is."""
    counted = Counter(said(entry) for entry in entries).most_common(2)
    if len(counted) > 1:
        usual = counted[0][0] if counted[0][1] > counted[1][1] else None
        for entry in entries:
            if said(entry) != usual:
                yield entry, next(other for other in entries if said(other) != said(entry))


def _times(level: Entry[ServiceLevel]) -> tuple[int, ...]:
    return tuple(getattr(level.entity, clock).minutes for clock in CLOCKS)


def _differing(level: Entry[ServiceLevel], other: Entry[ServiceLevel]) -> Finding:
    clock = next(
        clock for clock, mine, theirs in zip(CLOCKS, _times(level), _times(other), strict=True) if mine != theirs
    )
    message = f"'{other.id}' promises {getattr(other.entity, clock)} for the same severity, and neither says why"
    return Finding(level.at(clock), DIFFERS, message)


def symptoms_are_as_severe_everywhere(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each route of a symptom gives it the same severity, or says why it does not."""
    alike: dict[str, list[Entry[Route]]] = defaultdict(list)
    for entry in catalog.entries_of(Route):
        if not entry.entity.differs:
            alike[entry.entity.symptom].append(entry)
    for routes in alike.values():
        for route, other in _unlike(routes, lambda entry: str(entry.entity.severity)):
            message = f"'{other.id}' gives the symptom '{other.entity.severity}', and neither says why"
            yield Finding(route.at("severity"), SYMPTOM_DIFFERS, message)


def warnings_come_first(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Data is warned about before it is stale."""
    for entry in catalog.entries_of(PackSchema):
        limits = entry.entity.freshness
        if limits.warn_after.minutes >= limits.error_after.minutes:
            message = f"{limits.warn_after} is no less than the {limits.error_after} after which data is stale"
            yield Finding(entry.at("freshness", "warn_after"), WARNS_LATE, message)


def objectives_can_be_measured(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A target promises something, and failures are seen before many users have them."""
    longest = {burn: max(minutes(one.long) for one in burns) for burn, burns in BURNS.items()}
    for entry in catalog.entries_of(Objective):
        target = Decimal(entry.entity.target)
        if target < LEAST_TARGET:
            yield Finding(entry.at("target"), UNREACHABLE, f"more than half of all events may be bad at {target}")
        elif (tolerated := entry.entity.minimum_events * (1 - target)) > UNSEEN:
            message = f"nothing is measured before {int(tolerated)} bad events are tolerated; at most {UNSEEN} may be"
            yield Finding(entry.at("minimum_events"), UNREACHABLE, message)
        for use in catalog.used_by(Objective.kind, entry.id):
            burn = getattr(use.by.entity, "burn", None)
            if burn and entry.entity.window_days * DAY < longest[burn]:
                message = f"'{use.by.id}' looks back {longest[burn] // DAY or 1} days, further than the objective"
                yield Finding(entry.at("window_days"), UNREACHABLE, message)


def burns_are_as_severe(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """An alert on an objective burns like a page exactly where its severity pages."""
    for entry in catalog.entries_of(Alert):
        severity = catalog.find(SeverityLevel, entry.entity.severity)
        if entry.entity.burn and severity and severity.entity.pages != (entry.entity.burn == "page"):
            says = "pages" if severity.entity.pages else "pages no one"
            yield Finding(entry.at("severity"), BURNS_OTHERWISE, f"'{severity.id}' {says}; burn is {entry.entity.burn}")


CHECKS = (
    worse_is_never_slower,
    worse_pages_first,
    promises_agree_between_surfaces,
    symptoms_are_as_severe_everywhere,
    warnings_come_first,
    objectives_can_be_measured,
    burns_are_as_severe,
)
