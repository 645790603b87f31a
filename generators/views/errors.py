"""The page that support opens: from what a user sees, a code or a connector to severity, deadline, owner and words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.catalog import public_part
from generators.model.refs import StepRef
from generators.model.runbook import Runbook
from generators.model.support import Route, ServiceLevel, Symptom
from generators.status.met import met_of
from generators.status.packs import connectors
from generators.support.codes import known_codes
from generators.support.deadlines import days_off, openings
from generators.support.known_issues import known_defects, known_limits
from generators.support.promises import Promises, hours_in_words, minutes_of
from generators.views.entity import ref_to
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model import Ref
    from generators.model.refs import RoleRef, RunbookRef, SeverityRef, SurfaceRef
    from generators.model.support import Request
    from generators.status.packs import PackStatus
    from generators.support.codes import KnownCode

BEHIND, AHEAD = timedelta(weeks=1), timedelta(weeks=8)
"""Before and after the Monday of a week: the business time that its pages know. A report may be some days old."""


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """What support needs for a symptom on a surface."""

    surface: SurfaceRef
    severity: SeverityRef
    raise_when: str
    acknowledge: str
    """Empty where nothing is promised."""
    mitigate: str
    hours: str
    level: int
    """Place of the promise in the page's clock, from 0; -1 where nothing is promised."""
    owner: RoleRef
    runbook: RunbookRef
    step: StepRef | None
    """The runbook's first; None where the runbook could not be read."""
    tell_user: str


@dataclass(frozen=True, slots=True)
class ErrorSymptom:
    """A symptom with everything that follows from it."""

    id: str
    title: str
    seen: str
    ask: tuple[Request, ...]
    try_first: tuple[Request, ...]
    answers: tuple[ErrorAnswer, ...]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A diagnostic code, when it is reported, and the symptom that it shows."""

    code: str
    summary: str
    """Empty where nothing says what it means."""
    symptom: str
    title: str


@dataclass(frozen=True, slots=True)
class ErrorConnector:
    """A connector with what is known already."""

    ref: Ref
    state: str
    """Of its pack; empty where there is none."""
    defects: tuple[Ref, ...]
    """Those that a case shows in its pack."""
    reported: tuple[Ref, ...]
    """Those that were reported for other packages only."""
    unsupported: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The page."""

    symptoms: tuple[ErrorSymptom, ...]
    codes: tuple[ErrorCode, ...]
    connectors: tuple[ErrorConnector, ...]
    clock: str
    """What the page works deadlines out with, as JSON of numbers; see `clock`."""


@dataclass(frozen=True, slots=True)
class DoorLink:
    """A symptom on that page."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class SupportDoor:
    """The way there from the chapter's first page."""

    symptoms: tuple[DoorLink, ...]


def support_door(catalog: Catalog) -> SupportDoor:
    """Every symptom by title."""
    entries = in_list_order(list(catalog.entries_of(Symptom)))
    return SupportDoor(tuple(DoorLink(entry.id, entry.entity.title) for entry in entries))


def error_page(catalog: Catalog, packs: Mapping[str, PackStatus], at: datetime) -> ErrorPage:
    """Symptoms by title, codes by name, connectors by title. `packs` by id.

    Of `at`, an aware datetime, only the week counts: within a week equal inputs give an equal page.
    """
    symptoms = in_list_order(list(catalog.entries_of(Symptom)))
    return ErrorPage(
        tuple(_symptoms(catalog, symptoms)),
        tuple(map(_code, known_codes(catalog).values())),
        tuple(_connectors(catalog, packs)),
        clock(catalog, at),
    )


def _code(known: KnownCode) -> ErrorCode:
    summary = known.diagnostic.entity.meaning if known.diagnostic else ""
    if known.group:
        summary = f"{known.group.entity.title}; packs do not cause it"
    return ErrorCode(known.code, summary, known.symptom.id, known.symptom.entity.title)


def clock(catalog: Catalog, at: datetime) -> str:
    """The promises as JSON: `levels`, each its minutes to acknowledge, mitigate, resolve, and its place in `hours`.

    `hours` are openings and closings in turn, in minutes since 1970, of the weeks `from` … `until`; place -1: round the
    clock. Levels are in order of their ids.
    """
    monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = monday - BEHIND, monday + AHEAD
    hours: dict[tuple[int, ...], int] = {}
    levels = []
    for entry in catalog.entries_of(ServiceLevel):
        level, place = entry.entity, -1
        if level.hours:
            windows = openings(level.hours, days_off(catalog, level.hours), start, end)
            edges = tuple(_minute(edge) for window in windows for edge in (window.start, window.end))
            place = hours.setdefault(edges, len(hours))
        spans = (level.acknowledge, level.mitigate, level.resolve)
        levels.append([*(minutes_of(span, level.hours) for span in spans), place])
    numbers = {"from": _minute(start), "until": _minute(end), "levels": levels, "hours": list(hours)}
    return json.dumps(numbers, separators=(",", ":"))


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _symptoms(catalog: Catalog, symptoms: Iterable[Entry[Symptom]]) -> Iterator[ErrorSymptom]:
    routes: dict[str, list[Route]] = {}
    for route in catalog.entries_of(Route):
        routes.setdefault(route.entity.symptom, []).append(route.entity)
    promises = Promises(catalog)
    places = {entry.id: place for place, entry in enumerate(catalog.entries_of(ServiceLevel))}
    for entry in symptoms:
        symptom = entry.entity
        answers = tuple(_answer(catalog, promises, places, route) for route in routes.get(entry.id, []))
        yield ErrorSymptom(entry.id, symptom.title, symptom.seen, symptom.ask, symptom.try_first, answers)


def _answer(catalog: Catalog, promises: Promises, places: Mapping[str, int], route: Route) -> ErrorAnswer:
    level = promises.holding(route.surface, route.severity, route.symptom)
    runbook = catalog.find(Runbook, route.runbook)
    return ErrorAnswer(
        surface=route.surface,
        severity=route.severity,
        raise_when=route.raise_when or "",
        acknowledge=level.entity.acknowledge if level else "",
        mitigate=level.entity.mitigate if level else "",
        hours=hours_in_words(catalog, level.entity.hours) if level else "",
        level=places[level.id] if level else -1,
        owner=route.owner,
        runbook=route.runbook,
        step=StepRef(f"{runbook.id}/{runbook.entity.entry}") if runbook else None,
        tell_user=route.tell_user,
    )


def _connectors(catalog: Catalog, packs: Mapping[str, PackStatus]) -> Iterator[ErrorConnector]:
    by_connector = {str(pack_status.pack.entity.connector): pack_status for pack_status in packs.values()}
    for entry in connectors(public_part(catalog)):
        pack_status, known = by_connector.get(entry.id), known_defects(catalog, "", entry.id)
        is_met = {defect.id: met_of(catalog, defect).is_met for defect in known}
        yield ErrorConnector(
            ref_to(entry.kind, entry.id),
            pack_status.status.state if pack_status else "",
            tuple(ref_to(defect.kind, defect.id) for defect in known if is_met[defect.id]),
            tuple(ref_to(defect.kind, defect.id) for defect in known if not is_met[defect.id]),
            tuple(ref_to(case.kind, case.id) for case in known_limits(catalog, "", entry.id)),
        )
