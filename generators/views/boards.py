"""What a chapter's reader wants before any list: the way to answers, the map of decisions, the launch, what recurs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from generators.model.operating import Area, Cadence, Decision
from generators.stability.cycles import Rhythm, rhythms
from generators.stability.validation import Validated
from generators.views.entity import ref_to
from generators.views.errors import support_door
from generators.views.launch import launch_board
from generators.views.oncall import oncall_board
from generators.views.pages import in_list_order
from generators.views.stability import stability_board

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.launch.readiness import Readiness
    from generators.model import Ref
    from generators.model.refs import RoleRef, SurfaceRef
    from generators.stability.summary import Summary


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
class RhythmRow:
    """A cadence in the rhythm."""

    cadence: Ref
    recurs: str
    time: str
    """Local, with its zone."""
    held: date | None
    """When it was last held; None: never."""
    overdue_since: date | None


@dataclass(frozen=True, slots=True)
class DecisionMap:
    """Every recurring decision by area, and the week's rhythm."""

    areas: tuple[MapArea, ...]
    cadences: tuple[RhythmRow, ...]


def decision_map(catalog: Catalog, at: datetime) -> DecisionMap:
    """Areas in the order of the model, decisions by title; which cadences were held up to a moment."""
    entries = in_list_order(list(catalog.entries_of(Decision)))
    areas = (
        MapArea(area, area.replace("-", " ").capitalize(), tuple(_map_row(e) for e in entries if e.entity.area == area))
        for area in get_args(Area)
    )
    by_id = {rhythm.cadence.id: rhythm for rhythm in rhythms(catalog, at)}
    cadences = tuple(_rhythm_row(by_id[entry.id]) for entry in in_list_order(list(catalog.entries_of(Cadence))))
    return DecisionMap(tuple(area for area in areas if area.rows), cadences)


def _rhythm_row(rhythm: Rhythm) -> RhythmRow:
    cadence = rhythm.cadence.entity
    return RhythmRow(
        cadence=ref_to("cadence", rhythm.cadence.id),
        recurs=cadence.recurs,
        time=f"{cadence.time} {cadence.zone}",
        held=rhythm.last.entity.held if rhythm.last else None,
        overdue_since=rhythm.overdue_since,
    )


def _map_row(entry: Entry[Decision]) -> MapRow:
    decision = entry.entity
    return MapRow(
        ref_to("decision", entry.id), decision.owner, decision.cadence, decision.trigger or "", decision.surfaces
    )


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Now:
    """What a build knows besides the model."""

    at: datetime
    ready: Readiness
    """How the launch stands."""
    occurrences: Summary | None
    """How often defects were met, as the store said; None where nobody asked it."""
    validations: Validated = field(default_factory=Validated)
    """Which fixes of defects hold."""


BOARDS: dict[str, Callable[[Catalog, Now], Any]] = {
    "support": lambda catalog, _: support_door(catalog),
    "oncall": lambda catalog, now: oncall_board(catalog, now.at),
    "operating": lambda catalog, now: decision_map(catalog, now.at),
    "launch": lambda catalog, now: launch_board(catalog, now.ready, now.at),
    "stability": lambda catalog, now: stability_board(catalog, now.occurrences, now.at),
}
"""Chapter to the view that stands above its lists, at the moment of the build."""
