"""Accept lines of scope items about the profiler that no rule can hold, asked of this repository's own model."""

from __future__ import annotations

from generators.model.launch import UnsupportedCase
from generators.model.stability import Defect
from generators.model.support import Route, ServiceLevel, Symptom
from tests.launch.accepted import (
    LEAD,
    assert_cases_are_public,
    assert_runbooks_of,
    assert_train_is_public,
    last_targets,
    train_of,
)
from tests.launch.own import own, surface

SURFACE = "inspect-profiler"


def test_escalation_ends_at_a_lead() -> None:
    """Who can decide is paged at last."""
    assert LEAD in last_targets(SURFACE)


def test_releases_have_rules_that_users_can_read() -> None:
    """Gates are written down; the public page shows days, versions and the changelog."""
    assert train_of(SURFACE).gates
    assert_train_is_public(SURFACE)


def test_everything_that_goes_wrong_leads_to_a_runbook() -> None:
    """Whether an alert, a report or a risk."""
    assert_runbooks_of(SURFACE)


def test_what_is_private_is_said() -> None:
    """Touchpoints of the private package are marked, and who misses it finds a symptom, a route and a public page."""
    visible = {touchpoint.visibility for touchpoint in surface(SURFACE).entity.touchpoints}
    assert visible == {"public", "private"}
    assert own().find(Symptom, "profiler-missing") is not None
    assert "profiler-missing" in {str(entry.entity.symptom) for entry in own().entries_of(Route)}
    assert own().find(UnsupportedCase, "profiler-engine-not-public") is not None
    assert_cases_are_public(SURFACE)


def test_a_wrong_type_has_a_promise_of_its_own() -> None:
    """With the times to mitigate and to resolve, and what mitigated means."""
    levels = [entry.entity for entry in own().entries_of(ServiceLevel)]
    (promise,) = [level for level in levels if level.surface == SURFACE and level.symptom == "wrong-semantic-type"]
    assert promise.mitigate
    assert promise.resolve
    assert "workaround" in (promise.note or "")


def test_each_disagreement_has_an_entry_that_helps() -> None:
    """What is seen, why, how to get the right figures, and where it was seen."""
    defects = [entry.entity for entry in own().entries_of(Defect) if entry.entity.defect_class == "semantic-type"]
    assert len(defects) > 10
    for defect in defects:
        assert defect.cause, defect.title
        assert defect.workaround, defect.title
        assert defect.reports, defect.title
