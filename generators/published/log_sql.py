"""The SQL by which a warehouse tells what Fivetran's own log holds: plain text, for programs without a SQL parser.

Tables and columns are named as the warehouse spells them, since they were asked for first. Details of an entry are JSON
that warehouses store as text, as JSON or as a struct: each gives its beginning as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generators.published.columns import text_in_sql
from generators.published.tables import identifier, quotation
from generators.published.warehouse import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from generators.published.warehouse import Columns

LOG: Final = "log"
CONNECTIONS: Final = ("connection", "connector")
"""The table of connections, by its newer name and by the older one, which stays behind with old rows."""
SYNC_START, SYNC_END = "sync_start", "sync_end"
SCHEMA_CHANGES: Final = ("create_schema", "create_table", "alter_table", "drop_table", "change_schema_config")
EXCLUDED: Final = "table_excluded_by_system"
"""The type of a warning: a table is not synced any more."""
EACH: Final = 60
"""Entries of one sort of one connection, the newest ones."""
MOST_TEXT: Final = 2_000
"""Characters of an entry's details."""
ENTRY: Final = ("entry_id", "told_at", "connection_id", "severity", "sort", "details")
CONNECTION: Final = (
    "connection_id",
    "connection_name",
    "connector_type",
    "is_paused",
    "is_deleted",
    "newest_entry",
)
_PAGES: Final = 10
_TEXTS: Final = ("bpchar", "char", "longtext", "mediumtext", "nchar", "nvarchar", "string", "text", "varchar")
"""How the words for text begin."""
_AS_TEXT: Final = {
    "bigquery": "TO_JSON_STRING({})",
    "databricks": "TO_JSON({})",
    "duckdb": "CAST(TO_JSON({}) AS VARCHAR)",
    "mysql": "CAST({} AS CHAR)",
    "postgres": "CAST({} AS TEXT)",
    "redshift": "JSON_SERIALIZE({})",
    "snowflake": "TO_JSON({})",
    "trino": "JSON_FORMAT(CAST({} AS JSON))",
}
"""JSON, or what stands for it, as text."""


@dataclass(frozen=True, slots=True)
class LogTables:
    """The two tables of a log."""

    warehouse: str
    schema: str
    """As the warehouse spells it."""
    database: str | None
    """As a user typed it."""
    columns: Mapping[str, Mapping[str, tuple[str, str]]]
    """Spelling and type of each column, by its name and its table's in lower case."""
    spelled: Mapping[str, str]
    """Tables as the warehouse spells them, by name in lower case."""

    @classmethod
    def of(cls, found: Columns, warehouse: str, database: str | None) -> LogTables | None:
        """Those of a schema; None where it has no log."""
        spelled = {table.lower(): table for table in found.tables}
        if LOG not in spelled or not any(name in spelled for name in CONNECTIONS):
            return None
        columns = {
            name: {column.lower(): (column, kind) for column, kind in found.tables[table].items()}
            for name, table in spelled.items()
        }
        return cls(warehouse, found.schema, database, columns, spelled)

    def table(self, name: str) -> str:
        """A table's full name."""
        schema = quotation(self.schema, self.warehouse)
        above = [schema] if self.database is None else [identifier(self.database, self.warehouse), schema]
        return ".".join([*above, quotation(self.spelled[name], self.warehouse)])

    def column(self, table: str, *names: str) -> str:
        """The first of these columns that the table has; NULL where it has none."""
        have = self.columns[table]
        found = next((have[name][0] for name in names if name in have), None)
        return "NULL" if found is None else quotation(found, self.warehouse)

    def details(self) -> str:
        """The beginning of an entry's details, as text."""
        have = self.columns[LOG].get("message_data")
        if have is None:
            return "NULL"
        name, kind = quotation(have[0], self.warehouse), have[1].lower()
        whole = name if kind.startswith(_TEXTS) else _AS_TEXT.get(self.warehouse, "{}").format(name)
        return f"SUBSTR({whole}, 1, {MOST_TEXT})"


def connections_of_log(tables: LogTables) -> Query:
    """Every connection, and beside each the moment of the newest entry of the log. Live ones come first."""
    name = next(name for name in CONNECTIONS if name in tables.spelled)
    deleted = tables.column(name, "_fivetran_deleted", "is_deleted")
    newest = tables.column(LOG, "time_stamp")
    given = {
        "connection_id": tables.column(name, "connection_id", "connector_id"),
        "connection_name": tables.column(name, "connection_name", "connector_name"),
        "connector_type": tables.column(name, "connector_type", "connector_type_id"),
        "is_paused": tables.column(name, "paused", "is_paused"),
        "is_deleted": deleted,
        "newest_entry": f"(SELECT MAX({newest}) FROM {tables.table(LOG)})",  # noqa: S608 - names in quotes
    }
    order = f"CASE WHEN {deleted} THEN 1 ELSE 0 END, 1, 2" if deleted != "NULL" else "1, 2"
    sql = f"SELECT\n  {_lines(given)}\nFROM {tables.table(name)}\nORDER BY {order}"
    return Query(sql, CONNECTION, _PAGES)


def entries_of_log(tables: LogTables, connections: Iterable[str], since: datetime) -> Query:
    """Entries about syncs, errors and changed schemas, newest first: of each sort the newest of each connection.

    `since` is taken a day earlier, whatever the time zone of the warehouse is: whoever reads the rows compares.
    """
    warehouse = tables.warehouse
    at, sort = tables.column(LOG, "time_stamp"), f"LOWER({tables.column(LOG, 'message_event')})"
    connection, severity = tables.column(LOG, "connection_id", "connector_id"), tables.column(LOG, "event")
    identity, details = tables.column(LOG, "id"), tables.details()
    given = {
        "entry_id": identity,
        "told_at": at,
        "connection_id": connection,
        "severity": severity,
        "sort": sort,
        "details": details,
        "nth": f"ROW_NUMBER() OVER (PARTITION BY {connection}, {sort}, {severity} ORDER BY {at} DESC, {identity})",
    }
    sorts = _list((SYNC_START, SYNC_END, EXCLUDED, *SCHEMA_CHANGES), warehouse)
    excluded = f"UPPER({severity}) = 'WARNING' AND {details} LIKE {text_in_sql(f'%{EXCLUDED}%', warehouse)}"
    conditions = [
        f"{connection} IN ({_list(connections, warehouse)})",
        f"{at} >= {_moment(tables, since)}",
        f"({sort} IN ({sorts}) OR UPPER({severity}) = 'SEVERE' OR ({excluded}))",
    ]
    transformation = tables.column(LOG, "transformation_id")
    if transformation != "NULL":
        conditions.append(f"{transformation} IS NULL")
    inner = f"SELECT\n  {_lines(given)}\nFROM {tables.table(LOG)}\nWHERE {' AND '.join(conditions)}"
    sql = f"SELECT {', '.join(ENTRY)}\nFROM (\n{inner}\n) AS entries\nWHERE nth <= {EACH}\nORDER BY 2 DESC, 1"
    return Query(sql, ENTRY, _PAGES)


def _moment(tables: LogTables, since: datetime) -> str:
    """The beginning of the day before, as the type of the column."""
    kind = tables.columns[LOG].get("time_stamp", ("", ""))[1].lower()
    type_name = "DATETIME" if kind.startswith("datetime") or tables.warehouse == "mysql" else "TIMESTAMP"
    return f"CAST('{since.date().fromordinal(since.date().toordinal() - 1)} 00:00:00' AS {type_name})"


def _lines(given: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{value} AS {name}" for name, value in given.items())


def _list(words: Iterable[str], warehouse: str) -> str:
    return ", ".join(text_in_sql(word, warehouse) for word in words)
