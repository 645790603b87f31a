"""`dfops pack install --catalog`: from a folder and from an address, sound ones and those that lie."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from generators.published import catalog as reading
from generators.published.download import fetched
from generators.published.lockfile import LOCK
from generators.published.manifest import INDEX, SUMS
from tests.published import servers
from tests.published.hostile import archives
from tests.published.samples import Sample, archive, manifest, members, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.cli.command import Dfops, Ran
    from tests.published.servers import Behaviour

CONTENTS = hashlib.sha256(members()[SUMS]).hexdigest()


@pytest.fixture
def catalog(tmp_path: Path) -> Sample:
    """Without a version yet."""
    return Sample(tmp_path / "catalog")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With one source."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb}}\n", encoding="utf-8")
    return folder


def _refused(dfops: Dfops, project: Path, where: object, *arguments: object) -> str:
    """The sentence of an install that changes nothing."""
    before = tree(project)
    ran = dfops("pack", "install", "lamps", "--project", project, "--catalog", where, *arguments)
    assert (ran.code, tree(project)) == (2, before), ran.out
    assert [path.name for path in project.iterdir()] == ["dbt_charts.yml"]
    return ran.sentence


def _served(folder: Path) -> dict[str, Behaviour]:
    """The files of a catalog as a server sends them."""
    return {f"/{path}": servers.sends(data) for path, data in tree(folder).items()}


@pytest.mark.parametrize("remote", [False, True])
def test_a_published_pack_is_installed(dfops: Dfops, catalog: Sample, project: Path, *, remote: bool) -> None:
    """The newest version that is no trial, with the names of its project; the record says what it was."""
    for version in ("1.2.0", "1.10.0", "2.0.0-rc.1"):
        catalog.add(manifest(version=version))
    catalog.releases.sort(key=lambda release: release.version != "2.0.0-rc.1")
    with servers.serving(_served(catalog.folder)) as server:
        where = f"{server.address}/" if remote else catalog.folder
        ran = dfops("pack", "install", "lamps", "--project", project, "--catalog", where, "--schema", "eu-lamps")
    assert (ran.code, ran.err) == (0, "")
    assert "2 boards of Lamps 1.10.0 for duckdb" in ran.out
    files = tree(project / "charts/lamps")
    assert sorted(files) == ["index.yml", "meta.yml", "storms.yml"]
    assert 'FROM "eu-lamps".lamp' in files["index.yml"].decode()
    assert 'FROM "eu-lamps"."order"' in files["storms.yml"].decode()
    record = json.loads((project / LOCK).read_text(encoding="utf-8"))["packs"]["charts/lamps"]["now"]
    assert (record["version"], record["schema_name"], record["source"]) == ("1.10.0", "eu-lamps", "w")
    assert record["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_another_version_is_taken_by_name(dfops: Dfops, catalog: Sample, project: Path) -> None:
    """Trials too."""
    for version in ("1.2.0", "2.0.0-rc.1"):
        catalog.add(manifest(version=version))
    asked = ("pack", "install", "lamps", "--project", project, "--catalog", catalog.folder, "--version")
    assert "of Lamps 2.0.0-rc.1 for" in dfops(*asked, "2.0.0-rc.1").out


@pytest.mark.parametrize(("data", "words"), [pytest.param(data, words, id=name) for name, data, words in archives()])
def test_a_hostile_archive_changes_nothing(
    dfops: Dfops, catalog: Sample, project: Path, data: bytes, words: str
) -> None:
    """Though the index names its size and digest: one sentence, exit 2."""
    catalog.put(manifest(), data, contents=CONTENTS)
    said = _refused(dfops, project, catalog.folder)
    it = "packs/lamps/1.2.0/lamps_boards-1.2.0-dbt-charts-duckdb.tar.gz of the catalog"
    other = {"empty": "is not what the index names", "is larger than 8 MiB": "is larger than 8388608 bytes"}
    words = other.get(words, words) if data else other["empty"]
    assert words.replace("of it ", f"of {it} ") in said


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"size": 5}, "is not what the index names: it was changed or cut short; nothing was unpacked"),
        ({"size": 10**15}, "is not what the index names: it was changed or cut short"),
        ({"sha256": "0" * 64}, "is not what the index names: it was changed or cut short"),
        ({"contents": "0" * 64}, "holds other files than those that the index names"),
        ({"file": "other.tar.gz"}, "is not there"),
        ({"warehouse": "postgres"}, "lamps 1.2.0 does not support duckdb"),
        ({"runtime": "dataface"}, "lamps 1.2.0 is not made for dbt-charts, only for: dataface"),
    ],
)
def test_an_index_that_lies_about_an_archive(
    dfops: Dfops, catalog: Sample, project: Path, lie: dict[str, Any], words: str
) -> None:
    """Is found out before anything of the archive is used."""
    catalog.put(manifest(), archive(), **{"contents": CONTENTS, **lie})
    assert words in _refused(dfops, project, catalog.folder, *(["--warehouse", "duckdb"] if "warehouse" in lie else []))


@pytest.mark.parametrize(
    "other", [{"version": "1.1.0"}, {"pack": "oil"}, {"warehouse": "snowflake"}], ids=lambda other: next(iter(other))
)
def test_an_archive_of_something_else_in_the_place_of_one(
    dfops: Dfops, catalog: Sample, project: Path, other: dict[str, str]
) -> None:
    """An older version, another pack, another warehouse: sound in itself, and not what was asked for."""
    said = manifest(**other)
    catalog.put(manifest(), archive(said), contents=hashlib.sha256(members(said)[SUMS]).hexdigest())
    assert "is not what the index names, but" in _refused(dfops, project, catalog.folder)


FILES = ("../../x.tar.gz", "/etc/passwd", "a/b.tar.gz", "..", "nul.tar.gz", "a\\b", "x:y", "", "x" * 300, "a\nb")


@pytest.mark.parametrize("file", FILES)
def test_an_index_with_a_path_for_a_file(dfops: Dfops, catalog: Sample, project: Path, file: str) -> None:
    """Is not followed."""
    catalog.add()
    index = json.loads((catalog.folder / INDEX).read_bytes())
    index["releases"][0]["archives"][0]["file"] = file
    catalog.index(json.dumps(index).encode())
    said = _refused(dfops, project, catalog.folder)
    assert "releases.0.archives.0.file" in said or "names a file that cannot be written" in said


INDEXES: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "index.json of the catalog cannot be read: Invalid JSON"),
    "page": (b"<!doctype html><html>", "is a web page, not JSON: check the address, and whether it asks for a login"),
    "text": (b"hello", "Invalid JSON"),
    "half": (b'{"releases": [', "Invalid JSON"),
    "newer": (b'{"schema_version": 2}', "index.json of the catalog is made for a newer dfops: update it"),
    "none": (b"{}", "the catalog has no pack 'lamps'; nothing is published there yet"),
    "deep": (b"[" * 200_000, "cannot be read"),
    "latin": (b'{"client": "\xff"}', "cannot be read"),
    "odd-pack": (b'{"releases": [{"pack": "../x"}]}', "cannot be read at releases.0.pack"),
    "gzip": (b"\x1f\x8b\x08\x00", "is compressed, not JSON: its server must send it as it is"),
}


@pytest.mark.parametrize(("data", "words"), INDEXES.values(), ids=INDEXES)
def test_an_index_that_is_none(dfops: Dfops, catalog: Sample, project: Path, data: bytes, words: str) -> None:
    """Says what is wrong with it."""
    catalog.index(data)
    assert words in _refused(dfops, project, catalog.folder)


def test_a_folder_that_is_no_catalog(dfops: Dfops, catalog: Sample, project: Path, tmp_path: Path) -> None:
    """Nor one whose files are links."""
    assert "is this the folder of a catalog?" in _refused(dfops, project, tmp_path / "nowhere")
    catalog.add()
    (tmp_path / "elsewhere").mkdir()
    (catalog.folder / "packs/lamps").rename(tmp_path / "elsewhere/lamps")
    (catalog.folder / "packs/lamps").symlink_to(tmp_path / "elsewhere/lamps")
    assert "lamps is a symbolic link" in _refused(dfops, project, catalog.folder)
    (catalog.folder / INDEX).unlink()
    (catalog.folder / INDEX).symlink_to("/dev/zero")
    assert "cannot be read" in _refused(dfops, project, catalog.folder)
    assert "the address of a catalog is that of its folder" in _refused(dfops, project, "https://x.example.org/?a=b")


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of time that a test can wait for."""
    monkeypatch.setattr(reading, "fetched", partial(fetched, seconds=0.5, silence=0.3))


def _of_the_index(catalog: Sample) -> Iterator[tuple[str, Behaviour, str]]:
    good = (catalog.folder / INDEX).read_bytes()
    yield "slow", servers.slow, "did not send all of it within 0.5 seconds"
    yield "silent", servers.silent, "sent nothing for 0.3 seconds"
    yield "endless", servers.endless, "sends more than"
    yield "cut", servers.sends(good, len(good) + 1), "cut short"
    yield "too-short", servers.sends(good, len(good) - 10), "is not what its publisher signed"
    yield "elsewhere", servers.leads_to("http://packs.example.org/"), "an address begins with https://"
    yield "file", servers.leads_to("file:///etc/passwd"), "redirects in a circle, too often, or to where no catalog"
    yield "circle", servers.leads_to(f"/{INDEX}"), "redirects in a circle"
    yield "404", servers.status(404), "answers 404: check the address"
    yield "500", servers.status(500), "answers 500"
    yield "gzip", servers.compressed(good), "is compressed, not JSON"
    yield "no-http", servers.no_http, "cannot be read"


@pytest.mark.usefixtures("_short")
def test_a_server_that_behaves_badly_changes_nothing(
    dfops: Dfops, catalog: Sample, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, exit 2, within the limits, for the index and for an archive."""
    catalog.add()
    monkeypatch.setattr(reading, "MOST_INDEX", 100_000)
    table = _served(catalog.folder)
    for name, behaviour, words in _of_the_index(catalog):
        with servers.serving(table | {f"/{INDEX}": behaviour}) as server:
            said = _refused(dfops, project, server.address)
        assert words in said, name
        assert f"/{INDEX}" in server.asked
    path = next(path for path in table if path.endswith(".gz"))
    data = archive()
    for behaviour, words in (
        (servers.slow, "did not send all of it"),
        (servers.endless, "sends more than 8388608 bytes"),
        (servers.sends(data[:-5], len(data)), "cut short"),
        (servers.sends(data[:-5]), "is not what its publisher signed"),
        (servers.compressed(data), "is not what its publisher signed"),
        (servers.status(404), "answers 404"),
    ):
        with servers.serving(table | {path: behaviour}) as server:
            assert words in _refused(dfops, project, server.address)


def test_an_archive_that_says_how_it_is_compressed_is_read(dfops: Dfops, catalog: Sample, project: Path) -> None:
    """Servers send `.tar.gz` with a coding though they send it as it is."""
    catalog.add()
    table = _served(catalog.folder)
    path = next(path for path in table if path.endswith(".gz"))
    with servers.serving(table | {path: servers.sends(archive(), Content_Encoding="gzip")}) as server:
        ran: Ran = dfops("pack", "install", "lamps", "--project", project, "--catalog", server.address)
    assert ran.code == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"charts/index.yml": "a: [\n"}, "charts/index.yml of lamps_boards cannot be read"),
        ({"charts/index.yml": "- a\n"}, "charts/index.yml of lamps_boards cannot be read"),
        ({"charts/index.yml": "x: " + "[" * 60_000}, "charts/index.yml of lamps_boards cannot be read"),
        ({"charts/index.yml": "\"{{ source('a_boards', 'lamp') }}\": a\n"}, "it names a table outside of a query"),
        ({"charts/index.yml": 'a: \'{{source("a", "lamp")}}\'\n'}, "it names a table outside of a query"),
    ],
)
def test_boards_that_cannot_be_read(
    dfops: Dfops, catalog: Sample, project: Path, changes: dict[str, str | None], words: str
) -> None:
    """Are refused before anything is written."""
    catalog.add(changes=changes)
    assert words in _refused(dfops, project, catalog.folder)


def test_the_list_of_what_is_published_and_of_what_is_installed(dfops: Dfops, catalog: Sample, project: Path) -> None:
    """Newest versions, and where each pack lies; what is empty is said in a sentence."""
    catalog.index(b"{}")
    of_catalog, of_project = ("pack", "list", "--catalog", catalog.folder), ("pack", "list", "--project", project)
    assert dfops(*of_catalog).out == f"nothing is published in {catalog.folder} yet\n"
    assert dfops(*of_project).out == f"no pack is installed in {project}\n"
    for version in ("1.2.0", "1.10.0"):
        catalog.add(manifest(version=version))
    assert dfops(*of_catalog).out == "lamps 1.10.0, released on 2026-11-30, for duckdb\n"
    assert json.loads(dfops(*of_catalog, "--format", "json").out) == {
        "schema_version": 1,
        "packs": [{"pack": "lamps", "version": "1.10.0", "released": "2026-11-30", "warehouses": ["duckdb"]}],
    }
    assert dfops("pack", "install", "lamps", "--project", project, "--catalog", catalog.folder).code == 0
    assert (
        dfops(*of_project).out == "lamps 1.10.0 for duckdb (dbt-charts), folder charts/lamps, reads lamps of source w\n"
    )
    (found,) = json.loads(dfops(*of_project, "--format", "json").out)["packs"]
    assert found == {
        "pack": "lamps",
        "version": "1.10.0",
        "warehouse": "duckdb",
        "runtime": "dbt-charts",
        "how": "folder",
        "path": "charts/lamps",
        "source": "w",
        "schema": "lamps",
        "database": None,
        "left_out": {},
    }
    assert "leave one out" in dfops(*of_project, "--catalog", catalog.folder).sentence
    assert "is no folder" in dfops("pack", "list", "--project", project / "nowhere").sentence


@pytest.mark.parametrize("charts_file", [None, "", "sources: {w: {type: duckdb}}\n"])
def test_a_dbt_project_hears_of_the_dbt_package(
    dfops: Dfops, catalog: Sample, tmp_path: Path, charts_file: str | None
) -> None:
    """Its profile is the source unless its own file names one; the boards are installed all the same."""
    catalog.add()
    project = tmp_path / "dbt"
    project.mkdir()
    (project / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    if charts_file is not None:
        (project / "dbt_charts.yml").write_text(charts_file, encoding="utf-8")
    asked = ("pack", "install", "lamps", "--project", project, "--catalog", catalog.folder)
    if not charts_file:
        assert "the project does not say what its source is: name the warehouse with --warehouse" in (
            dfops(*asked).sentence
        )
    ran = dfops(*asked, "--warehouse", "duckdb")
    assert (ran.code, (project / "charts/lamps/meta.yml").exists()) == (0, bool(charts_file))
    said = "This is a dbt project: the dbt package lamps_boards is the better way"
    assert (said in ran.out, len(ran.out.splitlines())) == (charts_file is None, 4 if charts_file is None else 3)


def test_a_name_that_the_warehouse_does_not_allow(dfops: Dfops, catalog: Sample, project: Path) -> None:
    """Is refused with the reason, though others allow it."""
    catalog.add(manifest(warehouse="bigquery"))
    (project / "dbt_charts.yml").write_text("sources: {w: {type: bigquery}}\n", encoding="utf-8")
    said = _refused(dfops, project, catalog.folder, "--schema", "a`b")
    assert said == "a name of --schema or --database holds a backtick or a backslash, which BigQuery allows in no name"
