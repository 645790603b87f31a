from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings

from generators.model.oncall import Override, Rotation
from generators.model.refs import PersonRef
from generators.oncall.difference import difference
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from tests.oncall.random_rotations import rotations
from tests.oncall.roster import START, catalog, person, weekly

PEOPLE = {"ann": person(), "ben": person()}


def roster(**rotations: Rotation) -> Roster:
    """A year of these."""
    return Roster.of(catalog(p=PEOPLE, r=rotations), START, YEAR / 4)


def test_an_override_moves_what_it_covers_and_nothing_else() -> None:
    """One stretch, from Ann to Ben, with the hours that each has more or less."""
    asked = Override(person=PersonRef("ben"), start=START, end=START + timedelta(hours=9), reason="Asked for it")
    watch = weekly("ann", "ben")
    found = difference(roster(watch=watch), roster(watch=watch.model_copy(update={"overrides": (asked,)})))
    (moved,) = found.moved
    assert (moved.before, moved.after, moved.window.length) == (("ann",), ("ben",), timedelta(hours=9))
    changed = {
        share.person: share.after.hours - share.before.hours for share in found.shares if share.before and share.after
    }
    assert changed == {"ann": -9, "ben": 9}
    assert not found.opens


def test_a_rotation_that_goes_leaves_its_hours_to_nobody() -> None:
    """Everything that was covered is listed as becoming nobody's."""
    found = difference(roster(watch=weekly("ann")), roster())
    assert {one.after for one in found.moved} == {()}
    assert [(one.open_before, one.open_after) for one in found.cover] == [(0, None)]


@settings(max_examples=40)
@given(rotations(), rotations())
def test_stretches_say_exactly_where_answers_differ(one: Rotation, other: Rotation) -> None:
    """At any hour: others answer if and only if a stretch says so; a rotation against itself moves nothing."""
    before, after = roster(watch=one), roster(watch=other)
    found = difference(before, after)
    for hours in range(0, 13 * 168, 17):
        moment = START + timedelta(hours=hours, minutes=7)
        was, becomes = (tuple(shift.person for shift in side.schedules["watch"].at(moment)) for side in (before, after))
        here = [moved for moved in found.moved if moved.window.start <= moment < moved.window.end]
        assert [(moved.before, moved.after) for moved in here] == ([(was, becomes)] if was != becomes else [])
    assert difference(before, before).moved == ()
