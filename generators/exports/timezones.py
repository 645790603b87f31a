"""VTIMEZONE definitions from the IANA database: each change of the clock at the wall time that it happens at.

A rule for every year to come is an RRULE. Every other change is a part of its own, never in a list of several RDATEs.
RFC 5545 gives an onset as clocks showed it before the change: 02:00 where they go from 02:00 to 03:00.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from generators.exports.yearly_changes import yearly_changes
from generators.oncall.civil import zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from generators.exports.yearly_changes import YearlyChange

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
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 2, tzinfo=UTC)
    changes: dict[Kind, list[datetime]] = defaultdict(list)
    for change in _changes(zone(name), start, end):
        changes[change.kind].append(change.onset)
    defined = Timezone()
    defined.add("tzid", name)
    for kind, onsets in changes.items():
        for onset, rule in _parts(onsets, yearly_changes(name), last):
            defined.add_component(_observance(kind, onset, rule))
    return defined


def has_plain_definition(name: str, first: int, last: int) -> bool:
    """Whether each change of a zone in whole years is said by a rule: some readers read nothing else.

    The one part without a rule is how the clock stands at the beginning.
    """
    parts = definition(name, first, last).subcomponents
    return sum("RRULE" not in part for part in parts) <= 1


def _parts(onsets: list[datetime], yearly: tuple[YearlyChange, ...], last: int) -> Iterator[tuple[datetime, str]]:
    """Each onset, the last one with the rule that brings all those after it, which are left out."""
    repeats = ((_repeats(onsets, change, last), change.rule) for change in yearly)
    count, rule = max(repeats, default=(0, ""))
    yield from ((onset, "") for onset in onsets[: len(onsets) - count])
    if count:
        yield onsets[-count], rule


def _repeats(onsets: list[datetime], change: YearlyChange, last: int) -> int:
    """How many of the onsets a yearly change brings, counted back from the last year."""
    count = 0
    for onset in reversed(onsets):
        if onset != change.onset(last - count):
            break
        count += 1
    return count


def _observance(kind: Kind, onset: datetime, rule: str = "") -> TimezoneStandard | TimezoneDaylight:
    """One part of a definition. An onset without a rule is a part of its own, with RDATE beside DTSTART.

    Some readers ignore RDATE, others ignore DTSTART where neither RRULE nor RDATE follows.
    """
    before, after, abbreviation, daylight = kind
    part = TimezoneDaylight() if daylight else TimezoneStandard()
    part.add("dtstart", onset)
    if rule:
        part.add("rrule", vRecur.from_ical(rule))
    else:
        part.add("rdate", onset)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", abbreviation)
    return part


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
