"""Variations that every pack must withstand: the rows of its fixtures as other accounts and loaders deliver them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.engines.duck import DuckEngine
from generators.packs.proof.check import Plan, check
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.packs.proof.regressions import Miss, Ran, retyped, run
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import Snapshot, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.packs.engines.rows import Row, Tables, Value
    from generators.packs.proof.regressions import Runtimes
    from generators.packs.reading.folder import PackFolder

Change = Callable[["PackFolder", str, str, "Value"], "Value"]
"""The pack, a table, a column and a value, to the value that stands there instead."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One change of every value. `as_text`: every column is text then."""

    id: str
    title: str
    change: Change
    as_text: bool = False


def _as_text(pack: PackFolder, table: str, column: str, value: Value) -> Value:
    del pack, table, column
    return retyped(value, "string")


def _without_values(pack: PackFolder, table: str, column: str, value: Value) -> Value:
    return value if column in pack.schema.entity.tables[table].key else None


def _without_matches(pack: PackFolder, table: str, column: str, value: Value) -> Value:
    fixture = pack.fixtures.entity.tables.get(table) if pack.fixtures else None
    rule = fixture.columns.get(column) if fixture else None
    if rule is None or rule.references is None or value is None:
        return value
    return f"lost-{value}" if isinstance(value, str) else -1


VARIATIONS = (
    Variation("all-text", "Numbers, times and flags are delivered as text", _as_text, as_text=True),
    Variation("only-keys", "Every column but the keys is empty", _without_values),
    Variation("no-matches", "Joins find nothing", _without_matches),
)


def run_all(pack: PackFolder, runtimes: Runtimes) -> Iterator[Ran]:
    """Every regression of a pack, then every variation, on DuckDB. Raises ImportError where it is not installed.

    `runtimes` is the runtime that sends the queries, by its id.
    """
    yield from run(pack, runtimes)
    yield from vary(pack, runtimes)


def vary(pack: PackFolder, runtimes: Runtimes) -> Iterator[Ran]:
    """Every variation: nothing missed where each query still runs, in each time zone, with what its charts need."""
    if pack.fixtures is None:
        return
    try:
        rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=True)
    except FixtureError:
        return  # the check of the pack says so, at its place
    for variation in VARIATIONS:
        yield Ran(variation.id, variation.title, tuple(_missed(pack, variation, rows, runtimes)))


def _missed(pack: PackFolder, variation: Variation, rows: Tables, runtimes: Runtimes) -> Iterator[Miss]:
    types = {table: dict(columns) for table, columns in snapshot_of(pack).tables.items()}
    if variation.as_text:
        types = {table: dict.fromkeys(columns, "string") for table, columns in types.items()}
    snapshot = Snapshot(pack.schema_name, types)
    changed = {table: [_changed(pack, variation, table, row) for row in found] for table, found in rows.items()}
    checked = check(pack, Plan((AUTHORED,), {AUTHORED: DuckEngine}, snapshot, changed, runtimes))
    for result in checked.results:
        if result.verdict != "ok":
            board = next(board for board in pack.boards if board.id == result.board)
            query = next(query for query in board.queries if query.name == result.query)
            yield Miss(board.place(query), f"query '{result.query}' {result.message}")


def _changed(pack: PackFolder, variation: Variation, table: str, row: Row) -> Row:
    return {column: variation.change(pack, table, column, value) for column, value in row.items()}
