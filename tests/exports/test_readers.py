"""What other people's readers make of the feed of cadences, when all they know of a zone is what the feed says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import recurring_ical_events
from dateutil.tz import tzical
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from generators.exports.calendars import calendars
from generators.exports.timezones import definition
from generators.model.text import zone_names
from generators.oncall.civil import zone
from tests.changes import change, tree, write
from tests.exports.rosters import AT, catalog_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Meetings = dict[str, list[tuple[datetime, datetime]]]

ROUND = "ops_model/operating/cadences/evening-round.yaml"
ZONES = {
    "America/Los_Angeles": (2, 15),
    "Europe/London": (1, 30),
    "Europe/Dublin": (0, 30),
    "Australia/Lord_Howe": (2, 15),
    "Asia/Kolkata": (2, 15),
    "Africa/Casablanca": (2, 15),
    "Africa/Cairo": (0, 30),
    "America/Nuuk": (23, 15),
    "Asia/Jerusalem": (2, 15),
    "UTC": (2, 15),
}
"""With a time that clocks skip, or that ends when they do, on a Friday, Saturday or Sunday.

A rule in each half of the year, half an hour, none, irregular, and rules that cross midnight or a month.
"""
BEGIN, END = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


def unknown_zones(text: str) -> str:
    """The feed with zone names that are in no database, so that a reader has only the definitions."""
    return re.sub(r"(TZID[:=])([A-Z][a-z])", r"\1X-\2", text.replace("\r\n ", "")).replace("TZID:X-", "TZID:X-")


def by_recurring_ical_events(text: str) -> Meetings:
    """With icalendar and dateutil."""
    found: Meetings = {}
    for event in recurring_ical_events.of(Calendar.from_ical(text)).between(BEGIN, END):
        start: Any = event.start
        end: Any = event.end
        found.setdefault(str(event["SUMMARY"]), []).append((start.astimezone(UTC), end.astimezone(UTC)))
    return {name: sorted(meetings) for name, meetings in found.items()}


def by_ical(text: str) -> Meetings:
    """With the package ical, which reads definitions of zones by itself."""
    found: Meetings = {}
    timeline = IcsCalendarStream.calendar_from_ics(text).timeline_tz(UTC)
    for event in timeline.included(BEGIN, END):
        start: Any = event.start
        end: Any = event.end
        found.setdefault(str(event.summary), []).append((start.astimezone(UTC), end.astimezone(UTC)))
    return {name: sorted(meetings) for name, meetings in found.items()}


def by_a_reader_without_rdate(text: str) -> Meetings:
    """As the first, were it to ignore RDATE in zones as others do."""
    return by_recurring_ical_events(re.sub(r"RDATE[:;][^\r]*\r\n", "", text))


READERS = (by_recurring_ical_events, by_ical)


def feed(miniature: Path) -> str:
    """The feed of cadences of a repository, with zones that only it defines."""
    return unknown_zones(calendars(catalog_at(miniature), AT)["cadences.ics"])


def moment(day: date, hour: int, minute: int, name: str) -> datetime:
    """When clocks show a time, or the first moment after a gap: asked of zoneinfo, quarter by quarter."""
    where = zone(name)
    wall = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - wall time
    at = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(where).replace(tzinfo=None) < wall:
        at += timedelta(minutes=15)
    return at


@pytest.mark.parametrize("read", [by_ical, by_a_reader_without_rdate])
def test_a_year_at_the_wall_time(miniature: Path, read: Callable[[str], Meetings]) -> None:
    """In every zone, in summer and winter, and on the days on which clocks are changed."""
    said = tree(miniature / ROUND)
    for name, (hour, minute) in ZONES.items():
        own = {"title": name, "zone": name, "recurrence": "FREQ=WEEKLY;BYDAY=FR,SA,SU", "starts": "2027-01-01"}
        path = miniature / ROUND.replace("evening-round", name.lower().replace("/", "-"))
        write(path, said | own | {"time": f"{hour:02}:{minute:02}"})
    found = read(feed(miniature))
    weekends = [date(2027, 1, 1) + timedelta(weeks=week, days=day) for week in range(51) for day in range(3)]
    for name, (hour, minute) in ZONES.items():
        expected = [moment(day, hour, minute, name) for day in weekends]
        got = {start for start, end in found[name] if end - start == timedelta(minutes=30)}
        assert [one for one in expected if one not in got] == [], name
        assert len(found[name]) == len(got)


@pytest.mark.parametrize("read", READERS)
def test_first_meeting_in_a_skipped_hour(miniature: Path, read: Callable[[str], Meetings]) -> None:
    """It begins when the clocks have changed; those after it are at their wall time, and a later one moves again."""
    change(miniature / ROUND, recurrence="FREQ=WEEKLY;BYDAY=SU", starts="2027-03-28", time="01:30")
    (starts,) = ([start for start, _ in meetings] for meetings in read(feed(miniature)).values())
    assert starts[:3] == [
        datetime(2027, 3, 28, 1, tzinfo=UTC),
        *(datetime(2027, 4, day, 0, 30, tzinfo=UTC) for day in (4, 11)),
    ]
    assert starts[-1] == datetime(2027, 12, 26, 1, 30, tzinfo=UTC)


def test_end_of_what_recurs_is_a_length(miniature: Path) -> None:
    """RFC 5545 reads a skipped 01:30 as 02:30, and an end at 02:00 would lie before it."""
    change(miniature / ROUND, recurrence="FREQ=WEEKLY;BYDAY=SU", starts="2027-03-28", time="01:30")
    master, *single = Calendar.from_ical(feed(miniature)).events
    written: Any = master
    assert "DTEND" not in written
    assert written["DURATION"].dt == timedelta(minutes=30)
    assert {event.end - event.start for event in single} == {timedelta(minutes=30)}


@pytest.mark.parametrize("read", READERS)
def test_later_meeting_in_a_skipped_hour(miniature: Path, read: Callable[[str], Meetings]) -> None:
    """Of an old cadence as well, and only that one moves."""
    change(miniature / ROUND, recurrence="FREQ=WEEKLY;BYDAY=SU", starts="2024-01-07", time="01:30")
    (starts,) = ([start for start, _ in meetings] for meetings in read(feed(miniature)).values())
    assert [start for start in starts if start.month == 3][-1] == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert len(starts) == 56


@pytest.mark.parametrize("read", READERS)
def test_exceptions_of_a_cadence(miniature: Path, read: Callable[[str], Meetings]) -> None:
    """A cancelled meeting is gone, a moved one is at its new time only, and the others stay."""
    exceptions = [
        {"day": "2026-12-28", "reason": "Nobody is there"},
        {"day": "2027-01-04", "moved_to": {"day": "2027-01-05", "time": "09:00"}, "reason": "A holiday"},
    ]
    change(miniature / ROUND, exceptions=exceptions)
    (starts,) = ([start for start, _ in meetings] for meetings in read(feed(miniature)).values())
    assert starts[2:7] == [
        datetime(2026, 12, 21, 17, tzinfo=UTC),
        datetime(2027, 1, 5, 9, tzinfo=UTC),
        datetime(2027, 1, 11, 17, tzinfo=UTC),
        datetime(2027, 1, 18, 17, tzinfo=UTC),
        datetime(2027, 1, 25, 17, tzinfo=UTC),
    ]


@pytest.mark.parametrize("read", READERS)
def test_departures_in_a_freeze(miniature: Path, read: Callable[[str], Meetings]) -> None:
    """A calendar holds no release day on which nothing is released, be it a usual one or a moved one."""
    exceptions = [{"day": "2026-12-14", "moved_to": {"day": "2026-12-26", "time": "09:00"}, "reason": "Fog"}]
    change(miniature / ROUND, exceptions=exceptions)
    freezes = [{"first": "2026-12-21", "last": "2027-01-03", "reason": "Fewer keepers"}]
    change(miniature / "ops_model/operating/release_trains/lamp-train.yaml", freezes=freezes)
    (starts,) = ([start for start, _ in meetings] for meetings in read(feed(miniature)).values())
    near = [start.date().isoformat() for start in starts if start < datetime(2027, 1, 12, tzinfo=UTC)]
    assert near == ["2026-12-07", "2027-01-04", "2027-01-11"]


@pytest.mark.parametrize("name", sorted(set(ZONES) - {"UTC"}))
def test_third_reader_of_zones(name: str) -> None:
    """What dateutil makes of a definition is what zoneinfo has, all through three years."""
    text = definition(name, 2026, 2028).to_ical().decode()
    defined, where = tzical(StringIO(text.replace("\r\n", "\n"))).get(name), zone(name)
    for number in range(365 * 5):
        local = (datetime(2026, 1, 1, 1, tzinfo=UTC) + timedelta(hours=14 * number)).astimezone(where)
        wall = local.replace(tzinfo=None)
        if not local.fold and wall.replace(tzinfo=where, fold=1).utcoffset() == local.utcoffset():
            assert wall.replace(tzinfo=defined).utcoffset() == local.utcoffset(), wall


def test_no_definition_needs_rdate() -> None:
    """Each RDATE repeats a DTSTART. Where a zone has a rule for the years to come, it is said as one."""
    texts = {name: definition(name, 2026, 2028).to_ical() for name in sorted(zone_names() - {"UTC"})[::20]}
    texts |= {name: definition(name, 2026, 2028).to_ical() for name in ZONES if name != "UTC"}
    for name, text in texts.items():
        for part in text.split(b"BEGIN:")[2:]:
            listed = re.search(rb"RDATE:(.+)\r\n", part)
            assert listed is None or b"DTSTART:" + listed[1] + b"\r\n" in part, name
    ruled = {name for name, text in texts.items() if b"RRULE" in text}
    assert {"America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "America/Nuuk"} <= ruled
    assert not {"Asia/Kolkata", "Africa/Casablanca", "Africa/Cairo"} & ruled


def test_rule_that_began_within_the_years_of_a_feed() -> None:
    """The United States changed theirs in 2007: earlier changes are listed, the rule begins with that year."""
    text = definition("America/Los_Angeles", 2005, 2028).to_ical().decode()
    daylight = re.findall(r"BEGIN:DAYLIGHT\r\nDTSTART:(\d+)T020000\r\n(R[^\r]+)", text)
    single = [(day, f"RDATE:{day}T020000") for day in ("20050403", "20060402")]
    assert daylight == [*single, ("20070311", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3")]
