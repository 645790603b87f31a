from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generators.site import check
from tests.changes import change, tree
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = "runbooks/lamp/lamp-out.yaml"


@pytest.mark.parametrize("where", ["a branch", "an end"])
def test_placeholder_in_what_a_rehearsal_fills_in(miniature: Path, where: str) -> None:
    """Conditions of branches and texts of ends are filled in like commands: an unknown name is found at its place."""
    steps: list[dict[str, Any]] = tree(miniature / RUNBOOK)["steps"]
    index = next(number for number, step in enumerate(steps) if ("end" in step) == (where == "an end"))
    if where == "an end":
        steps[index]["end"]["say"] += " {lantern}"
    else:
        steps[index]["next"][0]["when"] = "It is {lantern}"
    change(miniature / RUNBOOK, steps=steps)
    (found,) = [one for one in check(miniature, AT).findings if one.rule.code == "OPS308"]
    assert found.message == "'{lantern}' is not a parameter of this runbook"
    assert "{lantern}" in found.place.excerpt
