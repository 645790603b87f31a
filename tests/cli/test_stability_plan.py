"""Tranches: what is proposed, what is written for review, and how one is closed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generators.catalog import Catalog, load
from generators.model import KINDS
from generators.model.stability import Tranche
from generators.source import Repository
from generators.stability.ranking import counted_alone, registered, scored
from generators.stability.tranches import closing, planned_tranche, proposal
from generators.views.tranches import SinceRow, tranche_now
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

MOMENT = AT.isoformat()
FOLDER = "ops_model/stability/tranches"
DEFECTS = "ops_model/stability/defects"
SOOT = f"{DEFECTS}/soot-on-the-east-pane.yaml"


@pytest.fixture
def panes(miniature: Path) -> Path:
    """Four open defects beside the accepted one, of two owners and severities, and no tranche."""
    for path in (miniature / FOLDER).iterdir():
        path.unlink()
    for name, fields in {
        "north": {"severity": "sev3", "owner": "spare-keeper", "occurrences": ["2026-11-01", "2026-11-02"]},
        "south": {"severity": "sev1", "owner": "keeper", "occurrences": []},
        "west": {"severity": "sev3", "owner": "keeper", "occurrences": [], "first_seen": "2026-09-01"},
    }.items():
        write(miniature / DEFECTS / f"{name}.yaml", tree(miniature / SOOT) | {"title": f"Soot {name}"} | fields)
    return miniature


def catalog_of(root: Path) -> Catalog:
    """What the repository says."""
    return load(Repository(root), KINDS)[0]


def taken(root: Path, **limits: object) -> list[str]:
    """The ids that a plan takes, in their order."""
    return [one.defect.id for one in proposal(catalog_of(root), AT, **limits).taken]  # type: ignore[arg-type]


def test_the_worst_severity_comes_before_the_highest_score(panes: Path) -> None:
    """Then the score, then the older one: two occurrences before one, and a first day before none."""
    assert taken(panes) == ["south", "north", "soot-on-the-east-pane", "west"]


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"capacity": 2}, ["south", "north"]),
        ({"per_owner": 1}, ["south", "north"]),
        ({"owner": "keeper"}, ["south", "soot-on-the-east-pane", "west"]),
        ({"owner": "nobody"}, []),
    ],
    ids=["capacity", "of-one-owner", "owner", "none"],
)
def test_capacity_and_the_load_of_an_owner_limit_it(panes: Path, limits: dict[str, object], names: list[str]) -> None:
    """What finds no room is named, in the same order."""
    assert taken(panes, **limits) == names
    found = proposal(catalog_of(panes), AT, **limits)  # type: ignore[arg-type]
    waiting = [one.defect.id for one in found.left]
    assert set(names).isdisjoint(waiting)
    assert len(names) + len(waiting) == {"keeper": 3, "nobody": 0}.get(str(limits.get("owner")), 4)


def test_what_others_maintain_is_reported_and_what_is_accepted_waits(panes: Path) -> None:
    """Once its acceptance is over, an accepted defect of ours is open; one of others never is."""
    terms = {"by": "keeper", "why": "Rare", "until": "2026-11-21", "users": "It is dim."}
    change(panes / DEFECTS / "west.yaml", state="accepted", accepted=terms)
    found = proposal(catalog_of(panes), AT)
    assert [one.defect.id for one in found.upstream] == ["glass-that-clouds"]
    assert "west" not in taken(panes)
    change(panes / DEFECTS / "west.yaml", accepted={**terms, "until": "2026-11-20"})
    assert "west" in taken(panes)


def test_what_a_running_tranche_takes_is_not_taken_again(miniature: Path) -> None:
    """The miniature's only open defect is in its tranche."""
    found = proposal(catalog_of(miniature), AT)
    assert (found.taken, found.running) == ((), ("clean-glass",))


def test_what_is_left_goes_into_the_next_one(panes: Path) -> None:
    """Each defect with its state at the end; the next one starts the day after, with the same owner and review."""
    plan = proposal(catalog_of(panes), AT, capacity=2)
    tranche = planned_tranche(plan.taken, "keeper", "evening-round", AT.date(), AT.date())
    change(panes / DEFECTS / "south.yaml", state="fixed", validation={"what": "x", "regression": "barrel-renamed"})
    defects = registered(catalog_of(panes))
    found = closing(tranche, scored(defects, counted_alone(defects, AT.date())), AT.date(), AT.date())
    assert [(one.defect, one.state) for one in found.closed.after] == [("south", "fixed"), ("north", "open")]
    assert found.next
    assert (found.next.defects, found.next.starts.isoformat(), found.next.owner) == (("north",), "2026-11-22", "keeper")
    assert found.next.ends == found.next.starts


# ── the commands ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_plan_then_work_then_close(panes: Path, dfops: Dfops) -> None:
    """Written for review, valid at once; a fix counts once its validation passed, and the rest is carried over."""
    common = ("--at", MOMENT, "--root", panes)
    ran = dfops("stability", "plan", "--capacity", 2, "--cadence", "evening-round", "--write", *common)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, f"{FOLDER}/2026-11-21.yaml")
    planned = panes / FOLDER / "2026-11-21.yaml"
    assert tree(planned)["before"][0] == {"defect": "south", "state": "open", "score": 0.0}

    change(panes / DEFECTS / "south.yaml", state="fixed", validation={"what": "x", "regression": "barrel-renamed"})
    before = planned.read_bytes()
    ran = dfops("stability", "close", "2026-11-21", *common)
    assert ran.code == 2
    assert "its validation did not run (barrel-renamed)" in ran.sentence
    assert planned.read_bytes() == before

    change(panes / "packs/oil_feed/evidence.yaml", tests={"digest": "0" * 64, "passed": ["barrel-renamed"]})
    ran = dfops("stability", "close", "2026-11-21", *common)
    assert (ran.code, ran.out.splitlines()[0]) == (1, "1 of 2 defects are settled")
    assert tree(planned)["carried_to"] == "2026-11-22"
    assert tree(panes / FOLDER / "2026-11-22.yaml")["defects"] == ["north"]
    assert dfops("stability", "close", "2026-11-21", *common).sentence.endswith("was closed on 2026-11-21")
    assert "starts on 2026-11-22" in dfops("stability", "close", "2026-11-22", *common).sentence


def test_the_page_of_a_tranche_compares_before_and_after_with_now(miniature: Path) -> None:
    """It is late once its last day is over; what changed after it was closed is told."""
    catalog = catalog_of(miniature)
    entry = catalog.find(Tranche, "clean-glass")
    assert entry
    assert not tranche_now(catalog, entry, AT).is_late
    assert tranche_now(catalog, entry, AT.replace(month=12)).is_late
    (before,) = entry.entity.before
    after = before.model_copy(update={"state": "fixed"})
    closed = replace(entry, entity=entry.entity.model_copy(update={"closed": AT.date(), "after": (after,)}))
    now = tranche_now(catalog, closed, AT.replace(month=12))
    assert (now.settled, now.total, now.is_late) == (1, 1, False)
    assert now.since == (SinceRow(before.defect, "fixed", "open"),)
    assert (now.score_before, now.score_after) == ("1.33", "0")


def test_a_failed_validation_is_carried_over(panes: Path, dfops: Dfops) -> None:
    """What its file calls fixed is open again."""
    common = ("--at", MOMENT, "--root", panes)
    dfops("stability", "plan", "--capacity", 1, "--cadence", "evening-round", "--write", *common)
    change(panes / DEFECTS / "south.yaml", state="fixed", validation={"what": "x", "regression": "barrel-renamed"})
    failed = {"digest": "0" * 64, "passed": [], "failed": ["barrel-renamed"]}
    change(panes / "packs/oil_feed/evidence.yaml", tests=failed)
    ran = dfops("stability", "close", "2026-11-21", *common)
    assert "  south: open -> open" in ran.out.splitlines()
    assert tree(panes / FOLDER / "2026-11-22.yaml")["defects"] == ["south"]


def test_programs_read_a_plan(panes: Path, dfops: Dfops) -> None:
    """With a version of its shape, and nothing written."""
    found = json.loads(dfops("stability", "plan", "--format", "json", "--at", MOMENT, "--root", panes).out)
    assert (found["schema_version"], [one["defect"] for one in found["upstream"]]) == (1, ["glass-that-clouds"])
    assert not list((panes / FOLDER).iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan", "--owner", "kepper"), "did you mean 'keeper'?"),
        (("plan", "--cadence", "evening-rund", "--write"), "did you mean 'evening-round'?"),
        (("plan", "--write"), "name the review that the tranche ends with: --cadence CADENCE"),
        (("close", "2026-11-21"), "tranche"),
    ],
    ids=["owner", "cadence", "no-cadence", "tranche"],
)
def test_names_that_are_none_are_refused(panes: Path, dfops: Dfops, arguments: tuple[str, ...], sentence: str) -> None:
    """In one sentence, and nothing is written."""
    ran = dfops("stability", *arguments, "--at", MOMENT, "--root", panes)
    assert ran.code == 2
    assert sentence in ran.err
    assert not list((panes / FOLDER).iterdir())
