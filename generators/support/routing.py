"""From what a user sees, or a diagnostic code, to who answers by when, with which runbook and which words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from generators.findings.naming import Unanswerable, named
from generators.model.operating import Connector
from generators.model.organization import Role, Surface
from generators.model.runbook import Runbook
from generators.model.support import Route, Severity, Symptom
from generators.oncall.paging import fallbacks
from generators.oncall.roster import Roster, look_ahead
from generators.support.codes import known_codes
from generators.support.deadlines import days_off, deadline, holidays_end
from generators.support.known_issues import known_defects, known_limits, warehouses
from generators.support.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.model import Entity
    from generators.model.launch import UnsupportedCase
    from generators.model.stability import Defect
    from generators.model.support import ServiceLevel
    from generators.model.text import Span
    from generators.oncall.paging import Fallback
    from generators.oncall.schedule import Shift
    from generators.status.state import Status
    from generators.support.codes import KnownCode

E = TypeVar("E", bound="Entity")

"""Long enough to see the end of the shift that runs."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a report. Ids, or names as people write them; empty: not known."""

    surface: str = ""
    symptom: str = ""
    code: str = ""
    """A diagnostic code of a runtime; either this or the symptom."""
    connector: str = ""
    warehouse: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What a link to the runbook carries."""
        values = {"connector": self.connector, "warehouse": self.warehouse}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Due:
    """One part of a promise: `acknowledge`, `mitigate` or `resolve`, its words, and the instant in UTC."""

    what: str
    promise: Span
    at: datetime | None
    """None: more than ten years away."""
    holidays_until: date | None = None
    """The last day whose holidays are known, where `at` lies after it."""


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """Who answers for a surface at a moment."""

    shifts: tuple[Shift, ...] = ()
    away: tuple[Shift, ...] = ()
    """Who would answer but is away."""
    instead: tuple[Fallback, ...] = ()
    """Where policies go on, where nobody answers."""
    known: bool = True
    """Whether the rotation could be read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that support needs, for one symptom on one surface, for a report that came at a moment."""

    question: Question
    """As it was understood: ids only, the symptom filled in where a code was given."""
    at: datetime
    surface: Entry[Surface]
    symptom: Entry[Symptom]
    route: Entry[Route]
    severity: Entry[Severity]
    level: Entry[ServiceLevel] | None
    dues: tuple[Due, ...]
    """Empty where nothing is promised, which is a finding."""
    owner: Entry[Role]
    on_call: OnCallNow
    """Who answers pages of the surface at the moment, first who is paged first."""
    runbook: Entry[Runbook]
    defects: tuple[Entry[Defect], ...]
    unsupported: tuple[Entry[UnsupportedCase], ...]
    status: Status | None = field(default=None)
    """Of the connector's pack, where the caller knew it."""
    code: KnownCode | None = field(default=None)
    """What the code means that was asked about; None where a symptom was."""


def answer(catalog: Catalog, question: Question, at: datetime, statuses: Mapping[str, Status] | None = None) -> Answer:
    """The answer to a report that came at `at`, an aware datetime; `statuses` of packs by connector.

    Raises Unanswerable, one sentence with the nearest names, for what is not known, does not belong together, or needs
    a file that could not be read.
    """
    asked, surface, symptom = understood(catalog, question)
    code = known_codes(catalog)[asked.code] if asked.code else None
    route = _route(catalog, surface, symptom)
    severity = _needed(catalog, route, Severity, route.entity.severity)
    runbook = _needed(catalog, route, Runbook, route.entity.runbook)
    level = Promises(catalog).holding(surface.id, severity.id, symptom.id)
    return Answer(
        question=asked,
        at=at,
        surface=surface,
        symptom=symptom,
        route=route,
        severity=severity,
        level=level,
        dues=dues(catalog, level, at) if level else (),
        owner=_needed(catalog, route, Role, route.entity.owner),
        on_call=_on_call(catalog, surface.entity, at),
        runbook=runbook,
        defects=known_defects(catalog, surface.id, asked.connector, asked.warehouse),
        unsupported=known_limits(catalog, surface.id, asked.connector, asked.warehouse),
        status=(statuses or {}).get(asked.connector),
        code=code,
    )


def understood(catalog: Catalog, question: Question) -> tuple[Question, Entry[Surface], Entry[Symptom]]:
    """A question in ids, with its surface and symptom. Raises Unanswerable as `answer` does."""
    if bool(question.symptom) == bool(question.code):
        raise Unanswerable("name what the user sees, or the code in the message: exactly one of the two")
    question, symptom = _symptom(catalog, question)
    surface = _surface(catalog, question, symptom)
    connector = warehouse = ""
    if question.connector:
        titles = {entry.id: entry.entity.title for entry in catalog.entries_of(Connector)}
        connector = named("connector", question.connector, titles)
    if question.warehouse:
        warehouse = named("warehouse", question.warehouse, warehouses(catalog))
    return Question(surface.id, symptom.id, question.code, connector, warehouse), surface, symptom


def dues(catalog: Catalog, level: Entry[ServiceLevel], at: datetime) -> tuple[Due, ...]:
    """The three parts of a promise as instants."""
    holidays = days_off(catalog, level.entity.hours)
    parts = {
        "acknowledge": level.entity.acknowledge,
        "mitigate": level.entity.mitigate,
        "resolve": level.entity.resolve,
    }
    found = []
    for what, span in parts.items():
        due = deadline(level.entity, span, at, holidays)
        found.append(Due(what, span, due, holidays_end(catalog, level.entity.hours, due)))
    return tuple(found)


def _symptom(catalog: Catalog, question: Question) -> tuple[Question, Entry[Symptom]]:
    """The symptom that was named, or the one that a code shows, and the question with that code as it is written."""
    entries = {entry.id: entry for entry in catalog.entries_of(Symptom)}
    if question.symptom:
        titles = {name: entry.entity.title for name, entry in entries.items()}
        return question, entries[named("symptom", question.symptom, titles)]
    codes = known_codes(catalog)
    code = named("diagnostic code", question.code.strip().upper(), {code: code for code in codes})
    return replace(question, code=code), codes[code].symptom


def _surface(catalog: Catalog, question: Question, symptom: Entry[Symptom]) -> Entry[Surface]:
    """The surface that was named, on which the symptom occurs; unnamed, the only one on which it does."""
    surfaces = {entry.id: entry for entry in catalog.entries_of(Surface)}
    affected = [str(name) for name in symptom.entity.surfaces if name in surfaces]
    listed = ", ".join(affected) or "no surface"
    if question.surface:
        chosen = named("surface", question.surface, {name: entry.entity.title for name, entry in surfaces.items()})
        if chosen not in affected:
            what = f"{question.code} shows '{symptom.id}', which" if question.code else f"'{symptom.id}'"
            raise Unanswerable(f"{what} does not occur on '{chosen}', but on {listed}")
        return surfaces[chosen]
    if len(affected) != 1:
        raise Unanswerable(f"'{symptom.id}' occurs on {listed}; name one with --surface")
    return surfaces[affected[0]]


def _route(catalog: Catalog, surface: Entry[Surface], symptom: Entry[Symptom]) -> Entry[Route]:
    for entry in catalog.entries_of(Route):
        if (entry.entity.surface, entry.entity.symptom) == (surface.id, symptom.id):
            return entry
    raise Unanswerable(f"no route says where '{symptom.id}' on '{surface.id}' goes; `dfops check` says what is wrong")


def _needed(catalog: Catalog, route: Entry[Route], kind: type[E], name: str) -> Entry[E]:
    """What a route names. It may be malformed, or not there: then nobody can be told what to do."""
    entry = catalog.find(kind, name)
    if entry is None:
        raise Unanswerable(
            f"{route.path} needs the {kind.kind} '{name}', which cannot be read; `dfops check` says what is wrong"
        )
    return entry


def _on_call(catalog: Catalog, surface: Surface, at: datetime) -> OnCallNow:
    roster = Roster.of(catalog, at, look_ahead(catalog, at))
    schedule = roster.schedules.get(surface.rotation)
    if schedule is None:
        return OnCallNow(known=False)
    instead = () if schedule.at(at) else tuple(fallbacks(catalog, roster, surface.rotation, at))
    return OnCallNow(schedule.at(at), schedule.away_at(at), instead)


__all__ = ["Answer", "Due", "Question", "Unanswerable", "answer", "dues", "understood"]
