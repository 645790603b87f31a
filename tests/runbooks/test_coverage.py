from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from generators.model.runbook import Branch, Runbook
from generators.runbooks.coverage import coverage_of
from generators.runbooks.record import rehearsal_of
from generators.runbooks.walk import digests_of
from tests.runbooks.material import IDENTITY, RUNBOOK, changed, walked

if TYPE_CHECKING:
    from generators.model.launch import Rehearsal

THROUGH = rehearsal_of(walked("east", "1", "1"))


def on(day: int, rehearsal: Rehearsal = THROUGH) -> Rehearsal:
    """The rehearsal, held on a day of November."""
    return rehearsal.model_copy(update={"held": date(2026, 11, day)})


def states(*held: tuple[str, Rehearsal], runbook: object = RUNBOOK) -> dict[tuple[str, str], str]:
    """Way to state."""
    assert isinstance(runbook, type(RUNBOOK))
    return {(way.step, way.go): way.state for way in coverage_of(IDENTITY, runbook, held).ways}


def test_ways_are_branches_and_ends() -> None:
    """What nobody has walked is all there is to say at first."""
    covered = coverage_of(IDENTITY, RUNBOOK, ())
    assert (covered.walked, len(covered.ways), covered.share, covered.last) == (0, 6, 0.0, None)


def test_walked_way_counts_while_its_step_is_the_same() -> None:
    """The branch taken and the end reached; the other branch of the same step stays open."""
    found = states(("a", THROUGH))
    assert found["look", "light"] == found["light", ""] == "walked"
    assert found["look", "fill"] == "never"


def test_changed_step_makes_its_ways_stale_and_no_others() -> None:
    """The walk proved the step as it stood."""
    other = changed(RUNBOOK, "look", minutes=6)
    found = states(("a", THROUGH), runbook=other)
    assert (found["look", "light"], found["light", ""], found["look", "fill"]) == ("stale", "walked", "never")
    covered = coverage_of(IDENTITY, other, [("a", THROUGH)])
    assert covered.stale_steps == ("look",)


def test_walk_given_up_covers_the_ways_before_it() -> None:
    """No way was taken where it stopped."""
    found = states(("a", rehearsal_of(walked("east", "2", "whale", "x rain"))))
    assert found["look", "fill"] == "walked"
    assert found["fill", "look"] == found["fill", "ask"] == "never"


def test_latest_rehearsal_is_named() -> None:
    """By day, whatever the order of the files; two on a day by their ids."""
    covered = coverage_of(IDENTITY, RUNBOOK, [("z", on(3)), ("a", on(9)), ("b", on(9))])
    assert covered.last
    assert (covered.last.rehearsal, covered.last.day) == ("b", date(2026, 11, 9))
    assert {way.held.rehearsal for way in covered.ways if way.held} == {"b"}


TWO_CONDITIONS = changed(
    RUNBOOK, "look", next=(Branch(when="Oil", go="light"), Branch(when="Only a little", go="light"))
)
"""Two conditions under which the same step comes next."""


def whens(*held: tuple[str, Rehearsal], runbook: Runbook = TWO_CONDITIONS) -> dict[str, str]:
    """Condition of the first step to state."""
    return {way.when: way.state for way in coverage_of(IDENTITY, runbook, held).ways if way.step == "look"}


def on_condition(when: str | None) -> Rehearsal:
    """A rehearsal of the runbook with two conditions, in which one of them was answered, or none was recorded."""
    first = THROUGH.walked[0].model_copy(update={"when": when, "digest": digests_of(TWO_CONDITIONS)["look"]})
    return THROUGH.model_copy(update={"walked": (first, *THROUGH.walked[1:])})


def test_two_conditions_with_one_target_are_two_ways() -> None:
    """The one that was answered is walked, the other is not."""
    assert THROUGH.walked[0].when == "Oil"
    assert whens(("a", on_condition("Oil"))) == {"Oil": "walked", "Only a little": "never"}
    assert whens(("a", on_condition("Only a little"))) == {"Oil": "never", "Only a little": "walked"}


def test_condition_that_an_older_record_does_not_say() -> None:
    """It counts for neither way where there are two, and is no question where there is one."""
    covered = coverage_of(IDENTITY, TWO_CONDITIONS, [("a", on_condition(None))])
    assert whens(("a", on_condition(None))) == {"Oil": "unrecorded", "Only a little": "unrecorded"}
    assert covered.walked == 1
    plain = THROUGH.walked[0].model_copy(update={"when": None})
    older = THROUGH.model_copy(update={"walked": (plain, *THROUGH.walked[1:])})
    assert whens(("a", older), runbook=RUNBOOK) == {"Oil": "walked", "No oil": "never"}


def test_condition_of_a_step_that_changed_since() -> None:
    """Only the way that was walked is stale; all that lead there are where none was recorded."""
    other = changed(TWO_CONDITIONS, "look", minutes=6)
    assert whens(("a", on_condition("Oil")), runbook=other) == {"Oil": "stale", "Only a little": "never"}
    assert set(whens(("a", on_condition(None)), runbook=other).values()) == {"stale"}
