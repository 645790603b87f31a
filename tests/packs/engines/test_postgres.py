"""PostgreSQL's own promises: nothing of the user's is touched or told, and a silent server cannot hold us."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from generators.model.pack import PackTable
from generators.packs.engines import postgres
from generators.packs.engines.engine import Fault, Unreachable
from generators.packs.engines.postgres import PostgresEngine, open_postgres
from tests.parts import POSTGRES, needs_postgres
from tests.timeouts import ends_in_time

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = ("127.0.0.1", "nowhere.invalid", "hunter2", "bob", "accounts", "postgresql:")
TABLE = PackTable(columns={"id": "integer"})
REFUSED = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "bob"\0\0'


def told(unreachable: PostgresEngine | Unreachable) -> str:
    """The reason, once it is sure that it keeps the secrets."""
    assert isinstance(unreachable, Unreachable)
    assert not [secret for secret in SECRETS if secret in f"{unreachable.reason} {unreachable.remedy}"]
    return unreachable.reason


@contextmanager
def server(greeting: bytes | None) -> Iterator[int]:
    """Something on a port that takes the first message, answers once or never, and keeps the line open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                line, _ = listener.accept()
                line.recv(4096)
                if greeting is not None:
                    line.sendall(b"E" + (len(greeting) + 4).to_bytes(4, "big") + greeting)
                with line:
                    line.recv(1)

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]


class Freezable:
    """A line to the real server that can fall silent, as a dead network does."""

    def __init__(self, dsn: str) -> None:
        url = urlsplit(dsn)
        self.behind = (url.hostname or "", url.port or 5432)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.frozen = threading.Event()
        self.dsn = dsn.replace(f":{url.port}", f":{self.listener.getsockname()[1]}")
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self.listener.accept()
                there = socket.create_connection(self.behind)
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while data := source.recv(65536):
                if not self.frozen.is_set():
                    target.sendall(data)

    def close(self) -> None:
        """Take no more."""
        self.listener.close()


@pytest.fixture
def engine() -> Iterator[PostgresEngine]:
    """An engine on the real server."""
    opened = open_postgres(POSTGRES)
    assert isinstance(opened, PostgresEngine)
    yield opened
    opened.close()


def databases() -> set[str]:
    """The names of the server's databases."""
    assert POSTGRES
    with psycopg.connect(POSTGRES) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        (None, "DFOPS_POSTGRES is not set"),
        ("", "DFOPS_POSTGRES is not set"),
        ("postgresql://bob:hunter2@127.0.0.1:1/accounts", "the connection is refused"),
        ("host=nowhere.invalid user=bob password=hunter2", "its host is not known"),
        ("bob hunter2", "DFOPS_POSTGRES is neither a URL nor a connection string of PostgreSQL"),
        (
            "postgresql://bob:hunter2@[::1/accounts",
            "DFOPS_POSTGRES is neither a URL nor a connection string of PostgreSQL",
        ),
    ],
)
def test_an_unreachable_server_says_why(dsn: str | None, reason: str) -> None:
    """Without a word of the address."""
    assert told(open_postgres(dsn)) == reason


def test_a_refused_password_is_not_repeated() -> None:
    """Nor is the user's name, which the server itself says."""
    with server(REFUSED) as port:
        address = f"postgresql://bob:hunter2@127.0.0.1:{port}/accounts?sslmode=disable"
        assert told(open_postgres(address)) == "the user or password is not accepted"


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that takes the connection and keeps silent."""
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 2)
    with server(None) as port, ends_in_time():
        reason = told(open_postgres(f"postgresql://bob:hunter2@127.0.0.1:{port}/accounts"))
    assert reason.startswith("no answer within")


@needs_postgres
def test_a_server_that_falls_silent_is_given_up() -> None:
    """The server's own limit does not reach us through a dead line: ours does, and nothing waits afterwards."""
    assert POSTGRES
    with closing(Freezable(POSTGRES)) as line:
        engine = open_postgres(line.dsn)
        assert isinstance(engine, PostgresEngine)
        line.frozen.set()
        with ends_in_time():
            assert engine.run("SELECT 1", [], 1) == Fault("unproven", "no answer within 1 seconds")
        assert engine.run("SELECT 1", [], 1) == Fault("unproven", "the connection is lost")
        assert engine.load("shop", {"sale": TABLE}, None) == Fault(
            "unproven", "the rows could not be loaded: the connection is lost"
        )
        line.frozen.clear()
        engine.close()
        assert engine.guest.name not in databases()


@needs_postgres
def test_the_database_is_one_of_our_own_and_goes() -> None:
    """Two engines at once have two; closing one leaves the other and everything else."""
    before = databases()
    first, second = open_postgres(POSTGRES), open_postgres(POSTGRES)
    assert isinstance(first, PostgresEngine)
    assert isinstance(second, PostgresEngine)
    assert {first.guest.name, second.guest.name} <= databases() - before
    first.close()
    assert second.run("SELECT 1", [], 5) != Fault("unproven", "the connection is lost")
    assert first.guest.name not in databases()
    second.close()
    assert second.guest.name not in databases()


@needs_postgres
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE shop.more (id int)",
        "DELETE FROM shop.sale",
        "SELECT 1; SELECT 2",
        "COMMIT; DROP SCHEMA shop CASCADE",
    ],
)
def test_a_query_cannot_write(engine: PostgresEngine, sql: str) -> None:
    """Whatever a board says, it reads; and it is one statement."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [{"id": 1}]}) is None
    fault = engine.run(sql, [], 5)
    assert isinstance(fault, Fault)
    assert fault.kind == "refused"
    assert engine.run("SELECT count(*) FROM shop.sale", [], 5).rows == ((1,),)  # type: ignore[union-attr]


@needs_postgres
def test_a_setting_ends_with_its_query(engine: PostgresEngine) -> None:
    """The next query has the zone that was asked for."""
    engine.run("SET TimeZone = 'Asia/Tokyo'", [], 5)
    assert engine.run("SHOW TimeZone", [], 5).rows == (("UTC",),)  # type: ignore[union-attr]


@needs_postgres
def test_the_server_s_address_is_taken_out_of_its_words(engine: PostgresEngine) -> None:
    """A query can make the server say its address and the user's name."""
    for asked in ("host(inet_server_addr())", "current_user"):
        fault = engine.run(f"SELECT ({asked})::text::int", [], 5)
        assert fault == Fault("refused", 'invalid input syntax for type integer: "…"')


@needs_postgres
def test_times_that_python_cannot_hold_are_text(engine: PostgresEngine) -> None:
    """Infinity and the year 10000 are answers too."""
    sql = "SELECT 'infinity'::timestamptz, '10000-01-01'::date, '10000-01-01 12:00'::timestamp"
    assert engine.run(sql, [], 5).rows == (("infinity", "10000-01-01", "10000-01-01 12:00:00"),)  # type: ignore[union-attr]


@needs_postgres
def test_rows_that_do_not_fit_are_no_fault_of_a_query(engine: PostgresEngine) -> None:
    """A failed load says so, and leaves what was there."""
    assert engine.load("shop", {"sale": TABLE}, {"sale": [{"id": 1}]}) is None
    fault = engine.load("shop", {"sale": TABLE}, {"sale": [{"id": 2**70}]})
    assert isinstance(fault, Fault)
    assert fault.kind == "unproven"
    assert fault.message.startswith("the rows could not be loaded: ")
    assert engine.run("SELECT id FROM shop.sale", [], 5).rows == ((1,),)  # type: ignore[union-attr]


@needs_postgres
def test_a_server_without_the_zone_says_so() -> None:
    """And its database is gone."""
    before = databases()
    assert told(open_postgres(POSTGRES, "Mars/Olympus")) == "it does not know the time zone"
    assert not {name for name in databases() - before if name.startswith(f"dfops_{os.getpid()}_")}


@needs_postgres
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_ls_dir('.')",
        "SELECT lo_import('/etc/hostname')",
        "SELECT query_to_xml('SELECT pg_read_file(''PG_VERSION'')', true, true, '')",
        "SELECT set_config('role', 'postgres', true), pg_read_file('PG_VERSION')",
        "SELECT set_config('session_authorization', 'postgres', true)",
        "SELECT current_setting('data_directory')",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_reload_conf()",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_the_role_of_a_check_reaches_nothing_of_the_server(engine: PostgresEngine, sql: str) -> None:
    """Neither files nor settings nor roles, though the address is a superuser's."""
    fault = engine.run(sql, [], 5)
    assert isinstance(fault, Fault)
    assert fault.kind == "refused"
    assert "permission denied" in fault.message or "superuser" in fault.message


@needs_postgres
def test_the_role_of_a_check_owns_its_schema_and_goes() -> None:
    """It is no superuser, is no member of a role, owns no database, and is gone afterwards."""
    engine = open_postgres(POSTGRES)
    assert isinstance(engine, PostgresEngine)
    assert engine.load("shop", {"sale": TABLE}, None) is None
    name = engine.guest.name
    assert asked("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s", name) == [(False,) * 3]
    assert (
        asked("SELECT 1 FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member WHERE rolname = %s", name)
        == []
    )
    assert asked("SELECT 1 FROM pg_database AS d JOIN pg_roles AS r ON r.oid = d.datdba WHERE rolname = %s", name) == []
    engine.close()
    assert asked("SELECT 1 FROM pg_roles WHERE rolname = %s", name) == []


@needs_postgres
def test_a_user_who_may_not_make_roles_is_named() -> None:
    """What was made before is gone, and the reason says what is missing."""
    before = databases()
    with psycopg.connect(POSTGRES or "", autocommit=True) as admin:
        admin.execute("CREATE ROLE dfops_test_maker LOGIN PASSWORD 'hunter2' CREATEDB")
        try:
            dsn = psycopg.conninfo.make_conninfo(POSTGRES or "", user="dfops_test_maker", password="hunter2")  # noqa: S106 - of a moment
            assert told(open_postgres(dsn)) == "its user may not create databases and roles"
        finally:
            admin.execute("DROP ROLE dfops_test_maker")
    assert not {name for name in databases() - before if name.startswith(f"dfops_{os.getpid()}_")}


def asked(sql: str, name: str) -> list[tuple[object, ...]]:
    """What the server's own superuser sees."""
    with psycopg.connect(POSTGRES or "", autocommit=True) as admin:
        return admin.execute(sql.encode(), [name]).fetchall()
