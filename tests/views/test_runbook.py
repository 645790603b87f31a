from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from generators.model.runbook import Runbook
from generators.site import check
from generators.views.night import LISTED, message_data, runbook_data, shift_scripts
from generators.views.runbook import RunbookPage, runbook_index, runbook_page
from tests.changes import change, tree
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = "runbooks/lamp/lamp-out.yaml"
POLICY = "ops_model/oncall/escalation_policies/lamp-escalation.yaml"


def page(root: Path) -> RunbookPage:
    """The page of the miniature's runbook."""
    catalog = check(root, AT).catalog
    (entry,) = catalog.entries_of(Runbook)
    return runbook_page(catalog, entry, AT)


def with_step(root: Path, number: int, **fields: Any) -> None:
    """The runbook with one step changed."""
    steps = tree(root / RUNBOOK)["steps"]
    steps[number] |= fields
    change(root / RUNBOOK, steps=steps)


def test_steps_are_numbered_and_lead_to_each_other(miniature: Path) -> None:
    """Each step says where it leads, by number and by name; the last says how it ends."""
    look, fill, light = page(miniature).steps
    assert [(step.number, step.name) for step in (look, fill, light)] == [
        (1, "lamp-out/look"),
        (2, "lamp-out/fill"),
        (3, "lamp-out/light"),
    ]
    assert [(way.when, way.number, way.step) for way in look.next] == [
        ("There is oil", 3, "lamp-out/light"),
        ("There is no oil", 2, "lamp-out/fill"),
    ]
    assert [(way.when, way.number) for way in fill.next] == [("", 3)]
    assert light.end
    assert (light.next, light.end.outcome, light.end.say) == ((), "resolved", "Lamp {lamp} burns again.")
    assert look.end is None


def test_longest_way_is_counted_in_minutes(miniature: Path) -> None:
    """Look, fill, light: 30 minutes; the short way is shorter."""
    assert page(miniature).longest == 30


def test_who_is_paged_next(miniature: Path) -> None:
    """Rotation at once, role after ten minutes, as the surface's policy says."""
    made = page(miniature).on_call
    assert [(wake.after_minutes, [(ref.kind, str(ref)) for ref in wake.refs]) for wake in made.notifications] == [
        (0, [("rotation", "lamp-watch")]),
        (10, [("role", "keeper")]),
    ]
    assert (made.rotation, made.policy) == ("lamp-watch", "lamp-escalation")
    assert [[str(holder) for holder in wake.holders] for wake in made.notifications] == [
        [],
        ["keeper-seat-1", "keeper-seat-2"],
    ]
    assert (made.repeat, made.then) == (1, None)


def test_what_leads_here_is_listed(miniature: Path) -> None:
    """The alert, the route and the risk; the runbook itself is not among them."""
    with_step(miniature, 2, end={"outcome": "handed-off", "say": "Again.", "to": "lamp-out"})
    arrivals = {(ref.kind, str(ref)) for ref in page(miniature).arrivals}
    assert {("alert", "lamp-dark"), ("route", "no-light"), ("risk", "lamp-goes-out")} <= arrivals
    assert ("runbook", "lamp-out") not in arrivals


def test_way_to_a_step_that_does_not_exist(miniature: Path) -> None:
    """It is a finding; the page shows the ways that there are."""
    with_step(miniature, 0, next=[{"when": "a", "go": "light"}, {"when": "b", "go": "lost"}])
    made = page(miniature)
    assert [way.number for way in made.steps[0].next] == [3]
    assert "lost" not in made.diagram


def test_steps_of_one_name(miniature: Path) -> None:
    """Two steps with one id are a finding; ways lead to the first of them, and nothing is raised."""
    with_step(miniature, 2, id="fill")
    made = page(miniature)
    assert [way.number for way in made.steps[0].next] == [2]


def test_loop_is_counted_once(miniature: Path) -> None:
    """A way back must not make the longest way endless."""
    with_step(miniature, 1, next=[{"go": "look"}])
    assert page(miniature).longest <= 30


def test_surface_that_does_not_exist(miniature: Path) -> None:
    """No one is paged on the page of a runbook whose surface is unknown; the rest of it can be read."""
    change(miniature / RUNBOOK, surface="lost")
    made = page(miniature)
    assert (made.on_call.notifications, made.on_call.rotation, made.on_call.policy) == ((), None, None)
    assert len(made.steps) == 3


def test_policy_that_does_not_exist(miniature: Path) -> None:
    """The name that was written is shown, with nobody behind it."""
    (miniature / POLICY).unlink()
    made = page(miniature).on_call
    assert (made.notifications, made.policy) == ((), "lamp-escalation")


def test_index_lists_every_runbook_under_its_surface(miniature: Path) -> None:
    """By surface and title; documents in the same order."""
    other = miniature / RUNBOOK.replace("lamp-out", "a-second")
    other.write_text((miniature / RUNBOOK).read_text().replace("The lamp is out", "About the lamp"))
    index = runbook_index(check(miniature, AT).catalog, "Runbooks", "x")
    (shelf,) = index.shelves
    assert (shelf.surface.kind, shelf.surface) == ("surface", "lamp")
    assert index.pages == ("runbooks/a-second", "runbooks/lamp-out")


def test_runbook_of_an_unknown_surface_is_on_the_index(miniature: Path) -> None:
    """Somebody may need it at night, finding or not."""
    change(miniature / RUNBOOK, surface="lost")
    assert runbook_index(check(miniature, AT).catalog, "Runbooks", "x").pages == ("runbooks/lamp-out",)


# ── data for the night ──────────────────────────────────────────────────────────────────────────────────────────────
ROTATION = "ops_model/oncall/rotations/lamp-watch.yaml"


def duty(root: Path, at: datetime = AT) -> dict[str, Any]:
    """What the script of the one surface sets."""
    (text,) = shift_scripts(check(root, at).catalog, at).values()
    made: dict[str, Any] = json.loads(text.partition(" = ")[2].partition(" = ")[2].rstrip(";\n"))
    return made


def test_table_begins_with_the_shift_that_runs(miniature: Path) -> None:
    """From its beginning, so that the page is the same until the shift ends; eight rows, each local and in UTC."""
    first = page(miniature).on_call.shifts
    assert len(first) == LISTED
    assert (first[0].who, first[0].start, first[0].start_utc) == ("Keeper seat 1", "Mon 16 Nov 09:00", "09:00")
    assert (first[0].end, first[0].end_utc) == ("Mon 23 Nov 09:00", "09:00")
    (entry,) = check(miniature, AT).catalog.entries_of(Runbook)
    catalog = check(miniature, AT).catalog
    later = runbook_page(catalog, entry, datetime(2026, 11, 23, 8, 59, 59, tzinfo=UTC))
    assert later.on_call.shifts == first
    assert runbook_page(catalog, entry, datetime(2026, 11, 23, 9, tzinfo=UTC)).on_call.shifts[0] == first[1]


def test_day_in_utc_is_named_where_it_is_another(miniature: Path) -> None:
    """Monday morning in Kolkata is Sunday in UTC."""
    layers = tree(miniature / ROTATION)["layers"]
    layers[0]["handoff"]["time"] = "04:00"
    change(miniature / ROTATION, zone="Asia/Kolkata", layers=layers)
    assert page(miniature).on_call.shifts[1].start_utc == "Sun 22:30"


def test_step_that_names_a_state_links_to_its_messages(miniature: Path) -> None:
    """To users first; a state that no step names is on the page once, below."""
    with_step(miniature, 0, do="Send the state investigating.")
    made = page(miniature)
    assert [(named.state, [(str(ref), to) for ref, to in named.messages]) for named in made.steps[0].messages] == [
        (
            "investigating",
            [("investigating-users", "users"), ("investigating-support", "support"), ("investigating-leads", "leads")],
        )
    ]
    assert made.steps[1].messages == ()
    assert [named.state for named in made.messages][:2] == ["investigating", "identified"]


def test_data_of_a_runbook_is_ids_and_numbers(miniature: Path) -> None:
    """Ways by place; a way to nowhere is left out."""
    with_step(miniature, 0, next=[{"when": "a", "go": "light"}, {"when": "b", "go": "lost"}])
    (entry,) = check(miniature, AT).catalog.entries_of(Runbook)
    assert json.loads(runbook_data(entry.id, entry.entity, {"sev1": 15, "sev3": 0})) == {
        "runbook": "lamp-out",
        "surface": "lamp",
        "severities": {"sev1": 15, "sev3": 0},
        "parameters": ["lamp"],
        "steps": [["look", 5, [2], ""], ["fill", 20, [2], ""], ["light", 5, [], "resolved"]],
    }


def test_data_for_scripts_is_inert() -> None:
    """No text of an author can end the element it stands in."""
    text = message_data((), None)
    assert json.loads(text) == {"next": 0, "gaps": []}


def test_schedule_is_the_same_all_week(miniature: Path) -> None:
    """From Monday 00:00 UTC, 26 weeks: a build on Sunday night gives the bytes of Monday morning."""
    catalog = check(miniature, AT).catalog
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    first = shift_scripts(catalog, monday)
    assert shift_scripts(catalog, monday + timedelta(days=7) - timedelta(microseconds=1)) == first
    assert shift_scripts(catalog, monday + timedelta(days=7)) != first
    made = duty(miniature)
    assert datetime.fromtimestamp(made["from"] * 60, UTC) == monday
    assert made["until"] - made["from"] == 26 * 7 * 24 * 60


def test_steps_of_the_schedule_follow_the_policy(miniature: Path) -> None:
    """Each round of each policy: the minutes to the next step, whom it notifies; none after the last one."""
    made = duty(miniature)
    holders = made["steps"][1][1][0]
    assert [made["people"][place] for place in holders] == ["Keeper seat 1", "Keeper seat 2"]
    assert made["steps"] == [
        [10, ["lamp-watch"]],
        [10, [holders]],
        [10, ["lamp-watch"]],
        [0, [holders]],
    ]
    assert made["first"] == 0


def test_schedule_without_its_policy_has_no_steps(miniature: Path) -> None:
    """It is a finding; the page says that it does not know."""
    (miniature / POLICY).unlink()
    assert duty(miniature)["steps"] == []


def test_override_to_the_second_keeps_its_second(miniature: Path) -> None:
    """Minutes are whole where they are."""
    one = {"person": "keeper-seat-2", "start": "2026-11-25T00:00:30Z", "end": "2026-11-25T01:00:00Z", "reason": "x"}
    change(miniature / ROTATION, overrides=[one])
    spans = duty(miniature)["rotations"]["lamp-watch"]
    assert 59.5 in spans
    assert sum(spans[1::3]) == 26 * 7 * 24 * 60
