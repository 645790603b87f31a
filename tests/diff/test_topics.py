from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generators.changes import compare
from tests.clock import AT
from tests.diff.trees import before, changes, edit, facts, line

if TYPE_CHECKING:
    from pathlib import Path

    from generators.changes import Change

MODEL = "ops_model"
SEV1 = f"{MODEL}/support/service_levels/lamp-sev1.yaml"
SEV3 = f"{MODEL}/support/service_levels/lamp-sev3.yaml"
POLICY = f"{MODEL}/oncall/escalation_policies/lamp-escalation.yaml"
ROTATION = f"{MODEL}/oncall/rotations/lamp-watch.yaml"
ALERT = f"{MODEL}/telemetry/alerts/lamp-dark.yaml"
OBJECTIVE = f"{MODEL}/telemetry/objectives/lamp-lit.yaml"
EVENT = f"{MODEL}/telemetry/events/lamp-check.yaml"
ROUTE = f"{MODEL}/support/routes/no-light.yaml"
SYMPTOM = f"{MODEL}/support/symptoms/no-light.yaml"
GATE = f"{MODEL}/launch/gates/first-night.yaml"
SCOPE = f"{MODEL}/launch/scope/light-every-night.yaml"
PACK = "packs/oil_feed/pack.yaml"
RUNBOOK = "runbooks/lamp/lamp-out.yaml"
DEFECT = f"{MODEL}/stability/defects/soot-on-the-east-pane.yaml"

PLANTED = {
    "a promise gets longer": (
        (SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes"),
        (
            "users weaker The lamp is dark on The lamp: a report is acknowledged within: "
            "15 minutes (now: by Sat 2026-11-21 12:15 UTC) → 30 minutes (now: by Sat 2026-11-21 12:30 UTC)"
        ),
    ),
    "a promise gets shorter": (
        (SEV3, "resolve: 5 days", "resolve: 4 days"),
        (
            "users stronger The lamp smokes on The lamp: resolved within: "
            "5 days (now: by Fri 2026-11-27 17:00 UTC) → 4 days (now: by Thu 2026-11-26 17:00 UTC)"
        ),
    ),
    "the clock of a promise runs for fewer hours": (
        (SEV3, "monday, tuesday, wednesday", "monday, wednesday"),
        "users weaker The lamp smokes on The lamp: the clock runs: ",
    ),
    "the clock of a promise runs on holidays": (
        (SEV3, "  holidays: coast\n", ""),
        "users stronger The lamp smokes on The lamp: the clock runs: ",
    ),
    "releases come on another day": (
        (f"{MODEL}/operating/cadences/evening-round.yaml", "BYDAY=MO", "BYDAY=TU"),
        (
            "users changed New wicks: release days in 52 weeks: 2026-11-23, 2026-11-30, 2026-12-07, 2026-12-14 and 48 "
            "more → 2026-11-24, 2026-12-01, 2026-12-08, 2026-12-15 and 48 more"
        ),
    ),
    "a severity pages no one any more": (
        (f"{MODEL}/support/severities/sev1.yaml", "pages: true", "pages: false"),
        "on-call weaker The lamp is dark on The lamp pages: lamp-escalation → nobody",
    ),
    "the second step of a policy comes later": (
        (POLICY, "after_minutes: 10", "after_minutes: 20"),
        (
            "on-call weaker When nobody answers for the lamp: notified, minute by minute: "
            "0 lamp-watch, 10 keeper, 20 lamp-watch, 30 keeper → 0 lamp-watch, 20 keeper, 40 lamp-watch, 60 keeper"
        ),
    ),
    "a policy gives up after the first round": (
        (POLICY, "repeat: 1", "repeat: 0"),
        "on-call weaker When nobody answers for the lamp: notified, minute by minute: ",
    ),
    "two people exchange their turns": (
        (ROTATION, "[keeper-seat-1, keeper-seat-2]", "[keeper-seat-2, keeper-seat-1]"),
        (
            "on-call changed Lamp watch: 4367 hours in 27 stretches, the first from Sat 2026-11-21 12:00 GMT: "
            "Keeper seat 1 → Keeper seat 2"
        ),
    ),
    "a rotation begins later": (
        (ROTATION, "starts: 2026-11-02", "starts: 2026-12-07"),
        "on-call weaker Lamp watch: hours in 52 weeks that nobody covers: 0 → 477",
    ),
    "a role that is paged has other holders": (
        (f"{MODEL}/organization/roles/keeper.yaml", "[keeper-seat-1, keeper-seat-2]", "[keeper-seat-2]"),
        (
            "on-call changed Keeper: who is paged by lamp-escalation in minute 10: "
            "keeper-seat-1, keeper-seat-2 → keeper-seat-2"
        ),
    ),
    "a role becomes vacant": (
        (f"{MODEL}/organization/roles/keeper.yaml", "holders: [keeper-seat-1, keeper-seat-2]", "holders: []"),
        "approvers weaker Keeper, owner of ",
    ),
    "an alert gets a milder severity": (
        (ALERT, "severity: sev1", "severity: sev3"),
        "on-call weaker Alert 'The lamp is dark': severity: sev1 → sev3",
    ),
    "an alert burns slower": (
        (ALERT, "burn: page", "burn: ticket"),
        "on-call weaker Alert 'The lamp is dark': fires at the burn rate of a: page → ticket",
    ),
    "an alert is answered by another step": (
        (ALERT, "step: lamp-out/look", "step: lamp-out/light"),
        "on-call changed Alert 'The lamp is dark': the step that answers: lamp-out/look → lamp-out/light",
    ),
    "an objective asks for less": (
        (OBJECTIVE, '"0.995"', '"0.95"'),
        "on-call weaker Objective 'The lamp is lit': target: 0.995 → 0.95",
    ),
    "an objective needs more events": (
        (OBJECTIVE, "minimum_events: 20", "minimum_events: 2000"),
        "on-call weaker Objective 'The lamp is lit': events below which nothing fires: 20 → 2000",
    ),
    "an objective counts others as good": (
        (OBJECTIVE, 'values: ["true"]}', 'values: ["false"]}'),
        "on-call changed Objective 'The lamp is lit': which events are good: lit is true → lit is false",
    ),
    "a route gets another owner": (
        (ROUTE, "owner: keeper", "owner: spare-keeper"),
        "support changed 'I see no light' on The lamp: owner: keeper → spare-keeper",
    ),
    "a route gets a milder severity": (
        (ROUTE, "severity: sev1", "severity: sev3"),
        "support weaker 'I see no light' on The lamp: severity: sev1 → sev3",
    ),
    "a reply has other words": (
        (ROUTE, "We are on it.", "Nothing is wrong."),
        "support changed 'I see no light' on The lamp: the reply to the user: We are on it. → Nothing is wrong.",
    ),
    "a code leads nowhere any more": (
        (SYMPTOM, "  - ERR-INTERNAL\n", ""),
        "support weaker ERR-INTERNAL leads to: no-light → nowhere",
    ),
    "the next message comes later": (
        (f"{MODEL}/support/messages/investigating-users.yaml", "minutes: 20", "minutes: 300"),
        "users weaker Message to users while investigating: the next one follows in: 20 minutes → 300 minutes",
    ),
    "a gate no longer asks for something": (
        (GATE, "  - id: seen\n    statement: A ship saw it\n    role: keeper\n", ""),
        "approvers weaker Gate 'First night': criterion: A ship saw it → (nothing)",
    ),
    "a criterion is proven by another command": (
        (GATE, "command: dfops check", "command: make help"),
        "approvers changed Gate 'First night', checked: the command that proves it: dfops check → make help",
    ),
    "a scope item is done no more": (
        (SCOPE, "    condition: no-findings\n    rules: [OPS407]\n", "    test: tests/test_lamp.py\n"),
        "approvers weaker Scope item 'Light every night': state by its evidence: done → open",
    ),
    "what shows a scope item is gone": (
        (SCOPE, "    path: ops_model/oncall/rotations/lamp-watch.yaml\n", "    command: make help\n"),
        (
            "approvers changed Scope item 'Light every night': what shows it: "
            "path: ops_model/oncall/rotations/lamp-watch.yaml → command: make help"
        ),
    ),
    "a deferral is looked at later": (
        (f"{MODEL}/launch/deferrals/second-colour-later.yaml", "2027-03-01", "2028-03-01"),
        "approvers weaker Deferral 'The second colour comes later' is looked at again on: 2027-03-01 → 2028-03-01",
    ),
    "a waiver holds longer": (
        (f"{MODEL}/launch/waivers/barrel-counted-later.yaml", "2027-01-30", "2028-03-01"),
        "approvers weaker Waiver 'The barrel is counted later' holds until: 2027-01-30 → 2028-03-01",
    ),
    "a risk is called less likely": (
        (f"{MODEL}/launch/risks/lamp-goes-out.yaml", "impact: high", "impact: low"),
        "approvers changed Risk 'The lamp goes out': impact: high → low",
    ),
    "a number means something else": (
        (PACK, "unit: litre", "unit: gallon"),
        "users changed Oil dashboards, number 'Oil left': unit: litre → gallon",
    ),
    "a warehouse is supported no more": (
        (PACK, "  - {name: snowflake, proof: static}\n", ""),
        "users weaker Oil dashboards on Snowflake: proof: static → not supported",
    ),
    "data may be older": (
        ("packs/oil_feed/schema.yaml", "error_after: 3 days", "error_after: 30 days"),
        "users weaker Oil tables: data is stale after: 3 days → 30 days",
    ),
    "a query computes something else": (
        ("packs/oil_feed/charts/index.yml", "SUM(", "MAX("),
        "users changed Oil dashboards: other queries in index/stock",
    ),
    "a chart is drawn otherwise": (
        ("packs/oil_feed/charts/spouts.yml", "type: bar", "type: line"),
        "users changed Oil dashboards, board spouts: charts drips_by_maker type: bar → line",
    ),
    "a command has another word": (
        (RUNBOOK, "@validate {lamp}", "@explain {lamp}"),
        "on-call changed Runbook 'The lamp is out': steps look command: @validate {lamp} → @explain {lamp}",
    ),
    "a defect gets a milder severity": (
        (DEFECT, "severity: sev3", "severity: sev1"),
        "users weaker Oil dashboards: public state: ",
    ),
    "a step of a runbook is changed": (
        (RUNBOOK, "minutes: 20", "minutes: 200"),
        "on-call changed Runbook 'The lamp is out': steps fill minutes: 20 → 200",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_change_is_told_as_what_it_means(miniature: Path, planted: tuple[tuple[str, str, str], str]) -> None:
    """The reader, whether it got weaker, and both values; the place is in the file that was changed."""
    (path, old, new), expected = planted
    edit(miniature, path, old, new)
    told = changes(miniature)
    assert [one for one in told if line(one).startswith(expected)], "\n".join(map(line, told))
    assert path.startswith("packs/oil_feed/charts") or path in {one.place.path for one in told}


def of_person(told: tuple[Change, ...], name: str) -> list[tuple[str, str, str]]:
    """What is told of a person: in words, before and after."""
    return [(one.what, one.before, one.after) for one in told if one.what.startswith(f"{name}: ")]


def test_a_change_of_turns_is_told_to_each_person(miniature: Path) -> None:
    """How much more and less, from when on in the rotation's zone, and what they carry then."""
    edit(miniature, ROTATION, "[keeper-seat-1, keeper-seat-2]", "[keeper-seat-1]")
    told = changes(miniature)
    ((first, was, now),) = of_person(told, "Keeper seat 1")
    assert first.startswith("Keeper seat 1: on call in 52 weeks, 178 days more from Mon 2026-11-23 09:00 GMT")
    assert (was.split()[0], now.split()[0]) == ("4367", "8640")  # less the days off
    ((second, _, after),) = of_person(told, "Keeper seat 2")
    assert (second.split(", ")[1].split(" from")[0], after) == ("182 days less", "never")


def test_a_change_of_a_policy_is_told_to_each_person(miniature: Path) -> None:
    """The minute for whom the role comes later; whoever is on call is paged first as before."""
    edit(miniature, POLICY, "after_minutes: 10", "after_minutes: 20")
    told = of_person(changes(miniature), "Keeper seat 2")
    assert [(before, after) for _, before, after in told] == [("in minute 10", "in minute 20")]
    assert "paged for sev1 on The lamp, " in told[0][0]


def test_a_person_who_is_paged_no_more_only_when_off_duty(miniature: Path) -> None:
    """Out of the role and still in the rotation: not paged in the weeks of the other."""
    edit(miniature, f"{MODEL}/organization/roles/keeper.yaml", "[keeper-seat-1, keeper-seat-2]", "[keeper-seat-2]")
    told = [one for one in of_person(changes(miniature), "Keeper seat 1") if "paged for" in one[0]]
    assert [(before, after) for _, before, after in told] == [("in minute 10", "not at all")]


def test_boards_and_the_files_beside_them_are_told(miniature: Path) -> None:
    """A board that is gone is a loss; a file that no board holds is named when its text is another."""
    (miniature / "packs/oil_feed/charts/spouts.yml").unlink()
    assert [line(one) for one in changes(miniature) if one.weight == "weaker"] == [
        "users weaker Oil dashboards: board: spouts → (nothing)"
    ]
    was, now = (replace(before(), beside={"oil_feed": {"charts/meta.yml": text}}) for text in ("lamp", "horn"))
    (told,) = compare(was, now, AT)
    assert line(told).startswith("users changed Oil dashboards: other files beside the boards: charts/meta.yml")


def test_a_former_id_of_a_step_is_told(miniature: Path) -> None:
    """Links to it lead to the step; no digest has it, so nothing else says so."""
    edit(miniature, RUNBOOK, "  - id: fill\n", "  - id: fill\n    former: [pour]\n")
    assert [line(one) for one in changes(miniature)] == [
        "on-call changed Runbook 'The lamp is out': steps fill former: (nothing) → pour"
    ]


def test_nothing_changes_against_itself(miniature: Path) -> None:
    """No change is made up; comments and layout are none."""
    edit(miniature, SEV1, "title: Dark lamp", "# a remark\ntitle:   Dark lamp")
    assert changes(miniature) == ()


def test_a_defect_that_is_called_milder_is_told_with_the_state_that_it_turns(miniature: Path) -> None:
    """The state of the pack gets better, the severity weaker: nothing was fixed, and both lines say where."""
    edit(miniature, DEFECT, "severity: sev3", "severity: sev1")
    (state,) = (one for one in changes(miniature) if "public state" in one.what)
    assert (state.before.split(":")[0], state.after.split(":")[0]) == ("degraded", "broken")
    assert (state.place.path, state.place.line) == (DEFECT, 4)


def test_an_event_that_nothing_records_silences_its_alert(miniature: Path) -> None:
    """An alert that is no longer live is told by its name; one that becomes live gets stronger."""
    produced = "producers: [{command: dfops telemetry record, when: After each look}]"
    edit(miniature, EVENT, "version: 1", f"version: 1\n{produced}")
    silenced = [one for one in compare(facts(miniature), before(), AT) if one.what.startswith("Alert")]
    assert [(one.weight, one.before) for one in silenced] == [("weaker", "live")]
    assert silenced[0].after == "declared, not live: nothing records its events yet"
    assert [one.weight for one in changes(miniature) if one.what.startswith("Alert")] == ["stronger"]


def test_what_is_gone_is_told_once_with_its_last_place(miniature: Path) -> None:
    """A removed alert, route, regression and rehearsal are lost."""
    for path in (ALERT, ROUTE, "packs/oil_feed/regressions/barrel-renamed.yaml"):
        (miniature / path).unlink()
    (miniature / f"{MODEL}/launch/rehearsals/lamp-out-by-day.yaml").unlink()
    found = [one for one in changes(miniature) if one.weight == "weaker"]
    assert {one.what for one in found} == {
        "Alert 'The lamp is dark' is gone: nothing fires for it any more",
        "'I see no light' on The lamp leads nowhere any more",
        "Regression test 'The barrel is renamed' is gone",
        "Rehearsal 'The lamp is out, by day' is gone",
    }
    assert all(one.place.line == 1 for one in found)


def test_a_renamed_entity_is_the_same_one(miniature: Path) -> None:
    """With `former` nothing is gone or new, and what leads to it leads where it did; the new id is told."""
    for kind, path, users in (
        ("symptom", SYMPTOM, (ROUTE, f"{MODEL}/support/code_groups/bridges.yaml")),
        ("scope-item", SCOPE, (GATE,)),
    ):
        old = (miniature / path).stem
        (miniature / path).with_stem(f"the-{old}").write_text(
            (miniature / path).read_text(encoding="utf-8") + f"former: [{old}]\n", encoding="utf-8"
        )
        (miniature / path).unlink()
        for user in users:
            edit(miniature, user, old, f"the-{old}")
        found = [one for one in changes(miniature) if one.about[0] == kind]
        assert [one.what.rpartition(": ")[2] for one in found] == ["former"]
    assert len(changes(miniature)) == 2


def test_what_cannot_be_read_is_not_called_gone(miniature: Path) -> None:
    """A file with an error says nothing about what was removed."""
    edit(miniature, SEV1, "acknowledge: 15 minutes", "acknowledge: soon")
    edit(miniature, ROTATION, "zone: Europe/London", "zone: Nowhere")
    assert changes(miniature) == ()
