"""When a cadence is held."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import pytest

from generators.model.operating import Cadence
from generators.oncall.occurrences import next_held, planned


def cadence(**fields: Any) -> Cadence:
    """A weekly round on Mondays at 17:00 in London."""
    said = {
        "title": "Round",
        "surfaces": ["lamp"],
        "owner": "keeper",
        "recurrence": "FREQ=WEEKLY;BYDAY=MO",
        "starts": "2026-11-02",
        "time": "17:00",
        "zone": "Europe/London",
        "minutes": 30,
        "agenda": ["Look"],
        "outputs": ["Log"],
    }
    return Cadence.model_validate_json(json.dumps(said | fields), strict=True)


def moved(day: str, to: str, time: str = "17:00") -> dict[str, Any]:
    """An exception that moves an occurrence."""
    return {"day": day, "reason": "Away", "moved_to": {"day": to, "time": time}}


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_wall_time_stays_when_clocks_change() -> None:
    """An hour earlier in UTC all summer."""
    found = {occurrence.day: occurrence.start.hour for occurrence in islice(planned(cadence()), 40)}
    assert (found[date(2027, 3, 22)], found[date(2027, 3, 29)]) == (17, 16)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261116", 3),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261116T170000Z", 3),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261116T165959Z", 2),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", 2),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261101", 0),
    ],
)
def test_last_occurrence(rule: str, days: int) -> None:
    """UNTIL is included, and as a day it lasts to the end of that local day."""
    assert len(list(planned(cadence(recurrence=rule)))) == days


def test_until_is_a_local_day() -> None:
    """In Kiritimati a Monday begins on Sunday in UTC, and ends before Monday does."""
    far = cadence(zone="Pacific/Kiritimati", time="23:30", recurrence="FREQ=WEEKLY;BYDAY=MO;UNTIL=20261116")
    assert [occurrence.day.day for occurrence in planned(far)] == [2, 9, 16]


def test_cancelled_occurrence_is_planned_and_not_held() -> None:
    """The next one after it is the next."""
    found = cadence(exceptions=[{"day": "2026-11-09", "reason": "Away"}])
    assert [occurrence.held for occurrence in islice(planned(found), 3)] == [True, False, True]
    following = next_held(found, utc(2026, 11, 3))
    assert following is not None
    assert following.start == utc(2026, 11, 16, 17)


@pytest.mark.parametrize(
    ("exceptions", "at", "start"),
    [
        ([moved("2026-11-09", "2026-11-18")], utc(2026, 11, 10), utc(2026, 11, 16, 17)),
        ([moved("2026-11-09", "2026-11-18")], utc(2026, 11, 17), utc(2026, 11, 18, 17)),
        ([moved("2026-11-23", "2026-11-12", "09:00")], utc(2026, 11, 10), utc(2026, 11, 12, 9)),
        ([moved("2026-11-16", "2026-11-10", "09:00")], utc(2026, 11, 10, 9), utc(2026, 11, 10, 9)),
    ],
)
def test_next_is_the_first_in_time(exceptions: list[dict[str, Any]], at: datetime, start: datetime) -> None:
    """Whatever was moved past another one."""
    found = next_held(cadence(exceptions=exceptions), at)
    assert found is not None
    assert found.start == start


def test_none_comes_again() -> None:
    """All that is left was cancelled."""
    found = cadence(recurrence="FREQ=WEEKLY;COUNT=2", exceptions=[{"day": "2026-11-09", "reason": "Away"}])
    assert next_held(found, utc(2026, 11, 2, 17)) is not None
    assert next_held(found, utc(2026, 11, 3)) is None


def test_skipped_and_repeated_wall_times() -> None:
    """A skipped time is the first moment after the gap, a repeated one the first; both are to be said in a calendar."""
    night = cadence(recurrence="FREQ=DAILY", time="01:30", starts="2027-03-27")
    found = {occurrence.day: occurrence for occurrence in islice(planned(night), 300)}
    spring, autumn = found[date(2027, 3, 28)], found[date(2027, 10, 31)]
    assert (spring.start, spring.skips, spring.differs) == (utc(2027, 3, 28, 1), True, True)
    assert (autumn.start, autumn.skips, autumn.differs) == (utc(2027, 10, 31, 0, 30), False, True)
    assert [day for day, one in found.items() if one.differs] == [date(2027, 3, 28), date(2027, 10, 31)]
    assert {(one.end - one.start).seconds for one in found.values()} == {1800}


def test_both_ends_within_the_repeated_hour() -> None:
    """The wall times are the usual ones and still do not say which of the two hours is meant."""
    night = cadence(recurrence="FREQ=DAILY", time="01:15", starts="2027-10-30")
    found = list(islice(planned(night), 3))
    assert [one.start.hour for one in found] == [0, 0, 1]
    assert [one.differs for one in found] == [False, True, False]
