"""A pack for the team: what users read of it, and who owns it, who answers for it, how it is proven and fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.catalog import INTERNAL
from generators.model.operating import Connector
from generators.model.organization import Surface
from generators.model.pack import Pack, Regression, StatusOverride, Withdrawal
from generators.model.runbook import Runbook
from generators.status.state import WAREHOUSE_NAMES, runtime_name
from generators.views.connectors import record_of
from generators.views.entity import ref_to, users_of
from generators.views.pack_state import board_titles, pack_state
from generators.views.pages import in_list_order
from generators.views.quickstarts import pictures_of
from generators.views.runbook import notifications

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.catalog import Catalog, Entry
    from generators.model import Ref
    from generators.model.pack import KpiNarrative, Override, Treatment
    from generators.model.refs import ConnectorRef, PolicyRef, RoleRef, RotationRef, SurfaceRef, UnsupportedRef
    from generators.status.packs import PackStatus
    from generators.views.pack_state import PackState
    from generators.views.pack_telemetry import RecordView
    from generators.views.quickstarts import Picture
    from generators.views.runbook import Notification


@dataclass(frozen=True, slots=True)
class Promise:
    """A warehouse and the proof that its release promises."""

    warehouse: str
    proof: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell of the matrix that is not well, with the check's own words."""

    board: str
    runtime: str
    warehouse: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for the surface that the pack belongs to."""

    surface: SurfaceRef
    rotation: RotationRef
    policy: PolicyRef
    notifications: tuple[Notification, ...]
    runbooks: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class PackPage:
    """One pack."""

    id: str
    former: tuple[str, ...]
    title: str
    connector: ConnectorRef
    is_internal: bool
    """Whether only the team knows of it."""
    owner: RoleRef
    released_as: str
    """What its author says of it: available, degraded or withdrawn."""
    note: str
    evidence_limit: str
    promises: tuple[Promise, ...]
    state: PackState
    record: RecordView
    doubts: tuple[Doubt, ...]
    answering: Answering | None
    commands: str
    regressions: tuple[Ref, ...]
    overrides: tuple[Override, ...]
    status_overrides: tuple[Ref, ...]
    withdrawals: tuple[Ref, ...]
    """Lapsed ones too."""
    kpis: tuple[KpiNarrative, ...]
    treatments: tuple[Treatment, ...]
    unsupported: tuple[UnsupportedRef, ...]
    used_by: tuple[Ref, ...]
    public: str
    """The connector's public page; empty where there is none."""
    pictures: tuple[Picture, ...]
    """Of an internal pack: those of the others are on their quickstarts."""


def pack_page(
    catalog: Catalog, entry: Entry[Pack], pack_status: PackStatus, drawn: Mapping[str, str] | None = None
) -> PackPage:
    """The internal page of a pack. `drawn` is SVG by board."""
    pack = entry.entity
    is_internal, folder = pack.audience == INTERNAL, pack_status.folder
    surface = surface_of(catalog, pack)
    return PackPage(
        id=entry.id,
        former=pack.former,
        title=pack.title,
        connector=pack.connector,
        is_internal=is_internal,
        owner=pack.owner,
        released_as=pack.state,
        note=pack.note or "",
        evidence_limit=pack.evidence_limit,
        promises=tuple(Promise(WAREHOUSE_NAMES[support.name], support.proof) for support in pack.warehouses),
        state=pack_state(pack_status),
        record=record_of(catalog, pack_status),
        doubts=_doubts(pack_status),
        answering=_answering(catalog, surface) if surface else None,
        commands=f"dfops pack check {entry.id}\ndfops pack test {entry.id}\ndfops pack check {entry.id} --record",
        regressions=_regressions(catalog, pack),
        overrides=pack.overrides,
        status_overrides=tuple(ref_to(StatusOverride.kind, override.id) for override in pack_status.overrides),
        withdrawals=tuple(ref_to(Withdrawal.kind, withdrawal.id) for withdrawal in pack_status.withdrawals),
        kpis=pack.kpis,
        treatments=pack.treatments,
        unsupported=pack.unsupported,
        used_by=users_of(catalog, entry),
        public="" if is_internal else _public(catalog, pack),
        pictures=tuple(pictures_of(folder, drawn or {})) if is_internal and folder else (),
    )


def _public(catalog: Catalog, pack: Pack) -> str:
    return f"public/connectors/{pack.connector}" if catalog.find(Connector, pack.connector) else ""


def surface_of(catalog: Catalog, pack: Pack) -> Entry[Surface] | None:
    """What the pack belongs to: the surface with a touchpoint below the packs' own folder, else one of its owner."""
    surfaces = list(catalog.entries_of(Surface))
    below = f"{Pack.folder.top}/"
    touching = [s for s in surfaces if any(point.value.startswith(below) for point in s.entity.touchpoints)]
    owned = [s for s in surfaces if s.entity.owner == pack.owner]
    return next(iter([*touching, *owned]), None)


def _regressions(catalog: Catalog, pack: Pack) -> tuple[Ref, ...]:
    own = [entry for entry in catalog.entries_of(Regression) if entry.entity.connector == pack.connector]
    return tuple(ref_to(Regression.kind, entry.id) for entry in in_list_order(own))


def _answering(catalog: Catalog, surface: Entry[Surface]) -> Answering:
    runbooks = [entry for entry in catalog.entries_of(Runbook) if entry.entity.surface == surface.id]
    return Answering(
        surface=ref_to(Surface.kind, surface.id),  # type: ignore[arg-type]  # made for its kind
        rotation=surface.entity.rotation,
        policy=surface.entity.escalation,
        notifications=notifications(catalog, surface.entity.escalation),
        runbooks=tuple(ref_to(Runbook.kind, entry.id) for entry in _by_title(runbooks)),
    )


def _by_title(entries: Sequence[Entry[Runbook]]) -> list[Entry[Runbook]]:
    return sorted(entries, key=lambda entry: (entry.entity.title.casefold(), entry.id))


def _doubts(pack_status: PackStatus) -> tuple[Doubt, ...]:
    if pack_status.evidence is None or not pack_status.counts:
        return ()
    titles, evidence = board_titles(pack_status.folder), pack_status.evidence.entity
    doubts = []
    for cell in evidence.boards:
        if cell.verdict != "ok":
            name = runtime_name(evidence, cell.runtime, pack_status.names)
            board, where = titles.get(cell.board, cell.board), WAREHOUSE_NAMES[cell.warehouse]
            doubts.append(Doubt(board, name, where, cell.verdict, cell.reason or ""))
    for shown in evidence.shown:
        if not shown.holds:
            name = runtime_name(evidence, shown.runtime, pack_status.names)
            doubts.append(
                Doubt(titles.get(shown.board, shown.board), name, "", "not shown rightly", shown.reason or "")
            )
    return tuple(doubts)
