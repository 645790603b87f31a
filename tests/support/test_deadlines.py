from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.model.support import Hours, ServiceLevel
from generators.model.text import Span, Weekday
from generators.support.deadlines import DAY, HORIZON, deadline
from tests.timeouts import ends_in_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ZONES = (
    "America/Los_Angeles",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
    "America/Santiago",
    "Africa/Cairo",
    "Pacific/Apia",
)
"""Changes of an hour, of half an hour, at midnight, of a whole day (Apia, December 2011), and none."""
MINUTE = timedelta(minutes=1)
DAYS: tuple[str, ...] = get_args(Weekday)
LONGEST = 60 * 24 * 14
"""Minutes that the slow reference walks at most."""


def level(promise: str, hours: Hours | None = None) -> ServiceLevel:
    """A level with one span thrice."""
    span = Span(promise)
    return ServiceLevel.model_validate(
        {
            "title": "Lamp",
            "surface": "lamp",
            "severity": "sev3",
            "acknowledge": span,
            "mitigate": span,
            "resolve": span,
            "hours": hours,
        }
    )


def office(zone: str = "UTC", start: str = "09:00", end: str = "17:00", days: Collection[str] = DAYS[:5]) -> Hours:
    """Hours on weekdays."""
    return Hours.model_validate({"days": tuple(days), "start": start, "end": end, "zone": zone})


def due(promise: str, hours: Hours | None, at: datetime, holidays: Collection[date] = ()) -> datetime | None:
    """The deadline of a span on its own."""
    return deadline(level(promise, hours), Span(promise), at, holidays)


# ── the slow reference ──────────────────────────────────────────────────────────────────────────────────────────────
def minutes_open(hours: Hours, holidays: Collection[date], at: datetime) -> Iterator[datetime]:
    """Every minute from a moment on in which the clock runs, by looking at each minute's wall clock.

    On each local day the hours open in the first minute that shows their start or later and close in the first that
    shows their end or later: a wall clock that is set back opens and closes nothing twice.
    """
    where = ZoneInfo(hours.zone)
    opened: set[date] = set()
    closed: set[date] = set()
    moment = at.replace(second=0, microsecond=0) - 3 * DAY
    while moment < at + LONGEST * MINUTE:
        local = moment.astimezone(where)
        day, shown = local.date(), f"{local:%H:%M}"
        if shown >= hours.start:
            opened.add(day)
        closed |= {other for other in opened if other < day}
        if shown >= hours.end:
            closed.add(day)
        runs = DAYS[day.weekday()] in hours.days and day not in holidays and day in opened and day not in closed
        if runs and moment >= at:
            yield moment
        moment += MINUTE


def slow(minutes: int, hours: Hours, holidays: Collection[date], at: datetime) -> datetime | None:
    """The end of the last of so many open minutes; None where the walk ends before."""
    for number, moment in enumerate(minutes_open(hours, holidays, at), 1):
        if number == minutes:
            return moment + MINUTE
    return None


clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 1, 15, 30, 45, 59)))
spans = st.tuples(clock, clock).filter(lambda pair: pair[0] < pair[1])
# Near the days on which clocks are changed, in each of the zones, and in the middle of nowhere.
moments = st.builds(
    lambda day, minute: datetime.combine(day, datetime.min.time(), UTC) + minute * MINUTE,
    st.one_of(
        st.dates(date(2026, 3, 5), date(2026, 4, 10)),
        st.dates(date(2026, 10, 20), date(2026, 11, 5)),
        st.dates(date(2026, 9, 1), date(2026, 9, 10)),
        st.dates(date(2011, 12, 25), date(2012, 1, 3)),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    st.integers(0, 24 * 60 - 1),
)


@pytest.mark.long
@given(
    zone=st.sampled_from(ZONES),
    span=spans,
    days=st.sets(st.sampled_from(DAYS), min_size=1),
    at=moments,
    promise=st.builds("{} {}".format, st.integers(1, 40), st.sampled_from(("minutes", "hours"))),
    shut=st.sets(st.integers(-1, 6), max_size=3),
)
@settings(max_examples=60)
def test_deadline_is_what_counting_minutes_gives(  # noqa: PLR0913, PLR0917 - all that decides
    zone: str, span: tuple[str, str], days: set[str], at: datetime, promise: str, shut: set[int]
) -> None:
    """Over zones, changed clocks, holidays and odd hours: as if somebody had looked at the clock every minute."""
    hours = office(zone, *span, days=sorted(days, key=DAYS.index))
    holidays = {at.date() + number * DAY for number in shut}
    expected = slow(Span(promise).minutes, hours, holidays, at)
    found = due(promise, hours, at, holidays)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or found > at + (LONGEST - 1) * MINUTE


@given(at=moments, zone=st.sampled_from(ZONES), seconds=st.integers(0, 59), minutes=st.integers(1, 2000))
@settings(max_examples=60)
def test_a_later_report_is_never_due_earlier(at: datetime, zone: str, seconds: int, minutes: int) -> None:
    """Seconds count, and a deadline never moves back while the report comes later."""
    hours = office(zone)
    first, later = due(f"{minutes} minutes", hours, at), due(f"{minutes} minutes", hours, at + seconds * MINUTE / 60)
    assert first is not None
    assert later is not None
    assert first <= later


@pytest.mark.parametrize(
    ("promise", "at", "expected"),
    [
        ("4 hours", "2026-11-20T08:00+00:00", "2026-11-20T13:00+00:00"),  # before the hours
        ("4 hours", "2026-11-20T13:00+00:00", "2026-11-20T17:00+00:00"),  # ends with them
        ("4 hours", "2026-11-20T13:01+00:00", "2026-11-23T09:01+00:00"),  # over the weekend
        ("4 hours", "2026-11-21T12:00+00:00", "2026-11-23T13:00+00:00"),  # a Saturday
        ("2 days", "2026-11-20T12:00+00:00", "2026-11-24T12:00+00:00"),  # two times eight hours
        ("4 hours", "2026-11-20T17:00+00:00", "2026-11-23T13:00+00:00"),  # the minute they close
    ],
)
def test_business_time_in_office_hours(promise: str, at: str, expected: str) -> None:
    """What somebody works out with a calendar in hand."""
    assert due(promise, office(), datetime.fromisoformat(at)) == datetime.fromisoformat(expected)


def test_wall_clock_of_the_zone_decides() -> None:
    """09:00 in London is 08:00 UTC in summer and 09:00 in winter, on either side of the change."""
    hours = office("Europe/London")
    friday = datetime(2026, 10, 23, 15, 0, tzinfo=UTC)  # 16:00 in London; the clock goes back on Sunday
    assert due("2 hours", hours, friday) == datetime(2026, 10, 26, 10, 0, tzinfo=UTC)


def test_holidays_stand_still() -> None:
    """The days of the calendar that the hours name are no business days."""
    wednesday = datetime(2026, 12, 23, 16, 0, tzinfo=UTC)
    closed = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)}
    assert due("4 hours", office(), wednesday, closed) == datetime(2026, 12, 29, 12, 0, tzinfo=UTC)


def test_round_the_clock_is_real_time() -> None:
    """A day is 24 hours, whatever clocks do."""
    at = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert due("1 day", None, at) == at + timedelta(hours=24)
    assert due("15 minutes", None, at) == at + timedelta(minutes=15)


@pytest.mark.parametrize("promise", ["1 minute", "4 hours", "99999 days"])
def test_hours_that_never_come_end_the_search(promise: str) -> None:
    """Ten years without a business day give None, at once; so does a promise of centuries."""
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    holidays = {date(2026, 1, 1) + number * DAY for number in range(366 * 12)}
    with ends_in_time():
        assert due(promise, office(), at, holidays) is None


def test_promise_of_centuries_is_none() -> None:
    """The horizon is the same for both kinds of clock."""
    at = datetime(2196, 11, 21, 12, tzinfo=UTC)
    assert due("99999 days", office(), at) is None
    assert due("99999 days", None, at) is None
    found = due("3653 days", None, at)
    assert found == at + HORIZON


def test_day_that_a_zone_left_out_has_no_hours() -> None:
    """Apia went from the 29th to the 31st of December 2011."""
    hours = office("Pacific/Apia")
    at = datetime(2011, 12, 30, 0, 0, tzinfo=UTC)  # Thursday the 29th, 14:00
    assert due("4 hours", hours, at) == datetime(2012, 1, 1, 20, 0, tzinfo=UTC)  # Monday the 2nd, 10:00


def test_naive_moment_is_refused() -> None:
    """A moment without a zone would be somebody's guess."""
    with pytest.raises(ValueError, match="without a time zone"):
        due("1 hour", None, datetime(2026, 11, 21, 12))  # noqa: DTZ001 - that is the point
