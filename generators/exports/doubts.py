"""Which files of an export cannot be made for now, because what they say depends on a file that is at fault.

Where each file is about one thing, the others are written, and the old one of a doubtful thing stays: a swap reaches
people however many other files are half-written, and nothing that was right is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.launch import Deferral, Rehearsal, SignOff, Waiver
from generators.model.oncall import HolidayCalendar, Rotation
from generators.model.operating import Cadence, ReleaseTrain
from generators.model.organization import Person
from generators.model.pack import StatusOverride
from generators.model.stability import Incident

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.catalog import Catalog, Entry, Key
    from generators.exports.table import Sources
    from generators.findings import Finding
    from generators.model import Entity

COVERAGE = frozenset({"OPS407", "OPS408", "OPS414", "OPS415"})
"""Rules about who is there: a schedule with such a finding is right, and says that nobody answers."""
SINGLE: Mapping[str, tuple[type[Entity], ...]] = {
    "cadences.ics": (Cadence, ReleaseTrain),
    "freezes.ics": (ReleaseTrain,),
    "review-dates.ics": (Deferral, SignOff, Waiver, Incident, Rehearsal, StatusOverride),
}
"""Feeds of everything of some kinds."""


def rotation_doubts(sources: Sources) -> dict[str, Finding]:
    """By id, what makes the schedule of a rotation doubtful: its file, a person's in it, its calendar of holidays."""
    doubts = _broken(sources.catalog, Rotation)
    for entry in sources.catalog.entries_of(Rotation):
        keys = [entry.key, *((Person.kind, name) for name in _people(entry))]
        if entry.entity.holidays:
            keys.append((HolidayCalendar.kind, str(entry.entity.holidays)))
        if found := _first(sources, keys):
            doubts.setdefault(entry.id, found)
    return doubts


def feed_doubts(sources: Sources) -> dict[str, Finding]:
    """By file name, what makes a calendar feed doubtful."""
    catalog, rotations = sources.catalog, rotation_doubts(sources)
    doubts = {f"rotations/{name}.ics": finding for name, finding in rotations.items()}
    doubts |= {f"people/{name}.ics": finding for name, finding in _person_doubts(sources, rotations).items()}
    doubts |= {f"holidays/{name}.ics": finding for name, finding in _broken(catalog, HolidayCalendar).items()}
    for entry in catalog.entries_of(HolidayCalendar):
        if found := _first(sources, [entry.key]):
            doubts[f"holidays/{entry.id}.ics"] = found
    for name, kinds in SINGLE.items():
        keys = [(kind.kind, identity) for kind in kinds for identity in catalog.names_of(kind.kind)]
        if found := _first(sources, keys):
            doubts[name] = found
    return doubts


def _person_doubts(sources: Sources, rotations: Mapping[str, Finding]) -> dict[str, Finding]:
    """Somebody's feed shows the shifts of each rotation they may be in: of one that cannot be read, anybody may be."""
    catalog = sources.catalog
    doubts = _broken(catalog, Person)
    unread = [finding for (kind, _), finding in catalog.broken.items() if kind == Rotation.kind]
    for entry in catalog.entries_of(Person):
        own = [rotations.get(use.by.id) for use in catalog.used_by(*entry.key) if use.by.kind == Rotation.kind]
        if found := next((finding for finding in (*own, *unread) if finding), _first(sources, [entry.key])):
            doubts.setdefault(entry.id, found)
    return doubts


def _people(rotation: Entry[Rotation]) -> Iterator[str]:
    for layer in rotation.entity.layers:
        yield from (*layer.people, *layer.shadows)
    yield from (override.person for override in rotation.entity.overrides)


def _broken(catalog: Catalog, kind: type[Entity]) -> dict[str, Finding]:
    return {name: finding for (of, name), finding in catalog.broken.items() if of == kind.kind}


def _first(sources: Sources, keys: Iterable[Key]) -> Finding | None:
    """The first thing wrong with any of these entities."""
    for key in keys:
        entry = sources.catalog.entry(key)
        found = sources.catalog.broken.get(key) or (sources.errors.get(entry.path) if entry else None)
        if found:
            return found
    return None
