"""Every calendar feed: each rotation, each person across rotations, cadences, freezes, review dates, holidays.

Internal: the feeds name people, and say why somebody stands in for somebody. How to reach them is in no feed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.exports.doubts import feed_doubts
from generators.exports.ical import MARK, Occasion, feed, month_window
from generators.exports.occasions import cadences, freezes, holidays, reviews
from generators.exports.stamps import carried, stamped
from generators.exports.table import Made
from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.organization import Person
from generators.oncall.intervals import Window
from generators.oncall.roster import Roster
from generators.oncall.turns import longest_turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.exports.table import Sources
    from generators.oncall.schedule import Shift

LONGEST = timedelta(weeks=53)
"""A shift is shown whole where it reaches out of the feed by no more than this."""
DAY = timedelta(days=1)
ON_CALL = "On call"


def calendars(catalog: Catalog, at: datetime) -> dict[str, str]:
    """The feeds by file name, the same ones all through the month of a moment but for the stamps of that moment."""
    window = month_window(at)
    people = Roster.of(catalog, window.start, window.length, only=())
    shifts = {entry.id: whole_shifts(people, entry, window) for entry in catalog.entries_of(Rotation)}
    feeds = {
        f"rotations/{entry.id}.ics": rotation_feed(catalog, entry, shifts[entry.id], window)
        for entry in catalog.entries_of(Rotation)
    }
    feeds.update(_people(catalog, shifts, window))
    for entry in catalog.entries_of(HolidayCalendar):
        about = "Days off that rotations and promises respect."
        feeds[f"holidays/{entry.id}.ics"] = feed(entry.entity.title, about, list(holidays(entry)), window)
    for name, title, about, occasions in (
        ("cadences", "Cadences", "Meetings and reviews that recur.", cadences(catalog, window)),
        ("freezes", "Release freezes", "Days on which nothing is released.", freezes(catalog)),
        ("review-dates", "Review dates", "When something runs out or is looked at again.", reviews(catalog)),
    ):
        feeds[f"{name}.ics"] = feed(title, about, sorted(occasions, key=_order), window)
    return {name: stamped(text, at) for name, text in feeds.items()}


def whole_shifts(people: Roster, entry: Entry[Rotation], window: Window) -> tuple[Shift, ...]:
    """The shifts that reach into a window, uncut: one that began last month keeps its beginning."""
    lengths = [longest_turn(layer) for layer in entry.entity.layers]
    lengths += [override.end - override.start for override in entry.entity.overrides]
    reach = min(max(lengths), LONGEST) + DAY
    wider = Window(window.start - reach, window.end + reach)
    shifts = people.worked_out(entry.id, entry.entity, wider).shifts
    return tuple(shift for shift in shifts if shift.window.overlap(window))


def _order(occasion: Occasion) -> tuple[str, ...]:
    return occasion.start.isoformat(), *occasion.key


def rotation_feed(catalog: Catalog, entry: Entry[Rotation], shifts: Sequence[Shift], window: Window) -> str:
    """The feed of one rotation."""
    title, where = entry.entity.title, entry.entity.zone
    occasions = [_occasion(entry, shift, f"{title}: {_name(catalog, shift.person)}", catalog) for shift in shifts]
    return feed(title, f"Who is on call, in {where}.", occasions, window, where)


def _people(catalog: Catalog, shifts: Mapping[str, tuple[Shift, ...]], window: Window) -> Iterator[tuple[str, str]]:
    """A feed for whoever stands in a rotation, also where no shift comes: its address stays."""
    for person in catalog.entries_of(Person):
        rotations = {use.by.id for use in catalog.used_by(person.kind, person.id) if use.by.kind == Rotation.kind}
        if not rotations:
            continue
        occasions = [
            occasion
            for entry in catalog.entries_of(Rotation)
            if entry.id in rotations
            for shift in shifts[entry.id]
            for occasion in _own(entry, shift, person, catalog)
        ]
        title = f"On call: {person.entity.title}"
        ordered = sorted(occasions, key=_order)
        yield f"people/{person.id}.ics", feed(title, "Across all rotations.", ordered, window, person.entity.zone)


def _own(entry: Entry[Rotation], shift: Shift, person: Entry[Person], catalog: Catalog) -> Iterator[Occasion]:
    if shift.person == person.id:
        yield _occasion(entry, shift, f"{ON_CALL}: {entry.entity.title}", catalog)
    elif person.id in shift.duty.shadows:
        yield _occasion(entry, shift, f"Shadow: {entry.entity.title}", catalog, person.id)


def _occasion(entry: Entry[Rotation], shift: Shift, title: str, catalog: Catalog, shadow: str = "") -> Occasion:
    """A shift. Its key is the rotation, the layer and the start: an override elsewhere moves none of them."""
    start = shift.window.start
    key = ("shift", entry.id, shift.duty.layer, start.isoformat(), *([shadow] if shadow else []))
    return Occasion(key, title, start, shift.window.end, entry.entity.zone, "\n".join(_about(shift, catalog)), ON_CALL)


def _about(shift: Shift, catalog: Catalog) -> Iterator[str]:
    """What the calendar's entry says below its title."""
    yield "1 hour" if shift.hours == 1 else f"{shift.hours:g} hours"
    if shift.duty.layer:
        yield f"Layer: {shift.duty.layer}"
    if shift.duty.reason:
        yield f"Override: {shift.duty.reason}"
    if shift.duty.shadows:
        yield f"Shadows: {', '.join(_name(catalog, shadow) for shadow in shift.duty.shadows)}"


def _name(catalog: Catalog, person: str) -> str:
    entry = catalog.find(Person, person)
    return entry.entity.title if entry else person


def make_export(sources: Sources) -> Made:
    """The feeds of what can be read; those of the rest stay as they are. And where feeds of former runs may lie."""
    owned = ("*.ics", "rotations/*.ics", "people/*.ics", "holidays/*.ics")
    kept = feed_doubts(sources)
    files = {name: text for name, text in calendars(sources.catalog, sources.at).items() if name not in kept}
    return Made(files, owned, MARK, kept=kept, follow=carried)
