"""Wall time in a zone to instants, exactly, on the days on which the clock is changed too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As `date.weekday()` counts them."""


@cache
def zone(name: str) -> ZoneInfo:
    """A zone of the installed IANA database, never the machine's. `name` is one of `model.text.zone_names()`."""
    return ZoneInfo.from_file(BytesIO(zone_data(name)), key=name)


def zone_data(name: str) -> bytes:
    """The compiled data (TZif, RFC 8536) of a zone of the installed IANA database."""
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def wall(text: str) -> time:
    """`"09:00"` as a time."""
    return time(int(text[:2]), int(text[3:]))


def instant(day: date, at: time, where: ZoneInfo) -> datetime:
    """The moment, in UTC, at which clocks in a zone show a wall time on a day.

    A time that is skipped means the first moment after the gap; one that comes twice means the first.
    """
    local = datetime.combine(day, at, where)
    moment = local.astimezone(UTC)
    if moment.astimezone(where).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _after_gap(local.replace(fold=1).astimezone(UTC), moment, where)


def comes_twice(moment: datetime, where: ZoneInfo) -> bool:
    """Whether clocks in a zone show the wall time of a moment twice that day, because they are put back."""
    local = moment.astimezone(where)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _after_gap(before: datetime, after: datetime, where: ZoneInfo) -> datetime:
    """The first second between two moments at which the zone's offset is the later one's."""
    offset = after.astimezone(where).utcoffset()
    seconds = int((after - before).total_seconds())
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(where).utcoffset() == offset:
            high = middle
        else:
            low = middle + 1
    return before + timedelta(seconds=low)


def local_day(moment: datetime, where: ZoneInfo) -> date:
    """The calendar day in a zone."""
    return moment.astimezone(where).date()


def day_bounds(first: date, last: date, where: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first moment of one local day to the end of another, both days included. UTC."""
    return instant(first, time(), where), instant(last + timedelta(days=1), time(), where)
