"""The SQL by which each warehouse tells the columns of a schema: plain text, for programs that have no SQL parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.published.tables import BIGQUERY, RAISING, quotation

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = ("table_catalog", "table_schema", "table_name", "column_name", "data_type")
"""What the query gives of each column, in this order."""
_WITHOUT = {
    "spark": "Spark has no information_schema: join the answers of SHOW COLUMNS IN each table",
    "sqlite": "SQLite has no schemas and no information_schema",
}
_PER_CATALOG = frozenset({"snowflake", "databricks", "trino"})
"""Warehouses where each database has an information_schema of its own, named in front of it."""
_OF_POSTGRES = """(
  SELECT
    table_catalog::text, table_schema::text, table_name::text, column_name::text, data_type::text,
    ordinal_position::int
  FROM information_schema.columns
  UNION ALL
  SELECT
    CURRENT_DATABASE()::text, s.nspname::text, v.relname::text, c.attname::text, FORMAT_TYPE(c.atttypid, NULL),
    c.attnum::int
  FROM pg_catalog.pg_matviews AS m
  JOIN pg_catalog.pg_namespace AS s ON s.nspname = m.schemaname
  JOIN pg_catalog.pg_class AS v ON v.relnamespace = s.oid AND v.relname = m.matviewname
  JOIN pg_catalog.pg_attribute AS c ON c.attrelid = v.oid
  WHERE c.attnum > 0 AND NOT c.attisdropped
) AS listed"""
"""Its information_schema leaves out materialized views."""
_LISTS = {"redshift": "svv_columns", "duckdb": 'information_schema."columns"'}
"""Where columns are listed, if not in information_schema.columns."""
_BACKSLASHES = frozenset({"bigquery", "databricks", "mysql", "redshift", "snowflake"})
"""Warehouses that read a backslash in a text as the beginning of an escape."""
_NO_DOUBLED = frozenset({"bigquery", "databricks"})
"""Warehouses where a quote in a text is written with a backslash and not twice."""


class NoList(ValueError):  # noqa: N818 - what a warehouse lacks, not a fault of the program
    """A warehouse without a list of columns, or a name that it has none for: one sentence."""


def columns_sql(
    warehouse: str, schema: str, database: str | None = None, tables: Iterable[str] = (), *, views: bool = False
) -> str:
    """The SQL that gives the columns of a schema, whatever the case of its name, as `COLUMNS`; one row a column.

    `database` is the one that the warehouse is connected to unless it is named; `tables` are the only ones that are
    asked for, in any case; all without one. `views` adds the materialized views that a list leaves out. Raises NoList.
    """
    if warehouse in _WITHOUT:
        raise NoList(_WITHOUT[warehouse])
    if database is not None and warehouse == "mysql":
        raise NoList("a schema of MySQL is a database: name it as the schema")
    wanted = [f"{name} AS {name}" for name in COLUMNS]
    conditions = list(_conditions(warehouse, schema, database))
    if names := sorted({name.lower() for name in tables}):
        conditions.append(f"LOWER(table_name) IN ({', '.join(text_in_sql(name, warehouse) for name in names)})")
    where = f"\nWHERE\n  {' AND '.join(conditions)}" if conditions else ""
    return (
        f"SELECT\n  {_lines(wanted)}\nFROM {_list(warehouse, schema, database, views=views)}{where}\n"
        f"ORDER BY\n  {_lines(['table_name', 'ordinal_position'])}"
    )


def _lines(words: Iterable[str]) -> str:
    return ",\n  ".join(words)


def _conditions(warehouse: str, schema: str, database: str | None) -> Iterable[str]:
    if warehouse != BIGQUERY:  # there the dataset is part of the table's name
        yield _is_schema(warehouse, schema)
    if warehouse == "duckdb" and database is None:
        yield "table_catalog = CURRENT_DATABASE()"
    elif database is not None and warehouse not in {BIGQUERY, *_PER_CATALOG}:
        yield f"table_catalog = {text_in_sql(database, warehouse)}"


def _is_schema(warehouse: str, schema: str) -> str:
    """The schema in any case; letters beyond ASCII as they are spelled too, which not all warehouses lower."""
    condition = f"LOWER(table_schema) = {text_in_sql(schema.lower(), warehouse)}"
    return condition if schema.isascii() else f"({condition} OR table_schema = {text_in_sql(schema, warehouse)})"


def _list(warehouse: str, schema: str, database: str | None, *, views: bool) -> str:
    """Where the columns are listed."""
    if warehouse == BIGQUERY:
        names = [name for name in (database, schema) if name is not None]
        return ".".join([*(_quoted(name) for name in names), "INFORMATION_SCHEMA.COLUMNS"])
    if views and warehouse == "postgres":
        return _OF_POSTGRES
    listed = _LISTS.get(warehouse, "information_schema.columns")
    if database is None or warehouse not in _PER_CATALOG:
        return listed
    return f"{_named(database, warehouse)}.{listed}"


def _named(database: str, warehouse: str) -> str:
    """In quotes; what is written in small letters means the name that is stored without quotes."""
    return quotation(database.upper() if warehouse in RAISING and database.islower() else database, warehouse)


def _quoted(name: str) -> str:
    """For BigQuery, which escapes by a backslash in names too."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def text_in_sql(text: str, warehouse: str) -> str:
    """A text in the SQL of a warehouse, in quotes."""
    if warehouse in _BACKSLASHES:
        text = text.replace("\\", "\\\\")
    quote = "\\'" if warehouse in _NO_DOUBLED else "''"
    return "'" + text.replace("'", quote) + "'"
