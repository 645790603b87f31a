"""Whoever reviews a change learns of a wrong fact: from a rule, or from the diff. How often is a floor that rises."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.clock import AT
from tests.conftest import MINIATURE, TESTS
from tests.mutation.judging import Judge
from tests.mutation.mutating import Mutation, World
from tests.mutation.points import KINDS
from tests.mutation.score import found, report, seen

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Route

SEED = 1
TODAY = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
"""A day on which everything that this repository records has happened."""
SLACK = 5
"""How far above a floor a score may be before the floor is raised."""
CADENCE = "ops_model/operating/cadences/evening-round.yaml"


@cache
def judge(root: Path, at: datetime) -> Judge:
    """A repository, read once."""
    return Judge(root, at)


@pytest.mark.parametrize(
    ("root", "at", "share", "by_check", "at_all"),
    [
        pytest.param(MINIATURE, AT, 0.25, 68, 100, id="miniature"),
        pytest.param(TESTS.parent, TODAY, 0.06, 58, 100, id="this-repository", marks=pytest.mark.long),
    ],
)
def test_wrong_facts_are_noticed(root: Path, at: datetime, share: float, by_check: int, at_all: int) -> None:
    """The score is no lower than it was: what the check finds, and what the check or the diff says."""
    one = judge(root, at)
    judged = [one.judge(mutation) for mutation in World(one.catalog).of_each_field(SEED, share)]
    told = report(judged)
    assert not [each for each in judged if each.verdict == "crashed"], told
    assert (found(judged) >= by_check, seen(judged) >= at_all) == (True, True), told
    assert found(judged) < by_check + SLACK, f"raise the floor of what the check finds to {found(judged):.0f}"


@pytest.mark.parametrize(
    ("path", "route", "new", "verdict"),
    [
        (CADENCE, ("zone",), "Europe/Londn", "at the line"),
        (CADENCE, ("zone",), "Asia/Kolkata", "only in the diff"),
        ("packs/oil_feed/schema.yaml", ("tables", "spout", "optional"), False, "elsewhere"),
        (
            "ops_model/stability/incidents/dark-on-the-first-of-november.yaml",
            ("ended",),
            "2026-11-01T23:25:00+01:00",
            "silent",
        ),
    ],
)
def test_a_mutation_is_judged(path: str, route: Route, new: object, verdict: str) -> None:
    """Each verdict can be given."""
    mutation = Mutation("text", "", path, route, None, new)
    assert judge(MINIATURE, AT).judge(mutation).verdict == verdict


def test_every_kind_of_fact_is_changed_and_prose_is_not() -> None:
    """Each kind of mutation has places in the miniature. Titles and sentences may have other words."""
    world = World(judge(MINIATURE, AT).catalog)
    assert set(world.points) == set(KINDS)
    fields = {point.field[-1] for kinds in world.points.values() for found in kinds.values() for _, point in found}
    assert not {"summary", "why", "reason", "do"} & fields
