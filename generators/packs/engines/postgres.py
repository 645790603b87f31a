"""A PostgreSQL that someone runs, through psycopg: a database of our own inside it, gone when the engine is closed."""

from __future__ import annotations

import os
import re
import secrets
import socket
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

from generators.packs.engines.duck import first_line, quoted
from generators.packs.engines.engine import Answer, Engine, Fault, Proof, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Tables

    Connection = psycopg.Connection[tuple[object, ...]]

TYPES = {
    "string": "TEXT",
    "integer": "BIGINT",
    "float": "DOUBLE PRECISION",
    "numeric": "NUMERIC(38, 9)",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
    "json": "JSONB",
    "naive": "TIMESTAMP",
}
"""How a column's type is stored in PostgreSQL."""
CONNECT_SECONDS = 5
SET_UP_SECONDS = 30
LOAD_SECONDS = 120
GRACE_SECONDS = 1
"""The server is given so much longer than its own limit before the line to it is cut."""
ADDRESS = "DFOPS_POSTGRES"
REMEDY = f"run `make engines`, or set {ADDRESS} to the address of a PostgreSQL where you may create databases"

OUTSIDE = frozenset({"08", "40", "53", "55", "57", "58", "XX"})
"""Classes of SQLSTATE that say nothing about the query: line, conflicts, resources, locks, operator, system, bugs."""

_CAUSES = (
    ("refused", "the connection is refused"),
    ("timeout", f"no answer within {CONNECT_SECONDS} seconds"),
    ("resolve", "its host is not known"),
    ("translate host name", "its host is not known"),
    ("name or service", "its host is not known"),
    ("password", "the user or password is not accepted"),
    ("pg_hba", "the server does not let this user in from here"),
    ("does not exist", "the user or database does not exist there"),
    ("too many", "the server has no connection left"),
    ("ssl", "an encrypted connection cannot be made"),
    ("starting up", "the server is starting up"),
    ("closed the connection", "the server breaks the connection off"),
)
"""What libpq says when it cannot connect names host and user; these words stand in for its own."""


def open_postgres(dsn: str | None, zone: str = "UTC") -> PostgresEngine | Unreachable:
    """A new database on the server at `dsn` (a libpq URL or connection string), its sessions in `zone`.

    A server that keeps silent is given up after seconds, half a minute at most.
    """
    if not dsn:
        return Unreachable("postgres", f"{ADDRESS} is not set", REMEDY)
    try:
        import psycopg  # noqa: PLC0415 - only those who execute need it
    except ImportError:
        return Unreachable("postgres", "psycopg is not installed", "install the extra named 'packs'")
    try:
        return PostgresEngine(dsn, zone)
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:
            return Unreachable("postgres", f"{ADDRESS} is neither a URL nor a connection string of PostgreSQL", REMEDY)
        return Unreachable("postgres", _cause(error), REMEDY)
    except psycopg.Error as error:
        return Unreachable("postgres", _cause(error), REMEDY)


def _cause(error: psycopg.Error) -> str:
    """Why there is no connection or no database, in words that hold no address."""
    match error.sqlstate:
        case "42501":
            return "its user may not create databases"
        case "22023":
            return "it does not know the time zone"
        case _:
            message = str(error).lower()
            return next((words for sign, words in _CAUSES if sign in message), "the connection fails")


class PostgresEngine(Engine):
    """A database of our own on a PostgreSQL server, with times in one zone. Queries there cannot write."""

    warehouse = "postgres"
    dialect = "postgres"
    proof: Proof = "executed"

    def __init__(self, dsn: str, zone: str = "UTC") -> None:
        """Creates the database. Raises psycopg.Error when the server is not there or does not allow it."""
        import psycopg  # noqa: PLC0415 - as above

        self._psycopg = psycopg
        self._dsn = dsn
        self.database = f"dfops_{os.getpid()}_{secrets.token_hex(4)}"
        with self._connect() as admin, _guarded(admin, SET_UP_SECONDS):
            # Texts in the order of their bytes, as DuckDB has it; the server's own order would differ by machine.
            admin.execute(
                f"CREATE DATABASE {quoted(self.database)} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'".encode()
            )
        try:
            self.connection = self._connect(self.database)
        except psycopg.Error:
            self._drop()
            raise
        try:
            self.version = str(self._set_up(zone)).split(" ", 1)[0]
        except psycopg.Error:
            self.close()
            raise

    def _connect(self, database: str | None = None) -> Connection:
        return self._psycopg.connect(
            self._dsn,
            dbname=database,
            autocommit=True,
            cursor_factory=self._psycopg.RawCursor,
            connect_timeout=CONNECT_SECONDS,
            application_name="dfops",
        )

    def _set_up(self, zone: str) -> object:
        """Prepare the session; returns the server's version."""
        info = self.connection.info
        private = {info.host, info.hostaddr, info.user, info.password}
        words = sorted((re.escape(word) for word in private if word), key=len, reverse=True)
        self._secrets = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None
        _register_loaders(self.connection)
        with _guarded(self.connection, SET_UP_SECONDS):
            self.connection.execute("SELECT set_config('TimeZone', $1, false)", [zone])
            (version,) = self.connection.execute("SHOW server_version").fetchone() or ("",)
        return version

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables, all or nothing."""
        try:
            with _guarded(self.connection, LOAD_SECONDS), self.connection.transaction():
                self.connection.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE".encode())
                self.connection.execute(f"CREATE SCHEMA {quoted(schema)}".encode())
                for name, table in tables.items():
                    self._fill(f"{quoted(schema)}.{quoted(name)}", table, (rows or {}).get(name, []))
        except self._psycopg.Error as error:
            return Fault("unproven", f"the rows could not be loaded: {self._message(error)}")
        return None

    def _fill(self, where: str, table: PackTable, rows: Sequence[Mapping[str, object]]) -> None:
        columns = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'TEXT')}" for column, kind in table.columns.items())
        self.connection.execute(f"CREATE TABLE {where} ({columns})".encode())
        if not rows:
            return
        names = ", ".join(quoted(column) for column in table.columns)
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {where} ({names}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row([row[column] for column in table.columns])

    def run(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        """Ask one query, `$1` and so on standing for `params`; ended by the server, or else by us, after so long."""
        with _guarded(self.connection, seconds + GRACE_SECONDS) as guard:
            try:
                return self._asked(sql, params, seconds)
            except self._psycopg.errors.QueryCanceled:
                return Fault("unproven", f"no answer within {seconds:g} seconds")
            except self._psycopg.Error as error:
                if guard.cut:
                    return Fault("unproven", f"no answer within {seconds:g} seconds")
                return Fault("unproven" if self._blameless(error) else "refused", self._message(error))
            finally:
                # Nothing of one query reaches the next: no setting, no row, no plan.
                with suppress(self._psycopg.Error):
                    self.connection.execute("ROLLBACK")

    def _asked(self, sql: str, params: Sequence[object], seconds: float) -> Answer:
        self.connection.execute("BEGIN READ ONLY")
        self.connection.execute(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}".encode())
        # What is prepared is one statement: `COMMIT; DROP …` is refused.
        cursor = self.connection.execute(sql.encode(), list(params), prepare=True)
        if cursor.description is None:
            return Answer((), ())
        return Answer(tuple(column.name.lower() for column in cursor.description), tuple(cursor.fetchall()))

    def _blameless(self, error: psycopg.Error) -> bool:
        """Whether the server or the line failed, not the query."""
        if error.sqlstate is None:
            return isinstance(error, self._psycopg.OperationalError)
        return error.sqlstate[:2] in OUTSIDE

    def _message(self, error: psycopg.Error) -> str:
        """The server's words without its address or its user's name; ours where the line is cut."""
        if error.sqlstate is None and isinstance(error, self._psycopg.OperationalError):
            return "the connection is lost"
        message = error.diag.message_primary or first_line(error)
        return (self._secrets.sub("…", message) if self._secrets else message)[:300]

    def close(self) -> None:
        """Drop the database. A server that is gone by now is left alone."""
        self.connection.close()
        self._drop()

    def _drop(self) -> None:
        with suppress(self._psycopg.Error), self._connect() as admin, _guarded(admin, SET_UP_SECONDS):
            admin.execute(f"DROP DATABASE IF EXISTS {quoted(self.database)} WITH (FORCE)".encode())


class _Guard:
    """Cuts the line to a server that keeps silent: whoever waits on it then gets an error."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.cut = False

    def act(self) -> None:
        self.cut = True
        with suppress(OSError, self.connection.OperationalError), self._line() as line:
            line.shutdown(socket.SHUT_RDWR)

    def _line(self) -> socket.socket:
        return socket.socket(fileno=os.dup(self.connection.fileno()))


@contextmanager
def _guarded(connection: Connection, seconds: float) -> Iterator[_Guard]:
    guard = _Guard(connection)
    watch = Timer(seconds, guard.act)
    watch.daemon = True
    watch.start()
    try:
        yield guard
    finally:
        watch.cancel()


def _register_loaders(connection: Connection) -> None:
    """JSON stays text, as DuckDB gives it; a time that Python has no value for, such as infinity, becomes its text."""
    import psycopg  # noqa: PLC0415 - as above
    from psycopg.types import datetime as times  # noqa: PLC0415 - as above
    from psycopg.types.string import TextLoader  # noqa: PLC0415 - as above

    def lenient(loader: type[psycopg.abc.Loader]) -> type[psycopg.abc.Loader]:
        class Lenient(loader):  # type: ignore[valid-type, misc]
            def load(self, data: psycopg.abc.Buffer) -> object:
                try:
                    return super().load(data)
                except psycopg.DataError:
                    return bytes(data).decode()

        return Lenient

    for name in ("json", "jsonb"):
        connection.adapters.register_loader(name, TextLoader)
    connection.adapters.register_loader("timestamptz", lenient(times.TimestamptzLoader))
    connection.adapters.register_loader("timestamp", lenient(times.TimestampLoader))
    connection.adapters.register_loader("date", lenient(times.DateLoader))
