"""What is planned: last days, people who join, layers that end, turns in business days and months, absences."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.organization import Person
from generators.oncall.coverage import departed, off_turn
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from tests.oncall.roster import catalog, person

if TYPE_CHECKING:
    from generators.oncall.schedule import Schedule

START = datetime(2026, 11, 2, tzinfo=UTC)
"""A Monday."""
CREW = ("ann", "ben", "cat", "dan")
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def layer(*participants: object, **more: Any) -> dict[str, Any]:
    """A layer as a file says it: turns of a week, on Mondays at nine."""
    said = {
        "id": "watch",
        "participants": participants,
        "starts": "2026-11-02",
        "handoff": {"weekday": "monday", "time": "09:00"},
        "length": {"amount": 1, "unit": "weeks"},
    }
    return said | more


def rotation(*layers: dict[str, Any], **more: Any) -> Rotation:
    """A rotation as a file says it, in London."""
    said = {"title": "Watch", "surface": "lamp", "zone": "Europe/London", "layers": layers, **more}
    return Rotation.model_validate_json(json.dumps(said))


def worked_out(
    made: Rotation, people: dict[str, Person] | None = None, *, weeks: int = 52, holidays: tuple[str, ...] = ()
) -> tuple[Roster, Schedule]:
    """A roster from the first Monday on, and the schedule of the rotation in it."""
    days = tuple({"day": date.fromisoformat(day), "name": "Fair"} for day in holidays)
    calendars = {"coast": HolidayCalendar.model_validate({"title": "Coast", "days": days})}
    everybody = {name: person("UTC") for name in CREW} | (people or {})
    made_of = catalog(p=everybody, h=calendars, r={"watch": made})
    roster = Roster.of(made_of, START, timedelta(weeks=weeks))
    return roster, roster.schedules["watch"]


def at(schedule: Schedule, *moments: str) -> list[str]:
    """Who answers at each moment, UTC; empty for nobody."""
    found = [schedule.at(datetime.fromisoformat(moment).replace(tzinfo=UTC)) for moment in moments]
    return [" ".join(shift.person for shift in shifts) for shifts in found]


# ── last days ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_nobody_takes_the_turns_of_who_left_and_the_others_keep_theirs() -> None:
    """Ben's last day is planned: the tool appoints nobody, and Cat's and Dan's weeks do not move."""
    before = worked_out(rotation(layer(*CREW)))[1]
    roster, after = worked_out(rotation(layer(*CREW)), {"ben": person("UTC", left=date(2027, 1, 13))})
    weeks = [START + timedelta(weeks=number, days=3) for number in range(52)]
    for week in weeks:
        was, becomes = before.at(week)[0].person, [shift.person for shift in after.at(week)]
        left = was == "ben" and week >= datetime(2027, 1, 13, tzinfo=UTC)
        assert becomes == ([] if left else [was])
        assert [shift.person for shift in after.away_at(week)] == (["ben"] if left else [])
    (gone,) = departed(roster)
    assert (gone.person, gone.first.start, gone.count) == ("ben", datetime(2027, 2, 1, 9, tzinfo=UTC), 10)


def test_a_successor_takes_over_the_turns() -> None:
    """Who follows somebody in the list from the day on which they end shares their place."""
    plan = [
        "ann",
        {"person": "ben", "until": "2027-01-13"},
        {"person": "eva", "from": "2027-01-13"},
        "cat",
        "dan",
    ]
    _, after = worked_out(rotation(layer(*plan)), {"eva": person()})
    _, before = worked_out(rotation(layer(*CREW)))
    for week in [START + timedelta(weeks=number, days=3) for number in range(52)]:
        was = before.at(week)[0].person
        begun = before.at(week)[0].duty.turn.start.date() >= date(2027, 1, 13)
        assert after.at(week)[0].person == ("eva" if was == "ben" and begun else was)


def test_whoever_joins_does_so_with_the_first_turn_from_that_day_on() -> None:
    """Until then the others' weeks are as they were; afterwards the order has one place more."""
    plan = ["ann", "ben", {"person": "cat", "from": "2026-12-16"}]
    _, made = worked_out(rotation(layer(*plan)), weeks=10)
    weeks = [made.at(START + timedelta(weeks=number, days=3))[0].person for number in range(10)]
    assert weeks == ["ann", "ben", "ann", "ben", "ann", "ben", "ann", "ben", "cat", "ann"]
    assert not made.gaps[1:]


def test_a_place_that_nobody_takes_over_stays_open() -> None:
    """An `until` without a successor is a gap, which the check names; the week of nobody else moves."""
    _, made = worked_out(rotation(layer("ann", {"person": "ben", "until": "2026-11-20"})), weeks=6)
    days = [made.at(START + timedelta(weeks=number, days=3)) for number in range(6)]
    assert [[shift.person for shift in shifts] for shifts in days] == [["ann"], ["ben"], ["ann"], [], ["ann"], []]


def test_a_layer_ends_with_the_handoff_with_which_the_next_one_begins() -> None:
    """`ends` of one and `starts` of the next on one day: no minute is covered twice, none is left."""
    old = layer("ann", "ben", id="old", ends="2027-01-13")
    new = layer("cat", "dan", id="new", starts="2027-01-13")
    _, made = worked_out(rotation(old, new), weeks=20)
    assert at(made, "2027-01-18T08:59", "2027-01-18T09:00") == ["ann", "cat"]
    assert [gap.start for gap in made.gaps] == [START]
    assert {shift.person for shift in made.shifts if shift.window.start >= datetime(2027, 1, 18, 9, tzinfo=UTC)} == {
        "cat",
        "dan",
    }


def test_a_layer_ends_on_a_day_on_which_it_hands_over() -> None:
    """Without a weekday of its own: weekly on the weekday of `starts`, business days on one of those."""
    weekly = layer("ann", "ben", handoff={"time": "09:00"}, ends="2026-12-16")
    assert worked_out(rotation(weekly))[1].shifts[-1].window.end == datetime(2026, 12, 21, 9, tzinfo=UTC)
    days = {"handoff": {"time": "09:00"}, "length": {"amount": 1, "unit": "business-days"}}
    old = layer("ann", "ben", id="old", ends="2026-12-19", **days)
    new = layer("cat", "dan", id="new", starts="2026-12-19", **days)
    _, made = worked_out(rotation(old, new), weeks=20)
    assert [gap.start for gap in made.gaps] == [START]
    assert at(made, "2026-12-21T08:59", "2026-12-21T09:00") == ["ann", "cat"]


@pytest.mark.parametrize(
    "said",
    [
        {"participants": [{"person": "ann", "from": "2027-01-02", "until": "2027-01-02"}]},
        {"ends": "2026-11-02"},
    ],
)
def test_days_in_the_wrong_order_are_refused(said: dict[str, Any]) -> None:
    """A plan that ends before it begins contradicts itself."""
    with pytest.raises(ValidationError, match="is not after"):
        rotation(layer("ann", **said))


# ── lengths ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_seven_people_share_the_weekdays_evenly() -> None:
    """Daily turns in a layer of weekdays count the days on which it answers."""
    crew = [f"crew-{number}" for number in range(1, 8)]
    hours = [{"days": WEEKDAYS, "start": "09:00", "end": "19:00"}]
    made = rotation(layer(*crew, length={"amount": 1, "unit": "days"}, restrictions=hours))
    _, schedule = worked_out(made, {name: person() for name in crew}, weeks=35)
    served = Counter((shift.person, shift.window.start.weekday()) for shift in schedule.shifts)
    assert len(served) == 7 * 5
    assert set(served.values()) == {5}
    assert [shift.person for shift in schedule.shifts[4:6]] == ["crew-5", "crew-6"]  # Friday, then Monday


def test_business_days_pass_over_weekends_and_holidays() -> None:
    """The turn of the day before lasts through them."""
    made = rotation(layer("ann", "ben", "cat", length={"amount": 1, "unit": "business-days"}), holidays="coast")
    _, schedule = worked_out(made, holidays=("2026-11-09",), weeks=2)
    turns = [(shift.person, f"{shift.window.start:%a %d}") for shift in schedule.shifts]
    assert turns == [
        ("ann", "Mon 02"), ("ben", "Tue 03"), ("cat", "Wed 04"), ("ann", "Thu 05"), ("ben", "Fri 06"),
        ("cat", "Tue 10"), ("ann", "Wed 11"), ("ben", "Thu 12"), ("cat", "Fri 13"),
    ]  # fmt: skip


def test_months_begin_on_their_day_or_on_the_last_one() -> None:
    """From the 31st on: February ends on the 28th, and March has its own 31st again."""
    handoff = {"time": "09:00"}
    made = rotation(layer("ann", "ben", starts="2026-12-31", handoff=handoff, length={"amount": 1, "unit": "months"}))
    _, schedule = worked_out(made, weeks=30)
    assert [f"{shift.window.start:%m-%d}" for shift in schedule.shifts[:5]] == [
        "12-31", "01-31", "02-28", "03-31", "04-30",
    ]  # fmt: skip


def test_months_can_hand_over_on_a_weekday() -> None:
    """The first Monday of each month."""
    made = rotation(layer("ann", "ben", starts="2026-12-01", length={"amount": 1, "unit": "months"}))
    _, schedule = worked_out(made, weeks=30)
    assert [f"{shift.window.start:%m-%d}" for shift in schedule.shifts[:4]] == ["12-07", "01-04", "02-01", "03-01"]


# ── zones, hours ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_site_answers_by_its_own_clock() -> None:
    """Follow the sun: between the two changes of the clock the American morning is an hour nearer to London's."""

    def site(name: str, who: str, zone: str) -> dict[str, Any]:
        hours = [{"days": [*WEEKDAYS, "saturday", "sunday"], "start": "08:00", "end": "20:00"}]
        return layer(who, id=name, zone=zone, restrictions=hours, starts="2026-10-05")

    made = rotation(
        layer("cat", id="night"), site("west", "ann", "America/New_York"), site("east", "ben", "Asia/Kolkata")
    )
    _, schedule = worked_out(made)
    assert at(schedule, "2027-03-10T12:59", "2027-03-10T13:00") == ["ben", "ben"]  # 08:00 in New York is 13:00 UTC
    assert at(schedule, "2027-03-10T14:30", "2027-03-11T00:59", "2027-03-11T01:00") == ["ann", "ann", "cat"]
    assert at(schedule, "2027-03-16T23:59", "2027-03-17T00:00") == ["ann", "cat"]  # 20:00 is 24:00 UTC from 14 March on


def test_declared_hours_are_no_gap_and_have_a_reason() -> None:
    """Nights and weekends are off by intent."""
    hours = [{"days": WEEKDAYS, "start": "09:00", "end": "18:00"}]
    declared = [
        {"days": WEEKDAYS, "start": "18:00", "end": "09:00", "reason": "Nights are off"},
        {"days": ["saturday", "sunday"], "start": "09:00", "end": "09:00", "reason": "Weekends are off"},
    ]
    made = rotation(layer("ann", "ben", restrictions=hours), uncovered_hours=declared)
    roster, schedule = worked_out(made)
    assert schedule.gaps == ()
    nights = roster.uncovered_at("watch", datetime(2026, 11, 5, 2, tzinfo=UTC))
    assert nights == ("Nights are off",)
    assert roster.uncovered_at("watch", datetime(2026, 11, 7, 12, tzinfo=UTC)) == ("Weekends are off",)
    assert roster.uncovered_at("watch", datetime(2026, 11, 5, 12, tzinfo=UTC)) == ()


# ── absences ────────────────────────────────────────────────────────────────────────────────────────────────────────
def off(**said: str) -> Person:
    """Somebody in London with one absence, as a file says it."""
    whole = {"title": "Somebody", "zone": "Europe/London", "time_off": [said]}
    return Person.model_validate_json(json.dumps(whole))


def test_the_layer_below_answers_for_who_is_away() -> None:
    """For a part of a day too, by the clock of the person; nobody else is appointed."""
    people = {"ann": off(first="2026-11-04", last="2026-11-04", start="12:00", end="17:30")}
    made = rotation(layer("ben", id="below"), layer("ann", id="above"))
    _, schedule = worked_out(made, people, weeks=2)
    found = at(schedule, "2026-11-04T11:59", "2026-11-04T12:00", "2026-11-04T17:29", "2026-11-04T17:30")
    assert found == ["ann", "ben", "ben", "ann"]
    (away,) = schedule.away
    assert (away.person, away.duty.layer) == ("ann", "above")


def test_the_layer_itself_answers_for_an_override_whose_person_is_away() -> None:
    """Precedence is override, higher layer, lower layer: what lies below the override holds again."""
    people = {"dan": off(first="2026-11-04", last="2026-11-04")}
    swap = {"person": "dan", "start": "2026-11-03T09:00:00Z", "end": "2026-11-06T09:00:00Z", "reason": "Swap"}
    for of in ({}, {"layer": "watch"}):
        _, schedule = worked_out(rotation(layer("ann", "ben"), overrides=[swap | of]), people, weeks=2)
        assert at(schedule, "2026-11-03T12:00", "2026-11-04T12:00", "2026-11-05T12:00") == ["dan", "ann", "dan"]


def test_absences_in_the_wrong_order_are_refused() -> None:
    """An absence of no time."""
    with pytest.raises(ValidationError, match="end is not after start"):
        off(first="2026-11-04", last="2026-11-04", start="12:00", end="12:00")


# ── overrides ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("2026-11-09T09:00:00Z", "2026-11-16T09:00:00Z", False),  # written for Mondays
        ("2026-11-11T09:00:00Z", "2026-11-18T09:00:00Z", True),
        ("2026-11-12T09:00:00Z", "2026-11-13T09:00:00Z", True),  # a day of a turn
        ("2026-11-18T08:00:00Z", "2026-11-25T08:00:00Z", False),  # an hour early
        ("2027-03-24T09:00:00Z", "2027-03-31T08:00:00Z", True),  # a week in which the clock is changed
    ],
)
def test_an_override_as_long_as_a_turn_begins_with_one(start: str, end: str, *, fits: bool) -> None:
    """Handed over on Wednesdays at nine in London."""
    swap = {"person": "ben", "layer": "watch", "start": start, "end": end, "reason": "Swap"}
    wednesdays = layer("ann", "ben", handoff={"weekday": "wednesday", "time": "09:00"})
    roster, _ = worked_out(rotation(wednesdays, overrides=[swap]), weeks=int(YEAR.days / 7))
    assert (off_turn(roster, "watch", roster.rotations["watch"].overrides[0]) is None) is fits
