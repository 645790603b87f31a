"""A pack against somebody's own warehouse, asked through their project: its fit and its freshness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal

from generators.packs.engines.engine import Answer, Fault, gathered
from generators.packs.proof.cautions import history_warnings, naive_columns, zone_trouble
from generators.packs.proof.charts import KPI_NO_DATA, answer_trouble
from generators.packs.proof.check import CheckedPack, result_of
from generators.packs.proof.execution import sendable
from generators.packs.proof.results import Trouble
from generators.packs.proof.statements import Statement, tables_read
from generators.packs.proof.statements import statements as statements_of
from generators.packs.reading.catalogs import newest_query
from generators.packs.reading.dialects import Untranslatable, same_name, written
from generators.packs.reading.templates import UnreadableTemplate, beyond_values
from generators.runtime.port import Missing, Refused, Reply, RuntimePort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generators.model.pack import Proof
    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Snapshot

SECONDS = 60.0
"""Time limit of one question to somebody's warehouse."""
MOST_SILENT = 2
"""Questions that may stay unanswered; then no more is asked: whoever hangs twice hangs again."""
BINDER = "ERR-BINDER-"
"""How the codes begin by which a runtime says that a query does not fit the tables."""
SYNCED = "_fivetran_synced"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the newest row of a table is. Hours; `newest` is UTC, None for a table without rows."""

    pack: str
    table: str
    state: Literal["fresh", "late", "stale", "empty", "unproven"]
    newest: datetime | None
    age_hours: float | None
    limit_hours: float
    message: str = ""


@dataclass(slots=True)
class LiveWarehouse:
    """A source of somebody's project, with a time limit on every question: a runtime that hangs is ended."""

    runtime: RuntimePort
    project: Path
    source: str
    warehouse: str
    silent: int = 0
    """Questions that were not answered in time."""

    def ask(self, sql: str, variables: Mapping[str, object], seconds: float = SECONDS) -> Reply:
        """One question. Nothing raises; no answer in time is an error without a code."""
        if self.silent >= MOST_SILENT:
            return Reply(error=f"not asked: {self.silent} questions before it were not answered in time")
        if not self.runtime.is_running:
            opened = self.runtime.open(self.project, self.source)
            if isinstance(opened, Missing):
                return Reply(error=opened.sentence)
        reply = self.runtime.ask(sql, variables, seconds)
        if not self.runtime.is_running:
            self.silent += 1
        return reply

    def answer(self, sql: str, variables: Mapping[str, object]) -> Answer | Fault:
        """One query as an engine answers it. Only what the runtime calls the query's fault counts against it."""
        reply = self.ask(sql, variables)
        if reply.error:
            return Fault("refused" if reply.code.startswith(BINDER) else "unproven", reply.error)
        return gathered(tuple(name.lower() for name in reply.rows.columns), reply.rows.rows)


def check_live(pack: PackFolder, snapshot: Snapshot, warehouse: LiveWarehouse) -> CheckedPack:
    """Every query on somebody's own tables: `snapshot` is what their schema holds."""
    statements = tuple(statements_of(pack, snapshot, (warehouse.warehouse,)))
    own = same_name(pack.schema_name, snapshot.schema, warehouse.warehouse)
    schema = pack.schema_name if own else snapshot.schema
    naive = naive_columns(pack, snapshot)
    results = tuple(_result(pack, statement, warehouse, schema, naive) for statement in statements)
    tables = {board.id: tables_read(board, statements) for board in pack.boards}
    return CheckedPack(results, tables, {}, {}, warnings=history_warnings(pack, snapshot))


def unproven(pack: PackFolder, warehouse: str, reason: str) -> CheckedPack:
    """Every query of a pack unproven, for one reason: the warehouse is down, refuses, or has no such schema."""
    results = tuple(
        result_of(
            pack,
            Statement(board, query, warehouse, "", frozenset(), (), None),
            "static",
            Trouble("unproven", board.place(query), reason),
        )
        for board in pack.boards
        for query in board.queries
    )
    return CheckedPack(results, {board.id: () for board in pack.boards}, {}, {})


def _result(
    pack: PackFolder,
    statement: Statement,
    warehouse: LiveWarehouse,
    schema: str,
    naive: frozenset[tuple[str, str]],
) -> Result:
    """One query, asked unless something is wrong with it already. Only what was answered counts as executed."""
    board, query = statement.board, statement.query
    if statement.trouble:
        return result_of(pack, statement, "static", statement.trouble)
    try:
        sql = statement.sql if schema == pack.schema_name else written(pack, board, query, warehouse.warehouse, schema)
    except (Untranslatable, UnreadableTemplate) as error:
        sentence = f"has no form for the schema '{schema}': {error}"
        hint = f"it runs where the schema is called '{pack.schema_name}'"
        return result_of(pack, statement, "static", Trouble("unproven", statement.place, sentence, hint=hint))
    asked = replace(statement, sql=sql)
    sent = sendable(warehouse.runtime, asked, board.defaults, warehouse.warehouse) if beyond_values(sql) else None
    if isinstance(sent, Refused):
        return result_of(pack, statement, "static", Trouble("broken", statement.place, sent.reason))
    answer = warehouse.answer(sql, board.defaults)
    if isinstance(answer, Fault):
        broken = answer.kind == "refused"
        proof: Proof = "executed" if broken else "static"
        fault = Trouble("broken" if broken else "unproven", statement.place, answer.message)
        return result_of(pack, statement, proof, fault)
    trouble = answer_trouble(board, query, answer)
    if trouble and trouble.code == KPI_NO_DATA:  # tables of a user may be empty, and the rest of the board works
        sentence = "has no rows to show a number of: its tables are empty, or hold nothing that counts"
        trouble = replace(trouble, verdict="unavailable", message=sentence)
    return result_of(pack, statement, "executed", trouble or zone_trouble(statement, naive))


def freshness(pack: PackFolder, snapshot: Snapshot, warehouse: LiveWarehouse, at: datetime) -> Sequence[Freshness]:
    """The newest sync of every table that has one. `at` is UTC."""
    limits = pack.schema.entity.freshness
    warn, error = limits.warn_after.minutes / 60, limits.error_after.minutes / 60
    states = []
    for table in pack.schema.entity.tables:
        if SYNCED not in snapshot.tables.get(table, {}):
            continue
        reply = warehouse.ask(newest_query(warehouse.warehouse, snapshot.schema, table, SYNCED), {})
        if reply.error:
            states.append(Freshness(pack.id, table, "unproven", None, None, error, reply.error))
            continue
        newest = instant(reply.rows.rows[0][0]) if reply.rows.rows else None
        if newest is None:
            states.append(Freshness(pack.id, table, "empty", None, None, error, "no row"))
            continue
        age = (at - newest).total_seconds() / 3600
        state: Literal["fresh", "late", "stale"] = "stale" if age > error else "late" if age > warn else "fresh"
        states.append(Freshness(pack.id, table, state, newest, round(age, 1), error))
    return states


def instant(value: object) -> datetime | None:
    """A warehouse's newest moment as UTC; one without a zone is taken for UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, str):
        try:
            return instant(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None
