"""What packs read whatever a warehouse has: no columns that went, no names that clash, no rows that multiply."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp

from generators.packs.engines import duck
from tests.packs.kpis.board import packs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

WENT = {
    "order": {"total_price_usd", "processing_method"},
    "customer": {"lifetime_duration"},
    "abandoned_checkout_discount_code": {"discount_id"},
}
"""By table, columns that Shopify's connector stopped delivering."""
TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
ISSUES, DAYS = 20_000, 1_000


def queries(connector: str) -> Iterator[tuple[str, str]]:
    """Each query of a pack, whole, by board and name; what readers choose is true."""
    for one in packs()[connector].boards:
        for query in one.queries:
            assert query.expanded is not None
            yield f"{one.id}/{query.name}", TEMPLATE.sub("TRUE", query.expanded.sql)


def test_no_column_is_read_that_shopify_removed() -> None:
    """Every check binds each query to the columns of the schema, and none of these is among them."""
    tables = packs()["shopify"].schema.entity.tables
    assert {"order", "customer"} <= tables.keys()
    kept = {name: set(table.columns) & WENT[name] for name, table in tables.items() if name in WENT}
    assert {name: left for name, left in kept.items() if left} == {}


def clashes(sql: str) -> set[str]:
    """Names in a query that would mean something else if a table that it reads had a column of that name."""
    return {name for select in sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Select) for name in _bare(select)}


def _bare(select: exp.Select) -> set[str]:
    sources = [select.args["from_"].this] if select.args.get("from_") else []
    sources += [join.this for join in select.args.get("joins") or ()]
    if not any(isinstance(source, exp.Table) and source.db for source in sources):
        return set()
    bare = {one.name for one in select.find_all(exp.Column) if one.parent_select is select and not one.table}
    aliases = {each.alias for each in select.expressions if each.alias}
    return ({"*"} if select.is_star else set()) | (bare if len(sources) > 1 else bare & aliases)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT d.* FROM hubspot.deal AS d", {"*"}),
        ("SELECT amount FROM hubspot.deal AS d JOIN hubspot.owner AS o ON d.owner_id = o.owner_id", {"amount"}),
        ("SELECT SUM(d.x) AS amount, d.stage FROM hubspot.deal AS d GROUP BY d.stage HAVING amount > 1", {"amount"}),
        ("SELECT d.x AS amount FROM hubspot.deal AS d JOIN hubspot.owner AS o ON d.owner_id = o.owner_id", set()),
        ("WITH own AS (SELECT d.x AS amount FROM hubspot.deal AS d) SELECT amount, * FROM own", set()),
    ],
    ids=["star", "without-its-table", "alias", "with-its-table", "of-our-own"],
)
def test_a_name_that_can_clash_is_seen(sql: str, found: set[str]) -> None:
    """The check below can fail: what a query makes itself has no columns but its own."""
    assert clashes(sql) == found


def test_no_name_in_a_query_of_hubspot_can_mean_a_custom_property() -> None:
    """Where a table is read, nothing passes its columns through, and no name would mean another column of it."""
    assert {name: found for name, sql in queries("hubspot") if (found := clashes(sql))} == {}


@pytest.fixture(scope="module")
def issues() -> duckdb.DuckDBPyConnection:
    """20,000 issues of Jira, created over 1,000 days and resolved a week later."""
    pack, connection = packs()["jira"], duck.connect()
    duck.create(connection, pack.schema_name, pack.schema.entity.tables, {})
    connection.execute(
        "INSERT INTO jira.issue BY NAME SELECT id, day AS created, day + INTERVAL 168 HOUR AS resolved FROM ("
        "SELECT i AS id, TIMESTAMPTZ '2024-01-01 00:00:00Z' + INTERVAL 24 HOUR * (i % ?) AS day FROM range(?) AS t(i))",
        [DAYS, ISSUES],
    )
    return connection


def rows_between(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Rows that all steps of a query gave together."""
    plan = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}").fetchall()[0][1]
    rows: int = json.loads(plan)["query"]["total_intermediate_rows"]
    return rows


@pytest.mark.parametrize("name", ["created_and_finished", "open_by_month", "days_by_month"])
def test_no_history_of_jira_has_a_row_for_each_issue_and_day(issues: duckdb.DuckDBPyConnection, name: str) -> None:
    """No step makes more than a few rows of each issue, where a calendar would make 1,000; there is a result."""
    calendar = "SELECT i.id, d.day FROM jira.issue AS i CROSS JOIN range(100) AS d(day)"
    assert rows_between(issues, calendar) > 30 * ISSUES
    sql = dict(queries("jira"))[f"index/{name}"]
    assert ISSUES < rows_between(issues, sql) < 30 * ISSUES
    assert len(issues.execute(sql).fetchall()) >= DAYS // 31
