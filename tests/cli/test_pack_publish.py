"""`dfops pack publish`, from the proof to the project of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.changes import change
from tests.packs.small import lamps
from tests.published.samples import tree
from tests.published.signing import sign
from tests.runtimes import needs_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

AT = ("--at", "2026-11-30T10:00")
CHANGELOG = "# Changelog\n\n## [1.2.0] - 2026-11-30\n\n### Added\n\n- Boards.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one pack that nobody has proven yet."""
    top = tmp_path / "root"
    lamps(top)
    (top / "LICENSE").write_text("Licence\n", encoding="utf-8")
    (top / "packs/lamps/CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    return top


def test_what_is_refused_exits_1_and_writes_no_version(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """With the reason; an index is there all the same."""
    into = tmp_path / "catalog"
    ran = dfops("pack", "publish", "--into", into, *AT, "--root", root)
    assert (ran.code, ran.out) == (
        1,
        "not published: lamps 1.2.0 has no evidence of its present state: run `dfops pack check lamps --record`\n",
    )
    assert list(tree(into)) == ["index.json"]
    (root / "LICENSE").unlink()
    ran = dfops("pack", "publish", "--into", into, *AT, "--root", root)
    assert (ran.code, "an archive carries its licence" in ran.sentence) == (2, True)


@needs_runtime
def test_a_pack_goes_from_its_proof_into_a_project(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """Proven, published once and not again, listed, installed, verified."""
    into, project = tmp_path / "catalog", tmp_path / "shop"
    assert dfops("pack", "check", "--record", *AT, "--root", root).code == 0
    ran = dfops("pack", "publish", "lamps", "--into", into, *AT, "--root", root)
    assert ran.code == 0
    assert ran.out.startswith("lamps 1.2.0: 2 archives, ")
    before = tree(into)
    again = dfops("pack", "publish", "--into", into, "--at", "2026-12-24", "--root", root)
    assert (again.code, again.out) == (0, "lamps 1.2.0: published already on 2026-11-30, unchanged\n")
    assert tree(into) == before
    sign(into)
    assert (
        dfops("pack", "list", "--catalog", into).out == "lamps 1.2.0, released on 2026-11-30, for duckdb, snowflake\n"
    )
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    assert dfops("pack", "install", "lamps", "--catalog", into, "--project", project).code == 0
    verified = dfops("pack", "verify", "--catalog", into, "--project", project)
    assert (verified.code, verified.out) == (
        0,
        "lamps 1.2.0 for duckdb (dbt-charts), folder charts/lamps, reads lamps of source w: as published\n",
    )


def test_internal_pack_is_not_published(root: Path, dfops: Dfops, tmp_path: Path) -> None:
    """Left out of all, refused by name; neither an archive nor the index has it, and its withdrawals stay at home."""
    into = tmp_path / "catalog"
    change(root / "packs/lamps/pack.yaml", audience="internal")
    ran = dfops("pack", "publish", "--into", into, *AT, "--root", root)
    assert (ran.code, ran.out) == (0, "left out: lamps is for the team alone (audience: internal)\n")
    assert list(tree(into)) == ["index.json"]
    assert b"lamps" not in tree(into)["index.json"]
    ran = dfops("pack", "publish", "lamps", "--into", tmp_path / "other", *AT, "--root", root)
    assert (ran.code, "lamps is for the team alone (audience: internal)" in ran.sentence) == (2, True)
    assert not (tmp_path / "other").exists()
