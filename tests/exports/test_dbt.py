"""The dbt sources of every pack, as dbt itself reads and runs them on DuckDB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generators.exports.dbt import source_text
from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from tests.packs.kpis.board import ROOT, packs

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

PROJECT = "name: synthetic\nversion: '1.0'\nprofile: synthetic\nmodel-paths: [models]\n"
PROFILES = "synthetic: {target: dev, outputs: {dev: {type: duckdb, path: warehouse.duckdb, threads: 1}}}\n"


def _dbt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    dbt = Path(sys.executable).with_name("dbt")
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
    return subprocess.run(  # noqa: S603 - the project's own dbt
        [str(dbt), *words, "--project-dir", ".", "--profiles-dir", "."],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project with the sources of all packs, over one DuckDB file with their synthetic rows."""
    folder = tmp_path_factory.mktemp("dbt")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    connection = duck.connect(folder / "warehouse.duckdb")
    for pack in packs().values():
        assert pack.fixtures is not None
        duck.create(
            connection,
            pack.schema_name,
            pack.schema.entity.tables,
            generate(pack.schema.entity, pack.fixtures.entity, awkward=False),
        )
        (folder / "models" / f"{pack.id}.yaml").write_text(_kept(pack))
    connection.close()
    return folder


def _kept(pack: PackFolder) -> str:
    return (ROOT / "packs" / pack.id / "dbt" / "sources.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_the_kept_file_is_what_the_schema_gives(pack: PackFolder) -> None:
    """`make bless` writes it anew."""
    assert _kept(pack) == source_text(pack.id, pack.schema.entity)


def test_dbt_parses_the_sources_and_finds_them_stale(project: Path) -> None:
    """Every table of every pack is known; rows of years ago are past their limit."""
    parsed = _dbt(project, "parse")
    assert parsed.returncode == 0, parsed.stdout
    assert "WARN" not in parsed.stdout
    manifest: dict[str, Any] = json.loads((project / "target" / "manifest.json").read_text())
    known = {(source["source_name"], source["name"]) for source in manifest["sources"].values()}
    assert known == {(pack.id, table) for pack in packs().values() for table in pack.schema.entity.tables}
    fresh = _dbt(project, "source", "freshness")
    found = json.loads((project / "target" / "sources.json").read_text())["results"]
    synced = [
        t for pack in packs().values() for t in pack.schema.entity.tables.values() if "_fivetran_synced" in t.columns
    ]
    assert len(found) == len(synced)
    assert {result["status"] for result in found} == {"error"}, fresh.stdout  # stale, and none that could not be asked
    assert "runtime error" not in fresh.stdout


def test_keys_hold_on_the_rows(project: Path) -> None:
    """The tests that come with the sources pass."""
    ran = _dbt(project, "test")
    assert ran.returncode == 0, ran.stdout[-3000:]
