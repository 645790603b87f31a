"""Where a defect was met: derived from cases, and what follows from it for packs and for users."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from generators.model.stability import Defect
from generators.site import check
from generators.status.met import Met, met
from generators.status.packs import pack_statuses
from generators.views.connectors import connector_page, connector_tables
from generators.views.met import met_line
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog

SOOT = "ops_model/stability/defects/soot-on-the-east-pane.yaml"
GLASS = "ops_model/stability/defects/glass-that-clouds.yaml"
EVIDENCE = "packs/oil_feed/evidence.yaml"
CASE = "packs/oil_feed/regressions/barrel-renamed.yaml"
OK = {"verdict": "ok"}


def soot(root: Path) -> tuple[Catalog, Met]:
    """The miniature's open defect of a pack."""
    catalog = check(root, AT).catalog
    return catalog, met(catalog)["soot-on-the-east-pane"]


def ran(root: Path, **verdict: list[str]) -> None:
    """Evidence that says how the case ran on 2 November."""
    change(root / EVIDENCE, tests={"digest": "0" * 64, "passed": [], **verdict})


@pytest.mark.parametrize(
    ("expect", "verdict", "is_met"),
    [
        ({"verdict": "broken"}, "passed", True),
        ({"verdict": "broken"}, "failed", False),
        (OK, "passed", False),
        (OK, "failed", True),
        ({"verdict": "unavailable"}, "passed", False),
        (OK, None, False),
    ],
)
def test_a_case_shows_a_defect_where_it_breaks_boards(
    miniature: Path, expect: dict[str, Any], verdict: str | None, *, is_met: bool
) -> None:
    """One that holds was tried, and shows that the defect is not there; a recorded failure shows that it is."""
    change(miniature / CASE, expect=expect)
    change(miniature / SOOT, occurrences=None)
    if verdict:
        ran(miniature, **{verdict: ["barrel-renamed"]})
    _, found = soot(miniature)
    assert (found.is_met, found.connectors) == (is_met, {"oil_feed"} if is_met else frozenset())
    assert [case.day for case in found.cases] == [date(2026, 11, 2) if verdict else None]


@pytest.mark.parametrize(
    ("result", "is_met"), [("present", True), ("partly-fixed", True), ("fixed", False), ("removed", False)]
)
def test_a_trial_shows_what_it_saw(miniature: Path, result: str, *, is_met: bool) -> None:
    """Of software that others maintain; a pack is concerned only where the defect names its connector."""
    upstream = tree(miniature / GLASS)["upstream"]
    upstream["trials"][0]["result"] = result
    change(miniature / GLASS, upstream=upstream)
    found = met(check(miniature, AT).catalog)["glass-that-clouds"]
    assert (found.is_met, found.connectors) == (is_met, frozenset())
    assert [package.name for package in found.packages] == ["glass"]


def test_days_alone_are_no_case(miniature: Path) -> None:
    """Days on which it was met count beside a case, also one that keeps the fix; without any they claim nothing."""
    change(miniature / CASE, expect=OK)
    assert soot(miniature)[1].is_met
    change(miniature / CASE, defect=None)
    assert not soot(miniature)[1].is_met
    change(miniature / SOOT, validation={"what": "A look", "path": CASE})
    assert soot(miniature)[1].is_met


def test_a_defect_that_no_case_shows_counts_for_no_pack(miniature: Path) -> None:
    """It is listed apart, with whose software it was reported for, and what tried it."""
    reports = [
        {"what": "fivetran/dbt_oil changelog v1"},
        {"what": "an issue", "url": "https://github.com/o/r/issues/1"},
    ]
    change(miniature / SOOT, occurrences=None, reports=reports, severity="sev1")
    moment = datetime(2026, 11, 3, tzinfo=UTC)

    def state() -> str:
        checked = check(miniature, AT)
        return pack_statuses(checked.catalog, checked.packs, {}, moment)["oil_feed"].status.reason

    assert state() == "An open defect: Soot on the east pane."
    change(miniature / CASE, expect=OK)
    assert "Soot" not in state()
    checked = check(miniature, AT)
    packs = pack_statuses(checked.catalog, checked.packs, {}, moment)
    [connector] = [entry for entry in checked.catalog.everything() if entry.kind == "connector"]
    page = connector_page(checked.catalog, connector, connector_tables(checked.catalog, packs))  # type: ignore[arg-type]  # of its kind
    assert page.defects == ()
    [one] = page.reported
    assert [package.name for package in one.met.packages] == ["fivetran/dbt_oil", "o/r"]
    assert [(case.kind, case.name, case.ref) for case in one.met.cases] == [
        ("regression", "The barrel is renamed", None)
    ]


def test_a_defect_of_no_connector_counts_where_it_is_shown(miniature: Path) -> None:
    """The pack of the case is concerned, and no other."""
    write(miniature / CASE.replace("barrel-renamed", "again"), tree(miniature / CASE))
    change(miniature / SOOT, connector=None)
    catalog, found = soot(miniature)
    assert found.connectors == {"oil_feed"}
    assert not met_line(found.within("another")).cases
    assert len(met_line(found.within("oil_feed")).cases) == 2
    assert catalog.find(Defect, "soot-on-the-east-pane") is not None
