"""Which cadences were held, by the records of their cycles, and which are overdue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from generators.model.operating import Cadence, Cycle, Decision
from generators.oncall.occurrences import next_held, planned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.model.operating import Change

GRACE: Final = timedelta(days=1)
"""After the end of a meeting, for its record to be written."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cadence at a moment."""

    cadence: Entry[Cadence]
    held: tuple[Entry[Cycle], ...]
    """Its cycles up to the moment, the latest first."""
    overdue_since: date | None
    """The first day since the latest cycle on which it was to be held and was not; None where there is none."""
    missed: int
    """How many such days there are."""
    next_on: date | None
    """The day of the next meeting, in the zone of the cadence."""

    @property
    def last(self) -> Entry[Cycle] | None:
        """The latest cycle; None where it was never held."""
        return self.held[0] if self.held else None


def rhythms(catalog: Catalog, at: datetime) -> tuple[Rhythm, ...]:
    """Every cadence at a moment, by id."""
    cycles: dict[str, list[Entry[Cycle]]] = defaultdict(list)
    for cycle in catalog.entries_of(Cycle):
        if cycle.entity.held <= at.date():
            cycles[cycle.entity.cadence].append(cycle)
    return tuple(_rhythm(entry, cycles.get(entry.id, []), at) for entry in catalog.entries_of(Cadence))


def _rhythm(entry: Entry[Cadence], cycles: list[Entry[Cycle]], at: datetime) -> Rhythm:
    held = sorted(cycles, key=lambda cycle: (cycle.entity.held, cycle.id), reverse=True)
    last = held[0].entity.held if held else None
    past = takewhile(lambda one: one.end + GRACE < at, planned(entry.entity))
    # A meeting that was moved is due on its new day.
    missed = [one.start.date() for one in past if one.held and (last is None or one.start.date() > last)]
    coming = next_held(entry.entity, at)
    next_on = coming.start.date() if coming else None
    return Rhythm(entry, tuple(held), missed[0] if missed else None, len(missed), next_on)


@dataclass(frozen=True, slots=True)
class ChangedBy:
    """A change that a held cycle made."""

    cycle: Entry[Cycle]
    change: Change


def changes_of_decisions(catalog: Catalog, at: datetime) -> Mapping[str, tuple[ChangedBy, ...]]:
    """What cycles held up to a moment changed about each decision, by its id, the latest first."""
    paths = {entry.path: entry.id for entry in catalog.entries_of(Decision)}
    found: dict[str, list[ChangedBy]] = defaultdict(list)
    past = (entry for entry in catalog.entries_of(Cycle) if entry.entity.held <= at.date())
    for cycle in sorted(past, key=lambda one: (one.entity.held, one.id), reverse=True):
        for change in cycle.entity.changes:
            if change.path in paths:
                found[paths[change.path]].append(ChangedBy(cycle, change))
    return {name: tuple(changes) for name, changes in found.items()}
