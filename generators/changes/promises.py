"""Promises that get longer or shorter, and the deadline that moves with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.changes.sides import Pair, parted, weight_of
from generators.model.oncall import HolidayCalendar
from generators.model.organization import Surface
from generators.model.support import ServiceLevel, Severity, Symptom
from generators.support.deadlines import TOO_FAR, days_off, deadline, holidays_end
from generators.support.promises import WEEK, Promises, hours_in_words, minutes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.changes.change import Change
    from generators.changes.sides import Sides
    from generators.model.support import Hours

PARTS = ("acknowledge", "mitigate", "resolve")
WORDS = {
    "acknowledge": "a report is acknowledged within",
    "mitigate": "mitigated within",
    "resolve": "resolved within",
}
Asked = tuple[str, str, str]
"""Surface, severity, and the symptom of a promise for one alone."""


def promises(sides: Sides) -> Iterator[Change]:
    """What is promised for each severity on each surface, and when the clock of it runs."""
    was, now = Promises(sides.before.catalog), Promises(sides.after.catalog)
    unsure = sides.misses(ServiceLevel)
    for asked in sorted(_asked(sides)):
        before, after = was.holding(*asked), now.holding(*asked)
        if unsure and (before is None or after is None or before.id != after.id):
            continue  # the one that holds may be in the file that cannot be read
        if before is None or after is None or before.entity != after.entity:
            yield from _promise(sides, asked, Pair(before, after))
    yield from _holidays(sides)


def _asked(sides: Sides) -> set[Asked]:
    levels = [entry.entity for side in (sides.before, sides.after) for entry in side.catalog.entries_of(ServiceLevel)]
    return {(str(level.surface), str(level.severity), str(level.symptom or "")) for level in levels}


def _promise(sides: Sides, asked: Asked, pair: Pair[ServiceLevel]) -> Iterator[Change]:
    name = _name(sides, asked)
    if pair.before and pair.after:
        yield from _parts(sides, name, pair, pair.before, pair.after)
        return
    spans = ", ".join(f"{part} within {getattr(pair.entry.entity, part)}" for part in PARTS)
    if pair.after:
        yield pair.told("users", "stronger", f"{name}: a new promise", after=spans)
    else:
        yield pair.told("users", "weaker", f"{name}: nothing is promised any more", before=spans)


def _parts(
    sides: Sides, name: str, pair: Pair[ServiceLevel], before: Entry[ServiceLevel], after: Entry[ServiceLevel]
) -> Iterator[Change]:
    """Spans and the deadlines that move with them, and the hours of the clock."""
    was, now = before.entity, after.entity
    hours = [_running(level.hours) for level in (was, now)]
    for part in PARTS:
        due = _due(sides, sides.before.catalog, was, part), _due(sides, sides.after.catalog, now, part)
        if due[0] != due[1]:
            minutes = [minutes_of(getattr(level, part), level.hours) for level in (was, now)]
            weight = weight_of(minutes[1], minutes[0]) if was.hours == now.hours else weight_of(*hours)
            yield pair.told("users", weight, f"{name}: {WORDS[part]}", part, before=due[0], after=due[1])
    if was.hours != now.hours:
        words = hours_in_words(sides.before.catalog, was.hours), hours_in_words(sides.after.catalog, now.hours)
        yield pair.told("users", weight_of(*hours), f"{name}: the clock runs", "hours", before=words[0], after=words[1])


def _name(sides: Sides, asked: Asked) -> str:
    surface, severity, symptom = asked
    words = f"{sides.title(Severity, severity)} on {sides.title(Surface, surface)}"
    return f"{words}, {sides.title(Symptom, symptom)}" if symptom else words


def _due(sides: Sides, catalog: Catalog, level: ServiceLevel, part: str) -> str:
    """A span, and when it is over for a report that comes at the moment of comparing."""
    span = getattr(level, part)
    due = deadline(level, span, sides.at, days_off(catalog, level.hours))
    last = holidays_end(catalog, level.hours, due)
    doubt = f"; holidays after {last} are not known" if last else ""
    return f"{span} (now: {f'by {due:%a %Y-%m-%d %H:%M} UTC' if due else TOO_FAR}{doubt})"


def _running(hours: Hours | None) -> int:
    """Minutes that the clock runs in a week without holidays; one less where it stands still on holidays."""
    if hours is None:
        return len(WEEK) * 24 * 60
    (first, last) = (int(time[:2]) * 60 + int(time[3:]) for time in (hours.start, hours.end))
    return len(hours.days) * (last - first) - (hours.holidays is not None)


def _holidays(sides: Sides) -> Iterator[Change]:
    """Days that a calendar gains or loses: the clock of promises stands still on them."""
    for pair in sides.changed(HolidayCalendar):
        lost, gained = parted(_days(pair.before), _days(pair.after))
        levels = [entry.entity.hours for entry in sides.after.catalog.entries_of(ServiceLevel)]
        counting = sum(hours is not None and hours.holidays == pair.entry.id for hours in levels)
        if counting and (lost or gained):
            what = f"{pair.entry.entity.title}: days on which the clock of {counting} promises stands still"
            weight = weight_of(len(gained), len(lost))  # the clock stands still: fewer days are better
            yield pair.told("users", weight, what, "days", before=lost or None, after=gained or None)


def _days(entry: Entry[HolidayCalendar] | None) -> list[date]:
    return [holiday.day for holiday in entry.entity.days] if entry else []
