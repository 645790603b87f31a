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


SECOND = "ops_model/oncall/rotations/second-watch.yaml"


def with_second_watch(root: Path) -> tuple[str, ...]:
    """Keeper seat 2 is away in the lamp watch; the policy goes to a second watch, then to the role."""
    change(root / "ops_model/organization/people/keeper-seat-2.yaml", time_off=[
        {"first": "2026-12-07", "last": "2026-12-13"}
    ])  # fmt: skip
    second = tree(root / ROTATION)
    second["layers"][0]["participants"] = ["keeper-seat-1"]
    write(root / SECOND, second | {"title": "Second"})
    steps = [{"after_minutes": 0, "notify": [{"rotation": "lamp-watch"}]}]
    steps.append({"after_minutes": 10, "notify": [{"rotation": "second-watch"}]})
    change(root / POLICY, steps=steps)
    return ("--at", "2026-12-09T12:00Z", "--root", str(root))


def test_a_fallback_through_a_rotation_that_was_not_asked_about(dfops: Dfops, miniature: Path) -> None:
    """One rotation by name gives the same answer as all of them."""
    at = with_second_watch(miniature)
    for question in (("oncall", "lamp-watch"), ("oncall",)):
        assert (
            "passes on at once to step 2: Keeper seat 1 (keeper-seat-1), through second-watch"
            in dfops(*question, *at).out
        )


def test_a_fallback_that_cannot_be_read_is_named(dfops: Dfops, miniature: Path) -> None:
    """Nobody is never said where somebody is not known."""
    at = with_second_watch(miniature)
    place = broken(miniature, SECOND)
    for question in (("oncall", "lamp-watch"), ("oncall", "lamp-watch", "--format", "json")):
        ran = dfops(*question, *at)
        assert (ran.code, place in ran.err) == (2, True)
    assert "then  lamp-escalation: not known, second-watch cannot be read" in dfops("oncall", "lamp-watch", *at).out


def test_the_end_of_a_shift_is_the_same_everywhere(dfops: Dfops, miniature: Path) -> None:
    """A turn of months that time off ends: no command takes the end of its own window for it."""
    said = tree(miniature / ROTATION)
    said["layers"][0]["length"] = {"amount": 3, "unit": "months"}
    write(miniature / ROTATION, said)
    at = ("--at", "2026-12-03T00:00Z", "--root", miniature)
    assert "until Tue 2027-02-02 00:00 GMT" in dfops("oncall", *at).out
    assert "until Tue 2027-02-02 00:00 UTC" in dfops("page", "--alert", "lamp-dark", *at).out
    assert "until Tue 02 Feb 00:00 UTC" in dfops("route", "--symptom", "no-light", *at).out


def test_a_rotation_that_begins_later_has_a_next_turn(dfops: Dfops, miniature: Path) -> None:
    """However far away it is."""
    said = tree(miniature / ROTATION)
    said["layers"][0]["starts"] = "2027-05-03"
    write(miniature / ROTATION, said)
    out = dfops("oncall", "--at", "2026-12-02T00:00Z", "--root", miniature).out
    assert "now   nobody                         until Mon 2027-05-03 09:00 BST" in out


def test_steps_weeks_after_the_page_reach_people(dfops: Dfops, miniature: Path) -> None:
    """The schedule reaches past the last step of the last round."""
    steps = [{"after_minutes": 0, "notify": [{"rotation": "lamp-watch"}]}]
    steps.append({"after_minutes": 30_000, "notify": [{"rotation": "lamp-watch"}]})
    change(miniature / POLICY, steps=steps)
    ran = dfops("page", "--alert", "lamp-dark", "--format", "json", *AT, "--root", miniature)
    assert [bool(step["people"]) for step in json.loads(ran.out)["steps"]] == [True] * 4


def test_who_watches_and_also_holds_the_role_counts(dfops: Dfops, miniature: Path) -> None:
    """A shadow of the rotation whom the role names too is reached: the step does not pass on."""
    at = with_second_watch(miniature)
    said = tree(miniature / ROTATION)
    said["layers"][0] |= {"participants": ["keeper-seat-2"], "shadows": ["keeper-seat-1"]}
    write(miniature / ROTATION, said)
    both = [{"after_minutes": 0, "notify": [{"rotation": "lamp-watch"}, {"role": "keeper"}]}]
    change(miniature / POLICY, steps=[*both, {"after_minutes": 10, "notify": [{"role": "keeper"}]}])
    steps = json.loads(dfops("page", "--alert", "lamp-dark", "--format", "json", *at).out)["steps"]
    assert [(step["minutes"], [one["shadow"] for one in step["people"]]) for step in steps[:2]] == [
        (0, [False]),
        (10, [False]),
    ]


@pytest.mark.parametrize(
    ("question", "path"),
    [
        (ROUTE, "ops_model/support/service_levels/lamp-sev1.yaml"),
        (("route",), "ops_model/support/routes/no-light.yaml"),
        (("route",), "ops_model/support/symptoms/no-light.yaml"),
    ],
)
def test_a_promise_or_symptom_that_cannot_be_read(
    dfops: Dfops, miniature: Path, question: tuple[str, ...], path: str
) -> None:
    """No promise and no symptom is an answer; one that is not known is none."""
    place = broken(miniature, path)
    ran = dfops(*question, "--root", miniature)
    assert (ran.code, place in ran.err) == (2, True)
