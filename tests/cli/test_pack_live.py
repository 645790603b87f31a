"""`dfops pack check` on warehouses as people have them: names of any spelling, permissions, times, history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import duckdb
import psycopg
import pytest
from psycopg import sql

from generators.cli import pack_events
from tests.listening import Ear
from tests.packs.small import lamps
from tests.parts import POSTGRES, needs_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

TABLES = {
    "lamp": (
        '(id VARCHAR, lit_at TIMESTAMPTZ, "order" BIGINT, colour VARCHAR, cost NUMERIC, _fivetran_synced TIMESTAMPTZ)'
    ),
    "keeper": "(id VARCHAR, name VARCHAR)",
    "storm": "(id VARCHAR, lamp_id VARCHAR, seen_at TIMESTAMPTZ)",
}
SPELLINGS = ("lamps", "lamps-prod", "Lamps Prod", "LAMPS", 'the "lamps"', "l'amp`s", "été", "order")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Duck:
    """A project with a DuckDB file."""

    folder: Path
    dfops: Dfops

    def run(self, *statements: str) -> None:
        """Change the warehouse."""
        with duckdb.connect(self.folder / "w.duckdb") as connection:
            for statement in statements:
                connection.execute(statement)

    def make(self, schema: str) -> None:
        """The pack's tables with a row, in a schema of that name."""
        where = _quoted(schema)
        row = "('1', '2026-01-01 00:00:00+00', 1, 'red', 1, '2026-01-01 00:00:00+00')"
        tables = [f"CREATE TABLE {where}.{name} {columns}" for name, columns in TABLES.items()]
        self.run(f"CREATE SCHEMA {where}", *tables, f"INSERT INTO {where}.lamp VALUES {row}")  # noqa: S608 - written here

    def check(self, *options: str) -> Ran:
        """The check of the pack on the warehouse."""
        return self.dfops(
            *("pack", "check", "lamps", "--project", self.folder, "--source", "w", "--root", self.folder),
            *("--at", "2026-01-01T12:00Z", *options),
        )


@pytest.fixture
def duck(tmp_path: Path, dfops: Dfops) -> Duck:
    """A project whose warehouse is empty."""
    lamps(tmp_path)
    (tmp_path / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    return Duck(tmp_path, dfops)


def test_a_listener_is_told_how_each_board_fits(duck: Duck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once whole; then with a column that one query asks for in vain; then without the database."""
    ear = Ear()
    monkeypatch.setattr(pack_events, "LISTENER", ear)
    duck.make("lamps")
    assert duck.check().code == 0
    whole = {one.board: one for one in ear.heard}
    assert {one.outcome for one in whole.values()} == {"succeeded"}
    assert {(one.pack, one.version, one.warehouse, one.runtime) for one in whole.values()} == {
        ("lamps", "1.2.0", "duckdb", "dbt-charts")
    }
    assert {one.runtime_version for one in whole.values()} == {"0.10.0"}
    ear.heard.clear()
    duck.run('ALTER TABLE lamps.lamp DROP COLUMN "order"')
    assert duck.check().code == 1
    broken = {one.board: one for one in ear.heard}
    assert {board: (one.outcome, one.query, one.table) for board, one in broken.items()} == {
        "index": ("partial", "nightly", "lamp"),
        "colours": ("succeeded", None, None),
        "storms": ("succeeded", None, None),
    }
    assert not {one.schema_digest for one in broken.values()} & {one.schema_digest for one in whole.values()}
    ear.heard.clear()
    (duck.folder / "w.duckdb").unlink()
    assert duck.check().code == 1
    assert {(one.outcome, one.query, one.schema_digest) for one in ear.heard} == {("not-reached", None, None)}


@pytest.mark.parametrize("schema", SPELLINGS)
def test_schema_names_that_duckdb_allows(duck: Duck, schema: str) -> None:
    """Each is found, its queries run, and the age of its rows is known."""
    duck.make(schema)
    ran = duck.check("--schema-name", schema)
    assert ran.code == 0, ran.out
    assert "4 of 4 queries ok, executed" in ran.out
    assert "fresh" in ran.out


def test_schema_name_in_other_case(duck: Duck) -> None:
    """Found all the same: DuckDB does not tell them apart."""
    duck.make("Lamps Prod")
    ran = duck.check("--schema-name", "LAMPS PROD")
    assert (ran.code, "spelled" in ran.out) == (0, False)


@pytest.mark.parametrize("schema", ["{{ 7 * 6 }}", "{% raw %}"])
def test_schema_name_that_would_be_a_template(duck: Duck, schema: str) -> None:
    """It is never rendered."""
    ran = duck.check("--schema-name", schema)
    assert ran.code == 1
    assert "cannot stand in a query" in ran.out


def test_times_without_a_zone(duck: Duck) -> None:
    """Reported also for a table without rows; queries that read no such time are fine."""
    duck.make("lamps")
    duck.run("DELETE FROM lamps.lamp", "ALTER TABLE lamps.lamp ALTER lit_at TYPE TIMESTAMP")
    ran = duck.check()
    assert ran.code == 1
    assert "nightly' reads times that are stored without a time zone" in ran.out
    assert "put a view in front that says they are UTC: lamp.lit_at" in ran.out
    verdicts = {found["query"]: found["verdict"] for found in json.loads(duck.check("--format", "json").out)["results"]}
    assert verdicts == {"total": "ok", "nightly": "unproven", "colours": "ok", "storms": "ok"}


def test_a_table_in_history_mode(duck: Duck) -> None:
    """A warning that names it, in text and for programs, and no change of the exit code."""
    duck.make("lamps")
    duck.run("ALTER TABLE lamps.keeper ADD COLUMN _fivetran_active BOOLEAN")
    ran = duck.check()
    assert ran.code == 0
    assert "  warning     in history mode each version of a record is a row, and numbers count each: keeper;" in ran.out
    (warning,) = json.loads(duck.check("--format", "json").out)["warnings"]
    assert warning["pack"] == "lamps"


# ── from exports ────────────────────────────────────────────────────────────────────────────────────────────────────
def _export(duck: Duck, **kinds: str) -> Path:
    columns = [
        (table, column.split()[0].strip('"'), kinds.get(f"{table}__{column.split()[0]}", column.split()[1]))
        for table, text in TABLES.items()
        for column in text.strip("()").split(", ")
    ]
    columns += [(*name.split("__"), kind) for name, kind in kinds.items() if "_fivetran_a" in name]  # type: ignore[misc]
    path = duck.folder / "columns.csv"
    lines = ["table_schema,table_name,column_name,data_type", *(",".join(("lamps", *column)) for column in columns)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_an_export_with_times_without_a_zone(duck: Duck) -> None:
    """The same sentence, once for all queries and warehouses."""
    asked = ("pack", "check", "lamps", "--root", duck.folder, "--no-cache", "--schema")
    ran = duck.dfops(*asked, _export(duck, lamp__lit_at="TIMESTAMP", lamp___fivetran_synced="TIMESTAMP"))
    assert ran.code == 1
    assert ran.out.count("stored without a time zone") == 1
    assert "lamp._fivetran_synced, lamp.lit_at" in ran.out
    assert "still works: colours, storms" in ran.out
    named = _export(duck, lamp__lit_at="TIMESTAMP_NTZ")
    assert duck.dfops(*asked, named, "--warehouse", "snowflake").code == 1
    assert duck.dfops(*asked, _export(duck, lamp__lit_at="TIMESTAMP"), "--warehouse", "bigquery").code == 0
    assert duck.dfops(*asked, _export(duck, lamp__lit_at="TIMESTAMP_LTZ")).code == 0


def test_an_export_of_a_table_in_history_mode(duck: Duck) -> None:
    """Its columns say it."""
    export = _export(duck, lamp___fivetran_active="BOOLEAN")
    for _ in range(2):  # the second is recalled
        ran = duck.dfops("pack", "check", "lamps", "--root", duck.folder, "--schema", export)
        assert (ran.code, "numbers count each: lamp;" in ran.out) == (0, True)


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Postgres:
    """A database of the test's own, and a project whose role may read what it is granted."""

    folder: Path
    dfops: Dfops
    name: str

    def run(self, *statements: str) -> None:
        """Change the warehouse, as its owner; `reader` stands for the role."""
        url = urlsplit(str(POSTGRES))
        with psycopg.connect(url._replace(path=f"/{self.name}").geturl(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.replace("reader", self.name).encode())

    def make(self, schema: str) -> None:
        """The pack's tables in a schema of that name, all to be read."""
        where = _quoted(schema)
        tables = [f"CREATE TABLE {where}.{name} {columns}" for name, columns in TABLES.items()]
        grants = f"GRANT USAGE ON SCHEMA {where} TO reader", f"GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO reader"
        row = f"INSERT INTO {where}.lamp VALUES ('1', now(), 1)"  # noqa: S608 - written here
        self.run(f"CREATE SCHEMA {where}", *tables, row, *grants)

    def check(self, *options: str) -> Ran:
        """The check of the pack on the warehouse."""
        asked = ("pack", "check", "lamps", "--project", self.folder, "--source", "w", "--root", self.folder)
        return self.dfops(*asked, *options)


@pytest.fixture
def postgres(tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """A database and a role that go again."""
    lamps(tmp_path)
    name, url = f"check_{uuid4().hex[:12]}", urlsplit(str(POSTGRES))
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "x")
    (tmp_path / "dbt_charts.yml").write_text(
        f"sources: {{w: {{type: postgres, host: {url.hostname}, port: {url.port}, dbname: {name}, user: {name}, "
        "password: \"{{ env_var('WAREHOUSE_PASSWORD') }}\"}}\n",
        encoding="utf-8",
    )
    with psycopg.connect(str(POSTGRES), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield Postgres(tmp_path, dfops, name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@needs_postgres
def test_tables_without_permission_are_not_missing(postgres: Postgres) -> None:
    """A required one fails the check, in words that say what is wrong; an optional one leaves its board out."""
    postgres.make("lamps")
    postgres.run("REVOKE ALL ON lamps.storm FROM reader")
    ran = postgres.check()
    assert ran.code == 0
    assert "needs table storm: no permission to read (or not synced)" in ran.out
    postgres.run("REVOKE ALL ON lamps.lamp FROM reader")
    ran = postgres.check()
    assert ran.code == 1
    assert "asks for table lamp: no permission to read (or not synced)" in ran.out
    assert "does not have" not in ran.out


@needs_postgres
def test_a_table_that_is_not_there_is_missing(postgres: Postgres) -> None:
    """As opposed to one that may not be read."""
    postgres.make("lamps")
    postgres.run("DROP TABLE lamps.lamp", "REVOKE ALL ON lamps.storm FROM reader")
    ran = postgres.check()
    assert ran.code == 1
    assert "asks for table lamp, which the schema does not have" in ran.out


@needs_postgres
def test_a_column_without_permission_is_not_missing(postgres: Postgres) -> None:
    """Grants may be of some columns; others of INSERT, which reads nothing."""
    postgres.make("lamps")
    postgres.run(
        "REVOKE ALL ON lamps.lamp FROM reader",
        'GRANT SELECT (id, lit_at, "order", cost, _fivetran_synced), INSERT ON lamps.lamp TO reader',
    )
    ran = postgres.check()
    assert "needs column lamp.colour: no permission to read (or not synced)" in ran.out
    assert "still works: index, storms" in ran.out


@needs_postgres
def test_a_schema_without_permission(postgres: Postgres) -> None:
    """It is there: the role lacks USAGE."""
    postgres.make("lamps")
    postgres.run("REVOKE USAGE ON SCHEMA lamps FROM reader")
    ran = postgres.check()
    assert (ran.code, "asks for table lamp: no permission to read (or not synced)" in ran.out) == (1, True)


@needs_postgres
def test_a_materialized_view_is_a_table(postgres: Postgres) -> None:
    """PostgreSQL leaves it out of information_schema."""
    postgres.make("lamps")
    postgres.run(
        "ALTER TABLE lamps.storm RENAME TO storms",
        "CREATE MATERIALIZED VIEW lamps.storm AS SELECT * FROM lamps.storms",
        "GRANT SELECT ON lamps.storm TO reader",
    )
    ran = postgres.check()
    assert (ran.code, "4 of 4 queries ok" in ran.out) == (0, True)


@needs_postgres
@pytest.mark.parametrize("schema", SPELLINGS)
def test_schema_names_that_postgresql_allows(postgres: Postgres, schema: str) -> None:
    """Each is found as it is spelled."""
    postgres.make(schema)
    ran = postgres.check("--schema-name", schema)
    assert ran.code == 0, ran.out
    assert "4 of 4 queries ok, executed" in ran.out
    assert "spelled" not in ran.out


@needs_postgres
def test_schema_names_that_differ_in_case_only(postgres: Postgres) -> None:
    """One is found in any case, with a word on its spelling; of two, the check asks which."""
    postgres.make("Lamps")
    ran = postgres.check("--schema-name", "LAMPS")
    assert (ran.code, "the schema is spelled 'Lamps'" in ran.out) == (0, True)
    postgres.make("lamps")
    for options in ((), ("--schema-name", "LAMPS")):
        ran = postgres.check(*options)
        assert (ran.code, "schemas differ in case only: Lamps, lamps; name one with" in ran.out) == (1, True)
    for name in ("lamps", "Lamps"):
        assert postgres.check("--schema-name", name).code == 0


@needs_postgres
def test_times_without_a_zone_on_postgresql(postgres: Postgres) -> None:
    """Reported from the types alone."""
    postgres.make("lamps")
    postgres.run("DELETE FROM lamps.lamp", "ALTER TABLE lamps.lamp ALTER lit_at TYPE TIMESTAMP")
    ran = postgres.check()
    assert (ran.code, "nightly' reads times that are stored without a time zone" in ran.out) == (1, True)
