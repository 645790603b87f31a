"""A fix whose validation failed is open again, on every page and in every status."""

from __future__ import annotations

import html
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.checks.validations import LAPSED, OPEN_ENDED, REOPENED
from generators.findings import Severity
from generators.model import KINDS
from generators.model.operating import Connector
from generators.model.stability import Defect
from generators.site import check, prepare
from generators.source import Repository
from generators.stability.results import Results
from generators.stability.validation import validated
from generators.views.connectors import connector_page, connector_tables
from generators.views.defects import DefectNow, RunRow, defect_now
from tests.changes import change
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from generators.stability.results import Outcome

DEFECT = "ops_model/stability/defects/soot-on-the-east-pane.yaml"
GLASS = "ops_model/stability/defects/glass-that-clouds.yaml"
EVIDENCE = "packs/oil_feed/evidence.yaml"
NODE = "tests/test_pane.py::test_it_is_clean"


@pytest.fixture
def fixed(miniature: Path) -> Path:
    """The defect of the miniature, fixed by a test."""
    (miniature / "tests").mkdir()
    (miniature / "tests/test_pane.py").write_text("def test_it_is_clean(): ...\n", encoding="utf-8")
    change(miniature / DEFECT, state="fixed", validation={"what": "A week without soot", "test": NODE})
    return miniature


def ran(outcome: Outcome) -> Results:
    """The test, with an outcome."""
    return Results(AT.date(), {"tests.test_pane::test_it_is_clean": outcome})


def pages(root: Path, results: Results) -> tuple[str, str, str]:
    """The page of the defect, that of its connector for users, and the board of the chapter."""
    made = prepare(root, "internal", AT, results=results).pages
    paths = (
        "stability/defects/soot-on-the-east-pane.md",
        "public/connectors/oil_feed.md",
        "stability/index.md",
    )
    own, public, board = (html.unescape(made[path]) for path in paths)
    return own, public, board


def test_a_fix_whose_test_failed_is_open_again_everywhere(fixed: Path) -> None:
    """Its page says since when, users read of it as before the fix, the board counts it; the finding is a warning."""
    own, public, board = pages(fixed, ran("failed"))
    assert "**Reopened: its validation failed on 21 November 2026.**" in own
    assert "State: **open**" in own
    assert "Soot on the east pane" in public
    assert "{ops:defect}`soot-on-the-east-pane`" in board
    (finding,) = [one for one in check(fixed, AT, results=ran("failed")).findings if one.rule is REOPENED]
    assert finding.message == f"'soot-on-the-east-pane' is called fixed; '{NODE}' failed on 2026-11-21"
    assert REOPENED.severity is Severity.WARNING


def shown(root: Path, results: Results) -> DefectNow:
    """What the page of the defect says of the moment."""
    catalog, _ = load(Repository(root), KINDS)
    entry = catalog.find(Defect, "soot-on-the-east-pane")
    assert entry
    return defect_now(catalog, entry, validated(catalog, results), AT)


def test_a_page_says_whether_the_validation_passed_and_never_claims_what_did_not_run(fixed: Path) -> None:
    """With the day on which it ran; without results it exists and was not run."""
    passed = shown(fixed, ran("passed"))
    assert (passed.reopened, passed.runs) == ("", (RunRow(NODE, "passed", AT.date()),))
    assert shown(fixed, Results()).runs == (RunRow(NODE, "exists; not run in this build", None),)
    assert shown(fixed, ran("failed")).reopened == "Reopened: its validation failed on 21 November 2026"
    change(fixed / DEFECT, state="in-progress")
    assert shown(fixed, ran("failed")).reopened == ""


@pytest.mark.parametrize(
    ("field", "went"), [("passed", "passed"), ("failed", "failed"), ("", "exists; not run in this build")]
)
def test_a_regression_is_judged_by_the_evidence_of_its_pack(miniature: Path, field: str, went: str) -> None:
    """What the pack's evidence says of it; without evidence of tests it was not run."""
    change(miniature / DEFECT, state="fixed", validation={"what": "It passes", "regression": "barrel-renamed"})
    if field:
        change(miniature / EVIDENCE, tests={"digest": "0" * 64, "passed": [], field: ["barrel-renamed"]})
    found = shown(miniature, Results())
    assert [run.went for run in found.runs] == [went]
    assert bool(found.reopened) is (field == "failed")


@pytest.mark.parametrize(
    ("until", "rule"),
    [("2026-11-20", LAPSED), ("2026-11-21", None), ("2027-05-24", None), ("2027-05-25", OPEN_ENDED)],
    ids=["over", "today", "six-months", "a-day-too-long"],
)
def test_what_is_accepted_lapses_after_its_day_and_within_six_months(miniature: Path, until: str, rule: object) -> None:
    """The last day is still within; 184 days are the most."""
    terms = {"by": "keeper", "why": "Rare", "until": until, "users": "It is dim after frost."}
    change(miniature / GLASS, accepted=terms)
    found = [one.rule for one in check(miniature, AT).findings]
    assert found == ([rule] if rule else [])


def test_users_read_what_an_accepted_defect_means_for_them_and_until_when(miniature: Path) -> None:
    """Not who accepted it, nor why; once the day is over the page says that, too."""
    terms = {"by": "spare-keeper", "why": "Nobody has a better one", "users": "It is dim after frost."}
    for until, is_over in ((date(2027, 1, 31), False), (date(2026, 11, 20), True)):
        change(miniature / DEFECT, state="accepted", accepted={**terms, "until": until.isoformat()})
        catalog, _ = load(Repository(miniature), KINDS)
        entry = catalog.find(Connector, "oil_feed")
        assert entry
        (defect,) = connector_page(catalog, entry, connector_tables(catalog, {}, AT)).defects
        assert (defect.accepted, defect.until, defect.is_over) == ("It is dim after frost.", until, is_over)


def test_what_is_not_accepted_has_no_terms(miniature: Path) -> None:
    """An open defect with terms would be read as accepted."""
    terms = {"by": "keeper", "why": "Rare", "until": "2027-01-31", "users": "It is dim after frost."}
    change(miniature / DEFECT, accepted=terms)
    assert [one.message for one in check(miniature, AT).findings] == ["'soot-on-the-east-pane' is 'open', not accepted"]
