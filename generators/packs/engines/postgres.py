"""A PostgreSQL that someone runs, through psycopg: a database of our own inside it, gone when the engine is closed.

Queries of packs run as a role that is made for them: it owns the tables of the check and nothing else, so that what a
superuser could do on the server's machine is refused by the server itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from generators.packs.engines.duck import first_line, quoted
from generators.packs.engines.engine import Answer, Engine, Fault, Proof, Unreachable, gathered, too_large
from generators.packs.engines.guest import Guest, new_guest
from generators.packs.engines.watching import guarded
from generators.workers.bounds import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
REMEDY = (
    f"run `make engines`, or set {ADDRESS} to the address of a PostgreSQL where you may create databases and roles "
    "that log in by password"
)
NO_ADDRESS = f"{ADDRESS} is neither a URL nor a connection string of PostgreSQL"
ROOM = 48
"""MiB for one answer on its way: libpq takes seconds over a value that it finds no room for, more the more there is."""
AT_ONCE = 4
"""Rows that come together: a few of the largest that are counted at all fit into memory."""

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
SHUT_OUT = frozenset({words for sign, words in _CAUSES if sign in {"password", "pg_hba", "does not exist"}})
"""Reasons that mean, of a role that was made a moment before, that the server takes no password."""


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
    except psycopg.Error as error:
        is_no_address = isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None
        return Unreachable("postgres", NO_ADDRESS if is_no_address else _cause(error), REMEDY)
    except ShutOutError:
        return Unreachable("postgres", "it does not let in the role that is made for the check", REMEDY)


class ShutOutError(Exception):
    """The server does not let in the role that a check is run as."""


def _cause(error: psycopg.Error) -> str:
    """Why there is no connection or no database, in words that hold no address."""
    match error.sqlstate:
        case "42501":
            return "its user may not create databases and roles"
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
        self.guest = new_guest()
        with self._connect() as admin, guarded(admin, SET_UP_SECONDS):
            self._hide(admin)
            try:
                self.guest.make(admin)
            except psycopg.Error:
                self.guest.remove(admin)
                raise
        try:
            self.connection = self._enter()
        except (psycopg.Error, ShutOutError):
            self._drop()
            raise
        try:
            self.version = str(self._set_up(zone)).split(" ", 1)[0]
        except psycopg.Error:
            self.close()
            raise

    def _enter(self) -> Connection:
        """A session of the role in its database. Raises ShutOutError and psycopg.Error."""
        try:
            return self._connect(self.guest)
        except self._psycopg.OperationalError as error:
            if _cause(error) in SHUT_OUT:
                raise ShutOutError from error
            raise

    def _connect(self, guest: Guest | None = None) -> Connection:
        """A session of the user in the address, or of the guest in its database."""
        instead = {"dbname": guest.name, "user": guest.name, "password": guest.password} if guest else {}
        return self._psycopg.connect(
            self._psycopg.conninfo.make_conninfo(self._dsn, **instead),
            autocommit=True,
            cursor_factory=self._psycopg.RawCursor,
            connect_timeout=CONNECT_SECONDS,
            application_name="dfops",
        )

    def _hide(self, connection: Connection) -> None:
        """Know what no message may repeat: the address, the user's name and the role's."""
        info = connection.info
        private = {info.host, info.hostaddr, info.user, info.password, self.guest.name}
        words = sorted((re.escape(word) for word in private if word), key=len, reverse=True)
        self._secrets = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")

    def _set_up(self, zone: str) -> object:
        """Prepare the session; returns the server's version."""
        self._zone = zone
        _register_loaders(self.connection)
        with guarded(self.connection, SET_UP_SECONDS):
            self.connection.execute("SELECT set_config('TimeZone', $1, false)", [zone])
            (version,) = self.connection.execute("SHOW server_version").fetchone() or ("",)
        return version

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables, all or nothing."""
        try:
            with guarded(self.connection, LOAD_SECONDS), self.connection.transaction():
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
        with guarded(self.connection, seconds + GRACE_SECONDS) as guard:
            try:
                with bounded(ROOM):
                    return self._asked(sql, params, seconds)
            except self._psycopg.errors.QueryCanceled:
                return Fault("unproven", f"no answer within {seconds:g} seconds")
            except (self._psycopg.Error, MemoryError) as error:
                return self._failed(error, seconds, cut=guard.cut)
            finally:
                # Nothing of one query reaches the next: no setting, no row, no plan.
                with suppress(self._psycopg.Error):
                    self.connection.execute("ROLLBACK")

    def _failed(self, error: psycopg.Error | MemoryError, seconds: float, *, cut: bool) -> Fault:
        """What an error says of the query; a session that ended over an answer too large is begun again."""
        if cut:
            return Fault("unproven", f"no answer within {seconds:g} seconds")
        if isinstance(error, MemoryError) or (error.sqlstate is None and "memory" in str(error)):
            with suppress(self._psycopg.Error, ShutOutError):
                self.connection.close()
                self.connection = self._enter()
                self._set_up(self._zone)
            return too_large(ROOM)
        return Fault("unproven" if self._blameless(error) else "refused", self._message(error))

    def _asked(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        self.connection.execute("BEGIN READ ONLY")
        self.connection.execute(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}".encode())
        with self.connection.cursor() as cursor:
            # Row by row, so that what is too much is left on the server. It is one statement: `COMMIT; DROP …` is none.
            answer = gathered((), cursor.stream(sql.encode(), list(params), size=AT_ONCE))
            if isinstance(answer, Fault):
                return answer
            if not answer.rows:
                cursor.execute(sql.encode(), list(params), prepare=True)  # a stream without rows names no columns
            return Answer(tuple(column.name.lower() for column in cursor.description or ()), answer.rows, answer.size)

    def _blameless(self, error: psycopg.Error) -> bool:
        """Whether the server or the line failed, not the query."""
        if error.sqlstate is None:
            return isinstance(error, self._psycopg.OperationalError)
        return error.sqlstate[:2] in OUTSIDE

    def _message(self, error: psycopg.Error) -> str:
        """The server's words without its address or its user's name; ours where the line is cut."""
        if error.sqlstate is None and isinstance(error, self._psycopg.OperationalError):
            return "the connection is lost"
        return self._secrets.sub("…", error.diag.message_primary or first_line(error))

    def close(self) -> None:
        """Drop the database and the role. A server that is gone by now is left alone."""
        self.connection.close()
        self._drop()

    def _drop(self) -> None:
        with suppress(self._psycopg.Error), self._connect() as admin, guarded(admin, SET_UP_SECONDS):
            self.guest.remove(admin)


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
