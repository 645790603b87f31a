"""Packs: proven on engines, and no missing name goes unseen.

What the engine does is shown on the miniature pack. What is true of each pack of this repository is shown by
`dfops pack check` and `dfops pack test`, a step of `.ci/run`; what those do not ask is asked here.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from generators.packs.engines.duck import DuckEngine
from generators.packs.engines.fakesnow import open_fakesnow
from generators.packs.engines.postgres import open_postgres
from generators.packs.engines.spark import open_spark
from generators.packs.proof.check import CheckedPack, Plan, check
from generators.packs.reading.binding import Unparsed, bind, parse
from generators.packs.reading.snapshots import snapshot_of
from generators.packs.reading.templates import readable
from tests.packs.kpis.board import packs
from tests.packs.small import lamps
from tests.parts import FAKESNOW, POSTGRES, SPARK, needs_fakesnow, needs_spark
from tests.runtimes import current

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.packs.engines.engine import Engine, Unreachable
    from generators.packs.reading.folder import PackFolder

EVERY = pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
MINIATURE = pytest.mark.parametrize("pack", ["miniature"], indirect=True)
MINIATURE_AND_EVERY = pytest.mark.parametrize(
    "pack", ["miniature", *(pytest.param(name, marks=pytest.mark.long) for name in packs())], indirect=True
)
DUCK: dict[str, Callable[[str], Engine | Unreachable]] = {"duckdb": DuckEngine}
ENGINES = (
    DUCK if POSTGRES is None and "CI" not in os.environ else {**DUCK, "postgres": partial(open_postgres, POSTGRES)}
)
"""Those that answer here; in CI both, or the test fails."""


@pytest.fixture(scope="module")
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PackFolder:
    """The pack of that name, or the miniature one with PostgreSQL among its warehouses."""
    if request.param != "miniature":
        return packs()[request.param]
    executed = "  - {name: postgres, proof: executed}\n  - {name: snowflake"
    return lamps(tmp_path_factory.mktemp("packs"), pack=("  - {name: snowflake", executed))


def _with(
    warehouse: str, start: Callable[[str], Engine | Unreachable]
) -> dict[str, Callable[[str], Engine | Unreachable]]:
    return {**DUCK, warehouse: start}


def _faults(checked: CheckedPack) -> list[str]:
    return [f"{r.path}:{r.line} {r.query} {r.warehouse}: {r.message}" for r in checked.results if r.verdict != "ok"]


@MINIATURE
def test_every_query_runs_with_one_result_and_has_a_form_everywhere(pack: PackFolder) -> None:
    """Empty tables, awkward rows, three time zones; PostgreSQL answers as DuckDB does; bound for all six warehouses."""
    checked = check(pack, Plan(runtimes=current(), engines=ENGINES))
    assert _faults(checked) == []
    assert {r.warehouse for r in checked.results if r.proof == "executed"} == set(ENGINES)


@pytest.mark.slow
@needs_spark
@EVERY
def test_spark_answers_as_duckdb_does(pack: PackFolder) -> None:
    """The third engine that executes; minutes a pack."""
    engines = _with("spark", partial(open_spark, python=SPARK))
    checked = check(pack, Plan(("duckdb", "spark"), engines, runtimes=current()))
    assert _faults(checked) == []


@pytest.mark.slow
@needs_fakesnow
@EVERY
def test_an_emulated_snowflake_answers_as_duckdb_does(pack: PackFolder) -> None:
    """A smoke test: fakesnow is DuckDB underneath."""
    engines = _with("snowflake", partial(open_fakesnow, FAKESNOW))
    checked = check(pack, Plan(("duckdb", "snowflake"), engines, runtimes=current()))
    assert _faults(checked) == []


@MINIATURE_AND_EVERY
def test_a_column_that_goes_is_found_where_it_is_written(pack: PackFolder) -> None:
    """Every column of every query, dropped once: the report names it, and the line that holds it."""
    tables = snapshot_of(pack).tables
    dropped = set()
    for board in pack.boards:
        for query in board.queries:
            for text in readable(query.sql):
                statement = parse(text, "duckdb")
                assert not isinstance(statement, Unparsed)
                for table, column in bind(statement, pack.schema_name, tables).columns:
                    less = {**tables, table: {name: kind for name, kind in tables[table].items() if name != column}}
                    missing = bind(statement, pack.schema_name, less).missing
                    # A bare name in a join is asked of all that is joined, so it may be missed in another's name.
                    named = [one for one in missing if one.column == column]
                    assert named, f"{board.id}: {query.name}: {table}.{column} went unseen"
                    place = board.place(query, named[0].spot.line, named[0].spot.column, named[0].spot.width)
                    shown = place.excerpt[place.column - 1 - place.shift :][: place.width]
                    assert shown.strip('"').lower() == column, f"{place.path}:{place.line}: {shown!r} is no {column!r}"
                    dropped.add((board.id, query.name, table, column))
    if pack.id == "lamps":
        assert {board[0] for board in dropped} == {"index", "colours", "storms"}
        assert {column[2:] for column in dropped} == {
            *(("lamp", "lit_at"), ("lamp", "order"), ("lamp", "colour"), ("lamp", "id")),
            *(("storm", "id"), ("storm", "lamp_id")),
        }
    else:
        assert len(dropped) > 20


@MINIATURE_AND_EVERY
def test_a_table_that_goes_is_found(pack: PackFolder) -> None:
    """Every table of every query, dropped once."""
    tables = snapshot_of(pack).tables
    for board in pack.boards:
        for query in board.queries:
            for text in readable(query.sql):
                statement = parse(text, "duckdb")
                assert not isinstance(statement, Unparsed)
                for table in bind(statement, pack.schema_name, tables).tables:
                    less = {name: columns for name, columns in tables.items() if name != table}
                    assert table in {one.table for one in bind(statement, pack.schema_name, less).missing}


@EVERY
def test_a_pack_is_more_than_a_page(pack: PackFolder) -> None:
    """A landing and at least two more boards, eight queries, numbers, trends, a table, a filter."""
    assert pack.boards[0].id == "index"
    assert len(pack.boards) >= 3
    assert sum(len(board.queries) for board in pack.boards) >= 8
    kinds = {chart.kind for board in pack.boards for chart in board.charts}
    assert {"kpi", "table"} <= kinds
    assert kinds & {"line", "area", "bar"}
    assert any("filter(" in query.sql for board in pack.boards for query in board.queries)
    assert pack.pack.entity.treatments
    everywhere = {"duckdb", "postgres", "snowflake", "bigquery", "redshift", "databricks"}
    own = {"duckdb", "postgres"}  # where the team has its own tables
    claimed = {support.name for support in pack.pack.entity.warehouses}
    assert (own if pack.pack.entity.audience == "internal" else everywhere) <= claimed


@EVERY
def test_every_table_and_column_of_the_schema_is_read_or_says_when_it_synced(pack: PackFolder) -> None:
    """Users are asked for no more than the pack needs."""
    read: set[tuple[str, str]] = set()
    for board in pack.boards:
        for query in board.queries:
            for text in readable(query.sql):
                statement = parse(text, "duckdb")
                assert not isinstance(statement, Unparsed)
                read |= bind(statement, pack.schema_name, snapshot_of(pack).tables).columns
    asked = {
        (name, column)
        for name, table in pack.schema.entity.tables.items()
        for column in table.columns
        if column != "_fivetran_synced" and column not in table.key
    }
    assert asked - read == set()
