"""What a lead asks every week, as commands: without a store, with an empty one, and with one that is full."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from generators.cli.partial import partial_catalog
from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.sample import Plan, SampledPack, sampled
from generators.measures.store import opened
from generators.published.manifest import Unreadable
from generators.render import render
from generators.site import prepare
from generators.stability.standing import NO_STORE, SYNTHETIC
from generators.stability.summary import FILE, MOST, summary_at
from generators.telemetry.contracts import own_contracts
from generators.views.stability import stability_board
from tests.stability.recurrence import COLUMNS, TABLE

if TYPE_CHECKING:
    from tests.cli.command import Dfops

MINIATURE = Path(__file__).parents[1] / "site"
MOMENT = datetime(2026, 11, 30, 13, tzinfo=UTC)
AT = ("--at", "2026-11-30T13:00Z")
ROWS = (
    ("1", "soot-on-the-east-pane", "oil_feed", "", "2026-11-01", 9, "bug", "#1"),  # a day that its file has as well
    ("2", "soot-on-the-east-pane", "oil_feed", "duckdb", "2026-11-24", 3, "telemetry", "#2"),
    ("3", "soot-on-the-east-pane", "oil_feed", "duckdb", "2026-11-30", 1, "support", "#3"),
    ("4", "soot-on-the-east-pane", "oil_feed", "duckdb", "2026-12-01", 50, "support", "#4"),  # still to come
    ("5", "", "oil_feed", "duckdb", "2026-11-29", 1, "bug", "=HYPERLINK(1)"),
)
SHOWN = "2 × 9 installs × 1.33 per 30 days = 24"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty store, and a full one whose events are synthetic."""
    folder = tmp_path_factory.mktemp("stores")
    contracts = own_contracts()
    layout = Layout.of(contracts)
    with opened(folder / "empty.duckdb", layout):
        pass
    pack = SampledPack("stripe", "stripe", "0.1.0", ["index"], [], ["duckdb"])  # what contracts let events name
    plan = Plan(MOMENT, 20, 3, 1, {"stripe": 0.3}, "dbt-charts", "0.10.0")
    (folder / "lines.jsonl").write_bytes(b"".join(sampled(contracts, [pack], plan)))
    with opened(folder / "full.duckdb", layout) as store:
        ingest(store, [folder / "lines.jsonl"], MOMENT)
    with duckdb.connect(str(folder / "full.duckdb")) as connection:
        connection.execute(TABLE.replace("TABLE", "TABLE IF NOT EXISTS"))
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(f"INSERT INTO occurrences VALUES ({marks})", [list(row) for row in ROWS])  # noqa: S608
    return folder


def test_without_a_store_the_register_alone_counts(dfops: Dfops) -> None:
    """It says so; the score explains itself; what comes next and the incident are there."""
    found = dfops("stability", "report", *AT, "--root", MINIATURE)
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[:2] == ["Stability, 30 November 2026", "No store: counted from the register alone."]
    assert "2 × 1 install × 0.67 per 30 days = 1.33" in found.out
    assert "Tranche clean-glass, 2026-11-02 to 2026-11-30: 1 of 1 defects open" in found.out
    assert "due 2026-12-01: Wipe the east pane every evening" in found.out
    assert len(lines) < 50, "one screen"


def test_a_store_without_an_occurrence(dfops: Dfops, stores: Path) -> None:
    """The sentence is true, and so are the numbers: those of the register."""
    found = dfops("stability", "report", "--store", stores / "empty.duckdb", *AT, "--root", MINIATURE)
    assert found.code == 0
    assert "No occurrence is recorded. Ranking counts the register alone." in found.out
    assert "2 × 1 install × 0.67 per 30 days = 1.33" in found.out


def test_a_store_is_counted(dfops: Dfops, stores: Path) -> None:
    """A day that both have counts once; a day to come and a report that nobody assigned count for no defect."""
    found = dfops("stability", "report", "--store", stores / "full.duckdb", *AT, "--root", MINIATURE)
    assert found.code == 0
    assert SHOWN in found.out
    assert "Occurrences without a defect: 1." in found.out
    assert "Synthetic telemetry: the shares of boards are made up." in found.out
    made = json.loads(
        dfops(
            *("stability", "report", "--format", "json", "--store", stores / "full.duckdb"),
            *(*AT, "--root", MINIATURE),
        ).out
    )
    assert made["ranking"][0]["formula"] == SHOWN
    assert made["ranking"][0]["score"] == "24.00"
    assert (made["stored"], made["synthetic"], made["unassigned"]) == (True, True, 1)
    [repeat] = made["repeats"]
    assert (repeat["connector"], repeat["occurrences"], repeat["days"], repeat["installs"]) == ("oil_feed", 4, 4, 9)
    [share] = made["reliability"]
    assert 0.5 < float(share["share"]) < 1
    resolved = made["responses"][-1]
    assert (resolved["mark"], resolved["reached"], resolved["mean_minutes"]) == ("resolved", 1, 15.0)


def odd_store(folder: Path, **columns: object) -> Path:
    """A store with one occurrence that a program of somebody else wrote; without a value where none is named."""
    with opened(folder / "odd.duckdb", Layout.of(own_contracts())):
        pass
    with duckdb.connect(str(folder / "odd.duckdb")) as connection:
        connection.execute(TABLE.replace("TABLE", "TABLE IF NOT EXISTS"))
        names = ("id", *columns)
        marks = ", ".join("?" for _ in names)
        connection.execute(f"INSERT INTO occurrences ({', '.join(names)}) VALUES ({marks})", ["1", *columns.values()])  # noqa: S608
    return folder / "odd.duckdb"


def test_occurrences_with_nothing_in_them(dfops: Dfops, tmp_path: Path) -> None:
    """What is not said of an occurrence is not known: no defect, one install; without a day it counts nowhere."""
    for columns, unassigned in (({"day": "2026-11-20"}, 1), ({"defect": "soot-on-the-east-pane"}, 0)):
        store = odd_store(tmp_path, **columns)
        found = dfops("stability", "report", "--format", "json", "--store", store, *AT, "--root", MINIATURE)
        assert found.code == 0
        assert json.loads(found.out)["unassigned"] == unassigned
        store.unlink()


def test_a_store_that_nobody_can_count(dfops: Dfops, tmp_path: Path) -> None:
    """One sentence that names the place."""
    store = odd_store(tmp_path, day="2026-11-20", installs=2, defect="so\not", connector="oil_feed", source="bug")
    found = dfops("stability", "report", "--store", store, *AT, "--root", MINIATURE)
    assert found.code == 2
    assert "cannot be counted" in found.sentence


def test_the_ranking_for_a_spreadsheet(dfops: Dfops) -> None:
    """A row for each open defect, with every factor; no cell begins as a formula does."""
    found = dfops("stability", "report", "--format", "csv", *AT, "--root", MINIATURE)
    rows = list(csv.DictReader(StringIO(found.out)))
    assert [row["defect"] for row in rows] == ["soot-on-the-east-pane", "glass-that-clouds"]
    first = rows[0]
    assert (first["weight"], first["affected_installs"], first["occurrences_90_days"]) == ("2", "1", "2")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_summary_is_what_pages_count(dfops: Dfops, stores: Path, tmp_path: Path) -> None:
    """Written once; the page says up to when it was counted, and that telemetry is synthetic."""
    out = tmp_path / FILE
    asked = ("stability", "summary", "--store", stores / "full.duckdb", "--out", out, *AT, "--root", MINIATURE)
    found = dfops(*asked)
    assert (found.code, found.out.split(" in ")[0]) == (0, "4 occurrences of 1 defects")
    assert found.err == "note: Synthetic telemetry: the shares of boards are made up.\n"
    counts, catalog = summary_at(tmp_path), partial_catalog(MINIATURE)
    assert counts
    assert counts.recorded == 4
    page = stability_board(catalog, counts, MOMENT)
    assert (page.notes, page.counted) == ((SYNTHETIC,), "30 November 2026")
    assert [row.how for row in page.costs] == [SHOWN]
    assert [row.connector for row in page.reliability] == ["stripe"], "one that the model does not have"
    alone = stability_board(catalog, None, MOMENT)
    assert (alone.notes, alone.counted) == ((NO_STORE,), "")
    assert "Counted up to" not in render("boards/stability.md.jinja", alone)


@pytest.mark.parametrize("damage", [b"{", b'{"schema_version": 9, "day": "2026-11-30"}', b" " * (MOST + 1)])
def test_a_damaged_summary_is_not_read(tmp_path: Path, damage: bytes) -> None:
    """The reason is one sentence, which a build prints."""
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(Unreadable, match=FILE):
        summary_at(tmp_path)


@pytest.mark.long
def test_a_build_with_a_damaged_summary(miniature: Path) -> None:
    """Pages count the register alone, and a note says why."""
    (miniature / FILE).parent.mkdir(parents=True)
    (miniature / FILE).write_bytes(b"{")
    site = prepare(miniature, "internal", MOMENT)
    assert [note for note in site.notes if note.startswith("pages count defects from the register alone")] != []
    assert "No store" in site.pages["stability/index.md"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("report", "--store", "nowhere.duckdb"), "nowhere.duckdb is not there"),
        (("report", "--at", "soon"), "is no moment"),
        (("summary",), "No store: counted from the register alone."),
        (("summary", "--store", "nowhere.duckdb"), "nowhere.duckdb is not there"),
    ],
)
def test_what_cannot_be_asked(dfops: Dfops, arguments: tuple[str, ...], sentence: str) -> None:
    """One sentence and exit code 2."""
    found = dfops("stability", *arguments, "--root", MINIATURE)
    assert found.code == 2
    assert sentence in found.sentence
