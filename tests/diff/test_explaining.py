from __future__ import annotations

from typing import TYPE_CHECKING

from tests.changes import change, write
from tests.diff.trees import changes, edit

if TYPE_CHECKING:
    from pathlib import Path

SEV1 = "ops_model/support/service_levels/lamp-sev1.yaml"
DECISION = "ops_model/operating/decisions/trim-the-wick.yaml"
GATE = "ops_model/launch/gates/first-night.yaml"


def weaker(root: Path) -> dict[str, str]:
    """What explains each thing that got weaker."""
    return {one.what: one.explained_by for one in changes(root) if one.weight == "weaker"}


def slower(root: Path) -> None:
    """A promise that gets longer."""
    edit(root, SEV1, "acknowledge: 15 minutes", "acknowledge: 30 minutes")


def test_what_no_one_decided_is_not_explained(miniature: Path) -> None:
    """The decisions that were there before explain nothing."""
    slower(miniature)
    assert list(weaker(miniature).values()) == [""]


def test_a_decision_that_names_the_promise_explains_it(miniature: Path) -> None:
    """It is part of the same change, and its text has the id."""
    slower(miniature)
    edit(miniature, DECISION, "rule: Trim", "rule: As lamp-sev1 is slower now, trim")
    assert list(weaker(miniature).values()) == ["decision trim-the-wick"]


def test_a_decision_about_the_surface_explains_what_is_on_it(miniature: Path) -> None:
    """It is said that only the surface is named."""
    slower(miniature)
    edit(miniature, DECISION, "rule: Trim", "rule: Trim late")
    assert list(weaker(miniature).values()) == ["decision trim-the-wick, which is about the surface lamp"]


def test_a_change_of_its_own_explains_nothing(miniature: Path) -> None:
    """A deferral or waiver that holds longer does not explain itself, though it is about its own surface."""
    change(miniature / "ops_model/launch/waivers/barrel-counted-later.yaml", expires="2028-03-01")
    edit(miniature, "ops_model/launch/deferrals/second-colour-later.yaml", "2027-03-01", "2028-03-01")
    assert list(weaker(miniature).values()) == ["", ""]


def test_a_waiver_explains_its_gate(miniature: Path) -> None:
    """A criterion that is asked no more is waived in the same change."""
    write(
        miniature / "ops_model/launch/waivers/seen-later.yaml",
        {
            "title": "Seen later",
            "gate": "first-night",
            "criterion": "seen",
            "person": "keeper-seat-1",
            "approver": "keeper",
            "reason": "No ship is near.",
            "limits": "This winter.",
            "granted": "2026-11-01",
            "expires": "2027-01-01",
        },
    )
    seen = "  - id: seen\n    statement: A ship saw it\n    role: keeper\n"
    edit(miniature, GATE, seen, "")
    assert list(weaker(miniature).values()) == ["waiver seen-later"]


def test_a_deferral_explains_the_item_that_names_it(miniature: Path) -> None:
    """Scope that is left for later with a new deferral."""
    item = miniature / "ops_model/launch/scope/light-every-night.yaml"
    change(item, deferral="light-later")
    deferral = (miniature / "ops_model/launch/deferrals/second-colour-later.yaml").read_text(encoding="utf-8")
    (miniature / "ops_model/launch/deferrals/light-later.yaml").write_text(deferral, encoding="utf-8")
    assert weaker(miniature)["Scope item 'Light every night': left for later"] == "deferral light-later"


def test_an_override_explains_the_state_that_it_sets(miniature: Path) -> None:
    """What a person says of a pack is told with who said it, at its place."""
    path = "ops_model/operating/status_overrides/new-barrels.yaml"
    change(miniature / path, state="broken", since="2026-11-20T08:00:00Z", until="2026-12-20T08:00:00Z")
    (state,) = (one for one in changes(miniature) if "public state" in one.what)
    assert (state.explained_by, state.place.path) == ("status-override new-barrels", path)
