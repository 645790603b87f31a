"""`dfops pack sample`: rows for those without a warehouse, from the repository or from a catalog."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from generators.cli.pack_sources import Registered
from generators.published.archive import packed, sums, unpacked
from generators.published.manifest import SUMS
from tests.client import BASE, NEWEST, catalog, run, with_only
from tests.packs.small import lamps
from tests.published.signing import sign, sign_anew

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cli.command import Dfops

SAMPLE = f"packs/stripe/{NEWEST.version}/stripe_sample-{NEWEST.version}.tar.gz"
SOURCE = "sources:\n  lamps_sample:\n    type: duckdb\n    path: lamps_sample.duckdb\n"
OTHER = (
    b'{"schema_version": 1, "pack": "lamps", "title": "Lamps", "version": "1.2.0", "released": null, '
    b'"licence": "Apache-2.0", "schema_name": "lamps", "last_day": "2025-12-31"}'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one small pack."""
    folder = tmp_path / "repository"
    (folder / "ops_model").mkdir(parents=True)
    lamps(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder without anything."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def own_catalog(shared: Path, tmp_path: Path) -> Path:
    """A catalog that a test may break."""
    return shutil.copytree(catalog(shared), tmp_path / "catalog")


def rewritten(folder: Path, changed: Mapping[str, bytes | None]) -> None:
    """The catalog with other files in the sample's archive, as if it had been published so."""
    data = (folder / SAMPLE).read_bytes()
    files = {**unpacked(data, "it"), **changed}
    kept = {path: content for path, content in files.items() if content is not None}
    kept[SUMS] = sums(kept)
    made = packed("stripe_sample", kept, datetime(2026, 11, 21, tzinfo=UTC))
    (folder / SAMPLE).write_bytes(made)
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    index["releases"][0]["sample"] |= {
        "size": len(made),
        "sha256": hashlib.sha256(made).hexdigest(),
        "contents": hashlib.sha256(kept[SUMS]).hexdigest(),
    }
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    sign_anew(folder)


def rows_in(file: Path, schema: str) -> dict[str, int]:
    """The tables of a DuckDB file, and how many rows each has."""
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = ?", [schema]).fetchall()
        counts = {name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone() for (name,) in names}  # noqa: S608 - ours
    return {name: count[0] if count else 0 for name, count in counts.items()}


def test_a_sample_is_a_source_of_a_new_project(root: Path, project: Path, dfops: Dfops) -> None:
    """Its file is made; the next command is said and works."""
    ran = dfops("pack", "sample", "lamps", "--project", project, "--root", root)
    assert (ran.code, ran.err) == (0, "")
    assert (project / "dbt_charts.yml").read_text(encoding="utf-8") == SOURCE
    assert sum(rows_in(project / "lamps_sample.duckdb", "lamps").values()) > 0
    command = ran.out.splitlines()[-1].removeprefix("Next: dfops ").split()
    assert command == ["pack", "install", "lamps", "--project", str(project), "--source", "lamps_sample"]
    assert dfops(*command, "--root", root).code == 0


@pytest.mark.long
def test_two_packs_of_a_catalog_in_one_project(shared: Path, root: Path, project: Path, dfops: Dfops) -> None:
    """Each has its file and its source; comments of the project's file stay."""
    (project / "dbt_charts.yml").write_text("# Ours.\n", encoding="utf-8")
    (project / "dbt_charts.yml").chmod(0o600)
    assert dfops("pack", "sample", "lamps", "--project", project, "--root", root).code == 0
    ran = dfops("pack", "sample", "stripe", "--catalog", catalog(shared), "--project", project)
    assert (ran.code, ran.err) == (0, "")
    text = (project / "dbt_charts.yml").read_text(encoding="utf-8")
    assert text.startswith("# Ours.\n\nsources:\n  stripe_sample:\n")
    assert "  lamps_sample:\n" in text
    assert (project / "dbt_charts.yml").stat().st_mode & 0o777 == 0o600
    trust = os.environ["DFOPS_TRUST"]
    assert f"--catalog {catalog(shared)} --trust {trust} --project {project} --source stripe_sample" in ran.out
    assert {path.name for path in project.iterdir()} == {
        "dbt_charts.yml",
        "lamps_sample.duckdb",
        "stripe_sample.duckdb",
    }


def test_the_rows_of_a_catalog_are_those_of_the_repository(shared: Path, tmp_path: Path, dfops: Dfops) -> None:
    """With the client and DuckDB alone, as everywhere."""
    alone = with_only(BASE | {"duckdb"}, tmp_path / "alone")
    small = run(alone, "pack", "sample", "stripe", "--catalog", catalog(shared), "--out", tmp_path / "small.duckdb")
    assert (small.returncode, small.stderr) == (0, "")
    assert dfops("pack", "sample", "stripe", "--out", tmp_path / "whole.duckdb").code == 0
    with duckdb.connect() as connection:
        for name in ("small", "whole"):
            connection.execute(f"ATTACH '{tmp_path}/{name}.duckdb' AS {name} (READ_ONLY)")
        for table in rows_in(tmp_path / "whole.duckdb", "stripe"):
            query = f"SELECT count(*) FROM (FROM small.stripe.{table} EXCEPT ALL FROM whole.stripe.{table})"  # noqa: S608 - ours
            assert connection.execute(query).fetchone() == (0,)
    assert rows_in(tmp_path / "small.duckdb", "stripe") == rows_in(tmp_path / "whole.duckdb", "stripe")


def test_the_file_has_a_name_of_its_own(
    root: Path, tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --out and --project it lies in the current folder; never over another."""
    monkeypatch.chdir(tmp_path)
    assert dfops("pack", "sample", "lamps", "--root", root).out.startswith("lamps_sample.duckdb: ")
    assert "already there" in dfops("pack", "sample", "lamps", "--root", root).sentence


def test_a_file_outside_of_the_project_is_named_in_full(
    root: Path, project: Path, tmp_path: Path, dfops: Dfops
) -> None:
    """It is found from wherever the runtime looks."""
    file = tmp_path / "rows.duckdb"
    assert dfops("pack", "sample", "lamps", "--project", project, "--out", file, "--root", root).code == 0
    assert f"path: {file}\n" in (project / "dbt_charts.yml").read_text(encoding="utf-8")


def test_a_project_file_that_cannot_be_extended_stays(root: Path, project: Path, dfops: Dfops) -> None:
    """The lines to add are printed; once they are there the same command works."""
    text = "sources: {w: {type: duckdb, path: w.duckdb}}\n"
    (project / "dbt_charts.yml").write_text(text, encoding="utf-8")
    ran = dfops("pack", "sample", "lamps", "--project", project, "--root", root)
    assert (ran.code, ran.out) == (2, SOURCE)
    assert "add these lines to it" in ran.err
    assert {path.name: path.read_text(encoding="utf-8") for path in project.iterdir()} == {"dbt_charts.yml": text}
    (project / "dbt_charts.yml").write_text(ran.out, encoding="utf-8")
    assert dfops("pack", "sample", "lamps", "--project", project, "--root", root).code == 0


def test_a_dbt_project_keeps_its_connection(root: Path, project: Path, dfops: Dfops) -> None:
    """A first source would take every board off the profile; beside another source it is one more."""
    (project / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    words = ("pack", "sample", "lamps", "--project", project, "--root", root)
    assert "which a first source turns off" in dfops(*words).sentence
    (project / "dbt_charts.yml").write_text("# Nothing yet.\n", encoding="utf-8")
    assert "which a first source turns off" in dfops(*words).sentence
    (project / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n", encoding="utf-8")
    assert dfops(*words).code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--project", "nowhere"), "is no folder"),
        (("--version", "0.1.0"), "--version is one of a catalog's"),
        (("--catalog", "nowhere"), "is this the folder of a catalog?"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(root: Path, dfops: Dfops, words: tuple[str, ...], sentence: str) -> None:
    """And nothing is made."""
    assert sentence in dfops("pack", "sample", "lamps", *words, "--root", root).sentence


def test_a_project_file_that_cannot_be_written_leaves_no_sample(
    root: Path, project: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor half of one: both are there or neither."""

    def full(_: Registered) -> None:
        raise OSError(28, "No space left on device", "dbt_charts.yml")

    monkeypatch.setattr(Registered, "write", full)
    assert "No space left" in dfops("pack", "sample", "lamps", "--project", project, "--root", root).sentence
    assert list(project.iterdir()) == []


def test_a_release_without_rows(own_catalog: Path, dfops: Dfops) -> None:
    """One that was published before samples were."""
    index = json.loads((own_catalog / "index.json").read_text(encoding="utf-8"))
    del index["releases"][0]["sample"]
    (own_catalog / "index.json").write_text(json.dumps(index), encoding="utf-8")
    sign(own_catalog)
    said = dfops("pack", "sample", "stripe", "--catalog", own_catalog).sentence
    assert said == f"stripe {NEWEST.version} is published without synthetic rows"


def test_an_archive_that_was_changed(own_catalog: Path, dfops: Dfops) -> None:
    """Nothing of it is unpacked."""
    with (own_catalog / SAMPLE).open("ab") as file:
        file.write(b"x")
    assert "is not what its publisher signed" in dfops("pack", "sample", "stripe", "--catalog", own_catalog).sentence


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"schema.yaml": None}, "has no schema.yaml"),
        ({"pack.json": None}, "it has no pack.json"),
        ({"pack.json": b"{}"}, "cannot be read at pack"),
        ({"pack.json": OTHER}, "is not what the index names, but of lamps 1.2.0"),
        ({"schema.yaml": b"title: x\n"}, "cannot be read by this version of dfops: schema.yaml:1:1:"),
        ({"fixtures.yaml": b"- a\n"}, "cannot be read by this version of dfops: fixtures.yaml:1:1:"),
        (
            {"fixtures.yaml": b'title: x\nconnector: x\nseed: 1\nlast_day: "2025-12-31"\ntables:\n  gone: {rows: 1}\n'},
            "fixtures.yaml:6:3: table 'gone' is not in the schema",
        ),
        (
            {
                "fixtures.yaml": b'title: x\nconnector: x\nseed: 1\nlast_day: "2025-12-31"\n'
                b"tables:\n  charge:\n    columns:\n      amount: {values: [x]}\n"
            },
            "the hints do not fit",
        ),
    ],
    ids=[
        "no schema",
        "no manifest",
        "empty manifest",
        "another pack",
        "no tables",
        "a list",
        "unknown table",
        "no number",
    ],
)
def test_a_sample_of_somebody_else(
    own_catalog: Path, tmp_path: Path, dfops: Dfops, changed: dict[str, bytes | None], sentence: str
) -> None:
    """Whatever stands in it ends in one sentence, and no file is made."""
    rewritten(own_catalog, changed)
    out = tmp_path / "made.duckdb"
    assert sentence in dfops("pack", "sample", "stripe", "--catalog", own_catalog, "--out", out).sentence
    assert not out.exists()
