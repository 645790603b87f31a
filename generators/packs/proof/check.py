"""One pack, checked: statically everywhere, executed where an engine answers, every result with how it was proven."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generators.model.pack import PackTable
from generators.packs.engines.engine import Unreachable
from generators.packs.proof.cautions import naive_columns, zone_trouble
from generators.packs.proof.charts import encoding_trouble
from generators.packs.proof.execution import Executed, Rows, difference, execute, same
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.packs.proof.results import Result, Trouble, boards_of, worst
from generators.packs.proof.shown import shown_boards
from generators.packs.proof.statements import Statement, tables_read
from generators.packs.proof.statements import statements as statements_of
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import Snapshot, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generators.model.pack import Proof, Verdict
    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Tables
    from generators.packs.proof.shown import Shower, ShownBoard
    from generators.packs.proof.statements import Key
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.port import RuntimePort

WAREHOUSES = ("duckdb", "postgres", "snowflake", "bigquery", "redshift", "databricks")
"""Where a pack is checked unless it or the caller names others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a check is asked to do. Engines open in a time zone, by warehouse; where there is none a proof is static."""

    warehouses: tuple[str, ...] = ()
    """Those of the pack when empty."""
    engines: Mapping[str, Callable[[str], Engine | Unreachable]] | None = None
    snapshot: Snapshot | None = None
    """Somebody's tables, instead of those that the pack relies on."""
    rows: Tables | None = None
    """Rows instead of the pack's own awkward ones."""
    runtimes: Mapping[str, RuntimePort] = field(default_factory=dict)
    """What sends the queries, by id. Answers are compared with those through the first; without one nothing runs."""
    showers: tuple[Shower, ...] = ()
    """Runtimes that validate and draw the boards as well, on synthetic rows of the pack's own tables."""


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """The results of one pack, the tables each board reads, and what executed, by warehouse."""

    results: tuple[Result, ...]
    reads: Mapping[str, tuple[str, ...]]
    engines: Mapping[str, str]
    answers: Mapping[Key, object]
    """What DuckDB answered on the rows, through the first runtime."""
    shown: tuple[ShownBoard, ...] = ()
    """What each runtime made of each board, where that was asked."""
    warnings: tuple[str, ...] = ()
    """What makes numbers wrong on somebody's tables although every query runs, a sentence each."""

    def verdict(self, board: str) -> Verdict:
        """The worst of a board on all warehouses."""
        return worst(result.verdict for result in self.results if result.board == board)

    @property
    def boards(self) -> Mapping[tuple[str, str], Sequence[Result]]:
        """Results by board and warehouse, of all runtimes."""
        return boards_of(self.results)


def check(pack: PackFolder, plan: Plan) -> CheckedPack:
    """Check a pack. Nothing raises for what the pack, its schema or a warehouse does wrong."""
    snapshot = plan.snapshot or snapshot_of(pack)
    warehouses = plan.warehouses or tuple(support.name for support in pack.pack.entity.warehouses)
    statements = tuple(statements_of(pack, snapshot, warehouses))
    runs = _runs(statements, _rows(pack, plan, snapshot), plan, warehouses)
    # Rows that were given are asked in three time zones, which shows whose answers move.
    naive = naive_columns(pack, snapshot) if plan.rows is None else frozenset()
    results = tuple(_result(pack, one, runs, name, naive) for name in plan.runtimes or ("",) for one in statements)
    tables = {board.id: tables_read(board, statements) for board in pack.boards}
    shown = shown_boards(pack, plan.showers)
    return CheckedPack(results, tables, runs.versions, runs.reference.answers if runs.reference else {}, shown)


def _rows(pack: PackFolder, plan: Plan, snapshot: Snapshot) -> Rows | str:
    """The tables to make; a sentence when the pack's fixtures cannot be made."""
    tables = pack.schema.entity.tables if plan.snapshot is None else _as_tables(snapshot)
    if plan.rows is not None:
        return Rows(pack.schema_name, tables, plan.rows, changed=True)
    if plan.snapshot is not None or pack.fixtures is None:
        return Rows(pack.schema_name, tables, None)
    try:
        return Rows(pack.schema_name, tables, generate(pack.schema.entity, pack.fixtures.entity, awkward=True))
    except FixtureError as error:
        return f"rows cannot be made: {error.text(pack.fixtures)}"


def _as_tables(snapshot: Snapshot) -> Mapping[str, PackTable]:
    """Somebody's tables as a pack writes them; columns of types that no pack knows are text."""
    return {
        name: PackTable.model_construct(
            columns=columns,  # type: ignore[arg-type]
            optional=False,
            key=(),
            optional_columns=(),
            note=None,
        )
        for name, columns in snapshot.tables.items()
        if columns
    }


@dataclass(frozen=True, slots=True)
class _Runs:
    """What each warehouse's engine did with the statements."""

    by_warehouse: Mapping[str, Mapping[str, Executed] | Unreachable]
    """By warehouse, then by runtime."""
    first: str
    """The runtime that the others are compared with."""

    def of(self, warehouse: str, runtime: str) -> Executed | Unreachable | None:
        """What one runtime's statements came to on a warehouse; None where nothing executes."""
        runs = self.by_warehouse.get(warehouse)
        return runs if runs is None or isinstance(runs, Unreachable) else runs.get(runtime)

    @property
    def reference(self) -> Executed | None:
        """The run on DuckDB through the first runtime, which answers are compared with; None without one."""
        run = self.of(AUTHORED, self.first)
        return run if isinstance(run, Executed) else None

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the engines that ran, by warehouse."""
        runs = {name: self.of(name, self.first) for name in self.by_warehouse}
        return {name: run.version for name, run in runs.items() if isinstance(run, Executed)}


def _runs(statements: Sequence[Statement], rows: Rows | str, plan: Plan, warehouses: Sequence[str]) -> _Runs:
    """The statements of each warehouse that has an engine, run on the rows; DuckDB, the reference, comes first."""
    runs: dict[str, Mapping[str, Executed] | Unreachable] = {}
    engines = plan.engines or {}
    for warehouse in sorted(engines, key=lambda name: name != AUTHORED):
        if warehouse not in warehouses:
            continue
        if not plan.runtimes:
            runs[warehouse] = Unreachable(warehouse, "no runtime is there to send its queries", "run `make install`")
        elif isinstance(rows, Rows):
            own = [statement for statement in statements if statement.warehouse == warehouse]
            runs[warehouse] = execute(own, rows, engines[warehouse], plan.runtimes)
        else:
            runs[warehouse] = Unreachable(warehouse, rows, "correct fixtures.yaml")
    return _Runs(runs, next(iter(plan.runtimes), ""))


def _result(
    pack: PackFolder, statement: Statement, runs: _Runs, runtime: str, naive: frozenset[tuple[str, str]]
) -> Result:
    run = runs.of(statement.warehouse, runtime)
    trouble = _first_trouble(statement, run, runs.reference) or zone_trouble(statement, naive)
    return replace(result_of(pack, statement, _proof(statement, run), trouble), runtime=runtime)


def _proof(statement: Statement, run: Executed | Unreachable | None) -> Proof:
    """How far the statement was proven: on its warehouse, on an engine that stands in for it, or by reading alone."""
    if not isinstance(run, Executed) or not statement.sql:
        return "static"
    return "emulated" if run.proof == "emulated" else "executed"


def _first_trouble(
    statement: Statement, run: Executed | Unreachable | None, reference: Executed | None
) -> Trouble | None:
    """What is wrong with a statement: first as it is written, then where it ran, then beside the reference."""
    written = statement.trouble or encoding_trouble(statement.board, statement.query, statement.outputs)
    if written is not None:
        return written
    if isinstance(run, Unreachable):
        return Trouble("unproven", statement.place, run.reason, hint=run.remedy)
    if run is None or not statement.sql:
        return None
    return run.troubles.get(statement.key) or _disagreement(statement, run, reference)


def _disagreement(statement: Statement, run: Executed, reference: Executed | None) -> Trouble | None:
    """Where an engine or a runtime answers otherwise than DuckDB through the first runtime, on the same rows."""
    if reference is None or run is reference:
        return None
    expected, answer = reference.answers.get(statement.key), run.answers.get(statement.key)
    if expected is None or answer is None or same(expected, answer):
        return None
    where = "through the first runtime" if run.warehouse == reference.warehouse else f"on {reference.warehouse}"
    sentence = f"gives other results than {where}: {difference(answer, expected)}"
    return Trouble("broken", statement.place, sentence)


def result_of(pack: PackFolder, statement: Statement, proof: Proof, trouble: Trouble | None) -> Result:
    """A statement's result: ok without trouble."""
    version, board, query = pack.pack.entity.version, statement.board.id, statement.query.name
    result = Result(pack.id, version, board, query, statement.warehouse, proof, "ok")
    return result if trouble is None else result.with_trouble(trouble)
