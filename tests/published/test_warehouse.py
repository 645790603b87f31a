"""Columns through the real runtime, on DuckDB and PostgreSQL, and what is said where it cannot be asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import duckdb
import psycopg
import pytest

from generators.published import warehouse
from generators.published.projects import UserProject, project_in
from generators.published.warehouse import Columns, NotChecked, Where, columns_of
from tests.parts import POSTGRES, needs_postgres
from tests.published.samples import RUNTIME
from tests.runtimes import known

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hunter2-secret"  # noqa: S105 - what must not be repeated
LAMPS = Where("lamp house", "duckdb", "lamps")


def environment(*folders: Path) -> dict[str, str]:
    """A user's, with the runtime on its PATH."""
    runtime = known()[0].environment.python.parent
    path = os.pathsep.join(map(str, (*folders, runtime, "/usr/bin", "/bin")))
    return {"PATH": path, "HOME": str(Path.home()), "LAMPS_PASSWORD": SECRET}


def project(folder: Path, source: str) -> UserProject:
    """A project with one source."""
    (folder / "dbt_charts.yml").write_text(f'sources:\n  "lamp house":\n{source}', encoding="utf-8")
    return project_in(folder, [RUNTIME])


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> UserProject:
    """On a DuckDB file, with a table beside it in another schema."""
    folder = tmp_path_factory.mktemp("project")
    with duckdb.connect(folder / "w.duckdb") as connection:
        connection.execute('CREATE SCHEMA lamps; CREATE TABLE lamps.lamp (id INT, "Lit At" TIMESTAMPTZ)')
        connection.execute("CREATE TABLE lamps.STORM (id VARCHAR); CREATE TABLE main.keeper (id INT)")
    return project(folder, "    type: duckdb\n    path: w.duckdb\n")


@pytest.mark.long
def test_duckdb_is_asked(lamps: UserProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, however many columns an answer may hold."""
    monkeypatch.setattr(warehouse, "PAGE", 2)
    found = columns_of(lamps, LAMPS, environment())
    assert found == Columns(
        "lamps",
        {"STORM": {"id": "VARCHAR"}, "lamp": {"id": "INTEGER", "Lit At": "TIMESTAMP WITH TIME ZONE"}},
    )
    assert isinstance(found, Columns)
    assert found.names == {"storm": frozenset({"id"}), "lamp": frozenset({"id", "lit at"})}


@pytest.mark.long
def test_only_some_tables(lamps: UserProject) -> None:
    """Those that a pack reads."""
    found = columns_of(lamps, Where("lamp house", "duckdb", "LAMPS", tables=("Storm", "other")), environment())
    assert found == Columns("lamps", {"STORM": {"id": "VARCHAR"}})


@pytest.fixture
def schema() -> Iterator[str]:
    """A schema on PostgreSQL."""
    name = f"lamps_{uuid4().hex[:8]}"
    with psycopg.connect(str(POSTGRES), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        connection.execute(f"CREATE TABLE {name}.lamp (id INT, lit_at TIMESTAMP)".encode())
        view = f"CREATE MATERIALIZED VIEW {name}.night AS SELECT lit_at FROM {name}.lamp"  # noqa: S608 - made above
        connection.execute(view.encode())
        yield name
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.mark.long
@needs_postgres
def test_postgresql_is_asked(tmp_path: Path, schema: str) -> None:
    """With a password from the environment; materialized views are tables to whoever reads."""
    at = urlsplit(str(POSTGRES))
    lines = [
        "type: postgres",
        f"host: {at.hostname}",
        f"port: {at.port}",
        f"user: {at.username}",
        f"dbname: {at.path[1:]}",
        "password: \"{{ env_var('LAMPS_PASSWORD') }}\"",
    ]
    reader = project(tmp_path, "".join(f"    {line}\n" for line in lines))
    found = columns_of(reader, Where("lamp house", "postgres", schema), environment())
    times = {"lit_at": "timestamp without time zone"}
    assert found == Columns(schema, {"lamp": {"id": "integer", **times}, "night": times})


def refusal(reader: UserProject, where: Where = LAMPS, path: str | None = None, seconds: float = 60) -> str:
    """Why nothing was checked."""
    given = environment()
    found = columns_of(reader, where, {**given, "PATH": path or given["PATH"]}, seconds)
    assert isinstance(found, NotChecked)
    assert SECRET not in found.reason
    return found.reason


def test_a_runtime_that_is_not_there(lamps: UserProject) -> None:
    """Is named."""
    assert refusal(lamps, path="/nowhere").startswith("dct is not on the PATH: install dbt Charts")


@pytest.mark.long
def test_a_source_that_cannot_be_asked(tmp_path: Path) -> None:
    """The code of the runtime is repeated, its words are not."""
    lines = ["type: postgres", "host: 127.0.0.1", "port: 1", f"user: {SECRET}", "dbname: d"]
    lines.append("password: \"{{ env_var('LAMPS_PASSWORD') }}\"")
    reader = project(tmp_path, "".join(f"    {line}\n" for line in lines))
    sentence = refusal(reader, Where("lamp house", "postgres", "lamps"))
    assert sentence.startswith("dct cannot ask the source (ERR-WAREHOUSE-CONNECTION): `dct query SOURCE")


@pytest.mark.long
def test_a_runtime_that_fails_as_a_whole(tmp_path: Path) -> None:
    """A secret in the project's file makes it print one: nothing of that is repeated."""
    reader = project(tmp_path, f"    type: postgres\n    password: {SECRET}\n")
    assert refusal(reader).startswith("dct cannot ask the source (exit code 1)")


@pytest.mark.long
def test_a_schema_that_is_not_there(lamps: UserProject) -> None:
    """Or may not be read: warehouses do not say which."""
    assert refusal(lamps, Where("lamp house", "duckdb", "gone")).startswith("the source shows no table in a schema")


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (Where("x", "sqlite", "lamps"), "sqlite cannot be asked: SQLite has no schemas"),
        (Where("x", "duckdb", "{{ x }}"), "the name of the schema or database holds {{"),
        (Where(None, "duckdb", "lamps"), "dbt_project.yml names no profile"),
    ],
)
def test_what_cannot_be_asked(lamps: UserProject, where: Where, sentence: str) -> None:
    """Nothing is started for it."""
    assert refusal(lamps, where).startswith(sentence)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("sleep 600", "dct did not answer within 0.5 seconds"),
        ("sleep 600 & echo '{}'; wait", "dct did not answer within 0.5 seconds"),
        ("echo '[1]'", "dct cannot ask the source (exit code 0)"),
        ('echo \'{"success": true, "data": [[]]}\'', "dct cannot ask the source (exit code 0)"),
        (f'echo \'{{"success": false, "error_code": "{SECRET}"}}\'; exit 3', "dct cannot ask the source (no code)"),
    ],
)
def test_a_program_that_is_another(lamps: UserProject, tmp_path: Path, script: str, sentence: str) -> None:
    """It is ended after a while, with what it started; what it prints is not believed."""
    program = tmp_path / "dct"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    assert refusal(lamps, path=f"{tmp_path}:/usr/bin:/bin", seconds=0.5).startswith(sentence)


def test_what_the_program_finds(lamps: UserProject, tmp_path: Path) -> None:
    """The environment of the user, and a request to report nothing."""
    names = '"TABLE_SCHEMA": "lamps", "table_name": "\'$LAMPS_PASSWORD$DO_NOT_TRACK\'"'
    row = f'{{{names}, "column_name": "a", "data_type": "b"}}'
    program = tmp_path / "dct"
    program.write_text(f'#!/bin/sh\necho \'{{"success": true, "data": [{row}]}}\'\n', encoding="utf-8")
    program.chmod(0o755)
    found = columns_of(lamps, LAMPS, environment(tmp_path))
    assert found == Columns("lamps", {f"{SECRET}1": {"a": "b"}})
