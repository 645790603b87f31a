"""The query by which each warehouse tells its columns, and the one by which it tells what may not be read."""

from __future__ import annotations

from sqlglot import exp, parse_one

from generators.packs.reading.dialects import SQLGLOT, Untranslatable, identifier
from generators.published.columns import NoList, columns_sql

_READABLE = """
SELECT n.nspname AS table_schema, c.relname AS table_name, a.attname AS column_name,
  format_type(a.atttypid, a.atttypmod) AS data_type, {readable} AS readable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
WHERE {schema} AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
"""
_PRIVILEGES = {
    "postgres": "has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')",
    "redshift": "has_schema_privilege(n.nspname, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')",
}
"""Warehouses whose information_schema leaves out what may not be read, and how they say it when asked."""


def columns_query(warehouse: str, schema: str, database: str | None = None) -> str:
    """The SQL that gives the columns of a schema, whatever the case of its name, as `COLUMNS`; one row a column.

    `database` is the one that the warehouse is connected to unless it is named. Raises Untranslatable.
    """
    try:
        return columns_sql(warehouse, schema, database)
    except NoList as error:
        raise Untranslatable(str(error)) from error


def readable_query(warehouse: str, schema: str) -> str:
    """The SQL that says of each column of a schema whether it may be read; "" where a warehouse cannot be asked.

    Rows are schema, table, column, type and `readable`.
    """
    if warehouse not in _PRIVILEGES:
        return ""
    condition = _is_schema(exp.column("nspname", table="n"), schema)
    text = _READABLE.format(readable=_PRIVILEGES[warehouse], schema=":schema")
    query = exp.replace_placeholders(parse_one(text, read="postgres"), schema=exp.paren(condition))
    return query.sql(SQLGLOT[warehouse], pretty=True)


def newest_query(warehouse: str, schema: str, table: str, column: str) -> str:
    """The SQL that gives the largest value of a column, as `newest`."""
    name = exp.to_identifier(column, quoted=False)
    query = exp.select(exp.alias_(exp.Max(this=exp.Column(this=name)), "newest"))
    return query.from_(_of_schema(warehouse, schema, table)).sql(SQLGLOT[warehouse])


def one_row_query(warehouse: str, schema: str, table: str) -> str:
    """The SQL that reads a table at all: what a warehouse says to it tells whether it is there and may be read."""
    query = exp.select(exp.alias_(exp.Literal.number(1), "one")).from_(_of_schema(warehouse, schema, table))
    return query.limit(1).sql(SQLGLOT[warehouse])


def _of_schema(warehouse: str, schema: str, table: str) -> exp.Table:
    return exp.Table(this=identifier(table, warehouse), db=identifier(schema, warehouse))


def _is_schema(column: exp.Column, schema: str) -> exp.Condition:
    """The schema in any case; letters beyond ASCII as they are spelled too, which not all warehouses lower."""
    condition: exp.Condition = exp.Lower(this=column).eq(exp.Literal.string(schema.lower()))
    return condition if schema.isascii() else condition.or_(column.eq(exp.Literal.string(schema)))
