"""DuckDB in this process: the engine that is always there."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from threading import Timer
from typing import TYPE_CHECKING

from generators.packs.engines.engine import Answer, Engine, Fault, Proof, gathered, one_line, too_large
from generators.workers.bounds import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Row, Tables

TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "numeric": "DECIMAL(38, 9)",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "json": "JSON",
    "naive": "TIMESTAMP",
}
"""How a column's type is stored in DuckDB; an instant keeps its zone, as Fivetran's destinations do."""

LISTED = {kind: TYPES[kind] for kind in ("integer", "float", "boolean")}
"""Types whose values are handed over as they are, and not as text."""
BATCH = 256
"""Rows that are fetched at once."""
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",
    "threads": 2,
}
"""A board's SQL opens no file, fetches no extension, sees no variable of ours, and leaves nothing on the disk."""


def quoted(name: str) -> str:
    """An identifier that is none of the engine's words."""
    return '"' + name.replace('"', '""') + '"'


def connect(path: Path | None = None, zone: str = "UTC") -> duckdb.DuckDBPyConnection:
    """A database in memory, or in a file that does not exist yet; `zone` is where times without one are."""
    import duckdb  # noqa: PLC0415 - only those who execute need it

    connection = duckdb.connect(":memory:" if path is None else str(path), config=CLOSED)
    connection.execute("SET TimeZone = ?", [zone])
    connection.execute("SET lock_configuration = true")
    return connection


def create(
    connection: duckdb.DuckDBPyConnection, schema: str, tables: Mapping[str, PackTable], rows: Tables | None = None
) -> None:
    """Every table with every column, filled with its rows where there are any."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    for name, table in tables.items():
        columns = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'VARCHAR')}" for column, kind in table.columns.items())
        where = f"{quoted(schema)}.{quoted(name)}"
        connection.execute(f"CREATE TABLE {where} ({columns})")
        if rows and rows.get(name):
            _insert(connection, where, table.columns, rows[name])


def fill(path: Path, schema: str, tables: Mapping[str, PackTable], rows: Tables) -> None:
    """A new database file with these tables. Raises ValueError when DuckDB or pyarrow refuses them."""
    import duckdb  # noqa: PLC0415 - as above

    connection = connect(path)
    try:
        create(connection, schema, tables, rows)
    except (duckdb.Error, TypeError, OverflowError, RuntimeError) as error:
        raise ValueError(first_line(error)) from error
    finally:
        connection.close()


def _insert(connection: duckdb.DuckDBPyConnection, where: str, columns: Mapping[str, str], rows: list[Row]) -> None:
    """One insert for all rows: one statement a row costs a hundred times as much."""
    values = {column: [row[column] for row in rows] for column in columns}
    try:
        import pyarrow as pa  # noqa: PLC0415 - as above
    except ModuleNotFoundError:  # with a user who makes a sample there is DuckDB alone
        _insert_lists(connection, where, columns, values)
        return
    names = _cast(columns)
    arrays = [pa.array([_plain(value) for value in values[c]], type=_arrow(kind)) for c, kind in columns.items()]
    connection.register("batch", pa.table(arrays, names=list(columns)))
    try:
        connection.execute(f"INSERT INTO {where} SELECT {names} FROM batch")  # noqa: S608 - names of a checked schema
    finally:
        connection.unregister("batch")


def _insert_lists(
    connection: duckdb.DuckDBPyConnection,
    where: str,
    columns: Mapping[str, str],
    values: Mapping[str, Sequence[object]],
) -> None:
    """The same rows as lists, in twice the time: text and numbers that DuckDB itself casts."""
    lists = ", ".join(
        f"unnest(CAST(? AS {LISTED.get(kind, 'VARCHAR')}[])) AS {quoted(c)}" for c, kind in columns.items()
    )
    given = [[_listed(value, kind) for value in values[column]] for column, kind in columns.items()]
    connection.execute(f"INSERT INTO {where} SELECT {_cast(columns)} FROM (SELECT {lists})", given)  # noqa: S608 - as above


def _cast(columns: Mapping[str, str]) -> str:
    return ", ".join(f"CAST({quoted(c)} AS {TYPES.get(kind, 'VARCHAR')})" for c, kind in columns.items())


def _listed(value: object, kind: str) -> object:
    return value if value is None or kind in LISTED else str(value)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def _arrow(kind: str) -> object:
    import pyarrow as pa  # noqa: PLC0415 - as above

    return {
        "integer": pa.int64(),
        "float": pa.float64(),
        "boolean": pa.bool_(),
        "timestamp": pa.timestamp("us", "UTC"),
        "naive": pa.timestamp("us"),
        "date": pa.date32(),
    }.get(kind, pa.string())


class DuckEngine(Engine):
    """DuckDB in memory, with times in one zone."""

    warehouse = "duckdb"
    dialect = "duckdb"
    proof: Proof = "executed"

    def __init__(self, zone: str = "UTC") -> None:
        """Opens a database in memory. Raises ImportError where DuckDB is not installed."""
        import duckdb  # noqa: PLC0415 - as above

        self.version = duckdb.__version__
        self.connection = connect(zone=zone)
        self._error = duckdb.Error
        self._interrupted = duckdb.InterruptException
        self._exhausted = duckdb.OutOfMemoryException

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables."""
        try:
            self.connection.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
            create(self.connection, schema, tables, rows)
        except (self._error, ValueError, TypeError, OverflowError, RuntimeError) as error:  # pyarrow's refusals too
            return Fault("unproven", f"the rows could not be loaded: {first_line(error)}")
        return None

    def run(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        """Ask one query; interrupted after so many seconds."""
        watch = Timer(seconds, self.connection.interrupt)
        watch.start()
        try:
            with bounded():
                return self._asked(sql, params)
        except self._interrupted:
            return Fault("unproven", f"no answer within {seconds:g} seconds")
        except (self._exhausted, MemoryError):
            return too_large()
        except self._error as error:
            return Fault("refused", first_line(error))
        except OverflowError:
            return Fault("unproven", "a time in the result is past the year 9999 in this time zone")
        finally:
            watch.cancel()

    def _asked(self, sql: str, params: Sequence[object]) -> Answer | Fault:
        cursor = self.connection.execute(sql, list(params))
        columns = tuple(column[0].lower() for column in cursor.description)
        return gathered(columns, chain.from_iterable(iter(lambda: cursor.fetchmany(BATCH), [])))

    def close(self) -> None:
        """Close the database."""
        self.connection.close()


def first_line(error: Exception) -> str:
    """The first line of what an engine says, or the error's name where it says nothing."""
    lines = (line for line in str(error).splitlines() if line.strip())
    return one_line(next(lines, type(error).__name__))
