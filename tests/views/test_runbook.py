from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generators.model.runbook import Runbook
from generators.site import check
from generators.views.runbook import RunbookPage, runbook_index, runbook_page
from tests.changes import change, tree

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = "runbooks/lamp/lamp-out.yaml"
POLICY = "ops_model/oncall/escalation_policies/lamp-escalation.yaml"


def page(root: Path) -> RunbookPage:
    """The page of the miniature's runbook."""
    catalog = check(root).catalog
    (entry,) = catalog.entries_of(Runbook)
    return runbook_page(catalog, entry)


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
    assert [(way.when, way.number, way.step) for way in look.ways] == [
        ("There is oil", 3, "lamp-out/light"),
        ("There is no oil", 2, "lamp-out/fill"),
    ]
    assert [(way.when, way.number) for way in fill.ways] == [("", 3)]
    assert (light.ways, light.outcome, light.say) == ((), "resolved", "Lamp {lamp} burns again.")
    assert look.outcome == ""


def test_longest_way_is_counted_in_minutes(miniature: Path) -> None:
    """Look, fill, light: 30 minutes; the short way is shorter."""
    assert page(miniature).longest == 30


def test_who_is_woken_next(miniature: Path) -> None:
    """Rotation at once, role after ten minutes, as the surface's policy says."""
    made = page(miniature)
    assert [(wake.after_minutes, [(ref.kind, str(ref)) for ref in wake.refs]) for wake in made.wakes] == [
        (0, [("rotation", "lamp-watch")]),
        (10, [("role", "keeper")]),
    ]
    assert (made.rotation, made.policy) == ("lamp-watch", "lamp-escalation")


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
    assert [way.number for way in made.steps[0].ways] == [3]
    assert "lost" not in made.diagram


def test_steps_of_one_name(miniature: Path) -> None:
    """Two steps with one id are a finding; ways lead to the first of them, and nothing is raised."""
    with_step(miniature, 2, id="fill")
    made = page(miniature)
    assert [way.number for way in made.steps[0].ways] == [2]


def test_loop_is_counted_once(miniature: Path) -> None:
    """A way back must not make the longest way endless."""
    with_step(miniature, 1, next=[{"go": "look"}])
    assert page(miniature).longest <= 30


def test_surface_that_does_not_exist(miniature: Path) -> None:
    """Nobody is woken on the page of a runbook whose surface is unknown; the rest of it can be read."""
    change(miniature / RUNBOOK, surface="lost")
    made = page(miniature)
    assert (made.wakes, made.rotation, made.policy) == ((), None, None)
    assert len(made.steps) == 3


def test_policy_that_does_not_exist(miniature: Path) -> None:
    """The name that was written is shown, with nobody behind it."""
    (miniature / POLICY).unlink()
    made = page(miniature)
    assert (made.wakes, made.policy) == ((), "lamp-escalation")


def test_index_lists_every_runbook_under_its_surface(miniature: Path) -> None:
    """By surface and title; documents in the same order."""
    other = miniature / RUNBOOK.replace("lamp-out", "a-second")
    other.write_text((miniature / RUNBOOK).read_text().replace("The lamp is out", "About the lamp"))
    index = runbook_index(check(miniature).catalog, "Runbooks", "x")
    (shelf,) = index.shelves
    assert (shelf.surface.kind, shelf.surface) == ("surface", "lamp")
    assert index.pages == ("runbooks/a-second", "runbooks/lamp-out")


def test_runbook_of_an_unknown_surface_is_on_the_index(miniature: Path) -> None:
    """Somebody may need it at night, finding or not."""
    change(miniature / RUNBOOK, surface="lost")
    assert runbook_index(check(miniature).catalog, "Runbooks", "x").pages == ("runbooks/lamp-out",)
