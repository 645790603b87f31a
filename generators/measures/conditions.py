"""Conditions of alerts that no counter expresses: a query over the events, asked at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from generators.measures.layout import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ibis.backends import BaseBackend

PRIORITIES: Final = "priorities"
TABLES: Final = frozenset({EVENTS, PRIORITIES})
"""What a condition may read: the events, and connectors in the order of their priority."""
DIALECT: Final = "duckdb"
MOST: Final = 1_000
"""Rows of one condition; an alert for more things at once is none that a person can read."""


class UnfitQuery(ValueError):  # noqa: N818 - what somebody wrote, not a fault of the program
    """A condition that cannot be asked: one sentence."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A query that gives a row of labels for each thing that it holds for."""

    tree: exp.Select

    @classmethod
    def of(cls, sql: str) -> Condition:
        """Raises UnfitQuery for what is no single SELECT over these tables, or calls what reads files."""
        try:
            trees = parse(sql, dialect=DIALECT)
        except SqlglotError as error:
            raise UnfitQuery(f"cannot be parsed: {str(error).splitlines()[0]}") from error
        if len(trees) != 1 or not isinstance(trees[0], exp.Select):
            raise UnfitQuery("is not a single SELECT")
        tree = trees[0]
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if not isinstance(table.this, exp.Identifier) or table.db or table.name not in TABLES | own:
                raise UnfitQuery(f"reads {table.sql(DIALECT)[:80]}: a condition reads {' and '.join(sorted(TABLES))}")
        unknown = next(tree.find_all(exp.Anonymous), None)
        if unknown is not None:
            raise UnfitQuery(f"calls {unknown.name[:80]}, which is no function of standard SQL")
        return cls(tree)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.tree.named_selects)

    def sql(self, at: datetime, priorities: Sequence[str], dialect: str = DIALECT) -> str:
        """The statement for a moment; `priorities` are connectors by id, the most important one first."""
        moment = exp.cast(exp.Literal.string(at.astimezone(UTC).isoformat()), "timestamptz", dialect=DIALECT)

        def pinned(node: exp.Expression) -> exp.Expression:
            return moment.copy() if isinstance(node, exp.CurrentTimestamp) else node

        tree = self.tree.transform(pinned)
        if not isinstance(tree, exp.Select):
            raise TypeError(type(tree))
        ranked = [
            exp.select(
                exp.alias_(exp.Literal.string(connector), "connector"),
                exp.alias_(exp.Literal.number(place), "position"),
            )
            for place, connector in enumerate(priorities, 1)
        ] or [exp.select("NULL AS connector", "NULL AS position").where("1 = 0")]
        union: exp.Expression = ranked[0]
        for one in ranked[1:]:
            union = exp.union(union, one, distinct=False, copy=False)
        return str(tree.with_(PRIORITIES, as_=union).sql(dialect))

    def holds_for(self, connection: BaseBackend, at: datetime, priorities: Sequence[str]) -> list[dict[str, str]]:
        """The labels of each thing that the condition holds for, sorted. Raises what the engine raises."""
        statement = f"SELECT * FROM ({self.sql(at, priorities, connection.name)}) AS holding LIMIT {MOST}"  # noqa: S608 - checked when it was read
        cursor = connection.raw_sql(statement)
        found = cursor.fetchall()
        if connection.name != DIALECT:  # there the connection itself answers
            cursor.close()
        rows = [
            {name: str(value) for name, value in zip(self.labels, row, strict=True) if value is not None}
            for row in found
        ]
        return sorted(rows, key=lambda row: sorted(row.items()))
