"""What a pack's fixtures ask for, judged before a row is made: what must come first, and whether it is too much."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from graphlib import CycleError, TopologicalSorter
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Entry
    from generators.findings import Place
    from generators.model.pack import PackFixtures, PackSchema, TableFixture

MOST_ROWS = 200_000
"""Rows of one table."""
MOST_VALUES = 5_000_000
"""Values of all tables together: seconds, and less than 1 GB."""
LONGEST = 10_000
"""Characters of all `values` of a column: each may stand in every row."""
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Last days: rows go back two years from it, and queries count days from it and turn its clock."""


class FixtureError(ValueError):
    """Fixtures that name what their schema does not have, or each other in a circle, or too much: one sentence."""

    def __init__(self, route: tuple[str | int, ...], sentence: str) -> None:
        """What is wrong, and where in fixtures.yaml."""
        super().__init__(sentence)
        self.route, self.sentence = route, sentence

    def place(self, entry: Entry[PackFixtures]) -> Place:
        """Where it is written: a table or a column by its name, all else by its value."""
        return entry.at(*self.route, key=len(self.route) % 2 == 0)

    def text(self, entry: Entry[PackFixtures]) -> str:
        """The sentence after file, line and column."""
        place = self.place(entry)
        return f"{place.path}:{place.line}:{place.column}: {self.sentence}"


@contextmanager
def making(*route: str) -> Iterator[None]:
    """What goes wrong within is the fault of the hints at this route. Raises FixtureError."""
    try:
        yield
    except FixtureError:
        raise
    except (ValueError, ArithmeticError, TypeError, KeyError, AttributeError) as error:
        sentence = f"the hints do not fit: {type(error).__name__}: {error}"
        raise FixtureError(route, " ".join(sentence.split())[:200]) from error


def order(schema: PackSchema, fixtures: PackFixtures) -> list[str]:
    """Every table, parents before children; a table may refer to itself. Raises FixtureError."""
    if not EARLIEST <= fixtures.last_day <= LATEST:
        raise FixtureError(("last_day",), f"last_day is not between {EARLIEST} and {LATEST}")
    graph: dict[str, set[str]] = {name: set() for name in schema.tables}
    for name, fixture in fixtures.tables.items():
        if name not in graph:
            raise FixtureError(("tables", name), f"table '{name}' is not in the schema")
        _bounded(name, fixture)
        for column, parent, route in _parents(name, fixture):
            _require(schema, (name, column), parent, route)
            if parent.split(".")[0] != name:
                graph[name].add(parent.split(".")[0])
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        sentence = f"tables reference each other in a circle: {circle}"
        raise FixtureError(("tables", error.args[1][0]), sentence) from error


def _bounded(name: str, fixture: TableFixture) -> None:
    for column, rule in fixture.columns.items():
        if sum(len(value) for value in rule.values if isinstance(value, str)) > LONGEST:
            route = ("tables", name, "columns", column, "values")
            raise FixtureError(route, f"more than {LONGEST} characters of values")


def _parents(name: str, fixture: TableFixture) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Each column that takes its values from another table's, with that column, and where that is written."""
    for column, rule in fixture.columns.items():
        if rule.references:
            yield column, rule.references, ("tables", name, "columns", column, "references")
    for index, each in enumerate(fixture.for_each):
        column, parent = each.split("=")
        yield column, parent, ("tables", name, "for_each", index)


def _require(schema: PackSchema, child: tuple[str, str], parent: str, route: tuple[str | int, ...]) -> None:
    """That the schema has a column and the one it takes its values from. Raises FixtureError."""
    table, column = child
    other, field = parent.split(".")
    if column not in schema.tables[table].columns:
        raise FixtureError(route, f"column '{table}.{column}' is not in the schema")
    if other not in schema.tables or field not in schema.tables[other].columns:
        raise FixtureError(route, f"'{parent}' is not in the schema")


class Allowance:
    """How much may still be made."""

    def __init__(self) -> None:
        """All of it."""
        self._left = MOST_VALUES

    def take(self, table: str, field: str, columns: int, *factors: int) -> None:
        """Rows of so many columns, as many as the factors make together. Raises FixtureError where that is too much."""
        rows = prod(factors)
        if rows > MOST_ROWS:
            raise FixtureError(("tables", table, field), f"more than {MOST_ROWS} rows: take fewer days or parents")
        self._left -= rows * columns
        if self._left < 0:
            sentence = f"more than {MOST_VALUES} values in all tables up to this one: take fewer rows"
            raise FixtureError(("tables", table, field), sentence)
