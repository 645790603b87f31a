"""`dfops pack snapshot`: from a project and from an export; what is in the file, and what is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, get_args

import duckdb
import pytest

from generators.model.pack import Warehouse
from generators.published.manifest import Unreadable
from generators.published.snapshots import WAREHOUSES, digest_of, snapshot_in, taken, text_of
from tests.packs.kpis.board import ROOT
from tests.runtimes import known

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

EXPORT = """\
table_schema,table_name,column_name,data_type
ACME_LAMPS,LAMP,ID,NUMBER
ACME_LAMPS,LAMP,LIT_AT,TIMESTAMP_NTZ
ACME_LAMPS,STORM,SEEN_AT,TIMESTAMP_TZ
OTHER,KEEPER,NAME,TEXT
"""
TABLES = {"lamp": {"id": "numeric", "lit_at": "naive"}, "storm": {"seen_at": "timestamp"}}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """As Snowflake writes it."""
    file = tmp_path / "columns.csv"
    file.write_text(EXPORT, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["acme_lamps", "ACME_LAMPS"])
def test_an_export_becomes_a_snapshot(dfops: Dfops, export: Path, tmp_path: Path, name: str) -> None:
    """In lower case and a pack's types, shown first; neither the schema's name nor what lies beside it is in it."""
    out = tmp_path / "sent/lamps.json"
    ran = dfops("pack", "snapshot", "--export", export, "--schema", name, "--warehouse", "snowflake", "--out", out)
    assert (ran.code, ran.err) == (0, "")
    said = json.loads(out.read_text())
    assert said == {
        "schema_version": 1,
        "warehouse": "snowflake",
        "digest": digest_of("snowflake", TABLES),
        "tables": TABLES,
    }
    assert ran.out.startswith("2 tables with 3 columns on snowflake, their names and types only:\n  lamp (2)\n")
    assert "Nothing was sent" in ran.out
    assert "acme" not in out.read_text().lower()


@pytest.mark.long
def test_a_project_is_asked(dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own runtime."""
    runtime = known()[0].environment.python.parent
    monkeypatch.setenv("PATH", f"{runtime}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n    path: w.duckdb\n")
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute("CREATE SCHEMA lamps; CREATE TABLE lamps.lamp (id BIGINT, lit_at TIMESTAMPTZ)")
    out = tmp_path / "lamps.json"
    ran = dfops("pack", "snapshot", "--project", tmp_path, "--schema", "lamps", "--out", out, "--root", ROOT)
    assert (ran.code, ran.err) == (0, "")
    assert snapshot_in(out.read_bytes(), "it").tables == {"lamp": {"id": "integer", "lit_at": "timestamp"}}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((), "name the schema with the connector's tables with --schema NAME"),
        (("--schema", "x"), "name your project with --project DIR, or a file with its columns with --export FILE"),
        (("--schema", "x", "--export", "columns.csv"), "say of which warehouse the export is"),
        (("--schema", "x", "--export", "columns.csv", "--warehouse", "snowflak"), "did you mean 'snowflake'"),
        (("--schema", "x", "--export", "columns.csv", "--warehouse", "mysql"), "has no schema 'x'"),
        (("--schema", "x", "--export", "gone.csv", "--warehouse", "mysql"), "gone.csv does not exist"),
        (("--schema", "x", "--project", "."), "name the catalog"),
        (
            ("--schema", "other", "--export", "columns.csv", "--warehouse", "mysql", "--out", "columns.csv"),
            "columns.csv is there already: name another file",
        ),
    ],
)
def test_what_is_missing_is_said(
    dfops: Dfops, export: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], sentence: str
) -> None:
    """In one sentence, with exit code 2; nothing is written."""
    monkeypatch.chdir(export.parent)
    ran = dfops("pack", "snapshot", "--out", "out.json", *given)
    assert ran.code == 2
    assert sentence in ran.err
    assert not (export.parent / "out.json").exists()
    assert export.read_text() == EXPORT


SNAPSHOT = text_of(taken("duckdb", {"lamp": {"id": "string"}}))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SNAPSHOT[:-9], "it cannot be read"),
        (SNAPSHOT.replace('"lamp"', '"lamps"'), "it is not what its digest says"),
        (SNAPSHOT.replace('"duckdb"', '"postgres"'), "it is not what its digest says"),
        (SNAPSHOT.replace('"string"', '"varchar"'), "it cannot be read at tables.lamp.id"),
        (SNAPSHOT.replace('"schema_version": 1', '"schema_version": 2'), "it is made for a newer dfops"),
        ("<!doctype html>", "it is a web page, not JSON"),
        ("[]", "it cannot be read"),
        (" " * (17 << 20), "it is larger than 16 MiB"),
    ],
)
def test_a_file_of_another_form(text: str, sentence: str) -> None:
    """Cut, edited, from a later version, huge: one sentence."""
    with pytest.raises(Unreadable, match=sentence):
        snapshot_in(text.encode(), "it")


def test_warehouses_are_those_of_packs() -> None:
    """Written twice: users have no model."""
    assert get_args(Warehouse) == WAREHOUSES


def test_equal_schemas_have_one_digest() -> None:
    """Whatever the order and the letter case; another warehouse is another one."""
    one = taken("duckdb", {"b": {}, "a": {"x": "date", "y": "json"}})
    assert text_of(one) == text_of(taken("duckdb", {"A": {"Y": "json", "X": "date"}, "B": {}}))
    assert one.digest != taken("postgres", one.tables).digest


def test_a_user_waits_for_nothing_heavy() -> None:
    """Neither a parser nor a database nor the model: the base of the distribution is enough."""
    code = "import sys, generators.cli.pack_snapshot; print(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    found = set(ran.stdout.split())
    assert not found & {"sqlglot", "duckdb", "jinja2", "sphinx", "generators.model", "generators.catalog"}
