"""What a chapter's reader wants before any list: the way to answers, the map of decisions, the launch, what recurs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from generators.model.operating import Area, Cadence, Connector, Decision
from generators.model.stability import DEFECT_STATES, Defect, DefectClass
from generators.model.support import Severity
from generators.status.met import met_of
from generators.support.known_issues import SETTLED
from generators.views.entity import ref_to, shortened
from generators.views.errors import support_door
from generators.views.launch import launch_board
from generators.views.met import MetLine, met_line
from generators.views.oncall import oncall_board
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.launch.readiness import Readiness
    from generators.model import Ref
    from generators.model.refs import RoleRef, SurfaceRef


# ── operating ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class MapRow:
    """A decision on the map."""

    decision: Ref
    owner: RoleRef | None
    cadence: Ref | None
    trigger: str
    surfaces: tuple[SurfaceRef, ...]


@dataclass(frozen=True, slots=True)
class MapArea:
    """The decisions of one area."""

    id: str
    title: str
    rows: tuple[MapRow, ...]


@dataclass(frozen=True, slots=True)
class DecisionMap:
    """Every recurring decision by area, and the week's rhythm."""

    areas: tuple[MapArea, ...]
    cadences: tuple[tuple[Ref, str, str], ...]
    """Cadence, recurrence in words, local time with zone."""


def decision_map(catalog: Catalog) -> DecisionMap:
    """Areas in the order of the model, decisions by title."""
    entries = in_list_order(list(catalog.entries_of(Decision)))
    areas = (
        MapArea(area, area.replace("-", " ").capitalize(), tuple(_map_row(e) for e in entries if e.entity.area == area))
        for area in get_args(Area)
    )
    cadences = (
        (ref_to("cadence", e.id), e.entity.recurs, f"{e.entity.time} {e.entity.zone}")
        for e in in_list_order(list(catalog.entries_of(Cadence)))
    )
    return DecisionMap(tuple(area for area in areas if area.rows), tuple(cadences))


def _map_row(entry: Entry[Decision]) -> MapRow:
    decision = entry.entity
    return MapRow(
        ref_to("decision", entry.id), decision.owner, decision.cadence, decision.trigger or "", decision.surfaces
    )


# ── stability ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Tally:
    """How many defects something has that are not settled, and how many in all."""

    ref: Ref
    unsettled: int
    total: int


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A defect that is not settled."""

    defect: Ref
    severity: str
    state: str
    seen: str
    met: MetLine


@dataclass(frozen=True, slots=True)
class StabilityBoard:
    """What recurs: by class, by connector, and the defects themselves, worst first."""

    states: tuple[tuple[str, int], ...]
    classes: tuple[Tally, ...]
    connectors: tuple[Tally, ...]
    register: tuple[RegisterRow, ...]


def stability_board(catalog: Catalog) -> StabilityBoard:
    """Counts of defects; the register by rank of severity, then title."""
    entries = list(catalog.entries_of(Defect))
    states: Counter[str] = Counter(entry.entity.state for entry in entries)
    ranks = {severity.id: severity.entity.rank for severity in catalog.entries_of(Severity)}
    unsettled = [entry for entry in entries if entry.entity.state not in SETTLED]
    unsettled.sort(key=lambda e: (ranks.get(e.entity.severity, len(ranks)), e.entity.title.casefold()))
    return StabilityBoard(
        states=tuple((state, states[state]) for state in DEFECT_STATES if states[state]),
        classes=_tallies(entries, DefectClass.kind, lambda defect: defect.defect_class),
        connectors=_tallies(entries, Connector.kind, lambda defect: defect.connector),
        register=tuple(
            RegisterRow(
                ref_to("defect", e.id),
                str(e.entity.severity),
                e.entity.state,
                shortened(e.entity.seen),
                met_line(met_of(catalog, e)),
            )
            for e in unsettled
        ),
    )


def _tallies(entries: list[Entry[Defect]], kind: str, by: Callable[[Defect], Ref | None]) -> tuple[Tally, ...]:
    total: Counter[str] = Counter()
    unsettled: Counter[str] = Counter()
    for entry in entries:
        if name := by(entry.entity):
            total[name] += 1
            unsettled[name] += entry.entity.state not in SETTLED
    ordered = sorted(total, key=lambda name: (-unsettled[name], name))
    return tuple(Tally(ref_to(kind, name), unsettled[name], total[name]) for name in ordered)


BOARDS: dict[str, Callable[[Catalog, datetime, Readiness], Any]] = {
    "support": lambda catalog, _at, _ready: support_door(catalog),
    "oncall": lambda catalog, at, _ready: oncall_board(catalog, at),
    "operating": lambda catalog, _at, _ready: decision_map(catalog),
    "launch": lambda catalog, at, ready: launch_board(catalog, ready, at),
    "stability": lambda catalog, _at, _ready: stability_board(catalog),
}
"""Chapter to the view that stands above its lists, at the moment of the build."""
