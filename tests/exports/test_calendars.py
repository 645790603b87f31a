from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from generators.exports.calendars import calendars, rotation_feed, whole_shifts
from generators.exports.ical import MARK, month_window
from generators.exports.stamps import carried
from generators.exports.timezones import definition
from generators.oncall.civil import zone
from generators.oncall.intervals import Window
from generators.oncall.roster import Roster
from generators.oncall.schedule import schedule
from tests.changes import change, tree, write
from tests.exports.rosters import AT, ZONES, alone, catalog_at, layer, rotation, rotations

if TYPE_CHECKING:
    from pathlib import Path

    from icalendar import Event

    from generators.model.oncall import Rotation

HOUR = timedelta(hours=1)
LAMP = "ops_model/oncall/rotations/lamp-watch.yaml"
CLOSE_TO_A_CHANGE = st.sampled_from([(2026, 10), (2027, 3), (2027, 4), (2027, 10)]).map(
    lambda month: datetime(*month, 1, tzinfo=UTC)
)
"""First days of windows in which some zone changes its clock."""


def feed_of(made: Rotation, at: datetime = AT) -> str:
    """The feed of a rotation that is alone in the world."""
    return calendars(alone(made), at)["rotations/watch.ics"]


def feed_from(made: Rotation, window: Window) -> str:
    """The feed of a rotation for a window."""
    catalog = alone(made)
    (entry,) = catalog.entries_of(type(made))
    people = Roster.of(catalog, window.start, window.length, only=())
    return rotation_feed(catalog, entry, whole_shifts(people, entry, window), window)


def utc(value: Any) -> datetime:
    """A moment of an event."""
    assert isinstance(value, datetime)
    return value.astimezone(UTC)


def read_back(text: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
    """What somebody else's reader of calendars makes of a feed, cut to a window."""
    events = recurring_ical_events.of(Calendar.from_ical(text)).between(start, end)
    return sorted(
        (max(utc(event.start), start), min(utc(event.end), end), str(event["SUMMARY"]).removeprefix("Watch: "))
        for event in events
    )


def offset(moment: datetime, name: str) -> timedelta | None:
    """How far clocks in a zone are ahead of UTC."""
    return moment.astimezone(zone(name)).utcoffset()


def events(text: str) -> list[Event]:
    """The events of a feed, in order."""
    return Calendar.from_ical(text).events


def by_uid(text: str) -> dict[str, str]:
    """Each event's text by its UID, which is there once."""
    found = {str(event["UID"]): event.to_ical().decode() for event in events(text)}
    assert len(found) == len(events(text))
    return found


@pytest.mark.long
@settings(max_examples=100)
@given(rotations(levels=True), CLOSE_TO_A_CHANGE)
def test_another_reader_finds_exactly_the_shifts(made: Rotation, first: datetime) -> None:
    """Every shift of every rotation, to the second, whichever zone, restriction or override it comes from."""
    window = Window(first, first + timedelta(weeks=5))
    expected = sorted(
        (shift.window.start, shift.window.end, shift.person) for shift in schedule("watch", made, window).shifts
    )
    assert read_back(feed_from(made, window), window.start, window.end) == expected


@settings(max_examples=50)
@given(rotations(levels=True), CLOSE_TO_A_CHANGE)
def test_every_event_keeps_the_standard(made: Rotation, first: datetime) -> None:
    """Lines end in CRLF and hold at most 75 octets; each event has a UID of its own; each zone used is defined."""
    text = feed_from(made, Window(first, first + timedelta(weeks=5)))
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    by_uid(text)
    calendar = Calendar.from_ical(text)
    assert calendar.get_missing_tzids() == set()
    assert calendar.subcomponents
    for event in calendar.events:
        assert utc(event.end) > utc(event.start)


@pytest.mark.parametrize("name", ZONES)
def test_zones_as_the_feed_defines_them(name: str) -> None:
    """Who reads the definition alone gets every hour of three years right, the hour after a change too."""
    defined = definition(name, 2026, 2028).to_tz(lookup_tzid=False)
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(3 * 365)]
    changes = [day for day, after in pairwise(days) if offset(day, name) != offset(after, name)]
    close = [day + number * HOUR / 2 for day in changes for number in range(-48, 96)]
    for moment in (one.astimezone(zone(name)) for one in (*days, *close)):
        wall = moment.replace(tzinfo=None)
        if moment.fold or moment.replace(fold=1).utcoffset() != moment.utcoffset():
            continue  # which of the two is meant is not the definition's to say
        assert wall.replace(tzinfo=defined).utcoffset() == moment.utcoffset(), wall


def test_onset_is_the_wall_time_before_the_change() -> None:
    """RFC 5545, 3.6.5: at 02:00 clocks go to 03:00, so the onset is 02:00 and not 03:00."""
    told = definition("America/Los_Angeles", 2026, 2026).to_ical().decode()
    daylight = told[told.index("BEGIN:DAYLIGHT") : told.index("END:DAYLIGHT")]
    assert "DTSTART:20260308T020000" in daylight
    assert "TZOFFSETFROM:-0800" in daylight


@pytest.mark.parametrize(
    ("name", "spring", "autumn"),
    [
        ("America/Los_Angeles", date(2027, 3, 14), date(2027, 11, 7)),
        ("Europe/London", date(2027, 3, 28), date(2027, 10, 31)),
    ],
)
def test_week_in_which_the_clock_is_changed(name: str, spring: date, autumn: date) -> None:
    """The handoff stays at its wall time: 167 hours in spring, 169 in autumn, 168 otherwise."""
    hours = {}
    for event in events(feed_of(rotation(zone=name))):
        local = utc(event.start).astimezone(zone(name))
        assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)
        hours[local.date()] = (utc(event.end) - utc(event.start)) / HOUR
    odd = {day: count for day, count in hours.items() if count != 168 and day.year == 2027}
    assert odd == {spring - timedelta(days=6): 167, autumn - timedelta(days=6): 169}


def test_second_of_two_equal_wall_times_is_in_utc() -> None:
    """01:30 comes twice on 7 November 2027; the override that ends at the second one says so."""
    swap = {"person": "cyd", "start": "2027-11-07T06:00:00Z", "end": "2027-11-07T09:30:00Z", "reason": "Swap"}
    text = feed_of(rotation(zone="America/Los_Angeles", overrides=[swap]))
    (own,) = (event for event in events(text) if "cyd" in str(event["SUMMARY"]))
    assert own["DTEND"].to_ical() == b"20271107T093000Z"
    assert own["DTSTART"].to_ical() == b"20271107T060000Z"  # both in UTC: a reader subtracts one from the other
    assert "Override: Swap" in str(own["DESCRIPTION"])


def test_unrelated_override_moves_no_other_event() -> None:
    """A calendar that was subscribed to keeps every event but the one that somebody took over."""
    layers = (layer(), layer("day", restrictions=[{"days": ["tuesday"], "start": "09:00", "end": "17:00"}]))
    swap = {"person": "cyd", "start": "2027-02-03T10:00:00Z", "end": "2027-02-03T12:00:00Z", "reason": "Dentist"}
    before, after = by_uid(feed_of(rotation(*layers))), by_uid(feed_of(rotation(*layers, overrides=[swap])))
    assert before.keys() <= after.keys()
    changed = {uid for uid in before if before[uid] != after[uid]}
    assert len(changed) == 1
    assert len(after.keys() - before.keys()) == 2


def test_same_bytes_all_month() -> None:
    """Asked on the first and on the last of a month, on any machine: nothing to fetch again."""
    first, last = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert carried(feed_of(rotation(), last), feed_of(rotation(), first)) == feed_of(rotation(), first)
    assert {event["DTSTAMP"].to_ical() for event in events(feed_of(rotation(), last))} == {b"20261231T235959Z"}
    assert carried(feed_of(rotation(), first), feed_of(rotation(), AT)) != feed_of(rotation(), AT)
    window = month_window(last)
    assert (window.start, window.end) == (first, datetime(2028, 1, 1, tzinfo=UTC))
    assert window.end - last > timedelta(weeks=52)


def test_shift_that_began_last_month_is_whole() -> None:
    """The feed's edge cuts nothing: the event has the UID and the beginning that it had last month."""
    october = by_uid(feed_of(rotation(), datetime(2026, 10, 31, tzinfo=UTC)))
    november = events(feed_of(rotation()))[0]
    assert utc(november.start) == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert str(november["UID"]) in october


def test_layers_of_one_level_are_events_of_their_own() -> None:
    """Two people at the same hours are two events with two UIDs."""
    both = rotation(layer("one", level=1), layer("two", level=1, participants=["cyd"]))
    found = events(feed_of(both))
    starts = [utc(event.start) for event in found]
    assert len(starts) == 2 * len(set(starts)) == len(by_uid(feed_of(both)))


# ── a repository ────────────────────────────────────────────────────────────────────────────────────────────────────
def feeds_at(root: Path) -> dict[str, str]:
    """Every feed of a repository."""
    return calendars(catalog_at(root), AT)


def test_feeds_of_a_repository(miniature: Path) -> None:
    """One for each rotation and each person in one, each holiday calendar, and three for everybody."""
    found = feeds_at(miniature)
    assert set(found) == {
        "rotations/lamp-watch.ics",
        "people/keeper-seat-1.ics",
        "people/keeper-seat-2.ics",
        "holidays/coast.ics",
        "cadences.ics",
        "freezes.ics",
        "review-dates.ics",
    }
    for text in found.values():
        assert MARK in text[:200]
        assert Calendar.from_ical(text).subcomponents


def test_person_has_the_shifts_of_all_rotations(miniature: Path) -> None:
    """And those of shadow seats by their name, with a UID of their own."""
    said = tree(miniature / LAMP)
    said["layers"][0]["shadows"] = ["keeper-seat-2"]
    change(miniature / LAMP, **said)
    write(miniature / LAMP.replace("lamp-watch", "second-watch"), said | {"title": "Second watch"})
    own = events(feeds_at(miniature)["people/keeper-seat-2.ics"])
    assert {str(event["SUMMARY"]) for event in own} == {
        f"{what}: {which}" for what in ("On call", "Shadow") for which in ("Lamp watch", "Second watch")
    }
    assert len({str(event["UID"]) for event in own}) == len(own)


def test_person_without_a_shift_has_an_empty_calendar(miniature: Path) -> None:
    """The address that somebody subscribed to stays, and the file is still a calendar."""
    said = tree(miniature / LAMP)
    said["layers"][0]["starts"] = "2032-01-01"
    change(miniature / LAMP, **said)
    text = feeds_at(miniature)["people/keeper-seat-2.ics"]
    assert not events(text)
    assert "TZID:America/Los_Angeles" in text


def test_no_way_to_reach_anybody_is_in_a_feed(miniature: Path) -> None:
    """Contacts and handles stay in the model."""
    person = miniature / "ops_model/organization/people/keeper-seat-1.yaml"
    change(person, handle="keeper-of-light", contacts=[{"channel": "phone", "address": "555 0100"}])
    everything = "".join(feeds_at(miniature).values()).replace("\r\n ", "")
    assert "keeper-of-light" not in everything
    assert "555 0100" not in everything


@pytest.mark.parametrize(
    ("rule", "starts", "first"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2026-12-05", "2026-12-17"),
        ("FREQ=MONTHLY;BYDAY=3TU", "2026-12-15", "2026-12-15"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270301", "2026-11-03", "2026-11-09"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026-11-03", "2026-11-09"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-03", "2026-11-30"),
    ],
)
def test_cadence_recurs_as_its_rule_says(miniature: Path, rule: str, starts: str, first: str) -> None:
    """The event begins with the first occurrence, so that its start is one; all of them at the same wall time."""
    change(miniature / "ops_model/operating/cadences/evening-round.yaml", recurrence=rule, starts=starts)
    text = feeds_at(miniature)["cadences.ics"]
    (event,) = events(text)
    assert utc(event.start).date().isoformat() == first
    end = datetime(2028, 1, 1, tzinfo=UTC)
    got = [start.astimezone(zone("Europe/London")) for start, _, _ in read_back(text, AT - timedelta(days=30), end)]
    begin = datetime.fromisoformat(f"{starts}T17:00")
    rule = re.sub("(UNTIL=[0-9]{8})", r"\1T235959", rule)
    expected = list(rrulestr(rule, dtstart=begin).between(begin, end.replace(tzinfo=None), inc=True))
    assert [moment.replace(tzinfo=None) for moment in got] == expected
    assert not re.search(r"UNTIL=[0-9]{8}(?!T)", text)


def test_cadence_that_never_comes_is_left_out(miniature: Path) -> None:
    """It ended before it began: no event. OPS210 says so before anything is exported."""
    rule = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20200101"
    change(miniature / "ops_model/operating/cadences/evening-round.yaml", recurrence=rule)
    assert not events(feeds_at(miniature)["cadences.ics"])


def test_whole_days_end_on_the_day_after(miniature: Path) -> None:
    """A freeze of two days is two days in a calendar; so is a holiday of one."""
    freeze = {"first": "2026-12-24", "last": "2026-12-25", "reason": "Nobody is there"}
    change(miniature / "ops_model/operating/release_trains/lamp-train.yaml", freezes=[freeze])
    found = feeds_at(miniature)
    (event,) = events(found["freezes.ics"])
    assert (event["DTSTART"].to_ical(), event["DTEND"].to_ical()) == (b"20261224", b"20261226")
    (day,) = events(found["holidays/coast.ics"])
    assert (day["DTSTART"].to_ical(), day["DTEND"].to_ical()) == (b"20270101", b"20270102")
    assert day["SUMMARY"] == "New Year's Day"


def test_what_runs_out_is_a_review_date(miniature: Path) -> None:
    """Deferrals, signatures, waivers, follow-ups, lessons not yet fixed, and the end of a status override."""
    lesson = {"what": "Roll the barrel", "step": "lamp-out/look", "owner": "keeper", "due": "2026-12-20"}
    done = lesson | {"what": "Oil the hinge", "fixed": {"path": "runbooks", "what": "A step"}}
    rehearsal = {
        "title": "By day",
        "runbook": "lamp-out",
        "held": "2026-10-20",
        "people": ["keeper-seat-1"],
        "setting": "Played",
        "walked": [{"step": "lamp-out/look", "digest": f"sha256:{'0' * 64}", "seconds": 4}],
        "lessons": [lesson, done],
    }
    change(miniature / "ops_model/operating/status_overrides/new-barrels.yaml", until="2026-12-16T20:00:00Z")
    write(miniature / "ops_model/launch/rehearsals/lamp-out-by-day.yaml", rehearsal)
    days = {
        str(event["SUMMARY"]): event["DTSTART"].to_ical() for event in events(feeds_at(miniature)["review-dates.ics"])
    }
    assert days == {
        "Follow-up due: Wipe the east pane every evening (Dark on 1 November 2026)": b"20261201",
        "Lesson due: Roll the barrel (By day)": b"20261220",
        "Review the deferral: The second colour comes later": b"20270301",
        "Sign-off expires: Second winter, signed by the keeper": b"20270510",
        "Status override ends: New barrels": b"20261216T200000Z",
        "Waiver expires: The barrel is counted later": b"20270130",
    }


def test_date_that_is_put_off_is_the_same_event(miniature: Path) -> None:
    """It moves in the calendar of those who subscribed."""
    deferral = miniature / "ops_model/launch/deferrals/second-colour-later.yaml"
    before = by_uid(feeds_at(miniature)["review-dates.ics"])
    change(deferral, follow_up=tree(deferral)["follow_up"] | {"review": "2027-06-01"})
    after = by_uid(feeds_at(miniature)["review-dates.ics"])
    assert before.keys() == after.keys()
    assert before != after


@pytest.mark.parametrize(
    ("where", "written"),
    [
        ("Europe/London", "Europe/London"),
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("Africa/Cairo", None),  # its autumn change has no rule that RFC 5545 can say
        ("Africa/Casablanca", None),  # and these are fixed year by year
    ],
)
def test_times_of_a_zone_without_a_rule_are_in_utc(where: str, written: str | None) -> None:
    """Readers that ignore lists of dates in a zone are right there too."""
    hours = [{"days": ["monday", "wednesday"], "start": "09:00", "end": "11:00"}]
    found = events(feed_of(rotation(layer(restrictions=hours), zone=where)))
    assert {event["DTSTART"].params.get("TZID") for event in found} == {written}
