"""Cadences that were held, overdue or never held, and the decisions that a held cycle changed."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from generators.catalog import load
from generators.model import KINDS
from generators.model.operating import Cadence, Decision
from generators.site import prepare
from generators.source import Repository
from generators.stability.cycles import Rhythm, changes_of_decisions, rhythms
from generators.views.layout import page_of
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ROUND = "ops_model/operating/cadences/evening-round.yaml"
CYCLE = "ops_model/operating/cycles/round-of-the-second-of-november.yaml"


def rhythm(root: Path, at: datetime = AT) -> Rhythm:
    """The miniature's round: Mondays from 2 November on at 17:00 in London, 30 minutes."""
    (found,) = rhythms(load(Repository(root), KINDS)[0], at)
    return found


@pytest.mark.parametrize(
    ("held", "overdue_since", "missed"),
    [
        ("2026-11-02", date(2026, 11, 9), 2),
        ("2026-11-09", date(2026, 11, 16), 1),
        ("2026-11-16", None, 0),
        ("2026-11-20", None, 0),
        ("2026-11-23", date(2026, 11, 2), 3),
    ],
    ids=["two-missed", "one-missed", "held", "held-late", "still-to-come"],
)
def test_what_was_missed_since_it_was_last_held(
    miniature: Path, held: str, overdue_since: date | None, missed: int
) -> None:
    """A cycle covers what came before it, and one that is still to come counts for nothing."""
    change(miniature / CYCLE, held=held)
    found = rhythm(miniature)
    assert (found.overdue_since, found.missed, found.next_on) == (overdue_since, missed, date(2026, 11, 23))


def test_a_cadence_that_begins_later_is_not_overdue(miniature: Path) -> None:
    """It was never held and nothing was missed."""
    (miniature / CYCLE).unlink()
    change(miniature / ROUND, starts="2026-11-23")
    found = rhythm(miniature)
    assert (found.last, found.overdue_since, found.missed) == (None, None, 0)


def test_a_day_is_left_to_write_the_record(miniature: Path) -> None:
    """After the end of the meeting; then it is overdue."""
    change(miniature / CYCLE, held="2026-11-09")
    due = AT.replace(day=17, hour=17, minute=30)
    assert rhythm(miniature, due).overdue_since is None
    assert rhythm(miniature, due + timedelta(minutes=1)).overdue_since == date(2026, 11, 16)


def test_a_cancelled_meeting_is_not_missed_and_a_moved_one_is_due_on_its_new_day(miniature: Path) -> None:
    """Exceptions are known here as in every calendar."""
    moved = {"day": "2026-11-16", "reason": "Storm", "moved_to": {"day": "2026-11-18", "time": "17:00"}}
    change(miniature / ROUND, exceptions=[{"day": "2026-11-09", "reason": "Storm"}, moved])
    found = rhythm(miniature)
    assert (found.overdue_since, found.missed) == (date(2026, 11, 18), 1)


def test_a_decision_names_the_cycles_that_changed_it_the_latest_first(miniature: Path) -> None:
    """By the path that the cycle names; other paths are no decisions, and later cycles are not held yet."""
    later = tree(miniature / CYCLE) | {"held": "2026-11-09"}
    write(miniature / CYCLE.replace("second", "ninth"), later)
    write(miniature / CYCLE.replace("second", "thirtieth"), later | {"held": "2026-11-30"})
    found = changes_of_decisions(load(Repository(miniature), KINDS)[0], AT)
    assert {name: [one.cycle.entity.held.day for one in changes] for name, changes in found.items()} == {
        "trim-the-wick": [9, 2]
    }


def test_pages_say_what_was_held_what_is_overdue_and_what_it_changed(miniature: Path) -> None:
    """The cadence, its owner, the decision and the board of the chapter; without a cycle it was never held."""
    (miniature / CYCLE.replace("second", "ninth")).write_bytes((miniature / CYCLE).read_bytes())
    write(miniature / ROUND.replace("evening", "morning"), tree(miniature / ROUND) | {"title": "Morning round"})
    pages = {path: html.unescape(text) for path, text in prepare(miniature, "internal", AT).pages.items()}
    cadences, board = pages[f"{page_of(Cadence)}.md"], pages["operating/index.md"]
    assert "Last held on 2026-11-02" in cadences
    assert "***Never held.*** Next on 2026-11-23. **Overdue since 2026-11-02**, 3 times." in cadences
    assert "last held on 2026-11-02 · **overdue since 2026-11-09**" in board
    assert "*never held* · **overdue since 2026-11-02**" in board
    assert "{ops:cadence}`evening-round`: since 2026-11-09, 2 times" in pages["organization/roles/keeper.md"]
    changed = "Changed by cycle {ops:cycle}`round-of-the-second-of-november` on 2026-11-02: Says how long the wick is"
    assert changed in pages[f"{page_of(Decision)}.md"]
