"""The file that events and occurrences of defects are kept in: DuckDB, opened by one process at a time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from generators.measures.layout import ENVELOPE, EVENTS, Layout, literal, quoted
from generators.measures.occurrences import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ibis.backends import BaseBackend

MEMORY: Final = "1500MB"
"""At most; what is larger goes to a folder beside the file while a command runs."""


class Unstored(Exception):  # noqa: N818 - what a file or a disk is, not a fault of the program
    """A store that cannot be opened, read or written: one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store."""

    connection: duckdb.DuckDBPyConnection
    layout: Layout
    path: Path

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a statement gives."""
        found: list[tuple[object, ...]] = self.connection.execute(sql, list(values)).fetchall()
        return found

    def number(self, sql: str, *values: object) -> int:
        """The one number that a statement gives."""
        [[found]] = self.rows(sql, *values)
        return int(str(found or 0))

    def save(self, target: Path) -> None:
        """Every event as a Parquet file, in one step; ids as text, for Spark. Raises OSError, duckdb.Error."""
        part = target.with_name(f".{target.name}.part")
        ids = [quoted(name) for name, kind in ENVELOPE.items() if kind == "UUID"]
        texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in ids)
        events = f"SELECT * REPLACE ({texts}) FROM {EVENTS}"  # noqa: S608 - names of ours
        self.connection.execute(f"COPY ({events}) TO {literal(str(part))} (FORMAT parquet, COMPRESSION zstd)")
        part.replace(target)


@contextmanager
def opened(path: Path, layout: Layout, *, reads: bool = False, threads: int = 0) -> Iterator[Store]:
    """A store; with `reads` one that is there already and stays as it is. `threads`: 0 leaves it to the engine.

    Raises Unstored for what any statement of the block runs into, too.
    """
    if reads and not path.is_file():
        raise Unstored(f"{path} is not there: `dfops telemetry ingest` makes it")
    try:
        with duckdb.connect(str(path), read_only=reads) as connection:
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET TimeZone = 'UTC'")
            if threads:
                connection.execute(f"SET threads = {threads}")
            store = Store(connection, layout, path)
            if not reads:
                _prepare(store)
            yield store
    except duckdb.Error as error:
        raise Unstored(f"{path}: {_reason(error)}") from error


def connected(where: Path | str) -> BaseBackend:
    """A store that is only asked: a file, or a database by its address. Days are those of UTC, wherever it runs."""
    import ibis  # noqa: PLC0415 - whoever takes events in does without it

    backend = ibis.connect(where) if isinstance(where, str) else ibis.duckdb.connect(where, read_only=True)
    sql = {"duckdb": "SET TimeZone = 'UTC'", "postgres": "SET TIME ZONE 'UTC'"}.get(backend.name)
    if sql is not None:
        cursor = backend.raw_sql(sql)
        if backend.name != "duckdb":  # there the connection itself answers
            cursor.close()
    return backend


def errors_of(connection: str | None) -> tuple[type[Exception], ...]:
    """What is raised while a store is asked: a file, or a database by its address."""
    from ibis.common.exceptions import IbisError  # noqa: PLC0415 - as above

    if connection is None:
        return (duckdb.Error, IbisError)
    import psycopg  # noqa: PLC0415 - as above

    return (duckdb.Error, IbisError, psycopg.Error, ValueError, OSError)


def _prepare(store: Store) -> None:
    """Make the tables, or add the columns that they have had since."""
    columns = [f"{quoted(name)} {kind}" for name, kind in store.layout.all.items()]
    store.connection.execute(f"CREATE TABLE IF NOT EXISTS {EVENTS} ({', '.join(columns)})")
    for column in columns:
        store.connection.execute(f"ALTER TABLE {EVENTS} ADD COLUMN IF NOT EXISTS {column}")
    prepare(store.connection)


def _reason(error: duckdb.Error) -> str:
    """What is wrong, and what to do, without the engine's own text beyond its first line."""
    text = str(error).splitlines()[0][:300]
    if "lock" in text.lower():
        return "another process has the store open: wait until it has finished"
    if isinstance(error, duckdb.SerializationException) or "not a valid DuckDB" in text or "checksum" in text.lower():
        return "is no store, or a damaged one: move it away and ingest the events again"
    if "No space left" in text or isinstance(error, duckdb.OutOfMemoryException):
        return f"there is no room for more: {text}"
    return text
