"""What the scope items of both surfaces promise alike, asked of this repository's own model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.launch import Risk, UnsupportedCase
from generators.model.oncall import EscalationPolicy
from generators.model.operating import ReleaseTrain
from generators.model.runbook import Runbook
from generators.model.support import Route
from generators.model.telemetry import Alert
from generators.views.public import unsupported_page
from generators.views.published import Published
from generators.views.releases import release_page
from tests.clock import AT
from tests.launch.own import own, surface

if TYPE_CHECKING:
    from generators.catalog import Catalog, Entry

LEAD = "operations-lead"


def last_targets(name: str) -> set[str]:
    """The roles that the last step of a surface's escalation policy notifies."""
    policy = own().find(EscalationPolicy, surface(name).entity.escalation)
    assert policy is not None
    return {str(target.role) for target in policy.entity.steps[-1].notify}


def train_of(name: str) -> ReleaseTrain:
    """The release train of a surface."""
    train = own().find(ReleaseTrain, surface(name).entity.release_train)
    assert train is not None
    return train.entity


def assert_train_is_public(name: str) -> None:
    """Days, rules of versions and rules of the changelog stand on the public page of releases."""
    train = train_of(name)
    (shown,) = [one for one in release_page(own(), Published(), AT).trains if one.title == train.title]
    assert shown.when
    assert len(shown.next) > 1
    assert shown.versioning == train.versioning
    assert shown.changelog == train.changelog


def assert_runbooks_of(name: str) -> None:
    """Each alert, route and risk of a surface leads to a runbook of that surface."""
    catalog = own()
    asked = 0
    for entry in _leading(catalog):
        if entry.entity.surface == name:
            runbook = catalog.find(Runbook, entry.entity.runbook)
            assert runbook is not None, entry.id
            assert runbook.entity.surface == name, entry.id
            assert all(step.minutes for step in runbook.entity.steps), runbook.id
            asked += 1
    assert asked > 10


def _leading(catalog: Catalog) -> tuple[Entry[Alert] | Entry[Route] | Entry[Risk], ...]:
    return (*catalog.entries_of(Alert), *catalog.entries_of(Route), *catalog.entries_of(Risk))


def assert_cases_are_public(name: str) -> None:
    """Each unsupported case of a surface is on the public page, with what is seen and what to do instead."""
    cases = [entry for entry in own().entries_of(UnsupportedCase) if entry.entity.surface == name]
    shown = {case.title: case for group in unsupported_page(own()).surfaces for case in group.cases}
    assert cases
    for case in cases:
        assert shown[case.entity.title].happens
        assert shown[case.entity.title].instead
