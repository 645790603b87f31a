"""The static half of a check: every query as each warehouse reads it, parsed there and bound to the schema."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generators.packs.proof.results import Name, Trouble
from generators.packs.reading.binding import Bound, Missing, Spot, Unparsed, bind, parse
from generators.packs.reading.dialects import AUTHORED, SQLGLOT, Untranslatable, carried
from generators.packs.reading.templates import UnreadableTemplate, beyond_values, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.findings import Place
    from generators.model.pack import PackTable, Verdict
    from generators.packs.reading.boards import Board, Query
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Hidden, Snapshot

UNKNOWN_COLUMN, UNKNOWN_TABLE = "ERR-BINDER-UNKNOWN-COLUMN", "ERR-BINDER-UNKNOWN-RELATION"
RUNTIME, TEMPLATE = "ERR-WAREHOUSE-RUNTIME", "ERR-JINJA-RENDER"
Key = tuple[str, str]
"""Board and query."""
NAMES_COLUMNS = frozenset({"duckdb", "bigquery"})
NAMES_TABLES = NAMES_COLUMNS | {"postgres", "redshift", "snowflake", "databricks"}
"""Warehouses whose missing columns, or tables, the current runtime reports by a code of their own; elsewhere RUNTIME.

Read in its adapters: `classify_warehouse_error`, `_MISSING_RELATION_MESSAGES` and `duckdb_error_code`.
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """One query as one warehouse reads it, what it reads there, and what is wrong with it."""

    board: Board
    query: Query
    warehouse: str
    sql: str
    """With its Jinja; empty when there is no form for this warehouse."""
    tables: frozenset[str]
    outputs: tuple[str, ...]
    trouble: Trouble | None
    columns: frozenset[tuple[str, str]] = frozenset()
    """Columns that it reads, by table."""

    @property
    def key(self) -> Key:
        """The query, whatever the warehouse."""
        return self.board.id, self.query.name

    @property
    def place(self) -> Place:
        """Where the query stands in its board."""
        return self.board.place(self.query)


def statements(pack: PackFolder, snapshot: Snapshot, warehouses: tuple[str, ...]) -> Iterator[Statement]:
    """Every query of every board on every warehouse, in that order."""
    for board in pack.boards:
        for query in board.queries:
            yield from _query(pack, snapshot, board, query, warehouses)


def tables_read(board: Board, statements: Iterable[Statement]) -> tuple[str, ...]:
    """The tables that a board's queries read on any of the warehouses, sorted."""
    own = (statement for statement in statements if statement.board is board)
    return tuple(sorted({table for statement in own for table in statement.tables}))


def _query(
    pack: PackFolder, snapshot: Snapshot, board: Board, query: Query, warehouses: tuple[str, ...]
) -> Iterator[Statement]:
    authored = _Authored(pack, snapshot, board, query)
    for warehouse in warehouses:
        override = pack.sql(board, query.name, warehouse)
        yield authored.overridden(warehouse, override) if override else authored.on(warehouse)


class _Authored:
    """One query as its author wrote it; places in other forms of it are places in this one."""

    def __init__(self, pack: PackFolder, snapshot: Snapshot, board: Board, query: Query) -> None:
        self.pack, self.snapshot, self.board, self.query = pack, snapshot, board, query
        self.refusal: Trouble | None = None
        self.spots: dict[tuple[str, str | None], Missing] = {}
        self.bound: list[Bound] = []
        if query.expanded is None:
            self.refusal = self._trouble(Spot(), "builds on a query that cannot be found or written out")
            return
        try:
            if sentence := beyond_values(query.sql, conditions=True):
                self.refusal = self._trouble(Spot(), sentence, code=TEMPLATE)
                return
            self._read(query.sql)
        except UnreadableTemplate as error:
            self.refusal = self._trouble(Spot(error.line), error.sentence, code=TEMPLATE)

    def _read(self, sql: str) -> None:
        for text in readable(sql):
            statement = parse(text, SQLGLOT[AUTHORED])
            if isinstance(statement, Unparsed):
                self.refusal = self._trouble(statement.spot, statement.sentence, code=RUNTIME)
                return
            bound = bind(statement, self.pack.schema_name, self.snapshot.tables)
            self.bound.append(bound)
            self.spots.update(((missing.table, missing.column), missing) for missing in bound.missing)

    def on(self, warehouse: str) -> Statement:
        """The query carried over to a warehouse."""
        if self.refusal is not None:
            return self._statement(warehouse, "", (), self.refusal)
        if warehouse == AUTHORED:
            return self._statement(warehouse, self.query.sql, self.bound, self._missing(self.bound, warehouse))
        try:
            sql = carried(self.query.sql, warehouse)
            bound = self._bind(sql, warehouse)
        except (Untranslatable, UnreadableTemplate) as error:
            sentence = f"has no form for {warehouse}: {error}"
            trouble = self._trouble(Spot(), sentence, hint="write an override in pack.yaml")
            return self._statement(warehouse, "", self.bound, trouble)
        if isinstance(bound, Unparsed):
            sentence = f"is refused by the parser of {warehouse}: {bound.sentence}"
            return self._statement(warehouse, sql, self.bound, self._trouble(Spot(), sentence, code=RUNTIME))
        return self._statement(warehouse, sql, bound, self._missing(bound, warehouse))

    def overridden(self, warehouse: str, sql: str) -> Statement:
        """The SQL that the pack gives for this warehouse instead."""
        try:
            sentence = beyond_values(sql, conditions=True)
            bound = self._bind(sql, warehouse)
        except UnreadableTemplate as error:
            sentence = error.sentence
        if sentence:
            trouble = self._trouble(Spot(), f"has an override: {sentence}", code=TEMPLATE)
            return self._statement(warehouse, "", (), trouble)
        if isinstance(bound, Unparsed):
            sentence = f"has an override that the parser of {warehouse} refuses: {bound.sentence}"
            return self._statement(warehouse, sql, (), self._trouble(Spot(), sentence, code=RUNTIME))
        return self._statement(warehouse, sql, bound, self._missing(bound, warehouse))

    def _bind(self, sql: str, warehouse: str) -> list[Bound] | Unparsed:
        arms = []
        for text in readable(sql):
            statement = parse(text, SQLGLOT[warehouse])
            if isinstance(statement, Unparsed):
                return statement
            arms.append(bind(statement, self.pack.schema_name, self.snapshot.tables))
        return arms

    def _missing(self, arms: list[Bound], warehouse: str) -> Trouble | None:
        """What the schema lacks: unavailable when the pack says it may, broken otherwise."""
        lacks = list(dict.fromkeys(missing for arm in arms for missing in arm.missing))
        if not lacks:
            return None
        names = tuple(sorted({Name(missing.table, missing.column) for missing in lacks}))
        optional = all(is_optional(self.pack.schema.entity.tables, name) for name in names)
        hidden = {name: self.snapshot.hidden.get((name.table, name.column)) for name in names}
        sentence = f"{'needs' if optional else 'asks for'} {_lacking(hidden)}"
        # What only another form of the query lacks has no place in the authored one.
        first = self.spots.get((lacks[0].table, lacks[0].column), replace(lacks[0], spot=Spot()))
        trouble = Trouble(_lacking_verdict(hidden, optional=optional), self.place(first.spot), sentence, names)
        if any(hidden.values()):  # neither misspelled nor, for the runtime, unknown
            return replace(trouble, code=RUNTIME)
        hint = f"did you mean '{first.hint}'?" if first.hint else ""
        return replace(trouble, hint=hint, code=_code(lacks[0], warehouse))

    def place(self, spot: Spot) -> Place:
        """Where a stretch of the authored SQL stands in the board's file."""
        return self.board.place(self.query, spot.line, spot.column, spot.width)

    def _trouble(self, spot: Spot, sentence: str, *, code: str = "", hint: str = "") -> Trouble:
        return Trouble("broken", self.place(spot), sentence, (), hint, code)

    def _statement(self, warehouse: str, sql: str, arms: list[Bound] | tuple[()], trouble: Trouble | None) -> Statement:
        tables = frozenset(table for arm in arms for table in arm.tables)
        outputs = arms[0].outputs if arms else ()
        columns = frozenset(column for arm in arms for column in arm.columns)
        return Statement(self.board, self.query, warehouse, sql, tables, outputs, trouble, columns)


def _code(missing: Missing, warehouse: str) -> str:
    """What the current runtime reports for a name that is not there."""
    if missing.column:
        return UNKNOWN_COLUMN if warehouse in NAMES_COLUMNS else RUNTIME
    return UNKNOWN_TABLE if warehouse in NAMES_TABLES else RUNTIME


def is_optional(tables: Mapping[str, PackTable], name: Name) -> bool:
    """Whether a pack does without a table or column: its boards that need it are then unavailable."""
    table = tables.get(name.table)
    if table is None:
        return False
    return table.optional or (name.column is not None and name.column in table.optional_columns)


def _lacking_verdict(hidden: Mapping[Name, Hidden | None], *, optional: bool) -> Verdict:
    """What follows for a query whose names are missing: whoever may read what is denied may get an answer."""
    if optional:
        return "unavailable"
    return "unproven" if set(hidden.values()) == {"denied"} else "broken"


def _lacking(hidden: Mapping[Name, Hidden | None]) -> str:
    """Names that are missing, and what is known of why."""
    parts = []
    for why, words in (
        ("denied", ": no permission to read (or not synced)"),
        ("unclear", ": not there, or no permission to read"),
        (None, ", which the schema does not have"),
    ):
        if names := tuple(name for name, found in hidden.items() if found == why):
            parts.append(f"{_listed(names)}{words}")
    return "; ".join(parts)


def _listed(names: tuple[Name, ...]) -> str:
    words = [f"{'column' if name.column else 'table'} {name.text}" for name in names[:3]]
    more = len(names) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
