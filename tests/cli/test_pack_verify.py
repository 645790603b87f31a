"""`dfops pack verify`: what a project has, beside what was delivered and what is published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generators.published.manifest import MANIFEST, SUMS
from tests.published.samples import Sample, manifest, package

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

PACKAGE = "lamps 1.2.0 for duckdb (dbt-charts), dbt package dbt_packages/lamps_boards: "
FOLDER = "lamps 1.2.0 for duckdb (dbt-charts), folder charts/lamps, reads lamps of source w: "
ALONE = "Compared with each pack's own list of files only; --catalog DIR or URL compares with what is published too.\n"


@pytest.fixture
def catalog(tmp_path: Path) -> Sample:
    """With the one version."""
    sample = Sample(tmp_path / "catalog")
    sample.add()
    return sample


@pytest.fixture
def project(tmp_path: Path, catalog: Sample, dfops: Dfops) -> Path:
    """With the pack as a dbt package and as a folder of boards."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    (folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    package(folder)
    installed = dfops("pack", "install", "lamps", "--project", folder, "--catalog", catalog.folder)
    assert installed.code == 0, installed.err
    return folder


def test_packs_as_published_hold(project: Path, catalog: Sample, dfops: Dfops) -> None:
    """With the catalog each is as published; without it that is not claimed."""
    ran = dfops("pack", "verify", "--project", project, "--catalog", catalog.folder)
    assert (ran.code, ran.out) == (0, f"{PACKAGE}as published\n{FOLDER}as published\n")
    alone = dfops("pack", "verify", "--project", project)
    assert (alone.code, alone.out) == (0, f"{PACKAGE}as delivered\n{FOLDER}as delivered\n{ALONE}")


def test_files_that_differ_are_named(project: Path, catalog: Sample, dfops: Dfops) -> None:
    """Edited and missing ones everywhere, added ones in a dbt package, where the next `dbt deps` removes them."""
    top = project / "dbt_packages/lamps_boards"
    (top / "charts/index.yml").write_text("title: Mine\n", encoding="utf-8")
    (top / "charts/storms.yml").unlink()
    (top / "charts/own.yml").write_text("title: Own\n", encoding="utf-8")
    (project / "charts/lamps/index.yml").write_text("title: Mine\n", encoding="utf-8")
    (project / "charts/lamps/own.yml").write_text("title: Own\n", encoding="utf-8")
    ran = dfops("pack", "verify", "--project", project, "--catalog", catalog.folder)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"{PACKAGE}edited here: charts/index.yml; missing: charts/storms.yml; added here: charts/own.yml",
        f"{FOLDER}edited here: index.yml",
    ]


def test_a_package_that_is_whole_in_itself_but_not_the_published_one(
    project: Path, catalog: Sample, dfops: Dfops
) -> None:
    """Its own list agrees with its files: only the catalog tells."""
    package(project, changes={"charts/index.yml": "title: Another\n"})
    assert dfops("pack", "verify", "--project", project).code == 0
    ran = dfops("pack", "verify", "--project", project, "--catalog", catalog.folder)
    assert ran.code == 1
    assert f"{PACKAGE}not what is published as lamps 1.2.0 for duckdb\n" in ran.out


def test_a_version_that_the_catalog_does_not_have(project: Path, catalog: Sample, dfops: Dfops) -> None:
    """Or not for this warehouse."""
    package(project, manifest(version="9.0.0"))
    ran = dfops("pack", "verify", "--project", project, "--catalog", catalog.folder)
    assert ran.code == 1
    assert "lamps 9.0.0 for duckdb is not in the catalog" in ran.out
    package(project, manifest(warehouse="snowflake"))
    assert "lamps 1.2.0 for snowflake is not in the catalog" in (
        dfops("pack", "verify", "--project", project, "--catalog", catalog.folder).out
    )


def test_a_package_without_its_list_of_files_does_not_hold(project: Path, dfops: Dfops) -> None:
    """Nothing says then what its files should be."""
    (project / "dbt_packages/lamps_boards" / SUMS).unlink()
    ran = dfops("pack", "verify", "--project", project)
    assert (ran.code, f"{PACKAGE}missing: {SUMS}\n" in ran.out) == (1, True)


def test_programs_get_each_pack_with_what_differs(project: Path, catalog: Sample, dfops: Dfops) -> None:
    """The exit code is the same."""
    (project / "charts/lamps/index.yml").unlink()
    ran = dfops("pack", "verify", "--project", project, "--catalog", catalog.folder, "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["schema_version"], found["catalog"]) == (1, 1, str(catalog.folder))
    assert [(one["how"], one["holds"], one["catalog"], one["missing"]) for one in found["packs"]] == [
        ("dbt package", True, "same", []),
        ("folder", False, "same", ["index.yml"]),
    ]


def test_a_project_without_packs(tmp_path: Path, dfops: Dfops) -> None:
    """Said in a sentence; a pack.json of other programs is none of ours."""
    (tmp_path / "charts/other").mkdir(parents=True)
    (tmp_path / "charts/other" / MANIFEST).write_text('{"name": "another program"}', encoding="utf-8")
    (tmp_path / "dbt_packages/odd" / MANIFEST).mkdir(parents=True)
    ran = dfops("pack", "verify", "--project", tmp_path)
    assert (ran.code, ran.out) == (0, f"no pack is installed in {tmp_path}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--project", "nowhere"), "nowhere is no folder: name the project with --project DIR"),
        (("--catalog", "nowhere"), "is this the folder of a catalog?"),
        (("--project", "broken"), "pack.json cannot be read"),
        (("--project", "newer"), "is made for a newer dfops: update it"),
    ],
)
def test_what_cannot_be_looked_at_says_why(
    tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """Exit 2 with one sentence."""
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("broken", '{"schema_version": 1, "package": '),
        ("newer", '{"schema_version": 2, "package": 1}'),
    ):
        package(tmp_path / name).joinpath(MANIFEST).write_text(text, encoding="utf-8")
    ran = dfops("pack", "verify", *arguments)
    assert ran.code == 2
    assert words in ran.sentence
