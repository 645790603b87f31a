from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.model.text import zone_names
from generators.oncall.civil import day_bounds, instant, wall, zone

ZONES = sorted(zone_names())


@pytest.mark.parametrize(
    ("where", "day", "at", "expected"),
    [
        ("America/Los_Angeles", date(2027, 3, 14), "02:30", "2027-03-14T10:00:00+00:00"),  # skipped: 03:00 PDT
        ("America/Los_Angeles", date(2027, 11, 7), "01:30", "2027-11-07T08:30:00+00:00"),  # twice: the first, PDT
        ("Europe/London", date(2027, 3, 28), "01:30", "2027-03-28T01:00:00+00:00"),
        ("Europe/London", date(2027, 10, 31), "01:30", "2027-10-31T00:30:00+00:00"),
        ("Australia/Lord_Howe", date(2027, 10, 3), "02:15", "2027-10-02T15:30:00+00:00"),  # half an hour is skipped
        ("Australia/Lord_Howe", date(2027, 4, 4), "01:45", "2027-04-03T14:45:00+00:00"),  # half an hour comes twice
        ("Asia/Kolkata", date(2027, 3, 28), "09:00", "2027-03-28T03:30:00+00:00"),
        ("UTC", date(2027, 3, 28), "01:30", "2027-03-28T01:30:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), "12:00", "2011-12-30T10:00:00+00:00"),  # the whole day is skipped
    ],
)
def test_wall_time_on_days_on_which_the_clock_changes(where: str, day: date, at: str, expected: str) -> None:
    """Skipped: the first moment after. Twice: the first. Half hours too."""
    assert instant(day, wall(at), zone(where)).isoformat() == expected


@given(st.sampled_from(ZONES), st.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1)))  # noqa: DTZ001 - wall times
def test_instant_is_the_first_moment_at_which_the_clock_shows_the_time_or_later(where: str, local: datetime) -> None:
    """No moment up to a day before shows that time on that day; the moment itself shows it, unless it never comes."""
    local = local.replace(microsecond=0)
    found = instant(local.date(), local.time(), zone(where))
    shown = found.astimezone(zone(where)).replace(tzinfo=None)
    assert shown >= local
    before = (found - timedelta(seconds=1)).astimezone(zone(where)).replace(tzinfo=None)
    assert before < local


def test_zones_come_from_the_installed_database() -> None:
    """Every name that the model accepts can be loaded, and says its own name."""
    assert all(zone(name).key == name for name in ZONES)


def test_days_have_23_24_or_25_hours() -> None:
    """Both days of time off are included, whatever the clock does in them."""
    start, end = day_bounds(date(2027, 3, 28), date(2027, 3, 28), zone("Europe/London"))
    assert (end - start, start) == (timedelta(hours=23), datetime(2027, 3, 28, tzinfo=UTC))
    assert instant(date(2027, 3, 28), time(), zone("Europe/London")) == start
