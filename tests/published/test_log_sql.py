"""The SQL that asks for a log: what each warehouse gives text by, and that each reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlglot

from generators.published.log_sql import LogTables, connections_of_log, entries_of_log
from generators.published.snapshots import WAREHOUSES
from generators.published.warehouse import Columns

SINCE = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
LOG = {
    "id": "VARCHAR",
    "time_stamp": "TIMESTAMP WITH TIME ZONE",
    "connection_id": "VARCHAR",
    "event": "VARCHAR",
    "message_event": "VARCHAR",
    "transformation_id": "VARCHAR",
}
CONNECTION = {
    "connection_id": "VARCHAR",
    "connection_name": "VARCHAR",
    "connector_type": "VARCHAR",
    "paused": "BOOLEAN",
    "_fivetran_deleted": "BOOLEAN",
}


def tables(
    warehouse: str, kind: str = "VARCHAR", schema: str = "fivetran_log", database: str | None = None
) -> LogTables:
    """A log whose details are of a type."""
    found = LogTables.of(
        Columns(schema, {"log": {**LOG, "message_data": kind}, "connection": CONNECTION}), warehouse, database
    )
    assert found is not None
    return found


@pytest.mark.parametrize("warehouse", [name for name in WAREHOUSES if name not in {"spark", "sqlite"}])
def test_each_warehouse_reads_it(warehouse: str) -> None:
    """As its own dialect, with names that need quotes and details that are no text."""
    asked = tables(warehouse, "JSON", "our log", "our database")
    for query in (connections_of_log(asked), entries_of_log(asked, ["a", "o'b\\c"], SINCE)):
        statement = sqlglot.parse_one(query.sql, dialect=warehouse)
        assert isinstance(statement, sqlglot.exp.Query)
        assert tuple(column.lower() for column in statement.named_selects) == query.names
        named = {(table.catalog, table.db) for table in statement.find_all(sqlglot.exp.Table) if table.db}
        assert {(catalog.lower(), schema.lower()) for catalog, schema in named} == {("our database", "our log")}
    texts = {text.this for text in statement.find_all(sqlglot.exp.Literal) if text.is_string}
    assert {"a", "o'b\\c", "2025-12-31 00:00:00"} <= texts


@pytest.mark.parametrize(
    ("warehouse", "kind", "text"),
    [
        ("postgres", "text", '"message_data"'),
        ("postgres", "character varying", '"message_data"'),
        ("postgres", "jsonb", 'CAST("message_data" AS TEXT)'),
        ("duckdb", "STRUCT(status VARCHAR)", 'CAST(TO_JSON("message_data") AS VARCHAR)'),
        ("duckdb", "MAP(VARCHAR, VARCHAR)", 'CAST(TO_JSON("message_data") AS VARCHAR)'),
        ("snowflake", "TEXT", '"message_data"'),
        ("snowflake", "VARIANT", 'TO_JSON("message_data")'),
        ("bigquery", "STRING", "`message_data`"),
        ("bigquery", "JSON", "TO_JSON_STRING(`message_data`)"),
        ("bigquery", "STRUCT<status STRING>", "TO_JSON_STRING(`message_data`)"),
        ("redshift", "super", 'JSON_SERIALIZE("message_data")'),
        ("databricks", "struct<status:string>", "TO_JSON(`message_data`)"),
        ("trino", "row(status varchar)", 'JSON_FORMAT(CAST("message_data" AS JSON))'),
        ("mysql", "json", "CAST(`message_data` AS CHAR)"),
    ],
)
def test_details_become_text(warehouse: str, kind: str, text: str) -> None:
    """Whatever a destination stores them as, and no more of them than is read."""
    assert tables(warehouse, kind).details() == f"SUBSTR({text}, 1, 2000)"


def test_columns_that_a_log_lacks() -> None:
    """NULL stands for them; without the two tables there is no log."""
    bare = LogTables.of(
        Columns("l", {"LOG": {"TIME_STAMP": "TIMESTAMP"}, "CONNECTOR": {"CONNECTOR_ID": "TEXT"}}), "snowflake", None
    )
    assert bare is not None
    sql = connections_of_log(bare).sql
    assert '"CONNECTOR_ID" AS connection_id' in sql
    assert "NULL AS is_paused" in sql
    assert 'MAX("TIME_STAMP")' in sql
    assert "NULL AS details" in entries_of_log(bare, ["a"], SINCE).sql
    assert LogTables.of(Columns("l", {"log": LOG}), "duckdb", None) is None
