"""Every table and column of a statement, bound to a schema: what is missing, and where it stands.

Parsing and scopes are sqlglot's. Its own `qualify` stops at the first fault and forgets the place; this one names all.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.optimizer.scope import Scope, traverse_scope

from generators.packs.reading.admission import foreign_tables, parts_of, refused, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.packs.reading.snapshots import Columns

CHANGING = (exp.DML, exp.DDL, exp.Command, exp.Drop, exp.Alter, exp.Into)
"""What no dashboard does, however deep inside a query."""
CHANGES = "is not one query that only reads"


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of SQL: line from 0, column from 0, length."""

    line: int = 0
    column: int = 0
    width: int = 1


@dataclass(frozen=True, slots=True)
class Missing:
    """A table or column that the schema does not have, and the nearest name that it does."""

    table: str
    column: str | None
    spot: Spot
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Unparsed:
    """SQL that the warehouse's parser refuses: one sentence and where."""

    sentence: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Bound:
    """What a statement reads, and what of it is missing. Names are lower case."""

    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    missing: tuple[Missing, ...]
    outputs: tuple[str, ...]
    """Names of the result's columns; `*` where they cannot be known."""


@lru_cache(maxsize=64)
def parse(sql: str, dialect: str, *, sent: bool = False) -> exp.Expression | Unparsed:
    """One query in a warehouse's dialect. Anything but a single query of parts that packs may use is refused.

    With `sent` the SQL is as a warehouse gets it, with placeholders.

    What is given is shared between callers: who changes it takes a copy.
    """
    if sentence := unreadable(sql):
        return Unparsed(sentence, Spot())
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
    except (ParseError, TokenError) as error:
        return Unparsed(*_fault(error))
    except (SqlglotError, RecursionError, ValueError) as error:
        return Unparsed(f"cannot be parsed: {str(error).splitlines()[0]}", Spot())
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return Unparsed(CHANGES, Spot())
    statement = cast("exp.Expression", statements[0])
    if found := refused(statement, sent=sent):
        sentence, part = found
        return Unparsed(CHANGES if isinstance(part, CHANGING) else sentence, first_spot(part))
    return statement


def _fault(error: ParseError | TokenError) -> tuple[str, Spot]:
    if isinstance(error, ParseError) and error.errors:
        first = error.errors[0]
        words = str(first.get("highlight") or "")
        line, column = int(first.get("line") or 1), int(first.get("col") or 1)
        return f"{first.get('description') or 'cannot be parsed'}", Spot(
            line - 1, max(column - len(words), 0), max(len(words), 1)
        )
    return f"cannot be parsed: {str(error).splitlines()[0]}", Spot()


def bind(statement: exp.Expression, schema_name: str, tables: Mapping[str, Columns]) -> Bound:
    """Ask for every table and column of a statement. `tables` is lower case; the statement is not changed."""
    binder = _Binder(schema_name, tables)
    for scope in traverse_scope(statement):
        binder.scope(scope)
    for _, table in foreign_tables(statement, schema_name, tables):
        binder.foreign(table)
    missing = tuple(dict.fromkeys(binder.missing))
    outputs = tuple(name.lower() for name in statement.named_selects) if isinstance(statement, exp.Query) else ()
    return Bound(frozenset(binder.tables), frozenset(binder.columns), missing, outputs)


class _Binder:
    def __init__(self, schema_name: str, tables: Mapping[str, Columns]) -> None:
        self.schema_name, self.schema = schema_name, tables
        self.tables: set[str] = set()
        self.columns: set[tuple[str, str]] = set()
        self.missing: list[Missing] = []

    def scope(self, scope: Scope) -> None:
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                self._table(source)
        # `Scope.columns` would add the bare names of the queries inside, which have a scope of their own.
        for column in scope.find_all(exp.Column):
            self._column(column, scope)

    def foreign(self, table: exp.Table) -> None:
        """A table outside the schema, wherever it stands: no scope is needed to see it."""
        name = ".".join(part.name.lower() for part in table.parts)
        self._lacks(name, None, table.this, [self.schema_name])

    def _table(self, table: exp.Table) -> None:
        name = table.name.lower()
        if not name or table.catalog:
            return  # one of another database is foreign
        schema = (table.db or self.schema_name).lower()
        if schema != self.schema_name:
            self._lacks(f"{schema}.{name}", None, table.this, [self.schema_name])
        elif name not in self.schema:
            self._lacks(name, None, table.this, self.schema)
        else:
            self.tables.add(name)

    def _column(self, column: exp.Column, scope: Scope) -> None:
        name = column.name.lower()
        if not isinstance(column.this, exp.Identifier) or name.startswith("j0"):
            return  # a star, or a value that Jinja puts in
        sources = dict(_sources(scope))
        if column.table:
            source = sources.get(column.table) or sources.get(column.table.lower())
            candidates = [source] if source is not None else []
            if source is None:
                self._lacks(column.table.lower(), None, column.args["table"], sources)
        else:
            if _is_alias(column, scope, name):
                return
            candidates = list(sources.values())
        self._look(name, column, candidates)

    def _look(self, name: str, column: exp.Column, candidates: list[exp.Table | Scope]) -> None:
        """Find a column in what may hold it; say what is missing only when nothing there is unknown itself."""
        unknown, offered, home = False, [], ""
        for source in candidates:
            columns = self._offers(source)
            if columns is None:
                unknown = True
            elif name in columns:
                if isinstance(source, exp.Table):
                    self.columns.add((source.name.lower(), name))
                return
            else:
                offered += columns
                home = home or (source.name.lower() if isinstance(source, exp.Table) else "")
        if candidates and not unknown:
            self._lacks(home or column.table.lower(), name, column.this, offered)

    def _offers(self, source: exp.Table | Scope) -> list[str] | None:
        """The columns of a source; None where they cannot be known."""
        if isinstance(source, exp.Table):
            columns = self.schema.get(source.name.lower()) if source.db.lower() in {"", self.schema_name} else None
            return None if columns is None else list(columns)
        if not isinstance(source.expression, exp.Query):
            return None
        return _alias_columns(source.expression) or self._selects(source, source.expression)

    def _selects(self, scope: Scope, query: exp.Query) -> list[str] | None:
        """The columns of a query's result, every star written out; None where they cannot be known."""
        names: list[str] = []
        for name in query.named_selects:
            columns = self._star(scope) if name == "*" else [name.lower()]
            if columns is None:
                return None
            names += columns
        return names

    def _star(self, scope: Scope) -> list[str] | None:
        names: list[str] = []
        for _, source in scope.selected_sources.values():
            columns = self._offers(source)
            if columns is None:
                return None
            names += columns
        return names

    def _lacks(self, table: str, column: str | None, at: exp.Expression, offered: object) -> None:
        word = column if column is not None else table
        close = get_close_matches(word, [str(name) for name in offered], n=1, cutoff=0.6)  # type: ignore[attr-defined]
        self.missing.append(Missing(table, column, spot_of(at), close[0] if close else ""))


def _alias_columns(query: exp.Query) -> list[str]:
    """The names that `t (a, b)` in WITH or FROM gives the columns of a query; none where it gives none."""
    around = query.parent
    while isinstance(around, exp.SetOperation):  # a recursive query names itself by its first part
        around = around.parent
    return [name.lower() for name in around.alias_column_names] if isinstance(around, (exp.CTE, exp.Subquery)) else []


def _sources(scope: Scope) -> Iterator[tuple[str, exp.Table | Scope]]:
    """What names may mean here: the scope's own sources, then those of the queries around it."""
    around: Scope | None = scope
    while around is not None:
        for name, source in around.sources.items():
            if name in around.selected_sources or around is not scope or name in scope.lateral_sources:
                yield name, source
        around = around.parent if around.is_subquery or around.is_udtf else None


def _is_alias(column: exp.Column, scope: Scope, name: str) -> bool:
    """Whether a bare name is one of the query's own results, as ORDER BY, GROUP BY and HAVING may say."""
    if name not in {alias.lower() for alias in getattr(scope.expression, "named_selects", ())}:
        return False
    clause = column.find_ancestor(
        exp.Order, exp.Group, exp.Having, exp.Qualify, exp.Where, exp.Select, exp.SetOperation
    )
    return isinstance(clause, (exp.Order, exp.Group, exp.Having, exp.Qualify, exp.SetOperation))


def first_spot(part: exp.Expression) -> Spot:
    """Where a part of a statement begins, as far as the parser keeps it."""
    return next((spot_of(node) for node in parts_of(part) if "line" in node.meta), Spot())


def spot_of(identifier: exp.Expression) -> Spot:
    """Where an identifier stands in the SQL it was parsed from."""
    meta = identifier.meta
    if "line" not in meta:
        return Spot()
    width = int(meta["end"]) - int(meta["start"]) + 1
    return Spot(int(meta["line"]) - 1, max(int(meta["col"]) - width, 0), width)
