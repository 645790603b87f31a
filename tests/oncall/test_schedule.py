from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generators.model.oncall import Handoff, Layer, Length, Override, Restriction, Rotation
from generators.model.refs import PersonRef, SurfaceRef
from generators.oncall.civil import zone as zone_of
from generators.oncall.intervals import Window
from generators.oncall.schedule import YEAR, Days, schedule
from tests.oncall.random_rotations import ZONES, answering, moments, rotations, unchanged_clock, worlds

ONE, TWO, THREE = (PersonRef(f"seat-{number}") for number in (1, 2, 3))
START = datetime(2026, 11, 2, tzinfo=UTC)


def layer(*people: PersonRef, time: str = "09:00", unit: Literal["days", "weeks"] = "weeks", **more: object) -> Layer:
    """A layer that hands over on Mondays, unless told otherwise."""
    return Layer.model_validate(
        {
            "id": "watch",
            "participants": people,
            "starts": date(2025, 1, 6),
            "handoff": Handoff(weekday="monday", time=time),
            "length": Length(amount=1, unit=unit),
            **more,
        }
    )


def rotation(*layers: Layer, zone: str = "Europe/London", overrides: tuple[Override, ...] = ()) -> Rotation:
    """A rotation of these layers."""
    return Rotation(title="Watch", surface=SurfaceRef("lamp"), zone=zone, layers=layers, overrides=overrides)


def override(person: PersonRef, start: datetime, hours: float, of: str | None = None) -> Override:
    """Somebody takes some hours over, of one layer where it is named."""
    return Override(person=person, layer=of, start=start, end=start + timedelta(hours=hours), reason="Asked for it")


@pytest.mark.long
@settings(max_examples=300)
@given(rotations(), moments, worlds())
def test_same_people_as_a_slow_reading_of_the_wall_clock(drawn: Rotation, moment: datetime, world: Days) -> None:
    """At any minute in any zone: whoever a reader with calendar and clock would name, and nobody else."""
    assume(unchanged_clock(drawn, moment))
    window = Window(moment - timedelta(days=1), moment + timedelta(days=1))
    found = schedule("drawn", drawn, window, world).at(moment)
    assert {shift.person for shift in found} == answering(drawn, moment, world)


@settings(max_examples=150)
@given(rotations(), moments, st.integers(1, 40), worlds())
def test_exactly_one_is_first_at_any_instant_unless_a_gap_is_reported(
    drawn: Rotation, start: datetime, days: int, world: Days
) -> None:
    """Shifts and gaps fill the window without a hole; layers of one level alone put two on call together."""
    window = Window(start, start + timedelta(days=days))
    found = schedule("drawn", drawn, window, world)
    edges = sorted([window.start, window.end, *(edge for s in found.shifts for edge in (s.window.start, s.window.end))])
    for one, other in pairwise(edges):
        if one == other:
            continue
        middle = one + (other - one) / 2
        here = found.at(middle)
        assert bool(here) != any(gap.start <= middle < gap.end for gap in found.gaps)
        levels = {_level(drawn, shift.duty.layer) for shift in here}
        assert len(levels) <= 1
        assert len(here) == len({shift.duty.layer for shift in here})
    assert (
        sum((gap.length for gap in found.gaps), timedelta())
        + sum((covered.length for covered in found.covered), timedelta())
        == window.length
    )


def _level(drawn: Rotation, name: str) -> int:
    numbers = {one.id: one.level or number for number, one in enumerate(drawn.layers, 1)}
    return numbers.get(name, 0)


@settings(max_examples=100)
@given(rotations(), moments, st.integers(1, 30), st.integers(1, 30))
def test_a_window_shows_what_a_longer_one_shows(drawn: Rotation, start: datetime, before: int, after: int) -> None:
    """Where the asking begins and ends changes nothing about who answers."""
    short = Window(start, start + timedelta(days=1))
    long = Window(start - timedelta(days=before), short.end + timedelta(days=after))
    inside = [(shift.window.overlap(short), shift.duty) for shift in schedule("drawn", drawn, long).shifts]
    seen = [(shift.window, shift.duty) for shift in schedule("drawn", drawn, short).shifts]
    assert sorted((pair for pair in inside if pair[0]), key=repr) == sorted(seen, key=repr)
    moment = start + timedelta(hours=7)
    assert [shift.duty for shift in schedule("drawn", drawn, long).at(moment)] == [
        shift.duty for shift in schedule("drawn", drawn, short).at(moment)
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_always_has_its_wall_clock_handoff(zone: str) -> None:
    """Over five years each turn ends on a Monday at 09:00 where the rotation lives; weeks last 167 to 169 hours."""
    found = schedule("watch", rotation(layer(ONE, TWO), zone=zone), Window(START, START + 5 * YEAR))
    for shift in found.shifts[:-1]:
        local = shift.window.end.astimezone(zone_of(zone))
        assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)
    hours = {shift.hours for shift in found.shifts[1:-1]}
    changes = {"UTC": {168}, "Asia/Kolkata": {168}, "Australia/Lord_Howe": {167.5, 168, 168.5}}
    assert hours == changes.get(zone, {167, 168, 169})
    assert not found.gaps


def test_a_handoff_in_the_skipped_hour_is_the_first_moment_after_it() -> None:
    """London, 28 March 2027, 01:30 does not exist: the turn ends at 02:00 BST, and the next one begins there."""
    watch = layer(ONE, TWO, time="01:30", handoff=Handoff(weekday="sunday", time="01:30"), starts=date(2025, 1, 5))
    found = schedule(
        "watch", rotation(watch), Window(datetime(2027, 3, 21, 2, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC))
    )
    assert found.shifts[0].window.end == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_override_before_higher_layer_before_lower_layer() -> None:
    """Monday to Tuesday: the lower layer by night, the higher one by day, the override over both."""
    day = Restriction(days=("monday",), start="09:00", end="17:00")
    low, high = layer(ONE), layer(TWO, id="day", restrictions=(day,))
    asked = override(THREE, datetime(2026, 11, 9, 12, tzinfo=UTC), 2)
    window = Window(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC))
    found = schedule("watch", rotation(low, high, overrides=(asked,)), window)
    assert [(shift.person, shift.window.start.hour) for shift in found.shifts] == [
        (ONE, 0), (TWO, 9), (THREE, 12), (TWO, 14), (ONE, 17),
    ]  # fmt: skip


def test_override_of_one_layer_keeps_to_its_hours() -> None:
    """Who takes the day over for a week is not paged by night."""
    day = Restriction(days=("monday",), start="09:00", end="17:00")
    low, high = layer(ONE), layer(TWO, id="day", restrictions=(day,))
    asked = override(THREE, datetime(2026, 11, 9, tzinfo=UTC), 24, "day")
    window = Window(datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC))
    found = schedule("watch", rotation(low, high, overrides=(asked,)), window)
    assert [(shift.person, shift.window.start.hour) for shift in found.shifts] == [(ONE, 0), (THREE, 9), (ONE, 17)]


def test_layers_of_one_level_are_on_call_together_first_in_the_file_first() -> None:
    """Both answer; whoever stands first in the file is paged first."""
    found = schedule("watch", rotation(layer(TWO, level=1), layer(ONE, id="too", level=1)), Window(START, START + YEAR))
    assert [shift.person for shift in found.at(START)] == [TWO, ONE]


def test_nobody_before_the_first_turn() -> None:
    """A rotation that has not begun is a gap until it does."""
    found = schedule("watch", rotation(layer(ONE, starts=date(2026, 11, 4))), Window(START, START + timedelta(weeks=2)))
    assert found.gaps == (Window(START, datetime(2026, 11, 9, 9, tzinfo=UTC)),)


def test_far_windows_cost_what_near_ones_do() -> None:
    """Nothing is counted through from the beginning: a turn's number is worked out."""
    watch = rotation(layer(ONE, TWO, unit="days"))
    far = datetime(2197, 6, 1, tzinfo=UTC)
    assert len(schedule("watch", watch, Window(far, far + timedelta(days=3))).shifts) == 4
