"""The SQL by which warehouses tell their columns: what it means to each of them, and what two of them answer."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
import psycopg
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from generators.packs.proof.check import WAREHOUSES
from generators.packs.reading.catalogs import columns_query, newest_query, one_row_query, readable_query
from generators.packs.reading.dialects import SQLGLOT, Untranslatable, identifier, same_name, stored
from generators.packs.reading.tables import Asked, read_export
from generators.published.columns import COLUMNS, columns_sql
from tests.parts import POSTGRES, needs_postgres

if TYPE_CHECKING:
    from pathlib import Path

LISTING = (*WAREHOUSES, "mysql", "trino")
NAMES = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), min_size=1, max_size=20).filter(
    lambda name: name == name.strip()
)


def _read(sql: str, warehouse: str) -> exp.Query:
    """The one statement that the warehouse's parser makes of it."""
    (statement,) = sqlglot.parse(sql, read=SQLGLOT[warehouse])
    assert isinstance(statement, exp.Query)
    return statement


@pytest.mark.parametrize("warehouse", LISTING)
@settings(max_examples=40, deadline=None)
@given(schema=NAMES, table=NAMES)
def test_names_stay_names(warehouse: str, schema: str, table: str) -> None:
    """Whatever a schema or table is called, SQL reads that one table and holds that one text."""
    for sql in (newest_query(warehouse, schema, table, "_fivetran_synced"), one_row_query(warehouse, schema, table)):
        (found,) = _read(sql, warehouse).find_all(exp.Table)
        names = [part.name.upper() if not part.args["quoted"] else part.name for part in found.parts]
        assert [name.lower() for name in names] == [schema.lower(), table.lower()]
        for name, given_name in zip(names, (schema, table), strict=True):
            assert name in {stored(given_name, warehouse), given_name.upper()}
    statement = _read(columns_query(warehouse, schema), warehouse)
    texts = [literal.name for literal in statement.find_all(exp.Literal) if literal.is_string]
    assert set(texts) == (
        set() if warehouse == "bigquery" else {schema.lower()} | ({schema} - {*filter(str.isascii, [schema])})
    )
    assert tuple(statement.named_selects) == COLUMNS


@pytest.mark.parametrize(
    ("warehouse", "words"),
    [
        ("duckdb", "table_catalog = 'Prod db'"),
        ("postgres", "table_catalog = 'Prod db'"),
        ("redshift", "FROM svv_columns"),
        ("snowflake", 'FROM "Prod db".information_schema.columns'),
        ("bigquery", "FROM `Prod db`.`lamps`.INFORMATION_SCHEMA.COLUMNS"),
        ("databricks", "FROM `Prod db`.information_schema.columns"),
        ("trino", 'FROM "Prod db".information_schema.columns'),
    ],
)
def test_the_database_that_is_named(warehouse: str, words: str) -> None:
    """In front of the list where each database has one, else a condition."""
    sql = columns_query(warehouse, "lamps", "Prod db")
    assert words in sql
    assert "NULLS" not in sql


@pytest.mark.parametrize("warehouse", LISTING)
@settings(max_examples=40, deadline=None)
@given(database=NAMES, tables=st.lists(NAMES, max_size=3))
def test_databases_and_tables_stay_names(warehouse: str, database: str, tables: list[str]) -> None:
    """Written as text by programs without a parser, and read by each warehouse's parser as what was meant."""
    database = "" if warehouse == "mysql" else database
    statement = _read(columns_sql(warehouse, "lamps", database or None, tables), warehouse)
    names = {part.name for table in statement.find_all(exp.Table) for part in table.parts}
    texts = {literal.name for literal in statement.find_all(exp.Literal) if literal.is_string}
    wanted = {database} if warehouse in {"duckdb", "postgres", "redshift"} else set()
    assert texts == ({"lamps"} if warehouse != "bigquery" else set()) | wanted | {name.lower() for name in tables}
    if database and not wanted:
        assert stored(database, warehouse) in names


@pytest.mark.parametrize("warehouse", ["spark", "sqlite"])
def test_a_warehouse_without_a_list(warehouse: str) -> None:
    """Says so; a schema of MySQL is a database already."""
    with pytest.raises(Untranslatable, match="information_schema"):
        columns_query(warehouse, "lamps")
    with pytest.raises(Untranslatable, match="name it as the schema"):
        columns_query("mysql", "lamps", "prod")


@pytest.mark.parametrize(
    ("name", "warehouse", "written"),
    [
        ("lamps", "snowflake", "lamps"),
        ("lamps-prod", "snowflake", '"LAMPS-PROD"'),
        ("Lamps", "snowflake", '"Lamps"'),
        ("LAMPS", "snowflake", '"LAMPS"'),
        ("order", "snowflake", '"ORDER"'),
        ("order", "postgres", '"order"'),
        ("Lamps", "postgres", '"Lamps"'),
        ("lamps-prod", "bigquery", "`lamps-prod`"),
        ("group", "databricks", "`group`"),
    ],
)
def test_names_as_each_warehouse_reads_them(name: str, warehouse: str, written: str) -> None:
    """Quoted unless they mean the same without quotes."""
    assert identifier(name, warehouse).sql(SQLGLOT[warehouse]) == written


@pytest.mark.parametrize(
    ("name", "spelled", "warehouse", "same"),
    [
        ("lamps", "LAMPS", "snowflake", True),
        ("lamps", "lamps", "snowflake", False),
        ("Lamps", "LAMPS", "snowflake", False),
        ("lamps", "LAMPS", "postgres", False),
        ("LAMPS", "lamps", "bigquery", False),
        ("LAMPS", "lamps", "duckdb", True),
        ("Lamps", "lamps", "databricks", True),
        ("Lamps", "lamps", "redshift", True),
    ],
)
def test_which_schema_a_name_finds(name: str, spelled: str, warehouse: str, same: bool) -> None:  # noqa: FBT001 - a column
    """Snowflake raises names, some do not tell case apart, the others do."""
    assert same_name(name, spelled, warehouse) is same


# ── what warehouses answer ──────────────────────────────────────────────────────────────────────────────────────────
def _export(path: Path, columns: list[str], rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


@pytest.mark.parametrize("schema", ["lamps", "Lamps-Prod", "l'amp\\s", 'the "lamps"', "ÉTÉ"])
def test_duckdb_answers_with_an_export(tmp_path: Path, schema: str) -> None:
    """Of the schema in its own database, not of one that is attached beside it."""
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute(f"ATTACH '{tmp_path / 'other.duckdb'}' AS other")
        quoted = '"' + schema.replace('"', '""') + '"'
        connection.execute(f"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.lamp (id INT, lit_at TIMESTAMPTZ)")
        connection.execute(f"CREATE SCHEMA other.{quoted}; CREATE TABLE other.{quoted}.storm (id INT)")
        for database, tables in ((None, {"lamp"}), ("other", {"storm"}), ("w", {"lamp"})):
            found = connection.sql(columns_query("duckdb", schema, database))
            export = _export(tmp_path / "columns.csv", found.columns, found.fetchall())
            assert set(read_export(export, schema, ["lamp"], Asked(schema)).tables) == tables
        assert connection.sql(one_row_query("duckdb", schema, "lamp")).fetchall() == []
        assert connection.sql(newest_query("duckdb", schema, "lamp", "lit_at")).fetchall() == [(None,)]


@needs_postgres
@pytest.mark.parametrize("schema", ["lamps", "Lamps-Prod", "l'amp\\s", 'the "lamps"', "ÉTÉ"])
def test_postgresql_answers_with_an_export(tmp_path: Path, schema: str) -> None:
    """In a transaction that is rolled back."""
    schema = f"{schema}{uuid4().hex[:8]}"
    with psycopg.connect(str(POSTGRES)) as connection:
        quoted = '"' + schema.replace('"', '""') + '"'
        connection.execute(f"CREATE SCHEMA {quoted}".encode())
        connection.execute(f"CREATE TABLE {quoted}.lamp (id INT, lit_at TIMESTAMPTZ)".encode())
        cursor = connection.execute(columns_query("postgres", schema, "postgres").encode())
        names = [column.name for column in cursor.description or ()]
        export = _export(tmp_path / "columns.csv", names, cursor.fetchall())
        found = read_export(export, schema, ["lamp"], Asked(schema, "postgres"))
        assert found.tables == {"lamp": {"id": "integer", "lit_at": "timestamp"}}
        judged = connection.execute(readable_query("postgres", schema).encode()).fetchall()
        assert judged == [
            (schema, "lamp", "id", "integer", True),
            (schema, "lamp", "lit_at", "timestamp with time zone", True),
        ]
        assert connection.execute(newest_query("postgres", schema, "lamp", "lit_at").encode()).fetchall() == [(None,)]
        connection.rollback()


def test_where_permissions_can_be_asked_for() -> None:
    """On PostgreSQL and Redshift, each in a form that it knows."""
    assert "HAS_COLUMN_PRIVILEGE" in readable_query("postgres", "lamps")
    assert "HAS_TABLE_PRIVILEGE" in readable_query("redshift", "lamps")
    assert readable_query("snowflake", "lamps") == ""
