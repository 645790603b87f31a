"""What is asked at night is answered from what can be read; what cannot be read is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.changes import change, tree, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

AT = ("--at", "2026-11-30T12:00Z")
PAGE = ("page", "--alert", "lamp-dark", *AT)
ROUTE = ("route", "--symptom", "no-light", *AT)
ONCALL = ("oncall", *AT)
RUNBOOK = "runbooks/lamp/lamp-out.yaml"
ROTATION = "ops_model/oncall/rotations/lamp-watch.yaml"
POLICY = "ops_model/oncall/escalation_policies/lamp-escalation.yaml"
SEAT = "ops_model/organization/people/keeper-seat-1.yaml"
ROLE = "ops_model/organization/roles/keeper.yaml"
SURFACE = "ops_model/organization/surfaces/lamp.yaml"


def broken(root: Path, path: str) -> str:
    """A file that an editor saved half-way; its place as a command names it."""
    (root / path).write_text("title: [", encoding="utf-8")
    return f"{path}:1:9: "


@pytest.mark.parametrize("question", [ONCALL, PAGE, ROUTE, ("route",), ("rehearse",)], ids=lambda words: words[0])
def test_a_file_that_the_answer_does_without(dfops: Dfops, miniature: Path, question: tuple[str, ...]) -> None:
    """Somebody is writing a runbook: the same answer, the file named, exit 0."""
    before = dfops(*question, "--root", miniature)
    place = broken(miniature, "runbooks/lamp/half-written.yaml")
    after = dfops(*question, "--root", miniature)
    assert (after.code, after.out) == (0, before.out)
    assert place in after.err


@pytest.mark.parametrize(
    ("question", "path", "said"),
    [
        (ONCALL, ROTATION, ""),
        (ONCALL, SEAT, "now   keeper-seat-1"),
        (PAGE, ROTATION, "not known: lamp-watch cannot be read"),
        (PAGE, POLICY, "receiver  lamp-escalation"),
        (PAGE, SEAT, "keeper-seat-1 (keeper-seat-1)"),
        (PAGE, ROLE, "not known: keeper cannot be read"),
        (PAGE, SURFACE, ""),
        (PAGE, RUNBOOK, "Keeper seat 1"),
        (ROUTE, ROTATION, "On call now     not known"),
        (ROUTE, SEAT, "SEV1"),
    ],
)
def test_a_file_that_the_answer_needs(
    dfops: Dfops, miniature: Path, question: tuple[str, ...], path: str, said: str
) -> None:
    """What is known is printed, the file is named at its line, and the exit code says that a part is missing."""
    place = broken(miniature, path)
    ran = dfops(*question, "--root", miniature)
    assert ran.code == 2
    assert place in ran.err
    assert said in ran.out
    assert bool(said) == bool(ran.out)


@pytest.mark.parametrize("path", [SURFACE, ROLE, RUNBOOK])
def test_a_route_that_cannot_be_followed_names_the_file(dfops: Dfops, miniature: Path, path: str) -> None:
    """A sentence, never another route."""
    place = broken(miniature, path)
    ran = dfops(*ROUTE, "--root", miniature)
    assert (ran.code, ran.out) == (2, "")
    assert place in ran.err


def test_other_rotations_answer_beside_a_broken_one(dfops: Dfops, miniature: Path) -> None:
    """By name the sound one is whole; together the broken one is named."""
    write(miniature / "ops_model/oncall/rotations/second-watch.yaml", tree(miniature / ROTATION) | {"title": "Second"})
    place = broken(miniature, ROTATION)
    assert dfops("oncall", "second-watch", *AT, "--root", miniature).code == 0
    both = dfops(*ONCALL, "--root", miniature)
    assert (both.code, place in both.err) == (2, True)
    assert "Second (second-watch)" in both.out
    asked = dfops("oncall", "lamp-watch", *AT, "--root", miniature)
    assert (asked.code, place in asked.err) == (2, True)


def test_a_reference_that_leads_nowhere_is_not_nobody(dfops: Dfops, miniature: Path) -> None:
    """The file can be read, but what it names is not there: a page must not pass on in silence."""
    policy = tree(miniature / POLICY)
    policy["steps"][0]["notify"] = [{"rotation": "lamp-wacth"}]
    write(miniature / POLICY, policy)
    ran = dfops(*PAGE, "--root", miniature)
    assert ran.code == 2
    assert "0 min" in ran.out
    assert "not known: lamp-wacth" in ran.out
    assert "there is no rotation 'lamp-wacth'" in ran.err


def test_a_change_is_compared_whole_or_not_at_all(dfops: Dfops, miniature: Path) -> None:
    """What cannot be read on one side would be called a gap."""
    place = broken(miniature, ROTATION)
    ran = dfops("oncall", "diff", "--base", "HEAD", "--root", miniature)
    assert (ran.code, ran.out) == (2, "")
    assert place in ran.err


def test_who_is_on_leave_is_one_answer(dfops: Dfops, miniature: Path) -> None:
    """The person with the turn is away: every command says so, and who is paged instead."""
    change(miniature / "ops_model/organization/people/keeper-seat-2.yaml", time_off=[
        {"first": "2026-12-07", "last": "2026-12-13"}
    ])  # fmt: skip
    at = ("--at", "2026-12-09T12:00Z", "--root", miniature)
    oncall = dfops("oncall", *at).out
    assert "now   nobody" in oncall
    assert "away  Keeper seat 2" in oncall
    assert "then  lamp-escalation passes on at once to step 2: Keeper seat 1" in oncall
    (rotation,) = json.loads(dfops("oncall", "--format", "json", *at).out)["rotations"]
    assert (rotation["now"], rotation["away"][0]["person"]) == ([], "keeper-seat-2")
    assert rotation["fallbacks"][0]["people"] == ["keeper-seat-1"]
    steps = json.loads(dfops("page", "--alert", "lamp-dark", "--format", "json", *at).out)["steps"]
    assert [(one["minutes"], one["planned_minutes"], [who["person"] for who in one["people"]]) for one in steps] == [
        (0, 0, []),
        (0, 10, ["keeper-seat-1"]),
        (10, 20, []),
        (10, 30, ["keeper-seat-1"]),
    ]
    assert steps[0]["away"] == ["keeper-seat-2"]
    routed = dfops("route", "--symptom", "no-light", *at).out
    assert "On call now     nobody" in routed
    assert "Paged instead   Keeper seat 1, by lamp-escalation" in routed
