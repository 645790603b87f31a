from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.model.launch import Rehearsal
from generators.site import check
from tests.changes import change, reseal, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from pathlib import Path

BY_DAY = "ops_model/launch/rehearsals/lamp-out-by-day.yaml"
UNKNOWN = "sha256:" + "0" * 64


def found(root: Path) -> list[tuple[str, int]]:
    """Code and line of every finding."""
    return [(finding.rule.code, finding.place.line) for finding in check(root, AT).findings]


def test_fixed_path_that_is_not_there_is_found_at_its_line(miniature: Path) -> None:
    """A lesson is not learned by naming a file."""
    record = tree(miniature / BY_DAY)
    record["lessons"][0]["fixed"]["path"] = "runbooks/lamp/lamp-in.yaml"
    write(miniature / BY_DAY, record)
    assert [code for code, _ in found(miniature)] == ["OPS206"]


@pytest.mark.parametrize(
    ("walked", "codes"),
    [
        ([("look", "", "light"), ("light", "", None)], []),
        ([("look", "", "fill")], ["OPS611"]),
        ([("look", "", None), ("light", "", None)], ["OPS611"]),
        ([("look", "", "light"), ("fill", "", "light"), ("light", "", None)], ["OPS611"]),
        ([("light", "", "look"), ("look", "", None)], ["OPS611"]),
        ([("light", UNKNOWN, "look"), ("look", "", None)], []),
        ([("look", UNKNOWN, "light"), ("light", "", None)], ["OPS612"]),
    ],
    ids=["through", "ends with a way", "goes nowhere", "another step", "no such way", "changed since", "stale"],
)
def test_walk_is_held_against_the_runbook_as_it_stands(
    miniature: Path, walked: list[tuple[str, str, str | None]], codes: list[str]
) -> None:
    """Where a step is as it was, its ways are known; where it changed, they are not judged."""
    digests = {"look": tree(miniature / BY_DAY)["walked"][0]["digest"]}
    digests["light"] = "sha256:2c4abd6aab971b29af946a90dd8fde931bf7274f1afa6ea784f9ccdc1c4de9c3"
    digests["fill"] = "sha256:3833726ee53ec5ab7f2c82fff7c830bd69666179d5d81662cbfa7a956ec6c166"
    visits = [
        {"step": f"lamp-out/{step}", "digest": digest or digests[step], "seconds": 1} | ({"went": went} if went else {})
        for step, digest, went in walked
    ]
    change(miniature / BY_DAY, walked=visits)
    reseal(miniature / BY_DAY, Rehearsal)
    assert [code for code, _ in found(miniature)] == codes


@pytest.mark.parametrize(
    ("when", "codes"), [("There is no oil", []), ("There is oil", ["OPS611"]), ("Rain", ["OPS611"])]
)
def test_condition_that_was_answered_is_one_of_the_step(miniature: Path, when: str, codes: list[str]) -> None:
    """It is the condition of the very way that was taken, in the step's own words; found at its line."""
    first = tree(miniature / BY_DAY)["walked"][0] | {"went": "fill", "when": when}
    first.pop("note")
    change(miniature / BY_DAY, walked=[first, {"step": "lamp-out/fill", "digest": UNKNOWN, "seconds": 1}])
    reseal(miniature / BY_DAY, Rehearsal)
    assert [code for code, _ in found(miniature) if code != "OPS612"] == codes


def test_condition_without_a_step_that_came_next(miniature: Path) -> None:
    """Where the walk ended or was given up, none was answered."""
    record = tree(miniature / BY_DAY)
    record["walked"][0]["when"] = "There is oil"
    write(miniature / BY_DAY, record)
    assert [code for code, _ in found(miniature)] == ["OPS105", "OPS615"]  # and the record does not count


def test_stale_step_is_noted_until_somebody_walks_it_again(miniature: Path) -> None:
    """One fresh walk settles it, and the old record may stay as it is."""
    record = tree(miniature / BY_DAY)
    fresh = [
        {"step": "lamp-out/look", "digest": record["walked"][0]["digest"], "seconds": 1, "went": "fill"},
        {"step": "lamp-out/fill", "digest": UNKNOWN, "seconds": 1},
    ]
    old = [fresh[0] | {"digest": UNKNOWN}, fresh[1]]
    change(miniature / BY_DAY, walked=old)
    reseal(miniature / BY_DAY, Rehearsal)
    assert [code for code, _ in found(miniature)] == ["OPS612"]
    write((miniature / BY_DAY).with_stem("again"), record | {"walked": fresh})
    reseal((miniature / BY_DAY).with_stem("again"), Rehearsal)
    assert found(miniature) == []


def test_first_day_away_is_too_late_to_walk(miniature: Path) -> None:
    """The day before is not."""
    person = miniature / "ops_model/organization/people/keeper-seat-2.yaml"
    for day, code in ("2026-10-20", True), ("2026-10-21", False):
        change(person, left=day)
        assert ("OPS614" in [code for code, _ in found(miniature)]) is code


def test_lesson_is_due_until_the_end_of_its_day(miniature: Path) -> None:
    """On the day itself there is still time."""
    record = tree(miniature / BY_DAY)
    for day, codes in ("2026-11-21", []), ("2026-11-20", ["OPS613"]):
        record["lessons"][1]["due"] = day
        write(miniature / BY_DAY, record)
        assert [code for code, _ in found(miniature)] == codes
