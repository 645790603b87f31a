"""What each query of a pack reads on one warehouse, worked out once, so that a schema is judged by comparing sets.

Binding a query asks of a schema only this: which of the query's tables it has, and which of the names that the query
mentions are columns of them. Two schemas that are alike in that get one answer. A schema that has every name that the
query was bound to in the pack's own schema gets the answer `ok`: more names hide none. All others are bound, once for
each likeness. With a star a query can depend on every column, so there it must have all columns of the tables it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from generators.packs.proof.charts import encoding_trouble
from generators.packs.proof.results import Name
from generators.packs.proof.statements import is_optional, statements
from generators.packs.reading.admission import parts_of
from generators.packs.reading.binding import Unparsed, bind, parse
from generators.packs.reading.dialects import SQLGLOT
from generators.packs.reading.snapshots import snapshot_of
from generators.packs.reading.templates import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.model.pack import Verdict
    from generators.packs.proof.statements import Statement
    from generators.packs.reading.folder import PackFolder

NAIVE, INSTANT = "naive", "timestamp"
"""Times without a zone and with one, as a snapshot and a pack call their types."""
REMEMBERED = 50_000
"""Answers of binding that are kept; what comes beyond is asked again."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query that is not ok on a schema: why, and the names that decide it."""

    board: str
    query: str
    verdict: Verdict
    missing: tuple[Name, ...] = ()
    """What the schema lacks; where times are stored without a zone, the columns that hold them."""


@dataclass(frozen=True, slots=True)
class QueryFootprint:
    """What one query reads on one warehouse. Names are lower case; columns are pairs of table and column."""

    board: str
    query: str
    sql: str
    """With its Jinja; empty where no schema makes it run."""
    otherwise: Verdict
    """Its verdict where no name is missing."""
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    needs: frozenset[tuple[str, str]]
    """Columns that make it ok for certain, beside the tables: `columns`, and with a star all of the tables."""
    mentions: frozenset[str]
    """Every name in it."""
    is_whole: bool
    """Whether the pack's own schema has all that it asks for; else no comparison of sets says that it runs."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a pack reads on one warehouse: all that a judgement needs, so that it can be sent to another process."""

    pack: str
    version: str
    warehouse: str
    digest: str
    """Of the pack."""
    schema_name: str
    queries: tuple[QueryFootprint, ...]
    optional: Mapping[str, frozenset[str] | None] = field(hash=False)
    """Tables that may be missing (None), and columns of others that may."""
    instants: frozenset[tuple[str, str]]
    """Columns that hold times with a zone in the pack."""

    def is_optional(self, name: Name) -> bool:
        """Whether the pack does without a table or column."""
        columns = self.optional.get(name.table, frozenset())
        return columns is None or name.column in columns

    @property
    def reads(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The columns that each board reads, by table, sorted; a table of which it only counts rows has none."""
        boards: dict[str, dict[str, set[str]]] = {}
        for query in self.queries:
            tables = boards.setdefault(query.board, {})
            for table in query.tables:
                tables.setdefault(table, set())
            for table, column in query.needs:
                tables.setdefault(table, set()).add(column)
        return {
            board: {table: tuple(sorted(columns)) for table, columns in sorted(tables.items())}
            for board, tables in boards.items()
        }


def footprint_of(pack: PackFolder, warehouse: str) -> Footprint:
    """What a pack reads on a warehouse: each query parsed and bound once."""
    own, tables = snapshot_of(pack), pack.schema.entity.tables
    optional: dict[str, frozenset[str] | None] = {}
    for name, table in tables.items():
        if is_optional(tables, Name(name)):
            optional[name] = None
        elif table.optional_columns:
            optional[name] = frozenset(table.optional_columns)
    return Footprint(
        pack.id,
        pack.pack.entity.version,
        warehouse,
        pack.digest,
        pack.schema_name,
        tuple(_query(one, own.tables) for one in statements(pack, own, (warehouse,))),
        optional,
        frozenset((name, c) for name, table in tables.items() for c, kind in table.columns.items() if kind == INSTANT),
    )


def _query(statement: Statement, own: Mapping[str, Mapping[str, str]]) -> QueryFootprint:
    board, query = statement.key
    trouble, lacks = statement.trouble, bool(statement.trouble and statement.trouble.missing)
    if trouble is None or lacks:
        trouble = encoding_trouble(statement.board, statement.query, statement.outputs)
    stars, mentions = _names(statement)
    all_columns = {(table, column) for table in statement.tables for column in own.get(table, ())}
    return QueryFootprint(
        board,
        query,
        "" if statement.trouble and not lacks else statement.sql,
        trouble.verdict if trouble else "ok",
        statement.tables,
        statement.columns,
        frozenset(all_columns) if stars else statement.columns,
        mentions,
        is_whole=not lacks,
    )


def _names(statement: Statement) -> tuple[bool, frozenset[str]]:
    """Whether a query has a star that stands for columns, and every name in it."""
    stars, names = False, set()
    for arm in _arms(statement.sql, statement.warehouse):
        for part in parts_of(arm):
            if isinstance(part, exp.Identifier):
                names.add(part.name.lower())
            elif isinstance(part, exp.Star) and not isinstance(part.parent, exp.Count):
                stars = True
    return stars, frozenset(names)


def _arms(sql: str, warehouse: str) -> Iterator[exp.Expression]:
    """The query, once for each arm of the conditions in it."""
    for text in readable(sql) if sql else ():
        parsed = parse(text, SQLGLOT[warehouse])
        if not isinstance(parsed, Unparsed):
            yield parsed


class Judge:
    """Judges schemas by a footprint; what was bound once is remembered."""

    def __init__(self, footprint: Footprint) -> None:
        """Binds nothing yet."""
        self.footprint = footprint
        self._bound: dict[tuple[int, object], _Answer] = {}
        """By the query's number and by what it sees of a schema."""
        self._arms: dict[int, tuple[exp.Expression, ...]] = {}

    def judge(self, tables: Mapping[str, Mapping[str, str]]) -> tuple[Judged, ...]:
        """The queries that are not ok on a schema, in the order of the pack; none where all are.

        `tables` is lower case, with a pack's types. Equal to what `check` says by reading alone.
        """
        have = frozenset((table, column) for table, columns in tables.items() for column in columns)
        naive = frozenset(pair for pair in self.footprint.instants if tables.get(pair[0], {}).get(pair[1]) == NAIVE)
        found = (self._judged(number, tables, have, naive) for number in range(len(self.footprint.queries)))
        return tuple(judged for judged in found if judged is not None)

    def _judged(
        self,
        number: int,
        tables: Mapping[str, Mapping[str, str]],
        have: frozenset[tuple[str, str]],
        naive: frozenset[tuple[str, str]],
    ) -> Judged | None:
        query = self.footprint.queries[number]
        answer = _Answer(query.columns, ())
        if query.sql and not (query.is_whole and query.needs <= have and query.tables <= tables.keys()):
            answer = self._answer(number, tables)
        if answer.missing:
            optional = all(map(self.footprint.is_optional, answer.missing))
            return Judged(query.board, query.query, "unavailable" if optional else "broken", answer.missing)
        if query.otherwise != "ok":
            return Judged(query.board, query.query, query.otherwise)
        if zoneless := answer.columns & naive:
            return Judged(query.board, query.query, "unproven", _sorted(Name(*pair) for pair in zoneless))
        return None

    def _answer(self, number: int, tables: Mapping[str, Mapping[str, str]]) -> _Answer:
        """What binding says of a query; asked once for all schemas that look alike to it."""
        query = self.footprint.queries[number]
        seen = {
            name: {column: kind for column, kind in tables[name].items() if column in query.mentions}
            for name in query.mentions
            if name in tables
        }
        key = (number, frozenset((name, frozenset(columns)) for name, columns in seen.items()))
        if key not in self._bound:
            if len(self._bound) >= REMEMBERED:
                self._bound.clear()
            self._bound[key] = self._asked(number, seen)
        return self._bound[key]

    def _asked(self, number: int, seen: Mapping[str, dict[str, str]]) -> _Answer:
        query = self.footprint.queries[number]
        if number not in self._arms:
            self._arms[number] = tuple(_arms(query.sql, self.footprint.warehouse))
        arms = [bind(arm, self.footprint.schema_name, seen) for arm in self._arms[number]]
        return _Answer(
            frozenset(column for arm in arms for column in arm.columns),
            _sorted({Name(lack.table, lack.column) for arm in arms for lack in arm.missing}),
        )


class _Answer(NamedTuple):
    columns: frozenset[tuple[str, str]]
    """That the query reads."""
    missing: tuple[Name, ...]


def _sorted(names: Iterable[Name]) -> tuple[Name, ...]:
    """Names in their order, a table before its columns."""
    return tuple(sorted(names, key=lambda name: (name.table, name.column or "")))
