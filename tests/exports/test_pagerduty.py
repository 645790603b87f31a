from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.exports.pagerduty import FILE, Definitions, definitions
from generators.model.oncall import EscalationPolicy
from generators.oncall.intervals import Window
from generators.oncall.paging import round_minutes
from generators.oncall.roster import Roster
from generators.oncall.schedule import schedule
from tests.changes import change, tree, write
from tests.exports.rosters import AT, ZONES, alone, catalog_at, layer, people, rotation, rotations
from tests.exports.terraform import check_block, is_regular, on_call, person
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from pathlib import Path

    from generators.model.oncall import Rotation
    from generators.model.organization import Person

TERRAFORM = shutil.which("terraform")
YEAR = Window(AT, AT + timedelta(weeks=53))
POLICY = "ops_model/oncall/escalation_policies/lamp-escalation.yaml"
LAMP = "ops_model/oncall/rotations/lamp-watch.yaml"
PERSON = "ops_model/organization/people/keeper-seat-1.yaml"


def told(made: Definitions) -> dict[str, Any]:
    """The resources of a file, each held against the provider's documentation."""
    whole = json.loads(made.text)
    assert set(whole) == {"//", "terraform", "variable", "resource"}
    for kind, resources in whole["resource"].items():
        for block in resources.values():
            check_block(kind, block)
    resources = whole["resource"]
    assert isinstance(resources, dict)
    return resources


def of(made: Rotation) -> list[dict[str, Any]]:
    """The schedules of a rotation that is alone."""
    return list(told(definitions(alone(made), AT))["pagerduty_schedule"].values())


def at(root: Path) -> Definitions:
    """The definitions of a repository."""
    return definitions(catalog_at(root), AT)


@pytest.mark.long
@settings(max_examples=50)
@given(rotations(levels=True), people(), st.data())
def test_who_is_on_call_in_the_pager_is_who_is_on_call_here(
    made: Rotation, everybody: dict[str, Person], data: st.DataObject
) -> None:
    """At any moment of the coming year, whatever the levels, restrictions, overrides, plans and absences."""
    catalog = alone(made, everybody)
    schedules = list(told(definitions(catalog, AT))["pagerduty_schedule"].values())
    expected, where = Roster.of(catalog, AT, YEAR.length).schedules["watch"], ZoneInfo(made.zone)
    edges = [edge for shift in expected.shifts for edge in (shift.window.start, shift.window.end)]
    drawn = data.draw(st.lists(st.integers(0, 53 * 7 * 24 * 60 - 1), min_size=10, max_size=10))
    moments = [YEAR.start + timedelta(minutes=minutes) for minutes in drawn]
    moments += [edge + timedelta(seconds=after) for edge in edges[:: max(len(edges) // 20, 1)] for after in (-1, 0)]
    for moment in moments:
        if YEAR.start <= moment < YEAR.end and is_regular(moment, where):
            here = {shift.person for shift in expected.at(moment)}
            there = {on_call(one, moment) for one in schedules} - {None}
            assert there == here, moment


@pytest.mark.parametrize("zone", ZONES)
def test_every_handoff_of_a_year(zone: str) -> None:
    """The second before and the second of it, the weeks in which the clock is changed included."""
    layers = (
        layer(participants=["ann", "bob", "cyd"]),
        layer(
            "night",
            participants=["dee"],
            restrictions=[{"days": ["sunday", "friday"], "start": "22:00", "end": "06:00"}],
        ),
    )
    made = rotation(*layers, zone=zone)
    (one,) = of(made)
    expected = schedule("watch", made, YEAR)
    for shift in expected.shifts[1:]:
        for moment in (shift.window.start - timedelta(seconds=1), shift.window.start):
            (here,) = expected.at(moment)
            assert on_call(one, moment) == here.person, moment


def test_last_layer_is_the_highest() -> None:
    """In PagerDuty the last layer wins, so layers are written lowest first, and overrides after them."""
    swap = {"person": "cyd", "start": "2027-02-03T10:00:00Z", "end": "2027-02-03T12:00:00Z", "reason": "Dentist"}
    low, high = layer("low", level=2), layer("high", level=1)
    (one,) = of(rotation(low, high, overrides=[swap]))
    assert [made["name"] for made in one["layer"]] == ["high", "low", "Override: Dentist"]


def test_overlapping_overrides_are_in_the_order_in_which_they_hold() -> None:
    """The one that starts earlier holds until its end; what is over is left out."""
    swaps = [
        {"person": who, "start": f"2027-02-03T{start}:00:00Z", "end": f"2027-02-03T{end}:00:00Z", "reason": who}
        for who, start, end in (("cyd", 10, 14), ("dee", 12, 16))
    ]
    past = {"person": "bob", "start": "2026-01-03T10:00:00Z", "end": "2026-01-03T12:00:00Z", "reason": "Past"}
    (one,) = of(rotation(overrides=[*swaps, past]))
    found = {hour: on_call(one, datetime(2027, 2, 3, hour, tzinfo=UTC)) for hour in (10, 12, 13, 14, 15)}
    assert found == {10: "cyd", 12: "cyd", 13: "cyd", 14: "dee", 15: "dee"}
    assert "Past" not in str(one)


def test_layers_of_one_level_need_two_schedules(miniature: Path) -> None:
    """A schedule holds one person; the policy notifies both schedules, and it is said."""
    said = tree(miniature / LAMP)
    said["layers"] = [said["layers"][0] | {"id": name, "level": 1} for name in ("one", "two")]
    said["layers"][1]["participants"] = ["keeper-seat-2", "keeper-seat-1"]
    change(miniature / LAMP, **said)
    made = at(miniature)
    resources = told(made)
    first = resources["pagerduty_escalation_policy"]["lamp-escalation"]["rule"][0]["target"]
    assert [target["id"] for target in first] == [
        f"${{pagerduty_schedule.{name}.id}}" for name in ("lamp-watch", "lamp-watch-N2")
    ]
    both = {on_call(one, AT) for one in resources["pagerduty_schedule"].values()}
    assert both == {"keeper-seat-1", "keeper-seat-2"}
    assert any("layers of one level" in remark for remark in made.remarks)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ([], []),
        (
            [
                {
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
                    "start": "09:00",
                    "end": "09:00",
                }
            ],
            [],
        ),
        (
            [
                {
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
                    "start": "22:00",
                    "end": "06:00",
                }
            ],
            [("daily_restriction", None, "22:00:00", 8 * 3600)],
        ),
        (
            [
                {"days": ["saturday"], "start": "00:00", "end": "00:00"},
                {"days": ["sunday"], "start": "00:00", "end": "06:00"},
            ],
            [("weekly_restriction", 6, "00:00:00", 30 * 3600)],
        ),
        (
            [
                {"days": ["sunday"], "start": "20:00", "end": "08:00"},
                {"days": ["monday"], "start": "06:00", "end": "09:00"},
            ],
            [("weekly_restriction", 7, "20:00:00", 13 * 3600)],
        ),
    ],
    ids=["always", "always, day by day", "each night", "joined", "past Sunday"],
)
def test_restrictions_in_seconds_of_a_week(limits: list[dict[str, Any]], expected: list[tuple[Any, ...]]) -> None:
    """Joined where they touch, daily where every day is the same; the whole week needs none."""
    (one,) = of(rotation(layer(restrictions=limits)))
    (made,) = one["layer"]
    assert [
        (each["type"], each.get("start_day_of_week"), each["start_time_of_day"], each["duration_seconds"])
        for each in made.get("restriction", [])
    ] == expected


def test_minutes_after_the_page_become_delays(miniature: Path) -> None:
    """PagerDuty counts from rule to rule; the last one waits as long as a round here takes."""
    steps = [{"after_minutes": minutes, "notify": [{"role": "keeper"}]} for minutes in (0, 10, 25)]
    change(miniature / POLICY, steps=steps, repeat=3)
    made = told(at(miniature))["pagerduty_escalation_policy"]["lamp-escalation"]
    delays = [rule["escalation_delay_in_minutes"] for rule in made["rule"]]
    assert delays == [10, 15, 15]
    assert made["num_loops"] == 3
    policy = catalog_at(miniature).find(EscalationPolicy, "lamp-escalation")
    assert policy is not None
    assert sum(delays) == round_minutes(policy.entity)


def test_people_are_a_variable(miniature: Path) -> None:
    """Ids are looked up, each person who is named is asked for, and nothing that reaches anybody is in the file."""
    contacts = [{"channel": "email", "address": "a@example.org"}]
    change(miniature / PERSON, handle="keeper-of-light", contacts=contacts, time_off=[])
    made = at(miniature)
    whole = json.loads(made.text)
    targets = whole["resource"]["pagerduty_escalation_policy"]["lamp-escalation"]["rule"][1]["target"]
    assert [person(target["id"]) for target in targets] == ["keeper-seat-1", "keeper-seat-2"]
    asked = whole["variable"]["pagerduty_users"]
    assert asked["type"] == "map(string)"
    assert "keeper-seat-1" in asked["validation"]["condition"]
    assert "@" not in made.text
    assert "keeper-of-light" not in made.text


def test_a_holder_of_a_role_who_is_away_is_not_notified(miniature: Path) -> None:
    """PagerDuty knows no time off of a user: the policy notifies a schedule that leaves those days out."""
    resources = told(at(miniature))
    targets = resources["pagerduty_escalation_policy"]["lamp-escalation"]["rule"][1]["target"]
    assert targets[0] == {"type": "schedule_reference", "id": "${pagerduty_schedule.keeper-seat-1-P.id}"}
    assert person(targets[1]["id"]) == "keeper-seat-2"
    own = resources["pagerduty_schedule"]["keeper-seat-1-P"]
    days = {day: on_call(own, datetime(2027, 2, day, 12, tzinfo=UTC)) for day in (1, 2, 5, 6)}
    assert days == {1: "keeper-seat-1", 2: None, 5: None, 6: "keeper-seat-1"}
    assert on_call(own, datetime(2031, 1, 1, tzinfo=UTC)) == "keeper-seat-1"


def test_step_without_people_passes_on(miniature: Path) -> None:
    """It is left out, which is what an empty step does, and said; so is who has left."""
    steps = [
        {"after_minutes": 0, "notify": [{"rotation": "lamp-watch"}]},
        {"after_minutes": 10, "notify": [{"role": "mate"}]},
        {"after_minutes": 25, "notify": [{"role": "keeper"}]},
    ]
    change(miniature / POLICY, steps=steps)
    mate = tree(miniature / "ops_model/organization/roles/keeper.yaml") | {"title": "Mate", "holders": []}
    write(miniature / "ops_model/organization/roles/mate.yaml", mate)
    change(miniature / PERSON, left="2026-11-01")
    made = at(miniature)
    rules = told(made)["pagerduty_escalation_policy"]["lamp-escalation"]["rule"]
    assert [rule["escalation_delay_in_minutes"] for rule in rules] == [10, 15]
    assert [person(target["id"]) for target in rules[1]["target"]] == ["keeper-seat-2"]
    assert any("step 2 reaches nobody" in remark for remark in made.remarks)


def test_what_cannot_be_said_is_a_comment_and_a_remark(miniature: Path) -> None:
    """The policy that goes on, shadows, holidays, overrides, and turns across a change of the clock."""
    said = tree(miniature / LAMP)
    said["layers"][0]["shadows"] = ["keeper-seat-2"]
    said["overrides"] = [
        {"person": "keeper-seat-2", "start": "2027-02-03T10:00:00Z", "end": "2027-02-04T10:00:00Z", "reason": "Swap"}
    ]
    change(miniature / LAMP, **said)
    write(miniature / POLICY.replace("lamp-", "last-"), tree(miniature / POLICY))
    change(miniature / POLICY, then="last-escalation")
    made = at(miniature)
    resources = told(made)
    comments = [remark for kind in resources.values() for block in kind.values() for remark in block.get("//", [])]
    assert len(comments) == len(made.remarks)
    for what in (
        "'last-escalation'",
        "shadows are not notified: keeper-seat-2",
        "'coast'",
        "layers that end",
        "2027-03-28 and 2027-10-31",
    ):
        assert any(what in comment for comment in comments), what
        assert any(what in remark for remark in made.remarks), what


def test_zone_without_changes_of_the_clock_needs_no_remark() -> None:
    """In Kolkata a day has 24 hours."""
    assert not definitions(alone(rotation(zone="Asia/Kolkata")), AT).remarks


def test_text_that_terraform_would_evaluate(miniature: Path) -> None:
    """A title is a title."""
    change(
        miniature / "ops_model/organization/surfaces/lamp.yaml", title="The ${path.module} %{if true}", summary="${x}"
    )
    service = told(at(miniature))["pagerduty_service"]["lamp"]
    assert service["name"] == "The $${path.module} %%{if true}"
    assert service["description"] == "$${x}"


def test_ids_that_begin_with_a_digit(miniature: Path) -> None:
    """Terraform's names do not."""
    text = json.loads(definitions(alone(rotation()), AT).text)
    assert set(text["resource"]["pagerduty_schedule"]) == {"watch"}
    write(miniature / POLICY.replace("lamp-escalation", "24x7"), tree(miniature / POLICY))
    assert "_24x7" in told(at(miniature))["pagerduty_escalation_policy"]


@pytest.mark.skipif(TERRAFORM is None, reason="Terraform is not installed, and no package of it is in the distribution")
def test_terraform_reads_it(miniature: Path, tmp_path: Path) -> None:
    """The command's own reader; it needs no provider for this."""
    (tmp_path / FILE).write_text(at(miniature).text, encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 - found above
        [str(TERRAFORM), "providers"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert ran.returncode == 0, ran.stderr
    assert "/pagerduty/pagerduty" in ran.stdout


def test_first_handoff_at_a_time_that_is_skipped() -> None:
    """Clocks go from 02:00 to 03:00 when the first turn begins; all later ones begin at 02:30 all the same."""
    first: dict[str, Any] = {"starts": "2027-03-14", "handoff": {"weekday": "sunday", "time": "02:30"}}
    (one,) = of(rotation(layer(participants=["ann", "bob", "cyd"], **first), zone="America/Los_Angeles"))
    (made,) = one["layer"]
    assert made["start"] == "2027-03-14T03:00:00-07:00"
    assert made["rotation_virtual_start"] == "2027-02-21T02:30:00-08:00"
    moments = [datetime(2027, 3, day, 9, minute, tzinfo=UTC) for day in (21, 28) for minute in (29, 30)]
    assert [on_call(one, moment) for moment in moments] == ["ann", "bob", "bob", "cyd"]
