"""A pack's state for users: whether it can be relied on and why, where it runs, what it reads.

Public, as every view here: made by naming what users may read. States are words first; a page names days, never ages,
so it changes only when a state does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, get_args

from generators.model.pack import Proof
from generators.status.state import WAREHOUSE_NAMES, first_runtime, runtime_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.model.pack import BoardEvidence, PackEvidence, PackSchema, Warehouse
    from generators.packs.reading.folder import PackFolder
    from generators.status.packs import PackStatus

STATE_WORDS = {
    "withdrawn": "Withdrawn: do not install it",
    "broken": "Broken",
    "degraded": "Partly working",
    "unknown": "Unknown",
    "operational": "Working",
}
PROOFS: tuple[str, ...] = get_args(Proof)
"""Ways to prove something, the strongest first."""
VERDICTS = {"ok": "works", "broken": "fails", "unavailable": "unavailable", "unproven": "not proven"}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board and what was found on each warehouse, in the order of the matrix."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngineRow:
    """What executed or parsed, and for which warehouses."""

    name: str
    warehouses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Boards by warehouse, through one runtime. `checked` is None where nothing that counts was found."""

    runtime: str
    """Its title and version; empty where nothing was found."""
    warehouses: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    checked: date | None
    engines: tuple[EngineRow, ...]
    proofs: tuple[str, ...]
    """How each warehouse was proven: the weakest proof of its boards. Empty where not every board works on it."""
    shown: str
    """One sentence on what the runtime drew and validated; empty where that was not asked."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table that a pack reads."""

    name: str
    optional: bool
    boards: tuple[str, ...]
    """Titles of the boards that need it; empty where that is not proven."""
    columns: tuple[str, ...]
    optional_columns: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Reads:
    """What a pack needs in the warehouse."""

    warn_after: str
    error_after: str
    tables: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A version and the day on which it was released."""

    version: str
    day: date
    signed: bool
    """Whether the signed catalog says so; otherwise only the changelog does."""


@dataclass(frozen=True, slots=True)
class PackState:
    """A pack as users may know it."""

    version: str
    state: str
    """The state's own name, for colours and programs."""
    word: str
    reason: str
    note: str
    """What its author says of it, unless that is the reason."""
    since: date | None
    """The day it was derived from."""
    until: date | None
    """Where a person said it: the day on which that ends."""
    matrix: Matrix
    """Through the runtime that packs are written for."""
    others: tuple[Matrix, ...]
    """Through each other runtime; a proof through one is none for another."""
    reads: Reads | None
    releases: tuple[ReleaseRow, ...]
    quickstart: str
    """Name of its quickstart; empty where users may not install it."""


def pack_state(pack_status: PackStatus) -> PackState:
    """The public side of a pack's status."""
    pack, status = pack_status.pack.entity, pack_status.status
    evidence = pack_status.evidence.entity if pack_status.evidence and pack_status.counts else None
    folder = pack_status.folder
    matrices = _matrices(pack_status, evidence)
    return PackState(
        version=pack.version,
        state=status.state,
        word=STATE_WORDS[status.state],
        reason=status.reason,
        note=pack.note if pack.note and pack.state == "available" else "",
        since=status.moment.astimezone(UTC).date() if status.moment else None,
        until=status.until.astimezone(UTC).date() if status.until else None,
        matrix=matrices[0],
        others=matrices[1:],
        reads=_reads(folder.schema.entity, folder, evidence) if folder else None,
        releases=_releases(pack_status),
        quickstart=folder.id if folder is not None and status.state != "withdrawn" else "",
    )


def _releases(pack_status: PackStatus) -> tuple[ReleaseRow, ...]:
    signed = pack_status.signed
    return tuple(ReleaseRow(one.version, one.day, (one.version, one.day) in signed) for one in pack_status.releases)


def _matrices(pack_status: PackStatus, evidence: PackEvidence | None) -> tuple[Matrix, ...]:
    """One a runtime, the current one first."""
    if evidence is None:
        return (_matrix(pack_status, None, ""),)
    first = first_runtime(evidence)
    return tuple(_matrix(pack_status, evidence, runtime) for runtime in dict.fromkeys((first, *evidence.runtimes)))


def _matrix(pack_status: PackStatus, evidence: PackEvidence | None, runtime: str) -> Matrix:
    pack, folder = pack_status.pack.entity, pack_status.folder
    warehouses = [support.name for support in pack.warehouses]
    own = [cell for cell in evidence.boards if cell.runtime == runtime] if evidence else []
    cells = {(cell.board, cell.warehouse): cell for cell in own}
    titles = board_titles(folder)
    return Matrix(
        runtime=runtime_name(evidence, runtime, pack_status.names) if evidence else "",
        warehouses=tuple(WAREHOUSE_NAMES[name] for name in warehouses),
        rows=tuple(
            BoardRow(title, tuple(_verdict(cells.get((board, name))) for name in warehouses))
            for board, title in titles.items()
        ),
        proofs=tuple(_weakest([cells.get((board, name)) for board in titles]) for name in warehouses),
        checked=evidence.checked_at.astimezone(UTC).date() if evidence else None,
        engines=_engines(warehouses, evidence) if evidence else (),
        shown=_shown(evidence, runtime, pack_status.names) if evidence else "",
    )


def _weakest(cells: Sequence[BoardEvidence | None]) -> str:
    """The weakest proof of a warehouse's boards; empty where one does not work, or there is none."""
    proofs = {cell.proof for cell in cells if cell and cell.verdict == "ok"}
    works = all(cell and cell.verdict == "ok" for cell in cells)
    return max(proofs, key=PROOFS.index, default="") if works else ""


def _shown(evidence: PackEvidence, runtime: str, names: Mapping[str, str]) -> str:
    """What a runtime drew, and how its rows stand to those of the first one."""
    boards = [board for board in evidence.shown if board.runtime == runtime]
    if not boards:
        return ""
    drawn = sum(board.drawn for board in boards)
    valid, warnings = all(board.valid for board in boards), sum(board.warnings for board in boards)
    said = [f"{drawn} of {len(boards)} drawn on synthetic rows with {_warnings(warnings)}"]
    said.append("its strict validation found nothing" if valid else "its strict validation found something")
    if runtime != first_runtime(evidence):
        equal = sum(board.rows == "equal" for board in boards)
        first = runtime_name(evidence, first_runtime(evidence), names)
        said.append(f"rows equal to those of {first} on {equal} of {len(boards)}")
    return f"Boards: {'; '.join(said)}."


def _warnings(number: int) -> str:
    return {0: "no warning", 1: "1 warning"}.get(number, f"{number} warnings")


def _verdict(cell: BoardEvidence | None) -> str:
    """What was found, and how where it was run."""
    if cell is None:
        return VERDICTS["unproven"]
    return VERDICTS[cell.verdict] + (f", {cell.proof}" if cell.verdict in {"ok", "broken"} else "")


def _engines(warehouses: Sequence[Warehouse], evidence: PackEvidence) -> tuple[EngineRow, ...]:
    """Each engine of the evidence with the warehouses it stands for."""
    engines: dict[str, list[str]] = {}
    for warehouse in warehouses:
        if engine := evidence.engines.get(warehouse):
            # A bare version is the warehouse's own.
            name = f"{WAREHOUSE_NAMES[warehouse]} {engine}" if engine[:1].isdigit() else engine
            engines.setdefault(name, []).append(WAREHOUSE_NAMES[warehouse])
    return tuple(EngineRow(name, tuple(names)) for name, names in engines.items())


def _reads(schema: PackSchema, folder: PackFolder, evidence: PackEvidence | None) -> Reads:
    titles = board_titles(folder)
    tables = []
    for name, table in sorted(schema.tables.items(), key=lambda pair: (pair[1].optional, pair[0])):
        reading = [board for board in titles if evidence and name in evidence.reads.get(board, ())]
        firm = tuple(column for column in table.columns if column not in table.optional_columns)
        tables.append(
            TableRow(
                name,
                table.optional,
                tuple(titles[board] for board in reading),
                firm,
                table.optional_columns,
                table.note or "",
            )
        )
    return Reads(schema.freshness.warn_after, schema.freshness.error_after, tuple(tables))


def board_titles(folder: PackFolder | None) -> dict[str, str]:
    """The titles of a pack's boards by id, the landing page first."""
    return {board.id: board.title for board in folder.boards} if folder else {}
