"""Connectors for users: what their pages say of the pack, of cases and defects, and what they say without a pack."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from generators.model.anchors import public_anchor
from generators.packs.reading.changelog import releases
from generators.site import check
from generators.status.met import Package
from generators.status.packs import PackStatus, connectors, pack_statuses
from generators.views.connectors import (
    ConnectorIndex,
    ConnectorPage,
    KnownDefect,
    WarehouseLine,
    connector_index,
    connector_page,
    connector_tables,
)
from generators.views.met import CaseLine, MetLine
from generators.views.pack_state import BoardRow, EngineRow, PackState, ReleaseRow
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog

MODEL = "ops_model"
DEFECT = f"{MODEL}/stability/defects/soot-on-the-east-pane.yaml"
KEPT: dict[str, dict[str, object]] = {
    "fixed": {"validation": {"what": "A look", "regression": "barrel-renamed"}},
    "accepted": {"accepted": {"by": "keeper", "why": "Rare", "until": "2027-03-01", "users": "It is dim."}},
}
"""What goes with a state."""
INCIDENT = f"{MODEL}/stability/incidents/dark-on-the-first-of-november.yaml"
OVERRIDE = f"{MODEL}/operating/status_overrides/new-barrels.yaml"
PACK, EVIDENCE, SCHEMA = (f"packs/oil_feed/{name}.yaml" for name in ("pack", "evidence", "schema"))
SAID = datetime(2023, 11, 15, tzinfo=UTC)
"""A moment at which the miniature's override is in force."""


def world(root: Path, at: datetime = AT) -> tuple[Catalog, dict[str, PackStatus]]:
    """The entities of a repository, and how its packs stand."""
    checked = check(root, AT)
    released = {name: releases(root, name) for name in checked.packs}
    return checked.catalog, pack_statuses(checked.catalog, checked.packs, released, at)


def page(root: Path, at: datetime = AT) -> ConnectorPage:
    """The page of the miniature's connector."""
    catalog, packs = world(root, at)
    (entry,) = connectors(catalog)
    return connector_page(catalog, entry, connector_tables(catalog, packs))


def pack(root: Path, at: datetime = AT) -> PackState:
    """The state of the miniature's pack."""
    found = page(root, at).pack
    assert found
    return found


def index(root: Path, at: datetime = AT) -> ConnectorIndex:
    """The list of connectors."""
    catalog, packs = world(root, at)
    return connector_index(connectors(catalog), connector_tables(catalog, packs))


@pytest.fixture
def quiet(miniature: Path) -> Path:
    """The miniature without anything open against its pack."""
    change(miniature / DEFECT, state="accepted")
    return miniature


# ── the pack's state ────────────────────────────────────────────────────────────────────────────────────────────────
def test_pack_that_works(quiet: Path) -> None:
    """State in words, its reason, the day it was derived from; every board on every warehouse, how it was proven."""
    state = pack(quiet)
    assert (state.version, state.state, state.word) == ("1.0.0", "operational", "Working")
    assert state.reason == "All 2 boards work: run on DuckDB, checked without running on Snowflake."
    assert (state.since, state.until, state.quickstart) == (date(2026, 11, 2), None, "oil_feed")
    assert state.matrix.warehouses == ("DuckDB", "Snowflake")
    assert state.matrix.rows == (
        BoardRow("Oil", ("works, executed", "works, static")),
        BoardRow("Spouts", ("works, executed", "works, static")),
    )
    assert state.matrix.checked == date(2026, 11, 2)
    assert state.matrix.engines == (EngineRow("DuckDB 1.4.2", ("DuckDB",)), EngineRow("sqlglot 30.1.0", ("Snowflake",)))
    assert state.releases == (
        ReleaseRow("1.0.0", date(2026, 11, 1), signed=False),
        ReleaseRow("0.9.0", date(2026, 10, 5), signed=False),
    )


def test_pack_that_was_never_proven(quiet: Path) -> None:
    """Without evidence the page is whole and claims nothing: no cell is filled, no board is said to need a table."""
    (quiet / EVIDENCE).unlink()
    state = pack(quiet)
    assert (state.state, state.reason, state.since) == ("unknown", "Not proven yet.", None)
    assert {cell for row in state.matrix.rows for cell in row.cells} == {"not proven"}
    assert (state.matrix.checked, state.matrix.engines) == (None, ())
    assert state.reads
    assert {table.boards for table in state.reads.tables} == {()}


@pytest.mark.parametrize("where", ["board", "schema", "fixtures"])
def test_pack_that_changed_since_it_was_proven(quiet: Path, where: str) -> None:
    """What was proven is not what users get: the matrix is empty again until somebody checks."""
    if where == "board":
        path = quiet / "packs/oil_feed/charts/spouts.yml"
        write(path, tree(path) | {"title": "Taps"})
    elif where == "schema":
        described = tree(quiet / SCHEMA)
        described["tables"]["barrel"]["columns"]["seal"] = "string"
        write(quiet / SCHEMA, described)
    else:
        change(quiet / "packs/oil_feed/fixtures.yaml", seed=8)
    state = pack(quiet)
    assert (state.state, state.matrix.checked) == ("unknown", None)
    assert state.reason == "The last check, on 2026-11-02, was of another state of the pack."
    assert {cell for row in state.matrix.rows for cell in row.cells} == {"not proven"}


def test_board_that_fails_and_board_that_is_unavailable(quiet: Path) -> None:
    """The cell says the verdict, and how it was found where something ran or was read."""
    boards = tree(quiet / EVIDENCE)["boards"]
    boards[0] |= {"verdict": "broken", "reason": "StateMessages to the team only"}
    boards[2] |= {"verdict": "unavailable"}
    boards[3] |= {"verdict": "unproven", "proof": "none"}
    change(quiet / EVIDENCE, boards=boards)
    state = pack(quiet)
    assert (state.word, state.reason) == ("Broken", "1 of 2 boards fails on DuckDB.")
    assert state.matrix.rows == (
        BoardRow("Oil", ("fails, executed", "works, static")),
        BoardRow("Spouts", ("unavailable", "not proven")),
    )
    assert "StateMessages to the team only" not in repr(page(quiet))


def test_override_says_so_until_its_end(miniature: Path) -> None:
    """A person's word stands with its end; afterwards it is as if it had never been."""
    state = pack(miniature, SAID)
    assert (state.state, state.since, state.until) == ("degraded", date(2023, 11, 14), date(2023, 11, 16))
    assert state.reason == "The barrels are changed, so some count as empty."
    change(miniature / DEFECT, state="accepted")
    after = pack(miniature, SAID + timedelta(days=2))
    assert (after.state, after.until) == ("operational", None)


@pytest.mark.parametrize(
    ("defect", "severity", "state"),
    [
        ("open", "sev1", "broken"),
        ("in-progress", "sev3", "degraded"),
        ("accepted", "sev1", "operational"),
        ("fixed", "sev1", "operational"),
        ("wont-fix", "sev1", "operational"),
    ],
)
def test_defect_that_somebody_works_on_or_nobody_has_looked_at(
    miniature: Path, defect: str, severity: str, state: str
) -> None:
    """Open defects count by severity; an accepted one is a limit that the page names and the state does not."""
    kept = KEPT.get(defect, {})
    change(miniature / DEFECT, state=defect, severity=severity, **kept)
    assert pack(miniature).state == state


@pytest.mark.parametrize(("ended", "state"), [(None, "broken"), ("2026-11-01T23:00:00Z", "operational")])
def test_incident_until_it_has_ended(quiet: Path, ended: str | None, state: str) -> None:
    """An incident without an end is still felt; its title is the team's and stays inside."""
    change(quiet / INCIDENT, ended=ended)
    found = pack(quiet)
    assert found.state == state
    if ended is None:
        assert (found.reason, found.since) == ("An open incident: The lamp is dark.", date(2026, 11, 1))
        assert "Dark on" not in repr(found)


def test_withdrawn_pack_is_not_offered(quiet: Path) -> None:
    """The kill switch takes the quickstart away and says why in the author's words."""
    change(quiet / PACK, state="withdrawn", note="Counts each barrel twice")
    state = pack(quiet)
    assert (state.word, state.reason) == ("Withdrawn: do not install it", "Counts each barrel twice.")
    assert state.quickstart == ""


def test_what_a_pack_reads(quiet: Path) -> None:
    """Required tables first, each with the boards that need it, its columns, and those that may be missing."""
    reads = pack(quiet).reads
    assert reads
    assert (reads.warn_after, reads.error_after) == ("24 hours", "3 days")
    assert [(t.name, t.optional, t.boards) for t in reads.tables] == [
        ("barrel", False, ("Oil",)),
        ("spout", True, ("Spouts",)),
    ]
    assert reads.tables[1].columns == ("barrel_id", "drips", "fitted", "id", "litres", "place")
    assert (reads.tables[1].optional_columns, reads.tables[1].note) == (("maker",), "Left out where barrels have none")


# ── the rest of the page ────────────────────────────────────────────────────────────────────────────────────────────
def test_cases_and_defects(miniature: Path) -> None:
    """One page holds all that is known to the public."""
    found = page(miniature)
    assert found.title == "Oil feed"
    assert [case.title for case in found.unsupported] == ["Fog"]
    assert found.unsupported[0].connectors == ("Oil feed",)
    (defect,) = found.defects
    anchor = public_anchor("defect", "soot-on-the-east-pane")
    case = CaseLine("regression", "The barrel is renamed", None, None)
    met = MetLine(
        is_met=True, cases=(case,), packages=(Package("Seen on the round", None),), day=None, where="in this pack"
    )
    told = ("Soot on the east pane", "The east is dimmer.", "Wipe it.", "not fixed yet")
    assert defect == KnownDefect(anchor, *told, met, "", None, is_over=False)
    assert found.reported == ()
    assert "soot" not in anchor


def test_case_that_only_the_pack_names(miniature: Path) -> None:
    """A case of every connector is on the page of one whose pack names it, and on no other."""
    change(miniature / f"{MODEL}/launch/unsupported/fog.yaml", connectors=None)
    assert [case.title for case in page(miniature).unsupported] == ["Fog"]
    change(miniature / PACK, unsupported=None)
    assert page(miniature).unsupported == ()


@pytest.mark.parametrize(
    ("state", "shown"), [("accepted", 1), ("in-progress", 1), ("fixed", 0), ("fixed-upstream", 0), ("wont-fix", 0)]
)
def test_settled_defect_is_no_longer_known_to_the_public(miniature: Path, state: str, shown: int) -> None:
    """The list is what a user may still meet."""
    change(miniature / DEFECT, state=state)
    assert len(page(miniature).defects) == shown


@pytest.mark.parametrize("left", ["", "schema.yaml", "charts"])
def test_connector_without_a_whole_pack(miniature: Path, left: str) -> None:
    """No pack: nothing is published and nothing claimed. Half a pack: its state is unknown, and the page is made."""
    for path in (miniature / "packs/oil_feed").rglob("*.yaml"):
        if path.name == "schema.yaml" or path.parent.name == "boards" or not left:
            path.unlink()
    found = page(miniature)
    assert (found.pack is None) is (left == "")
    if found.pack:
        assert (found.pack.state, found.pack.reads, found.pack.matrix.rows) == ("degraded", None, ())


def test_warehouse_is_proven_as_its_weakest_board(quiet: Path) -> None:
    """One board that was only read is not made up for by another that ran; one that fails takes the warehouse out."""
    boards = tree(quiet / EVIDENCE)["boards"]
    cells = {(cell["board"], cell["warehouse"]): cell for cell in boards}
    cells["spouts", "duckdb"]["proof"] = "emulated"
    cells["spouts", "snowflake"] |= {"verdict": "broken", "reason": "No such column"}
    change(quiet / EVIDENCE, boards=boards)
    assert index(quiet).connectors[0].warehouses == (WarehouseLine("DuckDB", "emulated"),)


def test_evidence_of_a_board_that_the_pack_does_not_have(quiet: Path) -> None:
    """It is neither counted nor held against the pack."""
    boards = tree(quiet / EVIDENCE)["boards"]
    gone = boards[0] | {"board": "wicks", "verdict": "broken", "reason": "No such table"}
    change(quiet / EVIDENCE, boards=[*boards, gone])
    assert pack(quiet).reason == "All 2 boards work: run on DuckDB, checked without running on Snowflake."


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_line_of_a_connector(quiet: Path) -> None:
    """Everything the overview and the feeds say of it; the change is the newest of what happened to it."""
    (line,) = index(quiet).connectors
    assert (line.id, line.title, line.version, line.word) == ("oil_feed", "Oil feed", "1.0.0", "Working")
    assert line.warehouses == (WarehouseLine("DuckDB", "executed"), WarehouseLine("Snowflake", "static"))
    assert line.checked == date(2026, 11, 2)
    assert line.updated == "2026-11-02T09:00:00Z"
    (quiet / EVIDENCE).unlink()
    (line,) = index(quiet).connectors
    assert (line.warehouses, line.checked, line.updated) == ((), None, "2026-11-02T00:00:00Z")
    (quiet / "packs/oil_feed/CHANGELOG.md").unlink()
    (quiet / "ops_model/operating/withdrawals/oil-feed-0-9-0.yaml").unlink()
    (line,) = index(quiet).connectors
    assert line.updated == "2023-11-16T20:00:00Z"  # the override has lapsed, which is a change
    (line,) = index(quiet, SAID).connectors
    assert line.updated == "2023-11-14T08:00:00Z"
    (quiet / OVERRIDE).unlink()
    (line,) = index(quiet).connectors
    assert line.updated == ""


def test_line_of_a_connector_without_a_pack(miniature: Path) -> None:
    """It is on the list, and says nothing of a pack."""
    for path in (miniature / "packs/oil_feed").rglob("*.yaml"):
        path.unlink()
    (line,) = index(miniature).connectors
    assert (line.title, line.state, line.version, line.updated) == ("Oil feed", "", "", "")


def test_list_is_in_the_order_of_titles(miniature: Path) -> None:
    """As a reader looks for it, whatever the files are called."""
    connector = tree(miniature / f"{MODEL}/operating/connectors/oil_feed.yaml")
    for name, title in (("zz", "apples"), ("aa", "Zebras")):
        write(miniature / f"{MODEL}/operating/connectors/{name}.yaml", connector | {"title": title})
    assert [line.title for line in index(miniature).connectors] == ["apples", "Oil feed", "Zebras"]


# ── releases ────────────────────────────────────────────────────────────────────────────────────────────────────────
NEW = "1.2.0"
CHANGELOG: list[tuple[str, tuple[Any, ...]]] = [
    (
        "## [1.2.0] - 2026-11-21\n\n### Added\n\n## [1.1.0] - 2026-10-01\n",
        (("1.2.0", "2026-11-21"), ("1.1.0", "2026-10-01")),
    ),
    ("## [1.2.0-rc.1] - 2026-11-21\r\n", (("1.2.0-rc.1", "2026-11-21"),)),
    ("## [Unreleased]\n\n## [1.0] - 2026-11-21\n## [1.0.0] - 2026-13-01\n##[1.0.0] - 2026-01-01\n", ()),
    ("## [1.0.0] - 2026-11-21 <script>\n## [1.0.0<b>] - 2026-11-21\n", ()),
    ("", ()),
]


@pytest.mark.parametrize(("text", "found"), CHANGELOG)
def test_releases_of_a_changelog(tmp_path: Path, text: str, found: tuple[tuple[str, str], ...]) -> None:
    """Versions and days of well-formed headings; no word that an author wrote gets any further."""
    path = tmp_path / "packs" / "oil" / "CHANGELOG.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    assert [(release.version, release.day.isoformat()) for release in releases(tmp_path, "oil")] == list(found)


def test_changelog_that_is_no_file(tmp_path: Path) -> None:
    """A link, a folder, bytes that are no text, a file too large: no releases, no fault, nothing from elsewhere."""
    pack_folder = tmp_path / "packs" / "oil"
    pack_folder.mkdir(parents=True)
    changelog = pack_folder / "CHANGELOG.md"
    assert releases(tmp_path, "oil") == ()
    (tmp_path / "secret.md").write_text("## [6.6.6] - 2026-11-21\n", encoding="utf-8")
    changelog.symlink_to(tmp_path / "secret.md")
    assert releases(tmp_path, "oil") == ()
    changelog.unlink()
    changelog.mkdir()
    assert releases(tmp_path, "oil") == ()
    changelog.rmdir()
    changelog.write_bytes(b"\xff\xfe## [1.0.0] - 2026-11-21\n" + json.dumps("x" * 300_000).encode())
    assert releases(tmp_path, "oil") == ()
