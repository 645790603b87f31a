"""Accept lines of scope items about packs that no rule can hold, asked of this repository's own model."""

from __future__ import annotations

from generators.model.support import Severity
from generators.views.public import promise_page
from tests.launch.accepted import (
    LEAD,
    assert_cases_are_public,
    assert_runbooks_of,
    assert_train_is_public,
    last_targets,
    train_of,
)
from tests.launch.own import own, surface

SURFACE = "connector-packs"


def test_escalation_ends_at_a_lead() -> None:
    """Who can decide is paged at last."""
    assert LEAD in last_targets(SURFACE)


def test_promises_stand_on_the_public_page() -> None:
    """Each severity with all three times."""
    title = surface(SURFACE).entity.title
    (shown,) = [one for one in promise_page(own()).surfaces if one.surface == title]
    general = [promise for promise in shown.promises if not promise.only_for]
    assert {promise.severity for promise in general} == {one.entity.title for one in own().entries_of(Severity)}
    assert all(promise.acknowledge and promise.mitigate and promise.resolve for promise in general)


def test_releases_have_rules_that_users_can_read() -> None:
    """Gates are written down; the public page shows days, versions and the changelog."""
    assert train_of(SURFACE).gates
    assert_train_is_public(SURFACE)


def test_everything_that_goes_wrong_leads_to_a_runbook() -> None:
    """Whether an alert, a report or a risk."""
    assert_runbooks_of(SURFACE)


def test_unsupported_cases_stand_on_the_public_page() -> None:
    """Said before a user finds out."""
    assert_cases_are_public(SURFACE)
