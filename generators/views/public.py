"""What the public may read of help, promises and limits; connectors, quickstarts and releases have their own modules.

Views here are built by naming public fields; an internal entity never gets this far.

Public pages link to each other by document, not by entity: in the public site no internal page exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.model.anchors import public_anchor
from generators.model.launch import UnsupportedCase
from generators.model.organization import Surface
from generators.model.support import Route, ServiceLevel, Severity, Symptom
from generators.support.promises import hours_in_words
from generators.views.codes import explained
from generators.views.connectors import Unsupported, unsupported
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from generators.catalog import Catalog, Entry
    from generators.model.support import Request
    from generators.views.codes import CodeLink


CODE_INDEX = "codes/index"
"""The list of codes, relative to the help index."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is told to a user of one surface who sees a symptom."""

    anchor: str
    surface: str
    severity: str
    tell_user: str


@dataclass(frozen=True, slots=True)
class SymptomPage:
    """What a user sees, what to try, and what happens after a report."""

    id: str
    title: str
    seen: str
    try_first: tuple[Request, ...]
    ask: tuple[Request, ...]
    advice: tuple[Advice, ...]
    codes: tuple[CodeLink, ...]
    """Those that show it."""


@dataclass(frozen=True, slots=True)
class SymptomLink:
    """A symptom in a list, under the title of its page."""

    docname: str
    seen: str


@dataclass(frozen=True, slots=True)
class HelpIndex:
    """Where a user with a problem starts: by what is seen, or by the code."""

    symptoms: tuple[SymptomLink, ...]
    codes: tuple[CodeLink, ...]
    documents: tuple[str, ...]
    """The pages below it, relative to the index: symptoms, and the list of codes."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised for one severity on one surface."""

    anchor: str
    severity: str
    meaning: str
    acknowledge: str
    mitigate: str
    resolve: str
    hours: str
    note: str
    only_for: str
    """The symptom it is limited to; empty for the general promise."""


@dataclass(frozen=True, slots=True)
class SurfacePromises:
    """The promises of a surface."""

    anchor: str
    surface: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class PromisePage:
    """What users can count on."""

    surfaces: tuple[SurfacePromises, ...]


@dataclass(frozen=True, slots=True)
class SurfaceCases:
    """What does not work on a surface."""

    anchor: str
    title: str
    cases: tuple[Unsupported, ...]


@dataclass(frozen=True, slots=True)
class UnsupportedPage:
    """Every case that does not work, by surface; a surface without one is not there."""

    surfaces: tuple[SurfaceCases, ...]


def symptom_page(catalog: Catalog, entry: Entry[Symptom]) -> SymptomPage:
    """The public page of a symptom."""
    symptom = entry.entity
    routes = [route.entity for route in catalog.entries_of(Route) if route.entity.symptom == entry.id]
    advice = (
        Advice(
            public_anchor("advice", route.surface),
            _title(catalog.find(Surface, route.surface)),
            _title(catalog.find(Severity, route.severity)),
            route.tell_user,
        )
        for route in routes
    )
    codes = tuple(link for link in explained(catalog) if link.code in symptom.diagnostics)
    return SymptomPage(entry.id, symptom.title, symptom.seen, symptom.try_first, symptom.ask, tuple(advice), codes)


def help_index(catalog: Catalog) -> HelpIndex:
    """Symptoms by title, and every diagnostic code with a page."""
    entries = in_list_order(list(catalog.entries_of(Symptom)))
    symptoms = tuple(SymptomLink(e.id, e.entity.seen) for e in entries)
    documents = (*(entry.id for entry in entries), CODE_INDEX)
    return HelpIndex(symptoms, explained(catalog), documents)


def promise_page(catalog: Catalog) -> PromisePage:
    """Promises by surface, worst severity first."""
    surfaces = []
    for surface in catalog.entries_of(Surface):
        levels = [level for level in catalog.entries_of(ServiceLevel) if level.entity.surface == surface.id]
        promises = [(_rank(catalog, level.entity), _promise(catalog, level)) for level in levels]
        promises.sort(key=lambda pair: (pair[0], pair[1].only_for))
        surfaces.append(
            SurfacePromises(
                public_anchor("surface", surface.id), surface.entity.title, tuple(promise for _, promise in promises)
            )
        )
    return PromisePage(tuple(surfaces))


def _rank(catalog: Catalog, level: ServiceLevel) -> int:
    severity = catalog.find(Severity, level.severity)
    return severity.entity.rank if severity else 0


def _promise(catalog: Catalog, entry: Entry[ServiceLevel]) -> Promise:
    level = entry.entity
    severity = catalog.find(Severity, level.severity)
    return Promise(
        anchor=public_anchor("promise", entry.id),
        severity=_title(severity),
        meaning=severity.entity.meaning if severity else "",
        acknowledge=level.acknowledge,
        mitigate=level.mitigate,
        resolve=level.resolve,
        hours=hours_in_words(catalog, level.hours),
        note=level.note or "",
        only_for=_title(catalog.find(Symptom, level.symptom)) if level.symptom else "",
    )


def unsupported_page(catalog: Catalog) -> UnsupportedPage:
    """Unsupported cases by surface."""
    surfaces = []
    for surface in catalog.entries_of(Surface):
        cases = [case for case in catalog.entries_of(UnsupportedCase) if case.entity.surface == surface.id]
        shown = tuple(unsupported(catalog, case) for case in in_list_order(cases))
        if shown:
            surfaces.append(SurfaceCases(public_anchor("surface", surface.id), surface.entity.title, shown))
    return UnsupportedPage(tuple(surfaces))


def _title(entry: Entry[Any] | None) -> str:
    return entry.entity.title if entry else ""
