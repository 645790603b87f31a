"""`dfops pack watch`: what breaks is said before anybody opens a board, and nothing hostile in a log is obeyed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from generators.published.snapshots import digest_of
from tests.packs.kpis.board import ROOT, packs, rows_of
from tests.parts import POSTGRES, needs_postgres
from tests.published.synced import AT, CONNECTION, ENTRY, LOG, NOON, PACK, STRUCT, Duck, Told, syncs
from tests.runtimes import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

# The runtime takes seconds for each question. This one answers in DuckDB itself: its SQL is what is tested.
QUICK = f"""#!{sys.executable}
import datetime, duckdb, json, sys
asked = duckdb.connect("w.duckdb", read_only=True)
asked.execute("SET TimeZone = 'UTC'")
found = asked.execute(sys.argv[-1])
names = [column[0] for column in found.description]
rows = [dict(zip(names, row)) for row in found.fetchall()]
text = lambda value: value.isoformat() if isinstance(value, datetime.datetime) else str(value)
print(json.dumps({{"success": True, "data": rows}}, default=text))
"""
INSTALLATION = "0f0f0f0f-1111-4222-8333-444444444444"
LAST = NOON - timedelta(hours=1)
LATER = "2026-01-01T15:30Z"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a pack and a warehouse, made once."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    Duck(folder / "w.duckdb").make()
    installed(folder)
    return folder


def installed(project: Path) -> None:
    """The pack in a project, from this repository."""
    command = ("pack", "install", PACK, "--project", str(project), "--source", "w", "--root", str(ROOT), "--no-check")
    subprocess.run([sys.executable, "-m", "generators.cli", *command], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own


@dataclass
class Project:
    """A user's project with the pack, and the log in its warehouse."""

    folder: Path
    dfops: Dfops
    duck: Duck

    def watch(self, *options: object, at: str = AT) -> Ran:
        """The watch."""
        return self.dfops("pack", "watch", "--project", self.folder, "--source", "w", "--at", at, *options)

    def said(self, *options: object, at: str = AT) -> dict[str, Any]:
        """The watch, for programs."""
        found: dict[str, Any] = json.loads(self.watch("--format", "json", *options, at=at).out)
        return found

    def events(self, contract: str) -> list[dict[str, Any]]:
        """What waits in the spool, of a contract."""
        file = self.folder / ".dfops/telemetry/events.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [event for line in lines if (event := json.loads(line))["type"] == f"dfops.{contract}.v1"]


@pytest.fixture
def project(template: Path, tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the template, asked through a quick program."""
    folder = tmp_path / "analytics"
    shutil.copytree(template, folder)
    program = tmp_path / "bin/dct"
    program.parent.mkdir()
    program.write_text(QUICK, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return Project(folder, dfops, Duck(folder / "w.duckdb"))


def altered(table: str, **more: str) -> Told:
    """What Fivetran says of a changed table."""
    return Told("con_stripe", "alter_table", {"table": table, **more}, NOON + timedelta(minutes=5), id="changed")


@pytest.mark.long
def test_all_is_well(project: Project) -> None:
    """At the first watch everything is looked at; at the next only what changed."""
    ran = project.watch()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "charts/stripe (Stripe 0.1.0): its 5 boards fit your columns\n"
    again = project.watch()
    assert (again.code, again.out) == (0, "charts/stripe (Stripe 0.1.0): nothing changed\n")
    assert (project.folder / ".dfops/watch/.gitignore").read_text() == "*\n"


def test_a_lost_column_is_said_before_a_board_is_opened(project: Project) -> None:
    """Which boards, what they ask for, when it changed and what to do; it stays said, and ends with the column."""
    assert project.watch().code == 0
    project.duck.run("ALTER TABLE stripe.charge RENAME amount TO amount_2", "ALTER TABLE stripe.dispute DROP reason")
    project.duck.tell([altered("charge")])
    ran = project.watch()
    assert ran.code == 1
    assert ran.out.splitlines()[:4] == [
        "charts/stripe (Stripe 0.1.0): 2 boards will show errors",
        "  index asks for charge.amount",
        "  disputes asks for charge.amount, dispute.reason",
        "  Fivetran's log: alter_table charge on Thursday, 1 January 2026, 12:05 UTC",
    ]
    assert f"dfops pack upgrade stripe --project {project.folder} --catalog CATALOG --dry-run" in ran.out
    project.duck.tell(syncs("con_stripe", 1, NOON + timedelta(hours=3)))
    for _ in range(2):
        assert project.watch(at=LATER).out == ran.out
    project.duck.run(
        "ALTER TABLE stripe.charge RENAME amount_2 TO amount", "ALTER TABLE stripe.dispute ADD reason VARCHAR"
    )
    ran = project.watch(at=LATER)
    assert (ran.code, "its 5 boards fit your columns" in ran.out) == (0, True)


@pytest.mark.long
def test_a_change_that_the_log_does_not_name_is_not_looked_for(project: Project) -> None:
    """Columns of a sound pack are read where the log says so; --since makes it older."""
    assert project.watch().code == 0
    project.duck.tell([altered("charge"), *syncs("con_stripe", 1, NOON + timedelta(hours=3))])
    assert "fit your columns" in project.watch(at=LATER).out
    project.duck.run("ALTER TABLE stripe.charge DROP amount")
    assert project.watch(at=LATER).out == "charts/stripe (Stripe 0.1.0): nothing changed\n"
    assert project.watch("--since", "P1D", at=LATER).code == 1


@pytest.mark.long
def test_an_optional_table_that_is_gone(project: Project) -> None:
    """Its board shows errors until it is taken out; what is not in the project is only named."""
    project.duck.run("DROP TABLE stripe.invoice")
    ran = project.watch()
    assert ran.code == 1
    assert "1 board will show errors, and can be left out\n  invoices asks for invoice\n" in ran.out
    shutil.rmtree(project.folder / "charts/stripe")
    (project.folder / "dataface-packs.lock").unlink()
    ran = project.dfops(
        *("pack", "install", PACK, "--project", project.folder, "--source", "w", "--root", ROOT),
    )
    assert ran.code == 0, ran
    ran = project.watch()
    assert ran.code == 0, ran.out
    assert "left out until you have invoice: invoices" in ran.out


@pytest.mark.long
def test_a_schema_that_is_gone(project: Project) -> None:
    """Every board breaks, and the sentence says what it may be; it stays said although the log says nothing of it."""
    project.duck.run("DROP SCHEMA stripe CASCADE")
    for _ in range(2):
        ran = project.watch()
        assert ran.code == 1
        assert "Schema stripe shows none of its tables" in ran.out


@pytest.mark.long
def test_a_table_that_fivetran_excluded(project: Project) -> None:
    """It is said until the log says that the table is back."""
    warning = {"type": "table_excluded_by_system", "table": "charge"}
    project.duck.tell([Told("con_stripe", "warning", warning, LAST, "WARNING")])
    assert project.watch().code == 1
    project.duck.tell(syncs("con_stripe", 1, NOON + timedelta(hours=3)))
    for _ in range(2):
        ran = project.watch(at=LATER)
        assert ran.code == 1
        assert "table charge, required, is not synced any more since Thursday, 1 January 2026, 11:00 UTC" in ran.out
        assert "Boards that show older data from then on: index" in ran.out
    project.duck.tell([altered("charge")])
    assert project.watch(at=LATER).code == 0


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            Told("con_stripe", "sync_end", {"status": "FAILURE", "reason": "token\x1b[31m expired"}, NOON),
            "stripe (con_stripe) is broken: a sync failed on Thursday, 1 January 2026, 12:00 UTC: token?[31m expired",
        ),
        (Told("con_stripe", "severe", {"message": "disk"}, NOON, "SEVERE"), "is broken: an error on Thursday"),
    ],
)
def test_a_broken_connection(project: Project, entry: Told, sentence: str) -> None:
    """With what the log says of it, and the last sync that was good."""
    project.duck.tell([entry])
    ran = project.watch()
    assert ran.code == 1
    assert sentence in ran.out
    assert "\x1b" not in ran.out
    assert "the last sync that succeeded ended on Thursday, 1 January 2026, 12:00 UTC" in ran.out


@pytest.mark.long
def test_a_sync_that_is_late(project: Project) -> None:
    """Measured at the newest entry of the log, which is itself synced once a day; both numbers are said."""
    project.duck.tell([Told("con_000001", "sync_end", {"status": "SUCCESSFUL"}, NOON + timedelta(hours=4))])
    ran = project.watch(at="2026-01-01T16:30Z")
    assert ran.code == 1
    assert "is late: no successful sync for 4.0 hours, the median between two is 1.0 hours" in ran.out
    project.duck.tell(syncs("con_stripe", 1, NOON + timedelta(hours=4)))
    assert project.watch(at="2026-01-02T12:30Z").code == 0


@pytest.mark.long
def test_a_log_that_is_old(project: Project) -> None:
    """Nothing of it is early."""
    ran = project.watch(at="2026-01-05T00:00Z")
    assert ran.code == 1
    assert "The log itself is old: its newest entry is from Thursday, 1 January 2026, 12:00 UTC." in ran.out


@pytest.mark.long
def test_a_pack_without_a_connection_of_its_name(project: Project) -> None:
    """Another account's connection of the same service says nothing of it; its columns are read each time."""
    project.duck.run(f"UPDATE {LOG}.connection SET connection_name = 'other' WHERE connection_id = 'con_stripe'")  # noqa: S608 - written here
    project.duck.tell([Told("con_stripe", "sync_end", {"status": "FAILURE"}, NOON)])
    for _ in range(2):
        ran = project.watch()
        assert ran.code == 0
        assert "its 5 boards fit your columns\n  No connection in the log is named stripe" in ran.out
    project.duck.run("ALTER TABLE stripe.charge DROP amount")
    assert project.watch().code == 1


@pytest.mark.long
def test_an_older_log(project: Project) -> None:
    """With `connector` and `connector_id`, in another schema."""
    project.duck.run(
        f"ALTER TABLE {LOG}.connection RENAME TO connector",
        f"ALTER TABLE {LOG}.connector RENAME connection_id TO connector_id",
        f"ALTER TABLE {LOG}.log RENAME connection_id TO connector_id",
        "CREATE SCHEMA fivetran_platform",
        f"CREATE TABLE fivetran_platform.log AS FROM {LOG}.log",
        f"CREATE TABLE fivetran_platform.connector AS FROM {LOG}.connector",
        f"DROP TABLE {LOG}.log",
        f"DROP TABLE {LOG}.connector",
    )
    said = project.said()
    assert said["log"]["schema"] == "fivetran_platform"
    assert said["connections"][0]["health"] == "connected"


@pytest.mark.long
def test_a_log_schema_with_quotes(project: Project) -> None:
    """As any other."""
    name = '"our ""log"""'
    project.duck.run(f"CREATE SCHEMA {name}")
    for table in ("log", "connection"):
        project.duck.run(f"CREATE TABLE {name}.{table} AS FROM {LOG}.{table}", f"DROP TABLE {LOG}.{table}")
    assert project.watch().code == 2
    assert project.watch("--log-schema", 'our "log"').code == 0


# ── what may stand in a log ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
def test_a_hostile_log(project: Project) -> None:
    """100,000 rows, huge and broken JSON, other types, control characters, the far future: bounded and harmless."""
    project.duck.connect("con'; DROP TABLE log; --", "stripe")
    project.duck.connect("{{ 7 * 6 }}", "stripe")
    project.duck.connect("con_\x1b[2J", "Stripe.\x1b[2Jcharge")
    project.duck.run(
        f"INSERT INTO {LOG}.log ({ENTRY}) "  # noqa: S608 - written here
        "SELECT 'flood_' || i, TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (i % 600) SECOND, 'con_stripe', 'INFO', "
        "CASE i % 2 WHEN 0 THEN 'sync_start' ELSE 'alter_table' END, '{\"table\": \"t' || i || '\"}' "
        "FROM RANGE(100000) AS r(i)"
    )
    deep = "[" * 900 + "]" * 900
    hostile: list[object] = ["{" * 5000, deep, '"', "null", "12", "\x00\x1b]0;x\x07", {"table": "x" * 1_000_000}]
    hostile += [{"table": ["charge"], "status": 3}, {"schema": "other", "table": "charge"}, {"table": "cha\x1b[2Jrge"}]
    ends = [Told("con_stripe", "alter_table", one, LAST + timedelta(seconds=n)) for n, one in enumerate(hostile)]
    ends += [Told("con_stripe", "sync_end", one, NOON - timedelta(days=1, seconds=n)) for n, one in enumerate(hostile)]
    ends += [
        Told(name, "sync_end", {"status": "SUCCESSFUL"}, NOON) for name in ("con'; DROP TABLE log; --", "{{ 7 * 6 }}")
    ]
    ends += [Told("con_stripe", "alter_table", {"table": "charge"}, NOON.replace(year=2099))]
    project.duck.tell(ends)
    ran = project.watch()
    assert ran.code == 0, ran
    assert all(line.isprintable() for line in ran.out.splitlines())
    assert len(ran.out) < 4_000
    said = project.said("--since", "P7D")
    health = {one["id"]: one["health"] for one in said["connections"]}
    assert (health["con'; DROP TABLE log; --"], health["{{ 7 * 6 }}"]) == ("connected", "incomplete")
    assert len(said["packs"][0]["changes"]) <= 60
    assert said["log"]["newest"].startswith("2026-01-01T12:00")
    project.duck.run("ALTER TABLE stripe.charge DROP amount")
    project.duck.tell([altered("charge")])
    assert project.watch().code == 1


# ── what cannot be asked ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--since", "yesterday"), "--since: 'yesterday' is neither a length such as P7D or PT12H, nor a moment"),
        (("--since", "P"), "--since: 'P' has no length"),
        (("--log-schema", "{{ x }}"), "--log-schema '{{ x }}' holds {{"),
        (("--log-schema", "main"), "the source shows none of the tables in a schema of that name"),
        (("--schema", "stripy=x"), "--schema: no pack 'stripy' is installed; did you mean 'stripe'?"),
        (("--source", "x"), "the project has no source x"),
    ],
)
def test_what_cannot_be_asked(project: Project, options: tuple[str, ...], sentence: str) -> None:
    """One sentence, exit code 2, nothing written."""
    ran = project.watch(*options)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert not (project.folder / ".dfops/watch").exists()


def test_a_project_without_packs(dfops: Dfops, tmp_path: Path) -> None:
    """There is nothing to watch."""
    assert dfops("pack", "watch", "--project", tmp_path).sentence.startswith("no pack is installed in")


@pytest.mark.long
def test_a_source_without_a_log(project: Project) -> None:
    """The places that were looked at are named."""
    project.duck.run(f"DROP TABLE {LOG}.log")
    ran = project.watch()
    assert ran.code == 2
    assert "no log in a schema named fivetran_log, fivetran_platform, fivetran_metadata" in ran.err


@pytest.mark.long
def test_a_record_of_an_earlier_dfops(project: Project) -> None:
    """It does not say what boards read: that is said, with the way out."""
    lock = project.folder / "dataface-packs.lock"
    said = json.loads(lock.read_text())
    now = said["packs"]["charts/stripe"]["now"]
    for name in ("reads", "optional", "freshness"):
        del now[name]
    lock.write_text(json.dumps(said))
    ran = project.watch()
    assert ran.code == 1
    assert "not checked: its record does not say what its boards read" in ran.out
    assert "Next: complete the record: dfops pack upgrade stripe" in ran.out
    upgraded = project.dfops("pack", "upgrade", PACK, "--project", project.folder, "--root", ROOT)
    assert "brought up to date" in upgraded.out
    assert project.watch().code == 0


@pytest.mark.long
@pytest.mark.parametrize("text", ["", "{", '{"schema_version": 9}', '{"sources": {"w": 3}}'])
def test_a_state_that_cannot_be_read(project: Project, text: str) -> None:
    """Is as none."""
    file = project.folder / ".dfops/watch/state.json"
    file.parent.mkdir()
    file.write_text(text)
    ran = project.watch()
    assert (ran.code, "fit your columns" in ran.out) == (0, True)
    assert json.loads(file.read_text())["sources"]["w"]["seen"] == "2026-01-01T12:00:00Z"


# ── records ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nothing_is_recorded_without_consent(project: Project) -> None:
    """No spool is made."""
    assert project.watch().code == 0
    assert not (project.folder / ".dfops/telemetry").exists()


def digest_of_the_rest() -> str:
    """Of the required tables without a table and a column, with types as the pack writes them."""
    tables = packs()[PACK].schema.entity.tables
    there = {name: dict(table.columns) for name, table in tables.items() if not table.optional and name != "refund"}
    del there["charge"]["amount"]
    return digest_of("duckdb", there)


def test_what_is_recorded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result for each board whose columns were read, and for each required table; told twice, it has the same id."""
    monkeypatch.setattr("generators.cli.telemetry_consent.user_environment", lambda: {"HOME": "/"})
    assert project.dfops("telemetry", "on", "--project", project.folder).code == 0
    project.duck.run("ALTER TABLE stripe.charge DROP amount", "DROP TABLE stripe.refund", "DROP TABLE stripe.invoice")
    project.duck.tell([altered("charge")])
    board = project.folder / "charts/stripe/balance.yml"
    board.write_text(board.read_text() + "# mine\n")
    assert project.watch().code == 1
    boards = {event["data"]["board"]: event for event in project.events("pack-render-result")}
    assert "invoices" not in boards
    outcomes = {name: (event["data"]["outcome"], event["data"].get("code")) for name, event in boards.items()}
    assert outcomes["index"] == ("failed", "ERR-BINDER-UNKNOWN-COLUMN")
    assert outcomes["balance"] == ("succeeded", None)
    assert {name for name, event in boards.items() if event["data"]["modified"]} == {"balance"}
    assert boards["index"]["data"]["failing_table"] == "charge"
    assert {event["data"]["schema_digest"] for event in boards.values()} == {digest_of_the_rest()}
    assert {event["data"]["trigger"] for event in boards.values()} == {"check"}
    fresh = {event["data"]["table"]: event["data"] for event in project.events("data-freshness-result")}
    assert (fresh["refund"]["outcome"], fresh["charge"]["outcome"]) == ("missing", "fresh")
    assert (fresh["charge"]["age_hours"], fresh["charge"]["warn_after_hours"]) == (0.5, 72.0)
    assert project.watch().code == 1
    ids = [event["id"] for name in ("pack-render-result", "data-freshness-result") for event in project.events(name)]
    assert len(ids) == 2 * len(set(ids))
    spool = (project.folder / ".dfops/telemetry/events.jsonl").read_text()
    assert not [word for word in ("con_stripe", "changed", "SELECT", str(project.folder), "# mine") if word in spool]


# ── the runtime itself ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
@pytest.mark.parametrize("kind", ["JSON", STRUCT])
def test_duckdb_through_the_runtime(project: Project, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Details of any type: a column that is gone, then a failed sync, then all is well again."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(known()[0].environment.python.parent), "/usr/bin", "/bin"]))
    project.duck = Duck(project.folder / "w.duckdb", kind)
    project.duck.file.unlink()
    project.duck.make()
    project.duck.run("ALTER TABLE stripe.charge DROP amount")
    project.duck.tell([altered("charge"), Told("con_stripe", "sync_end", {"status": "FAILURE", "reason": "no"}, NOON)])
    ran = project.watch()
    assert ran.code == 1
    assert "index asks for charge.amount" in ran.out
    assert "alter_table charge on Thursday" in ran.out
    assert "a sync failed on Thursday, 1 January 2026, 12:00 UTC: no" in ran.out
    project.duck.run("ALTER TABLE stripe.charge ADD amount BIGINT")
    project.duck.tell(syncs("con_stripe", 1, NOON + timedelta(minutes=20)))
    ran = project.watch()
    assert (ran.code, "its 5 boards fit your columns" in ran.out) == (0, True), ran.out


@dataclass
class Postgres:
    """A database of the test's own with a log, whose details are jsonb, and the tables of the pack."""

    url: str

    def make(self) -> None:
        """From the fixtures of the packs."""
        kinds = {"string": "TEXT", "timestamp": "TIMESTAMPTZ", "integer": "BIGINT", "float": "FLOAT8"}
        for name in (LOG, PACK):
            self.run(f"CREATE SCHEMA {name}")
            rows = rows_of(packs()[name], awkward=False)
            for table, shape in packs()[name].schema.entity.tables.items():
                columns = [f'"{column}" {kinds.get(kind, kind)}' for column, kind in shape.columns.items()]
                self.run(f'CREATE TABLE {name}."{table}" ({", ".join(columns)})')
                self.fill(f'{name}."{table}"', list(shape.columns), [tuple(row.values()) for row in rows[table][-300:]])
        self.run(f"ALTER TABLE {LOG}.log ADD message_data JSONB", f"ALTER TABLE {LOG}.log ADD transformation_id TEXT")
        self.fill(f"{LOG}.connection", CONNECTION.split(", "), [("con_stripe", PACK, PACK, "d", False, False)])
        self.tell(syncs("con_stripe"))

    def tell(self, entries: Iterable[Told]) -> None:
        """Entries of the log."""
        rows = [
            (one.id or uuid4().hex, one.at, one.connection, one.severity, one.sort, json.dumps(one.data))
            for one in entries
        ]
        self.fill(f"{LOG}.log", ENTRY.split(", "), rows)

    def fill(self, table: str, columns: list[str], rows: Sequence[tuple[object, ...]]) -> None:
        """Rows of a table."""
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("%s" for _ in columns)
        with psycopg.connect(self.url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), rows)  # noqa: S608 - written here

    def run(self, *statements: str) -> None:
        """Change the warehouse."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A database that goes again."""
    name = f"watch_{uuid4().hex[:12]}"
    with psycopg.connect(str(POSTGRES), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        found = Postgres(urlsplit(str(POSTGRES))._replace(path=f"/{name}").geturl())
        found.make()
        yield found
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.long
@needs_postgres
def test_postgresql_through_the_runtime(
    dfops: Dfops, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Details as jsonb: a column that is gone, a failed sync, then all is well again."""
    url = urlsplit(postgres.url)
    (tmp_path / "dbt_charts.yml").write_text(
        f"sources: {{w: {{type: postgres, host: {url.hostname}, port: {url.port}, dbname: {url.path[1:]}, "
        f"user: {url.username}, password: \"{{{{ env_var('WAREHOUSE_PASSWORD') }}}}\"}}}}\n",
        encoding="utf-8",
    )
    installed(tmp_path)
    monkeypatch.setenv("WAREHOUSE_PASSWORD", url.password or "x")
    monkeypatch.setenv("PATH", os.pathsep.join([str(known()[0].environment.python.parent), "/usr/bin", "/bin"]))
    asked = ("pack", "watch", "--project", tmp_path, "--source", "w", "--at", AT)
    postgres.run("ALTER TABLE stripe.charge DROP amount")
    postgres.tell([altered("charge"), Told("con_stripe", "sync_end", {"status": "FAILURE", "reason": "no"}, NOON)])
    ran = dfops(*asked)
    assert ran.code == 1
    assert "index asks for charge.amount" in ran.out
    assert "alter_table charge on Thursday" in ran.out
    assert "a sync failed on Thursday, 1 January 2026, 12:00 UTC: no" in ran.out
    postgres.run("ALTER TABLE stripe.charge ADD amount BIGINT")
    postgres.tell(syncs("con_stripe", 1, NOON + timedelta(minutes=20)))
    ran = dfops(*asked)
    assert (ran.code, "its 5 boards fit your columns" in ran.out) == (0, True), ran
