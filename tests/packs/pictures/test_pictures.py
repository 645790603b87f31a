"""Pictures are drawn by the installed Dataface, once for each change that shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.packs.pictures import cache as pictures
from generators.packs.pictures import drawing
from generators.runtime.port import Environment, RuntimePort, Version
from generators.site import check
from generators.workers import WORKERS
from tests.changes import change, tree, write
from tests.clock import AT
from tests.runtimes import current, known, needs_runtime

if TYPE_CHECKING:
    from generators.packs.pictures.cache import Pictures
    from generators.packs.pictures.drawing import Drawn, Sitting
    from generators.runtime.known import KnownRuntime
    from tests.pages.sites import Sites

BOARDS = "packs/oil_feed/charts"


def drawn(root: Path, cache: Path) -> Pictures:
    """The pictures of the miniature's pack."""
    return pictures.pictures(check(root, AT).packs, cache, known()[0])["oil_feed"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Instead of drawing: which boards are asked for, each time."""
    asked: list[tuple[str, ...]] = []

    def drawing_nothing(sittings: list[Sitting], runtime: KnownRuntime) -> list[Drawn]:
        del runtime
        asked.extend(one.boards for one in sittings)
        return [drawing.Drawn({board: f"<svg>{board}</svg>" for board in one.boards}) for one in sittings]

    monkeypatch.setattr(RuntimePort, "version", lambda _: Version("0.10.0", "2.0.1"))
    monkeypatch.setattr(pictures, "_drawn", drawing_nothing)
    return asked


@needs_runtime
def test_boards_of_the_miniature(miniature: Path, sites: Sites, tmp_path: Path) -> None:
    """Every board is drawn on synthetic rows; a second time, elsewhere, the same bytes."""
    shutil.copytree(sites.pictures, tmp_path / "one")
    made = drawn(miniature, tmp_path / "one")
    assert made.faults == ()
    assert list(made.svg) == ["index", "spouts"]
    for svg, word in zip(made.svg.values(), ("Oil Left", "Brass and Co"), strict=True):
        assert word in svg
        assert "Synthetic data" in svg
        assert "Data as of" not in svg
    assert drawn(miniature, tmp_path / "two") == made


@pytest.mark.long
@needs_runtime
def test_board_that_cannot_be_drawn(miniature: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Its picture is left out and said to be; those of the others are there, and it is tried again the next time."""
    spouts = tree(miniature / BOARDS / "spouts.yml")
    spouts["queries"]["drips"]["sql"] = "SELECT nothing FROM nowhere"
    write(miniature / BOARDS / "spouts.yml", spouts)
    made = drawn(miniature, tmp_path)
    assert list(made.svg) == ["index"]
    (fault,) = made.faults
    assert fault.startswith("oil_feed: no picture of board 'spouts': ")
    asked = request.getfixturevalue("asked")
    assert list(drawn(miniature, tmp_path).svg) == ["index", "spouts"]
    assert asked == [("spouts",)]


def test_drawn_once(miniature: Path, tmp_path: Path, asked: list[tuple[str, ...]]) -> None:
    """What is there is not drawn again; what was taken away is, alone."""
    first = drawn(miniature, tmp_path)
    assert drawn(miniature, tmp_path) == first
    assert asked == [("index", "spouts")]
    min(tmp_path.glob("*.svg"), key=lambda path: "index" not in path.read_text(encoding="utf-8")).unlink()
    assert drawn(miniature, tmp_path) == first
    assert asked[1:] == [("index",)]
    assert not list(tmp_path.glob("*.[0-9]*"))


@pytest.mark.parametrize("what", ["a board", "a column", "a fixture", "the runtime"])
def test_drawn_again_when_something_shows(
    miniature: Path, tmp_path: Path, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Everything that a picture is made of is part of its name."""
    drawn(miniature, tmp_path)
    schema = tree(miniature / "packs/oil_feed/schema.yaml")
    schema["tables"]["barrel"]["columns"]["seal"] = "string"
    {
        "a board": lambda: change(miniature / BOARDS / "index.yml", title="Oil and more"),
        "a column": lambda: write(miniature / "packs/oil_feed/schema.yaml", schema),
        "a fixture": lambda: change(miniature / "packs/oil_feed/fixtures.yaml", seed=8),
        "the runtime": lambda: monkeypatch.setattr(RuntimePort, "version", lambda _: Version("0.10.1", "2.0.1")),
    }[what]()
    drawn(miniature, tmp_path)
    assert len(asked) == 2


def test_not_drawn_again_for_words_that_do_not_show(
    miniature: Path, tmp_path: Path, asked: list[tuple[str, ...]]
) -> None:
    """Narratives, owners, comments and layout are on no picture."""
    drawn(miniature, tmp_path)
    for name in ("pack", "schema", "fixtures"):
        change(miniature / f"packs/oil_feed/{name}.yaml", title="Otherwise")
    write(miniature / BOARDS / "index.yml", tree(miniature / BOARDS / "index.yml"))
    drawn(miniature, tmp_path)
    assert len(asked) == 1


def test_without_the_runtime(miniature: Path, tmp_path: Path) -> None:
    """No pictures and no finding: pages say the rest."""
    absent = replace(known()[0], environments=tmp_path / "none")
    assert pictures.pictures(check(miniature, AT).packs, tmp_path / "cache", absent) == {}
    assert not (tmp_path / "cache").exists()


def test_pack_without_fixtures(miniature: Path, tmp_path: Path, asked: list[tuple[str, ...]]) -> None:
    """There would be nothing on its charts, so there is no picture."""
    (miniature / "packs/oil_feed/fixtures.yaml").unlink()
    assert pictures.pictures(check(miniature, AT).packs, tmp_path, known()[0]) == {}
    assert asked == []


def test_process_that_ends_badly(miniature: Path) -> None:
    """Whatever happens to it, the site is built without pictures and says so."""
    packs = check(miniature, AT).packs
    pack = packs["oil_feed"]
    assert pack.fixtures
    sitting = drawing.Sitting("oil_feed", known()[0].runtime.words, {}, pack.schema.entity, pack.fixtures.entity, ())
    port = RuntimePort(Environment("Lantern 1", Path("/bin/false"), "dbt-charts", "light it"))
    made = drawing.draw(sitting, port)
    assert made.faults == ("its pictures could not be drawn: Lantern 1: it ended without an answer; light it",)


@needs_runtime
def test_rows_that_cannot_be_made(miniature: Path) -> None:
    """Fixtures that contradict their schema are a sentence, not a traceback."""
    folder = check(miniature, AT).packs["oil_feed"]
    assert folder.fixtures
    wrong = folder.fixtures.entity.model_copy(update={"tables": {"funnel": folder.fixtures.entity.tables["barrel"]}})
    (port,) = current().values()
    made = drawing.draw(
        drawing.Sitting("oil_feed", known()[0].runtime.words, {}, folder.schema.entity, wrong, ("index",)), port
    )
    assert made.svg == {}
    assert made.faults[0].startswith("its rows could not be made: ")


STAYS = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from dbt_charts_worker import DbtCharts
DbtCharts()._wall()
for ask in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: os.system("true")):
    try:
        ask()
    except PermissionError as error:
        print(error)
"""


def test_a_picture_is_drawn_without_network_and_without_programs() -> None:
    """The process that draws can ask no address and start nothing, whatever gets past the checks."""
    done = subprocess.run([sys.executable, "-c", STAYS, str(WORKERS)], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.splitlines() == ["a board of a pack is drawn without network and without other programs"] * 2
