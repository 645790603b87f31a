from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.oncall.civil import zone
from generators.oncall.intervals import Window
from generators.oncall.roster import away_window
from generators.oncall.time_off import MOST, BadCalendar, absences, time_off, with_new
from tests.changes import tree
from tests.oncall.random_rotations import ZONES, moments

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

YEAR = Window(datetime(2026, 11, 21, 12, tzinfo=UTC), datetime(2027, 11, 21, 12, tzinfo=UTC))
LONDON = zone("Europe/London")
PERSON = "ops_model/organization/people/keeper-seat-1.yaml"


def feed(*events: str) -> bytes:
    """A calendar of these events, each as lines with `|` between them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def rows(*events: str) -> list[tuple[str, ...]]:
    """First and last day of each absence, and the times where there are some."""
    found = absences(feed(*events), LONDON, YEAR)
    return [tuple(str(part) for part in (one.first, one.start, one.last, one.end) if part) for one in found]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261227", ("2026-12-24", "2026-12-26")),
        ("DTSTART;VALUE=DATE:20261224", ("2026-12-24", "2026-12-24")),
        ("DTSTART;VALUE=DATE:20261224|DURATION:P2D", ("2026-12-24", "2026-12-25")),
        ("DTSTART:20270110T130000Z|DTEND:20270110T163020Z", ("2027-01-10", "13:00", "2027-01-10", "16:31")),
        ("DTSTART:20270601T090000|DTEND:20270602T000000", ("2027-06-01", "09:00", "2027-06-01")),
        (
            "DTSTART;TZID=America/New_York:20270401T230000|DTEND;TZID=America/New_York:20270402T090000",
            ("2027-04-02", "04:00", "2027-04-02", "14:00"),
        ),
    ],
)
def test_events_are_absences_in_the_zone_of_the_person(event: str, expected: tuple[str, ...]) -> None:
    """Whole days include both; an end at midnight is the end of the day before; floating times are the person's."""
    assert rows(event) == [expected]


def test_what_is_cancelled_or_taken_out_is_no_absence() -> None:
    """Recurring absences come as often as they come; those that touch are one."""
    weekly = "DTSTART;VALUE=DATE:20270104|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20270111"
    cancelled = "STATUS:CANCELLED|DTSTART;VALUE=DATE:20270301"
    next_day = "DTSTART;VALUE=DATE:20270105"
    assert rows(weekly, cancelled, next_day) == [("2027-01-04", "2027-01-05"), ("2027-01-18", "2027-01-18")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a calendar", "cannot be read"),
        (feed("DTSTART:20270101T000000Z|RRULE:FREQ=SECONDLY"), "more than once a day"),
        (b"x" * (1024 * 1024 + 1), "larger than"),
        (feed("DTSTART:20270101T000000Z|RRULE:FREQ=DAILY;BYHOUR=1,2,3"), "more than once a day"),
        (feed(*["DTSTART:20270101T000000Z"] * (MOST + 1)), f"more than {MOST}"),
    ],
)
def test_what_is_no_time_off_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    """Neither a trace nor an answer that takes for ever."""
    with pytest.raises(BadCalendar, match=said):
        absences(data, LONDON, YEAR)


@settings(max_examples=60)
@given(moments, st.integers(1, 60 * 24 * 20), st.sampled_from(ZONES))
def test_an_absence_as_written_is_the_absence_that_was_found(start: datetime, minutes: int, name: str) -> None:
    """To the minute, in any zone, but for hours that a clock shows twice."""
    where, window = zone(name), Window(start, start + timedelta(minutes=minutes))
    written = away_window(time_off(window, where), where)
    assert written is not None
    for mine, theirs in ((written.start, window.start), (written.end, window.end)):
        assert abs(mine - theirs) <= timedelta(hours=1)
        if not theirs.astimezone(where).fold:
            assert mine == theirs


def test_what_is_known_already_is_not_added_again() -> None:
    """A second import changes nothing, and neither does a shorter absence within a longer one."""
    known = absences(feed("DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20270103"), LONDON, YEAR)
    found = absences(feed("DTSTART;VALUE=DATE:20261228"), LONDON, YEAR)
    assert with_new(known, known, LONDON) == known
    assert with_new(known, found, LONDON) == known


def test_the_file_of_the_person_gets_the_section_and_nothing_else(
    dfops: Dfops, miniature: Path, tmp_path: Path
) -> None:
    """Without --write it is printed; what the calendar says besides times is in neither."""
    calendar = tmp_path / "off.ics"
    calendar.write_bytes(feed("DTSTART;VALUE=DATE:20261224|SUMMARY:Surgery"))
    where = ("--person", "keeper-seat-1", "--root", miniature, "--at", "2026-11-21T12:00Z")
    before = tree(miniature / PERSON)
    printed = dfops("oncall", "time-off", calendar, *where)
    assert "- first: 2026-12-24" in printed.out
    assert tree(miniature / PERSON) == before
    assert dfops("oncall", "time-off", calendar, *where, "--write").code == 0
    after = tree(miniature / PERSON)
    assert len(after["time_off"]) == len(before["time_off"]) + 1
    assert {**after, "time_off": None} == {**before, "time_off": None}
    assert "Surgery" not in (miniature / PERSON).read_text() + printed.out
    assert "Nothing new" in dfops("oncall", "time-off", calendar, *where, "--write").out
    refused = dfops("oncall", "time-off", miniature / PERSON, *where)
    assert refused.code == 2
    assert "cannot be read as a calendar" in refused.err


@pytest.mark.parametrize(
    "text",
    [
        "{title: Keeper seat 1, zone: Europe/London}\n",
        "---\ntitle: Keeper seat 1\nzone: Europe/London\n...\n",
        "title: Keeper seat 1\nzone: UTC\ntime_off:\n  # agreed\n  - first: 2027-02-02\n    last: 2027-02-05\n",
        "title: Keeper seat 1\nzone: UTC\ntime_off:\n  - first: 2027-02-02  # agreed\n    last: 2027-02-05\n",
    ],
)
def test_a_file_that_would_break_or_lose_a_comment_is_not_written(
    dfops: Dfops, miniature: Path, tmp_path: Path, text: str
) -> None:
    """What is printed without --write can be pasted by a person."""
    (miniature / PERSON).write_text(text, encoding="utf-8")
    calendar = tmp_path / "off.ics"
    calendar.write_bytes(feed("DTSTART;VALUE=DATE:20261224"))
    where = ("--person", "keeper-seat-1", "--root", miniature, "--at", "2026-11-21T12:00Z")
    ran = dfops("oncall", "time-off", calendar, *where, "--write")
    assert (ran.code, "is not edited, because" in ran.err) == (2, True)
    assert (miniature / PERSON).read_text(encoding="utf-8") == text


def test_line_ends_of_the_file_stay(dfops: Dfops, miniature: Path, tmp_path: Path) -> None:
    """A file of Windows stays one."""
    (miniature / PERSON).write_bytes(b"title: Keeper seat 1\r\nzone: Europe/London\r\n")
    calendar = tmp_path / "off.ics"
    calendar.write_bytes(feed("DTSTART;VALUE=DATE:20261224"))
    where = ("--person", "keeper-seat-1", "--root", miniature, "--at", "2026-11-21T12:00Z")
    assert dfops("oncall", "time-off", calendar, *where, "--write").code == 0
    data = (miniature / PERSON).read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == 5


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("DTSTART;VALUE=DATE:00010101|RRULE:FREQ=DAILY", "recurs since 1:"),
        ("DTSTART;VALUE=DATE:20261201|RRULE:FREQ=DAILY;INTERVAL=0", "interval of 0"),
        ("DTSTART;VALUE=DATE:20261201|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "some months only"),
        ("DTSTART;TZID=Nowhere/Land:20261210T090000|DTEND;TZID=Nowhere/Land:20261210T100000", "'Nowhere/Land'"),
        ("DTSTART;VALUE=DATE:20261201|DURATION:P9999D", "longer than 10 years"),
    ],
)
def test_calendars_that_would_take_for_ever_or_mean_another_time(event: str, said: str) -> None:
    """Refused before anything is worked out."""
    with pytest.raises(BadCalendar, match=said):
        absences(feed(event), LONDON, YEAR)


def test_an_absence_without_an_end_ends_with_the_weeks_asked_about() -> None:
    """As some calendars write one that is open."""
    assert rows("DTSTART;VALUE=DATE:20261201|DTEND;VALUE=DATE:99991231") == [("2026-12-01", "2027-11-20")]


def test_an_end_that_clocks_show_twice_is_rounded_out() -> None:
    """01:30 GMT on the night on which London puts its clocks back."""
    found = absences(feed("DTSTART:20271030T220000Z|DTEND:20271031T013000Z"), LONDON, Window(YEAR.start, YEAR.end))
    (window,) = [away_window(one, LONDON) for one in found]
    assert window is not None
    assert window.end >= datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
