from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from generators.model.oncall import HolidayCalendar, Override
from generators.model.organization import TimeOff
from generators.model.refs import HolidaysRef, PersonRef
from generators.oncall.coverage import Clash, clashes, holiday_handoffs, swap, twice
from generators.oncall.fairness import loads
from generators.oncall.intervals import Window
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from tests.oncall.roster import START, catalog, person, weekly

PEOPLE = ("ann", "ben", "cid")


def away(first: date, last: date) -> tuple[TimeOff, ...]:
    """Days off."""
    return (TimeOff(first=first, last=last),)


def with_overrides(roster: Roster, name: str, overrides: tuple[Override, ...]) -> Roster:
    """The roster as it is after overrides were added to a rotation."""
    rotation = roster.rotations[name]
    changed = rotation.model_copy(update={"overrides": (*rotation.overrides, *overrides)})
    return replace(
        roster,
        rotations={**roster.rotations, name: changed},
        schedules={**roster.schedules, name: roster.worked_out(name, changed)},
    )


def gaps_within(roster: Roster, clash: Clash) -> list[Window]:
    """When nobody answers during the overrides that were suggested."""
    gaps = roster.schedules[clash.rotation].gaps
    return [gap for gap in gaps for one in clash.swap if gap.overlap(Window(one.start, one.end))]


def test_time_off_in_a_turn_is_a_clash_with_a_swap_that_holds() -> None:
    """Ann is away on one day of her week: she and Ben exchange the nearest weeks, and then nothing clashes."""
    people = {"ann": person(time_off=away(date(2026, 12, 1), date(2026, 12, 1))), "ben": person()}
    roster = Roster.of(catalog(p=people, r={"watch": weekly("ann", "ben")}), START, YEAR)
    (clash,) = clashes(roster)
    assert (clash.duty.person, clash.first.start) == ("ann", datetime(2026, 12, 1, tzinfo=UTC))
    assert [(one.person, one.start.date()) for one in clash.swap] == [
        ("ben", date(2026, 11, 30)),
        ("ann", date(2026, 11, 23)),
    ]


def test_swaps_mend_whatever_they_are_found_for() -> None:
    """As asked: after the overrides nobody is away in what they take, for every clash of a hard year."""
    people = {
        "ann": person(time_off=away(date(2026, 12, 21), date(2027, 1, 10))),
        "ben": person(zone="Asia/Kolkata", time_off=away(date(2027, 1, 4), date(2027, 1, 8))),
        "cid": person(zone="America/Los_Angeles"),
    }
    roster = Roster.of(catalog(p=people, r={"watch": weekly(*PEOPLE)}), START, YEAR)
    found = list(clashes(roster))
    assert found
    for clash in found:
        assert clash.swap
        after = with_overrides(roster, clash.rotation, clash.swap)
        before, left = {_key(one) for one in clashes(roster)}, {_key(one) for one in clashes(after)}
        assert _key(clash) not in left
        assert left <= before
        assert not gaps_within(after, clash)
        assert not list(twice(after))


def _key(clash: Clash) -> tuple[object, ...]:
    return (clash.rotation, clash.duty.person, clash.duty.turn.start)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.integers(0, 360), st.integers(0, 20)),
        max_size=4,
        unique_by=lambda one: one[0],
    ),
    st.sampled_from(["Europe/London", "America/Los_Angeles", "Australia/Lord_Howe"]),
)
def test_every_suggested_swap_is_itself_valid(absences: list[tuple[str, int, int]], zone: str) -> None:
    """Over random absences: what a finding suggests opens no gap, clashes with no absence, and puts nobody on twice."""
    day = START.date()
    off = {who: away(day + timedelta(days=at), day + timedelta(days=at + days)) for who, at, days in absences}
    people = {who: person(zone=zone, time_off=off.get(who, ())) for who in (*PEOPLE, "dot")}
    other = weekly("dot", "ann") if absences else weekly("dot")
    roster = Roster.of(catalog(p=people, r={"watch": weekly(*PEOPLE, zone=zone), "second": other}), START, YEAR / 4)
    for clash in clashes(roster):
        if clash.swap:
            after = with_overrides(roster, clash.rotation, clash.swap)
            assert not gaps_within(after, clash)
            for one in clash.swap:
                for again in clashes(after):
                    same = again.duty.person == one.person and again.rotation == clash.rotation
                    assert not (same and again.duty.turn.start == one.start)
            for one in clash.swap:
                shifts = after.shifts_of[one.person]
                taken = [shift for shift in shifts if shift.duty.reason and shift.duty.turn.start == one.start]
                elsewhere = [shift for shift in shifts if shift not in taken]
                assert not any(mine.window.overlap(other.window) for mine in taken for other in elsewhere)


def test_nobody_can_swap_where_everybody_is_away() -> None:
    """No pair is invented: the hint then asks for somebody else."""
    off = away(date(2026, 12, 1), date(2027, 11, 1))
    people = {"ann": person(time_off=off), "ben": person(time_off=off)}
    roster = Roster.of(catalog(p=people, r={"watch": weekly("ann", "ben")}), START, YEAR)
    assert {clash.swap for clash in clashes(roster)} == {()}


def test_a_turn_that_is_an_override_is_not_swapped() -> None:
    """Whoever asked for it changes the override."""
    asked = Override(person=PersonRef("ann"), start=START, end=START + timedelta(days=2), reason="Asked for it")
    people = {"ann": person(time_off=away(START.date(), START.date())), "ben": person()}
    roster = Roster.of(catalog(p=people, r={"watch": weekly("ben", overrides=(asked,))}), START, YEAR)
    assert swap(roster, roster.schedules["watch"].away[0]) == ()


def test_days_off_are_those_of_the_person() -> None:
    """Midnight in Kolkata, not where the rotation lives."""
    people = {"ann": person(zone="Asia/Kolkata", time_off=away(date(2026, 12, 1), date(2026, 12, 1)))}
    roster = Roster.of(catalog(p=people, r={"watch": weekly("ann")}), START, YEAR)
    ((window, _),) = roster.time_off("ann")
    assert (window.start, window.end) == (
        datetime(2026, 11, 30, 18, 30, tzinfo=UTC),
        datetime(2026, 12, 1, 18, 30, tzinfo=UTC),
    )


def test_one_person_in_two_rotations_at_once_is_found_once() -> None:
    """Ann is always on for one, and every other week for both; a long shift does not hide the later ones."""
    people = {"ann": person(), "ben": person()}
    roster = Roster.of(catalog(p=people, r={"watch": weekly("ann"), "second": weekly("ben", "ann")}), START, YEAR)
    (found,) = twice(roster)
    assert (found.person, {found.first.rotation, found.second.rotation}) == ("ann", {"watch", "second"})


def test_handoffs_on_holidays_of_the_rotations_own_calendar() -> None:
    """Easter Monday is found, unless the layer keeps such handoffs."""
    days = HolidayCalendar.model_validate(
        {"title": "Days", "days": ({"day": date(2027, 3, 29), "name": "Easter Monday"},)}
    )
    people = {"ann": person(), "ben": person()}
    for policy, count in (("report", 1), ("keep", 0)):
        handoff = {"weekday": "monday", "time": "09:00", "on_holidays": policy}
        watch = weekly("ann", "ben", holidays=HolidaysRef("days"))
        layer = watch.layers[0].model_copy(update={"handoff": type(watch.layers[0].handoff).model_validate(handoff)})
        watch = watch.model_copy(update={"layers": (layer,)})
        roster = Roster.of(catalog(p=people, r={"watch": watch}, h={"days": days}), START, YEAR)
        assert len(list(holiday_handoffs(roster))) == count


def test_hours_are_shared_and_none_is_lost() -> None:
    """Over 52 weeks from Monday to Monday the hours of all persons are those of the year."""
    people = {"ann": person(), "ben": person(), "cid": person()}
    roster = Roster.of(catalog(p=people, r={"watch": weekly(*PEOPLE)}), START, YEAR)
    found = loads(roster)
    assert sum(load.hours for load in found) == 52 * 168
    assert {load.person for load in found} == set(PEOPLE)
    assert all(17 <= load.weekends <= 18 for load in found)


def test_a_week_has_the_nights_that_it_touches_where_the_person_lives() -> None:
    """Monday 09:00 to Monday 09:00 in London is seven nights and one weekend, there and in Kolkata."""
    for zone, nights in (("Europe/London", 7), ("Asia/Kolkata", 7)):
        roster = Roster.of(
            catalog(p={"ann": person(zone=zone)}, r={"watch": weekly("ann")}),
            START + timedelta(hours=9),
            timedelta(weeks=1),
        )
        (load,) = loads(roster)
        assert (load.hours, load.nights, load.weekends) == (168, nights, 1)


def test_two_rotations_at_once_do_not_count_twice() -> None:
    """A night is lost once."""
    one = Roster.of(catalog(p={"ann": person()}, r={"watch": weekly("ann")}), START, YEAR)
    two = Roster.of(catalog(p={"ann": person()}, r={"watch": weekly("ann"), "second": weekly("ann")}), START, YEAR)
    assert loads(one) == loads(two)
