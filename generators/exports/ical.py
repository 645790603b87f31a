"""iCalendar (RFC 5545) from plain occasions: stable UIDs and stamps, local times with their zones, the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event, vRecur, vText

from generators.exports.timezones import definition, has_plain_definition
from generators.oncall.civil import comes_twice, zone
from generators.oncall.intervals import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = uuid5(NAMESPACE_URL, "tag:dataface-ops,2026:calendars")
PRODUCT = "-//dataface-ops//calendars//EN"
MARK = f"PRODID:{PRODUCT}"
"""In every feed that was written from here, and in no other."""
MONTHS = 13
"""A feed reaches from the first of a month so many months on: at least 52 weeks from any moment of that month."""
REPEATS_FOR = 5
"""Years past the end of a feed for which it knows what changed clocks do to what recurs."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One occurrence of something that recurs, at another time than the rule says."""

    instead_of: datetime
    """Its usual start: wall time, aware, also where clocks skip it."""
    start: datetime
    end: datetime
    about: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something in a calendar. `key` names it for good: the UID is made of it, so nothing that may change is in it."""

    key: tuple[str, ...]
    title: str
    start: datetime | date
    """Aware for a moment; a plain date for whole days. Of what recurs: wall time, also where clocks skip it."""
    end: datetime | date
    """Not included: a moment, or the day after the last. That of the start: it takes no time."""
    zone: str = "UTC"
    about: str = ""
    category: str = ""
    busy: bool = False
    recurs: str = ""
    """RFC 5545 RRULE, whose UNTIL is in UTC."""
    cancelled: tuple[datetime, ...] = ()
    """Starts of occurrences that do not take place: wall time, aware, also where clocks skip it."""
    moved: tuple[Moved, ...] = ()


def month_window(at: datetime) -> Window:
    """From the first of the month of a moment, UTC, to the first of the month 13 months later."""
    start = datetime(at.year, at.month, 1, tzinfo=UTC)
    months = start.month - 1 + MONTHS
    return Window(start, datetime(start.year + months // 12, months % 12 + 1, 1, tzinfo=UTC))


def horizon(window: Window) -> datetime:
    """Up to when a feed for a window knows what changed clocks do to what recurs."""
    return window.end + timedelta(days=366 * REPEATS_FOR)


def uid(key: Sequence[str]) -> UUID:
    """The same id for the same key, on every machine and in every feed."""
    return uuid5(NAMESPACE, "\n".join(key))


def feed(name: str, about: str, occasions: Sequence[Occasion], window: Window, home: str = "UTC") -> str:
    """A calendar as text with CRLF. `home`: the zone that an empty one names, for a calendar must hold something."""
    calendar = Calendar()
    for field, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", name),
        ("description", about),
        ("x-wr-calname", vText(name)),  # what clients read that do not know NAME
    ):
        calendar.add(field, value)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    years = _years(occasions, window)
    for used in sorted(_zones(occasions) or ({home} if not occasions else set())):
        calendar.add_component(definition(used, *years))
    for occasion in occasions:
        calendar.add_component(_event(occasion, window.start, years))
        for moved in occasion.moved:
            calendar.add_component(_override(occasion, moved, window.start, years))
    return bytes(calendar.to_ical()).decode()


def _event(occasion: Occasion, stamp: datetime, years: tuple[int, int]) -> Event:
    event = Event()
    event.add("uid", str(uid(occasion.key)))
    event.add("dtstamp", stamp)
    event.add("summary", occasion.title)
    name = _zone_to_write(occasion, years)
    event.add("dtstart", occasion.start if occasion.recurs else _wall(occasion.start, name))
    length = _length(occasion)
    if length is not None:
        event.add("duration", length)
    elif occasion.end != occasion.start:
        event.add("dtend", _wall(occasion.end, name))
    event.add("transp", "OPAQUE" if occasion.busy else "TRANSPARENT")
    if occasion.about:
        event.add("description", occasion.about)
    if occasion.category:
        event.add("categories", [occasion.category])
    if occasion.recurs:
        event.add("rrule", vRecur.from_ical(occasion.recurs))
    if occasion.cancelled:
        event.add("exdate", list(occasion.cancelled))
    return event


def _length(occasion: Occasion) -> timedelta | None:
    """How long each meeting of several lasts: the end of one whose start clocks skip could lie before that start."""
    start, end = occasion.start, occasion.end
    if occasion.recurs and isinstance(start, datetime) and isinstance(end, datetime):
        return end - start
    return None


def _override(occasion: Occasion, moved: Moved, stamp: datetime, years: tuple[int, int]) -> Event:
    """The occurrence that differs, named by its usual start."""
    about = "\n".join(filter(None, (moved.about, occasion.about)))
    single = replace(occasion, start=moved.start, end=moved.end, about=about, recurs="", cancelled=(), moved=())
    event = _event(single, stamp, years)
    event.add("recurrence-id", moved.instead_of)
    return event


def _zone_to_write(occasion: Occasion, years: tuple[int, int]) -> str:
    """Its zone; UTC where readers would differ on the moment.

    That is where the clock shows a start or end twice, and where the zone has changes without a rule. Both ends are in
    one zone: some readers subtract a start in one from an end in the other by the wall.
    """
    name = occasion.zone
    moments = [moment for moment in (occasion.start, occasion.end) if isinstance(moment, datetime)]
    if name == "UTC" or not moments or occasion.recurs:
        return name
    twice = any(comes_twice(moment, zone(name)) for moment in moments)
    plain = has_plain_definition(name, *years)
    return name if plain and not twice else "UTC"


def _wall(moment: datetime | date, name: str) -> datetime | date:
    """A moment as its zone shows it."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(UTC if name == "UTC" else zone(name))


def _zones(occasions: Sequence[Occasion]) -> set[str]:
    """The zones of what has a time of day. UTC needs no definition."""
    timed = (occasion for occasion in occasions if isinstance(occasion.start, datetime))
    return {occasion.zone for occasion in timed if occasion.zone != "UTC"}


def _years(occasions: Sequence[Occasion], window: Window) -> tuple[int, int]:
    """The first and last year whose clock changes a feed needs."""
    starts = [occasion.start.year for occasion in occasions]
    ends = [occasion.end.year + (REPEATS_FOR if occasion.recurs else 0) for occasion in occasions]
    return min([window.start.year, *starts]), max([window.end.year, *ends])
