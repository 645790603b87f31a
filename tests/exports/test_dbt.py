"""The dbt sources of packs, as dbt itself reads and runs them on DuckDB: of the miniature pack, and of all."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from generators.exports.dbt import source_text
from generators.packs.engines import duck
from tests.packs.kpis.board import ROOT, packs, rows_of
from tests.packs.small import lamps
from tests.runtimes import known

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder

PROJECT = "name: synthetic\nversion: '1.0'\nprofile: synthetic\nmodel-paths: [models]\n"
PROFILES = "synthetic: {target: dev, outputs: {dev: {type: duckdb, path: warehouse.duckdb, threads: 1}}}\n"


def _dbt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    dbt = known()[0].environment.python.with_name("dbt")  # the runtime needs it, so it is there
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
    return subprocess.run(  # noqa: S603 - the project's own dbt
        [str(dbt), *words, "--project-dir", ".", "--profiles-dir", "."],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@dataclass(frozen=True)
class Project:
    """A dbt project with the sources of some packs, over one DuckDB file with their synthetic rows."""

    folder: Path
    packs: tuple[PackFolder, ...]


@pytest.fixture(scope="module", params=["miniature", pytest.param("every pack", marks=pytest.mark.long)])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """With the miniature pack, or with all packs of this repository."""
    every = request.param == "every pack"
    made = tuple(packs().values()) if every else (lamps(tmp_path_factory.mktemp("packs")),)
    folder = tmp_path_factory.mktemp("dbt")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    connection = duck.connect(folder / "warehouse.duckdb")
    for pack in made:
        duck.create(connection, pack.schema_name, pack.schema.entity.tables, rows_of(pack, awkward=False))
        (folder / "models" / f"{pack.id}.yaml").write_text(source_text(pack.id, pack.schema.entity))
    connection.close()
    return Project(folder, made)


def _kept(pack: PackFolder) -> str:
    return (ROOT / "packs" / pack.id / "dbt" / "sources.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_the_kept_file_is_what_the_schema_gives(pack: PackFolder) -> None:
    """`make bless` writes it anew."""
    assert _kept(pack) == source_text(pack.id, pack.schema.entity)


def test_dbt_reads_the_sources_and_finds_them_stale(project: Project) -> None:
    """Every table of every pack is known; rows of years ago are past their limit."""
    fresh = _dbt(project.folder, "source", "freshness")
    assert "WARN" not in fresh.stdout
    manifest: dict[str, Any] = json.loads((project.folder / "target" / "manifest.json").read_text())
    known = {(source["source_name"], source["name"]) for source in manifest["sources"].values()}
    assert known == {(pack.id, table) for pack in project.packs for table in pack.schema.entity.tables}
    found = json.loads((project.folder / "target" / "sources.json").read_text())["results"]
    tables = [table for pack in project.packs for table in pack.schema.entity.tables.values()]
    synced = [table for table in tables if "_fivetran_synced" in table.columns]
    assert len(found) == len(synced) > 0
    assert {result["status"] for result in found} == {"error"}, fresh.stdout  # stale, and none that could not be asked
    assert "runtime error" not in fresh.stdout


@pytest.mark.long
def test_keys_hold_on_the_rows(project: Project) -> None:
    """The tests that come with the sources pass."""
    ran = _dbt(project.folder, "test")
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "TOTAL=0" not in ran.stdout
