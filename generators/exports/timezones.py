"""VTIMEZONE definitions from the IANA database: each change of the clock at the wall time that it happens at.

RFC 5545 gives an onset as clocks showed it before the change: 02:00 where they go from 02:00 to 03:00.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from generators.oncall.civil import zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

STEP = timedelta(days=1)
"""Shorter than clocks ever keep a rule."""
SECOND = timedelta(seconds=1)
Kind = tuple[timedelta, timedelta, str, bool]
"""Offset before, offset after, abbreviation, whether it is daylight saving time."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the clock: what it is, and the wall time before it."""

    kind: Kind
    onset: datetime


@lru_cache(maxsize=256)
def definition(name: str, first: int, last: int) -> Timezone:
    """What a feed says of a zone for whole years, the last one included."""
    changes: dict[Kind, list[datetime]] = defaultdict(list)
    for change in _changes(zone(name), datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 2, tzinfo=UTC)):
        changes[change.kind].append(change.onset)
    defined = Timezone()
    defined.add("tzid", name)
    for (before, after, abbreviation, daylight), onsets in changes.items():
        rule = TimezoneDaylight() if daylight else TimezoneStandard()
        rule.add("dtstart", onsets[0])
        if onsets[1:]:
            rule.add("rdate", onsets[1:])
        rule.add("tzoffsetfrom", before)
        rule.add("tzoffsetto", after)
        rule.add("tzname", abbreviation)
        defined.add_component(rule)
    return defined


def _changes(where: ZoneInfo, start: datetime, end: datetime) -> Iterator[Change]:
    """How the clock stands a day before `start`, then every change up to `end`."""
    moment = (start - STEP).astimezone(where)
    before = _offset(moment)
    yield Change((before, before, moment.tzname() or "", bool(moment.dst())), moment.replace(tzinfo=None))
    at = start - STEP
    while at < end:
        later = at + STEP
        if _kind(later, where) != _kind(at, where):
            after = _first(at, later, where)
            offset, abbreviation, daylight = _kind(after, where)
            onset = (after + before).replace(tzinfo=None)
            yield Change((before, offset, abbreviation, daylight), onset)
            before = offset
        at = later


def _first(before: datetime, after: datetime, where: ZoneInfo) -> datetime:
    """The first second at which the clock stands as it does at `after`."""
    low, high = before, after
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (low, middle) if _kind(middle, where) == _kind(after, where) else (middle, high)
    return high


def _kind(moment: datetime, where: ZoneInfo) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(where)
    return _offset(local), local.tzname() or "", bool(local.dst())


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()
