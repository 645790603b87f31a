"""`dfops runtime`, and what commands say of a runtime that is not the one they expect."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.runtime.environments import STAMP
from generators.runtime.port import RuntimePort, Version
from tests.packs.small import RUNTIMES, lamps
from tests.runtimes import known, needs_runtimes

if TYPE_CHECKING:
    from tests.cli.command import Dfops

ROOT = Path(__file__).parents[2]


@needs_runtimes
def test_list(dfops: Dfops) -> None:
    """A line each, the current one first, with the days on which packs are proven on it."""
    ran = dfops("runtime", "list", "--root", ROOT, "--at", "2027-01-15")
    assert ran.code == 0
    first, second = ran.out.splitlines()
    assert first.startswith(f"dbt-charts  {known()[0].version}")
    assert first.endswith("installed")
    assert "supported until 2027-03-31" in second
    assert "support ended on 2027-03-31" in dfops("runtime", "list", "--root", ROOT, "--at", "2027-04-01").out
    rows = json.loads(dfops("runtime", "list", "--root", ROOT, "--format", "json").out)
    assert [row["id"] for row in rows["runtimes"]] == ["dbt-charts", "dataface"]
    assert rows["runtimes"][0]["until"] is None


def test_list_where_nothing_is_installed(dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with what to run."""
    monkeypatch.setenv("DFOPS_RUNTIMES", str(tmp_path))
    ran = dfops("runtime", "list", "--root", ROOT)
    assert [line.split("; ")[1] for line in ran.out.splitlines()] == [
        "not installed here: run `make install`",
        "not installed here: run `make runtimes`",
    ]


def test_list_of_none(dfops: Dfops, tmp_path: Path) -> None:
    """A model without a runtime."""
    (tmp_path / "ops_model").mkdir()
    ran = dfops("runtime", "list", "--root", tmp_path)
    assert (ran.code, ran.out) == (0, "no runtime is declared below ops_model/operating/runtimes/\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("install", "dbt-chart"), "no runtime is called 'dbt-chart'; did you mean 'dbt-charts'?"),
        (("snapshot", "nobody"), "no runtime is called 'nobody'"),
    ],
)
def test_name_that_is_none(dfops: Dfops, arguments: tuple[str, ...], words: str) -> None:
    """The nearest one, or all."""
    ran = dfops("runtime", *arguments, "--root", ROOT)
    assert ran.code == 2
    assert words in ran.sentence


def test_install_without_a_list(dfops: Dfops, tmp_path: Path) -> None:
    """The file that is missing is named."""
    lamps(tmp_path)
    ran = dfops("runtime", "install", "--root", tmp_path)
    assert ran.code == 2
    assert "locks/dbt-charts-0.10.0.txt: the list of packages cannot be read" in ran.sentence


def test_a_runtime_that_cannot_be_installed_keeps_no_other_from_it(
    dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are made at once, each waiting here until the other has begun; one fails, and is named with the reason."""
    begun, refused, rooms = tmp_path / "begun", known()[1].environment.python.parents[1].name, tmp_path / "rooms"
    both = f'[ "$(wc -l <{begun})" -ge 2 ]'
    lines = (
        "#!/bin/sh",
        '[ "$1" = venv ] || exit 0',
        f"echo >>{begun}; for _ in $(seq 500); do {both} && break; sleep 0.01; done; {both} || exit 1",
        f'case "$*" in *{refused}) echo no room >&2; exit 1;; esac',
    )
    installer = tmp_path / "uv"
    installer.write_text("\n".join(lines), encoding="utf-8")
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DFOPS_RUNTIMES", str(rooms))
    ran = dfops("runtime", "install", "--root", ROOT)
    assert ran.code == 2
    assert ran.err.splitlines()[-1] == f"dfops: {known()[1].name} cannot be installed: no room"
    assert [made.parent.name for made in rooms.glob(f"*/{STAMP}")] == [known()[0].environment.python.parents[1].name]


def test_snapshot_of_what_is_not_installed(dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written."""
    monkeypatch.setenv("DFOPS_RUNTIMES", str(tmp_path / "none"))
    lamps(tmp_path)
    ran = dfops("runtime", "snapshot", "--root", tmp_path)
    assert ran.code == 2
    assert ran.sentence.endswith("dbt Charts 0.10.0: it is not installed; run `make install`")
    assert not (tmp_path / "ops_model/operating/runtimes/snapshots").exists()


def test_environment_of_another_version(dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too old or too new: what it proves is not what the model names."""
    lamps(tmp_path)
    monkeypatch.setattr(RuntimePort, "version", lambda _: Version("0.9.1", "2.0.1"))
    ran = dfops("pack", "check", "--root", tmp_path)
    assert ran.code == 2
    assert "dbt Charts 0.10.0: its environment holds version 0.9.1; remove " in ran.sentence
    assert ran.sentence.endswith("then run `make install`")


def test_without_a_runtime_nothing_is_proven_by_execution(
    dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 1, with the remedy once; what can be read is still read."""
    lamps(tmp_path)
    monkeypatch.setenv("DFOPS_RUNTIMES", str(tmp_path / "none"))
    ran = dfops("pack", "check", "--root", tmp_path)
    assert ran.code == 1
    assert ran.out.count("4 of 4 queries: dbt Charts 0.10.0: it is not installed; run `make install`") == 1
    assert "snowflake   4 of 4 queries ok, static" in ran.out


@needs_runtimes
def test_somebodys_own_runtime_is_asked_about_their_project(
    dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their environment has the driver; one without the runtime is said to have none."""
    lamps(tmp_path)
    (tmp_path / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")
    monkeypatch.setenv("DFOPS_RUNTIME_PYTHON", sys.executable)
    ran = dfops("pack", "check", "--project", tmp_path, "--source", "w", "--root", tmp_path)
    assert ran.code == 2
    assert "dbt Charts: dbt-charts is not installed there; set DFOPS_RUNTIME_PYTHON" in ran.sentence


@pytest.mark.parametrize(
    ("files", "folder", "runtime"),
    [
        (("dataface.yml",), "faces", ()),
        (("dbt_charts.yml",), "charts", ()),
        (("dbt_project.yml",), "charts", ()),
        (("dataface.yml", "dbt_charts.yml"), "charts", ()),
        (("dataface.yml", "dbt_charts.yml"), "faces", ("--runtime", "dataface")),
    ],
)
def test_install_writes_for_the_runtime_whose_project_it_is(
    dfops: Dfops, tmp_path: Path, files: tuple[str, ...], folder: str, runtime: tuple[str, ...]
) -> None:
    """Of two the current one, unless the other is named; a dbt project is one by itself."""
    lamps(tmp_path)
    shutil.copy(RUNTIMES / "dataface.yaml", tmp_path / "ops_model/operating/runtimes")
    project = tmp_path / "project"
    project.mkdir()
    for name in files:
        said = "" if name == "dbt_project.yml" else "sources:\n  w: {type: duckdb, path: rows.duckdb}\n"
        (project / name).write_text(said, encoding="utf-8")
    here = ("--project", project, "--warehouse", "duckdb", "--root", tmp_path)
    ran = dfops(*("pack", "install", "lamps"), *here, *runtime)
    assert ran.code == 0
    suffix = ".yaml" if folder == "faces" else ".yml"
    names = {path.name for path in (project / folder / "lamps").iterdir()}
    boards = {f"{name}{suffix}" for name in ("index", "colours", "storms")}
    # Where the profile of a dbt project is the source, none is named.
    assert names == boards | (set() if files == ("dbt_project.yml",) else {f"meta{suffix}"})


def test_project_of_none(dfops: Dfops, tmp_path: Path) -> None:
    """Every file that would mark one, and how to begin."""
    lamps(tmp_path)
    shutil.copy(RUNTIMES / "dataface.yaml", tmp_path / "ops_model/operating/runtimes")
    ran = dfops("pack", "install", "lamps", "--project", tmp_path, "--source", "w", "--root", tmp_path)
    assert ran.code == 2
    assert "has no dbt_charts.yml or dbt_project.yml or dataface.yml; run `dct init` there" in ran.sentence
