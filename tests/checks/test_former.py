"""Ids that something had before: each way of using one again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.model.digest import digest
from generators.model.runbook import Step
from generators.site import check
from tests.changes import change, tree
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = "runbooks/lamp/lamp-out.yaml"
PEOPLE = "ops_model/organization/people"


def found(root: Path) -> list[tuple[str, str]]:
    """Code and message of each finding."""
    return [(finding.rule.code, finding.message) for finding in check(root, AT).findings]


@pytest.mark.parametrize(
    ("former", "other", "message"),
    [
        (["keeper-seat-2"], [], "person 'keeper-seat-2' exists"),
        (["keeper-seat-1"], [], "person 'keeper-seat-1' exists"),
        (["gone", "gone"], [], "'gone' is a former id of person 'keeper-seat-1' already"),
        (["gone"], ["gone"], "'gone' is a former id of person 'keeper-seat-1' already"),
    ],
)
def test_id_of_an_entity_is_not_used_again(miniature: Path, former: list[str], other: list[str], message: str) -> None:
    """Another's, its own, twice, or two entities' at once."""
    change(miniature / PEOPLE / "keeper-seat-1.yaml", former=former)
    change(miniature / PEOPLE / "keeper-seat-2.yaml", former=other)
    assert found(miniature) == [("OPS220", message)]


def test_kinds_do_not_share_ids(miniature: Path) -> None:
    """A person may be called as a role once was."""
    change(miniature / PEOPLE / "keeper-seat-1.yaml", former=["keeper"])
    assert found(miniature) == []


@pytest.mark.parametrize(
    ("former", "retired", "message"),
    [
        (["look"], [], "'look' is the id of a step"),
        ([], ["fill"], "'fill' is the id of a step"),
        (["gone"], ["gone"], "'gone' stands here twice"),
        (["gone", "gone"], [], "'gone' stands here twice"),
    ],
)
def test_id_of_a_step_is_not_used_again(miniature: Path, former: list[str], retired: list[str], message: str) -> None:
    """Its own, another's, twice, or given up in two ways."""
    steps = tree(miniature / RUNBOOK)["steps"]
    steps[0]["former"] = former
    change(miniature / RUNBOOK, steps=steps, retired=retired)
    assert found(miniature) == [("OPS314", message)]


def test_former_ids_void_nothing_that_was_signed_or_walked(miniature: Path) -> None:
    """The step that was rehearsed is the same step under another id of old."""
    step = tree(miniature / RUNBOOK)["steps"][1]
    plain, renamed = (Step.model_validate(step | {"former": old, "next": (), "answers": ()}) for old in ((), ("pour",)))
    assert digest(plain) == digest(renamed)
