"""Each connector for users: whether its pack can be relied on and why, where it runs, what it reads.

Public, as every view here: made by naming what users may read. States are words first; a page names days, never ages,
so it changes only when a state does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector
from generators.model.pack import Pack, PackEvidence, PackSchema, StatusOverride
from generators.model.stability import Defect
from generators.packs.status import WAREHOUSE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.catalog import Catalog, Entry
    from generators.packs.changelog import Release
    from generators.packs.reading import PackFolder
    from generators.packs.standing import Standing

STATE_WORDS = {
    "withdrawn": "Withdrawn: do not install it",
    "broken": "Broken",
    "degraded": "Partly working",
    "unknown": "Not proven",
    "operational": "Working",
}
VERDICTS = {"ok": "works", "broken": "fails", "unavailable": "unavailable", "unproven": "not proven"}
DEFECT_STATES = {
    "open": "not mended yet",
    "accepted": "known, not mended yet",
    "in-progress": "being mended",
    "fixed": "mended",
    "wont-fix": "will not be mended",
}
"""A defect's state in a user's words."""
SETTLED = frozenset({"fixed", "wont-fix"})


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A case that does not work."""

    title: str
    happens: str
    instead: str
    connectors: tuple[str, ...]
    warehouses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownDefect:
    """A defect as users may read it."""

    title: str
    seen: str
    workaround: str
    state: str


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A face and what was found on each warehouse, in the order of the matrix."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngineRow:
    """What executed or parsed, and for which warehouses."""

    name: str
    warehouses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Faces by warehouse. `checked` is None where nothing that counts was found."""

    warehouses: tuple[str, ...]
    rows: tuple[FaceRow, ...]
    checked: date | None
    engines: tuple[EngineRow, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table that a pack reads."""

    name: str
    optional: bool
    faces: tuple[str, ...]
    """Titles of the faces that need it; empty where that is not proven."""
    columns: tuple[str, ...]
    optional_columns: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Reads:
    """What a pack needs in the warehouse."""

    schema_name: str
    warn_after: str
    error_after: str
    tables: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class PackState:
    """A pack as users may know it."""

    version: str
    state: str
    """The state's own name, for colours and programs."""
    word: str
    reason: str
    since: date | None
    """The day it was derived from."""
    until: date | None
    """Where a person said it: the day on which that ends."""
    matrix: Matrix
    reads: Reads | None
    releases: tuple[Release, ...]
    installable: bool


@dataclass(frozen=True, slots=True)
class ConnectorPage:
    """What is known about a connector and its pack."""

    id: str
    title: str
    summary: str
    tables: int
    schema_name: str
    watch: tuple[str, ...]
    pack: PackState | None
    unsupported: tuple[Unsupported, ...]
    defects: tuple[KnownDefect, ...]


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
    warehouses: tuple[str, ...]
    """Names of those on which every face works."""
    checked: date | None
    updated: str
    """ISO 8601, UTC; empty where nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class ConnectorIndex:
    """Every connector, by title."""

    connectors: tuple[ConnectorLine, ...]
    documents: tuple[str, ...]
    """Their pages, relative to the index."""


@dataclass(frozen=True, slots=True)
class ConnectorTables:
    """Packs, cases and defects by connector, made once: hundreds of pages ask."""

    packs: Mapping[str, Standing]
    cases: Mapping[str, Sequence[Entry[UnsupportedCase]]]
    defects: Mapping[str, Sequence[Entry[Defect]]]


def connector_tables(catalog: Catalog, packs: Mapping[str, Standing]) -> ConnectorTables:
    """What belongs to each connector: cases of the connector and of its pack, defects that are not settled."""
    cases: dict[str, dict[str, Entry[UnsupportedCase]]] = {}
    defects: dict[str, list[Entry[Defect]]] = {}
    for case in catalog.entries_of(UnsupportedCase):
        for name in case.entity.connectors:
            cases.setdefault(name, {})[case.id] = case
    for connector, standing in packs.items():
        for ref in standing.pack.entity.unsupported:
            if found := catalog.find(UnsupportedCase, ref):
                cases.setdefault(connector, {})[found.id] = found
    for defect in catalog.entries_of(Defect):
        if defect.entity.connector and defect.entity.state not in SETTLED:
            defects.setdefault(defect.entity.connector, []).append(defect)
    by_connector = {
        name: sorted(some.values(), key=lambda case: (case.entity.title.casefold(), case.id))
        for name, some in cases.items()
    }
    return ConnectorTables(packs, by_connector, defects)


def connector_page(catalog: Catalog, entry: Entry[Connector], tables: ConnectorTables) -> ConnectorPage:
    """The public page of a connector."""
    connector, standing = entry.entity, tables.packs.get(entry.id)
    return ConnectorPage(
        id=entry.id,
        title=connector.title,
        summary=connector.summary,
        tables=connector.tables,
        schema_name=connector.schema_name,
        watch=connector.watch,
        pack=pack_state(standing) if standing else None,
        unsupported=tuple(unsupported(catalog, case) for case in tables.cases.get(entry.id, ())),
        defects=tuple(_known(defect.entity) for defect in tables.defects.get(entry.id, ())),
    )


def pack_state(standing: Standing) -> PackState:
    """The public side of a pack's standing."""
    pack, status = standing.pack.entity, standing.status
    evidence = standing.evidence.entity if standing.evidence and standing.counts else None
    folder = standing.folder
    return PackState(
        version=pack.version,
        state=status.state,
        word=STATE_WORDS[status.state],
        reason=status.reason,
        since=status.moment.astimezone(UTC).date() if status.moment else None,
        until=_until(standing.overrides, standing),
        matrix=_matrix(pack, folder, evidence),
        reads=_reads(folder.schema.entity, folder, evidence) if folder else None,
        releases=standing.releases,
        installable=folder is not None and status.state != "withdrawn",
    )


def _until(overrides: Sequence[Entry[StatusOverride]], standing: Standing) -> date | None:
    """The end of the override that decides, if one does."""
    status = standing.status
    for override in (entry.entity for entry in overrides):
        if (override.since, override.state) == (status.moment, status.state) and status.state != "withdrawn":
            return override.until.astimezone(UTC).date()
    return None


def _matrix(pack: Pack, folder: PackFolder | None, evidence: PackEvidence | None) -> Matrix:
    claimed = [support.name for support in pack.warehouses]
    found = {(cell.face, cell.warehouse): cell for cell in evidence.faces} if evidence else {}

    def word(face: str, warehouse: str) -> str:
        cell = found.get((face, warehouse))
        if cell is None:
            return VERDICTS["unproven"]
        return VERDICTS[cell.verdict] + (f", {cell.proof}" if cell.verdict in {"ok", "broken"} else "")

    engines: dict[str, list[str]] = {}
    for warehouse in claimed:
        if evidence and (engine := evidence.engines.get(warehouse)):
            # A bare version is the warehouse's own.
            name = f"{WAREHOUSE_NAMES[warehouse]} {engine}" if engine[:1].isdigit() else engine
            engines.setdefault(name, []).append(WAREHOUSE_NAMES[warehouse])
    return Matrix(
        warehouses=tuple(WAREHOUSE_NAMES[name] for name in claimed),
        rows=tuple(
            FaceRow(title, tuple(word(face, name) for name in claimed)) for face, title in face_titles(folder).items()
        ),
        checked=evidence.checked_at.astimezone(UTC).date() if evidence else None,
        engines=tuple(EngineRow(name, tuple(some)) for name, some in engines.items()),
    )


def _reads(schema: PackSchema, folder: PackFolder, evidence: PackEvidence | None) -> Reads:
    titles = face_titles(folder)
    tables = []
    for name, table in sorted(schema.tables.items(), key=lambda pair: (pair[1].optional, pair[0])):
        reading = [face for face in titles if evidence and name in evidence.reads.get(face, ())]
        firm = tuple(column for column in table.columns if column not in table.optional_columns)
        tables.append(
            TableRow(
                name,
                table.optional,
                tuple(titles[face] for face in reading),
                firm,
                table.optional_columns,
                table.note or "",
            )
        )
    return Reads(schema.schema_name, schema.freshness.warn_after, schema.freshness.error_after, tuple(tables))


def face_titles(folder: PackFolder | None) -> dict[str, str]:
    """The titles of a pack's faces by id, the landing page first."""
    return {face.id: face.title for face in folder.faces} if folder else {}


def unsupported(catalog: Catalog, entry: Entry[UnsupportedCase]) -> Unsupported:
    """A case as users may read it."""
    case = entry.entity
    found = (catalog.find(Connector, name) for name in case.connectors)
    connectors = tuple(connector.entity.title for connector in found if connector)
    return Unsupported(case.title, case.happens, case.instead, connectors, case.warehouses)


def _known(defect: Defect) -> KnownDefect:
    return KnownDefect(defect.title, defect.seen, defect.workaround or "", DEFECT_STATES[defect.state])


def connector_index(entries: Sequence[Entry[Connector]], tables: ConnectorTables) -> ConnectorIndex:
    """Every connector with the state of its pack, in the order given."""
    lines = tuple(_line(entry, tables.packs.get(entry.id)) for entry in entries)
    return ConnectorIndex(lines, tuple(line.id for line in lines))


def _line(entry: Entry[Connector], standing: Standing | None) -> ConnectorLine:
    if standing is None:
        return ConnectorLine(entry.id, entry.entity.title, "", "", "", "", None, (), None, "")
    pack = pack_state(standing)
    works = [all(row.cells[n].startswith(VERDICTS["ok"]) for row in pack.matrix.rows) for n in _columns(pack)]
    names = (name for name, fine in zip(pack.matrix.warehouses, works, strict=True) if fine and pack.matrix.rows)
    updated = standing.updated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if standing.updated else ""
    return ConnectorLine(
        id=entry.id,
        title=entry.entity.title,
        version=pack.version,
        state=pack.state,
        word=pack.word,
        reason=pack.reason,
        since=pack.since,
        warehouses=tuple(names),
        checked=pack.matrix.checked,
        updated=updated,
    )


def _columns(pack: PackState) -> range:
    return range(len(pack.matrix.warehouses))
