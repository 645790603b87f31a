"""`dfops pack check --catalog`: a published pack against somebody's columns, without a repository."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.packs.kpis.board import ROOT, packs
from tests.published.signing import sign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

DAY = "2026-11-21"
KINDS = {"string": "varchar", "timestamp": "timestamp with time zone", "integer": "bigint", "float": "double"}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With one pack."""
    into = tmp_path_factory.mktemp("catalog")
    publish = ["pack", "publish", "github", "--into", str(into), "--at", DAY, "--root", str(ROOT)]
    subprocess.run([sys.executable, "-m", "generators.cli", *publish], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    sign(into)
    return into


def columns(path: Path, without: str = "") -> Path:
    """An export of the tables that the pack reads, less one."""
    schema = packs()["github"].schema.entity
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["table_schema", "table_name", "column_name", "data_type"])
        for table, shape in schema.tables.items():
            if table != without:
                rows.writerows(["github", table, name, KINDS.get(kind, kind)] for name, kind in shape.columns.items())
    return path


@pytest.mark.long
def test_tables_that_fit(dfops: Dfops, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that is no repository, on every warehouse, by reading alone."""
    monkeypatch.chdir(tmp_path)
    export = columns(tmp_path / "columns.csv")
    ran = dfops("pack", "check", "github", "--catalog", catalog, "--schema", export)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "github 0.1.0: ok")
    assert {"executed" in line for line in ran.out.splitlines()} == {False}
    assert not (tmp_path / "build").exists()


def test_a_missing_table_is_named(dfops: Dfops, catalog: Path, tmp_path: Path) -> None:
    """With the queries that need it; one warehouse is enough."""
    export = columns(tmp_path / "columns.csv", without="pull_request")
    asked = ("--schema", export, "--warehouse", "snowflake", "--format", "json")
    ran = dfops("pack", "check", "github", "--catalog", catalog, *asked)
    assert ran.code == 1
    assert "pull_request" in ran.out
    assert json.loads(ran.out)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((), "--catalog needs the name of a PACK"),
        (("github",), "name that with --schema FILE"),
        (("github", "--schema", "x.csv", "--record"), "against an export of columns"),
        (("gthub", "--schema", "x.csv"), "did you mean 'github'"),
        (("github", "--schema", "x.csv"), "x.csv does not exist"),
    ],
)
def test_what_is_missing_is_said(dfops: Dfops, catalog: Path, given: tuple[str, ...], sentence: str) -> None:
    """In one sentence, with exit code 2."""
    ran = dfops("pack", "check", *given, "--catalog", catalog)
    assert ran.code == 2
    assert sentence in ran.err
