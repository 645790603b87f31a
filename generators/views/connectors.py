"""Each connector for users: the state of its pack, what bites, what does not work, which defects are known.

Public, as every view here: made by naming what users may read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

from generators.model.anchors import public_anchor
from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector
from generators.model.stability import Defect
from generators.model.support import Severity
from generators.model.telemetry import Objective
from generators.status.met import met_of
from generators.support.known_issues import SETTLED
from generators.views.codes import explained
from generators.views.met import MetLine, met_line
from generators.views.pack_state import Matrix, PackState, pack_state
from generators.views.pack_telemetry import RecordView, record_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.status.met import Met
    from generators.status.packs import PackStatus

DEFECT_STATES = {
    "open": "not fixed yet",
    "accepted": "known, not fixed yet",
    "in-progress": "being fixed",
    "fixed": "fixed",
    "fixed-upstream": "fixed by the maintainers of the software that has it",
    "wont-fix": "will not be fixed",
}
"""A defect's state in a user's words."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A case that does not work."""

    anchor: str
    title: str
    happens: str
    instead: str
    connectors: tuple[str, ...]
    warehouses: tuple[str, ...]
    only_in: str
    """The older release that has it; empty: current ones do."""
    now: str


@dataclass(frozen=True, slots=True)
class KnownDefect:
    """A defect as users may read it."""

    anchor: str
    title: str
    seen: str
    workaround: str
    state: str
    met: MetLine
    accepted: str
    """What it means for users that it is accepted; empty where it is not."""
    until: date | None
    """The last day on which it is accepted."""
    is_over: bool
    """Whether that day is over."""


@dataclass(frozen=True, slots=True)
class ConnectorPage:
    """What is known about a connector and its pack."""

    title: str
    summary: str
    tables: int
    tables_declared: date
    """When they were counted."""
    schema_name: str
    watch: tuple[str, ...]
    pack: PackState | None
    record: RecordView | None
    """None without a pack."""
    unsupported: tuple[Unsupported, ...]
    defects: tuple[KnownDefect, ...]
    """Those that a case shows in this pack."""
    reported: tuple[KnownDefect, ...]
    """Those that were reported for somebody else's software only."""


@dataclass(frozen=True, slots=True)
class WarehouseLine:
    """A warehouse on which every board works, and how that was proven."""

    name: str
    proof: str
    """`executed`, `emulated` or `static`: the weakest of its boards."""


@dataclass(frozen=True, slots=True)
class RuntimeLine:
    """A runtime with its version, and the warehouses on which every board works through it."""

    name: str
    warehouses: tuple[WarehouseLine, ...]


@dataclass(frozen=True, slots=True)
class ConnectorLine:
    """A connector in the list. The texts about a pack are empty where none is published."""

    id: str
    title: str
    version: str
    state: str
    word: str
    reason: str
    since: date | None
    warehouses: tuple[WarehouseLine, ...]
    """Those on which every board works."""
    checked: date | None
    updated: str
    """ISO 8601, UTC; empty where nothing has happened yet."""
    runtimes: tuple[RuntimeLine, ...]
    """The runtimes that proved, the current one first."""


@dataclass(frozen=True, slots=True)
class ConnectorIndex:
    """Every connector, by title."""

    connectors: tuple[ConnectorLine, ...]
    documents: tuple[str, ...]
    """Their pages, relative to the index."""


@dataclass(frozen=True, slots=True)
class ConnectorTables:
    """Packs, cases and defects by connector, made once: hundreds of pages ask."""

    packs: Mapping[str, PackStatus]
    cases: Mapping[str, Sequence[Entry[UnsupportedCase]]]
    defects: Mapping[str, Sequence[Entry[Defect]]]
    at: datetime | None = None
    """The moment of the build; without one no day is over."""


def connector_tables(catalog: Catalog, packs: Mapping[str, PackStatus], at: datetime | None = None) -> ConnectorTables:
    """What belongs to each connector: cases of it and of its pack, defects that are not settled. `packs` by id."""
    by_connector = {str(pack_status.pack.entity.connector): pack_status for pack_status in packs.values()}
    return ConnectorTables(by_connector, _cases(catalog, by_connector), _open_defects(catalog), at)


def _cases(catalog: Catalog, packs: Mapping[str, PackStatus]) -> dict[str, list[Entry[UnsupportedCase]]]:
    """By connector, then title: the cases that name it, and those that its pack names."""
    cases: dict[str, dict[str, Entry[UnsupportedCase]]] = defaultdict(dict)
    for case in catalog.entries_of(UnsupportedCase):
        for name in case.entity.connectors:
            cases[name][case.id] = case
    for connector, pack_status in packs.items():
        for ref in pack_status.pack.entity.unsupported:
            if of_pack := catalog.find(UnsupportedCase, ref):
                cases[connector][of_pack.id] = of_pack
    return {
        connector: sorted(by_id.values(), key=lambda case: (case.entity.title.casefold(), case.id))
        for connector, by_id in cases.items()
    }


def _open_defects(catalog: Catalog) -> dict[str, list[Entry[Defect]]]:
    """By connector: a defect's own, and those in whose packs a case shows it."""
    defects: dict[str, list[Entry[Defect]]] = defaultdict(list)
    for entry in catalog.entries_of(Defect):
        if entry.entity.state not in SETTLED:
            met = met_of(catalog, entry)
            for connector in sorted({met.connector, *met.connectors} - {""}):
                defects[connector].append(entry)
    return dict(defects)


def connector_page(catalog: Catalog, entry: Entry[Connector], tables: ConnectorTables) -> ConnectorPage:
    """The public page of a connector."""
    connector, pack_status = entry.entity, tables.packs.get(entry.id)
    defects = tables.defects.get(entry.id, ())
    known = [_known_defect(defect, met_of(catalog, defect).within(entry.id), tables.at) for defect in defects]
    return ConnectorPage(
        title=connector.title,
        summary=connector.summary,
        tables=connector.tables,
        tables_declared=connector.tables_declared.day,
        schema_name=connector.schema_name,
        watch=connector.watch,
        pack=pack_state(pack_status) if pack_status else None,
        record=record_of(catalog, pack_status) if pack_status else None,
        unsupported=tuple(unsupported(catalog, case) for case in tables.cases.get(entry.id, ())),
        defects=tuple(one for one in known if one.met.is_met),
        reported=tuple(one for one in known if not one.met.is_met),
    )


def record_of(catalog: Catalog, pack_status: PackStatus) -> RecordView:
    """The record of a pack, with links to the codes that have a page."""
    severities = {severity.id: severity.entity.title for severity in catalog.entries_of(Severity)}
    targets = {objective.id: objective.entity.declared.day for objective in catalog.entries_of(Objective)}
    return record_view(pack_status, {link.code for link in explained(catalog)}, severities, targets)


def unsupported(catalog: Catalog, entry: Entry[UnsupportedCase]) -> Unsupported:
    """A case as users may read it."""
    case = entry.entity
    connectors = (catalog.find(Connector, name) for name in case.connectors)
    titles = tuple(connector.entity.title for connector in connectors if connector)
    return Unsupported(
        anchor=public_anchor("case", entry.id),
        title=case.title,
        happens=case.happens,
        instead=case.instead,
        connectors=titles,
        warehouses=case.warehouses,
        only_in=case.older.only_in if case.older else "",
        now=case.older.now if case.older else "",
    )


def _known_defect(entry: Entry[Defect], met: Met, at: datetime | None) -> KnownDefect:
    defect, terms = entry.entity, entry.entity.accepted
    return KnownDefect(
        public_anchor("defect", entry.id),
        defect.title,
        defect.seen,
        defect.workaround or "",
        DEFECT_STATES[defect.state],
        met_line(met, public=True),
        terms.users if terms else "",
        terms.until if terms else None,
        is_over=terms is not None and at is not None and terms.until < at.date(),
    )


def connector_index(entries: Sequence[Entry[Connector]], tables: ConnectorTables) -> ConnectorIndex:
    """Every connector with the state of its pack, in the order given."""
    lines = tuple(_line(entry, tables.packs.get(entry.id)) for entry in entries)
    return ConnectorIndex(lines, tuple(line.id for line in lines))


def _line(entry: Entry[Connector], pack_status: PackStatus | None) -> ConnectorLine:
    if pack_status is None:
        return ConnectorLine(entry.id, entry.entity.title, "", "", "", "", None, (), None, "", ())
    pack = pack_state(pack_status)
    proven = [each for each in (pack.matrix, *pack.others) if each.runtime]
    updated = pack_status.updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if pack_status.updated else ""
    return ConnectorLine(
        id=entry.id,
        title=entry.entity.title,
        version=pack.version,
        state=pack.state,
        word=pack.word,
        reason=pack.reason,
        since=pack.since,
        warehouses=_works_on(pack.matrix),
        runtimes=tuple(RuntimeLine(each.runtime, _works_on(each)) for each in proven),
        checked=pack.matrix.checked,
        updated=updated,
    )


def _works_on(matrix: Matrix) -> tuple[WarehouseLine, ...]:
    """The warehouses on which every board works."""
    named = zip(matrix.warehouses, matrix.proofs, strict=True)
    return tuple(WarehouseLine(name, proof) for name, proof in named if proof)
