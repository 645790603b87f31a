"""What a change to the schedule moves: whose shifts, what is covered, and who carries how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from generators.oncall.fairness import Load, loads
from generators.oncall.intervals import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from generators.oncall.roster import Roster
    from generators.oncall.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Moved:
    """A stretch in which others answer than before."""

    rotation: str
    window: Window
    before: tuple[str, ...]
    """Ids of people; empty: nobody, or no such rotation."""
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """Hours of a rotation in which nobody answers; None where the rotation is not there."""

    rotation: str
    open_before: float | None
    open_after: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """One person's load; None on the side on which they have no part."""

    person: str
    before: Load | None
    after: Load | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that a change moves."""

    window: Window
    moved: tuple[Moved, ...]
    cover: tuple[Cover, ...]
    shares: tuple[Share, ...]

    @property
    def opens(self) -> bool:
        """Whether a rotation is left to nobody for longer than before."""
        return any((cover.open_after or 0) > (cover.open_before or 0) for cover in self.cover)


def difference(before: Roster, after: Roster) -> Difference:
    """Compare two rosters of the same window."""
    names = sorted({*before.schedules, *after.schedules})
    moved = [
        stretch for name in names for stretch in _moved(name, before.schedules.get(name), after.schedules.get(name))
    ]
    was, becomes = ({load.person: load for load in loads(roster)} for roster in (before, after))
    return Difference(
        after.window,
        tuple(sorted(moved, key=lambda stretch: (stretch.rotation, stretch.window))),
        tuple(Cover(name, _open(before, name), _open(after, name)) for name in names),
        tuple(Share(who, was.get(who), becomes.get(who)) for who in sorted({*was, *becomes})),
    )


def _open(roster: Roster, name: str) -> float | None:
    schedule = roster.schedules.get(name)
    return sum((gap.length for gap in schedule.gaps), timedelta()) / timedelta(hours=1) if schedule else None


def _moved(name: str, before: Schedule | None, after: Schedule | None) -> Iterator[Moved]:
    """Stretches that differ, joined while the same people hand to the same people."""
    windows = [shift.window for schedule in (before, after) if schedule for shift in schedule.shifts]
    edges = sorted({edge for window in windows for edge in (window.start, window.end)})
    people_before, people_after = _people(before, edges), _people(after, edges)
    stretches = [
        (Window(start, end), people_before[start], people_after[start])
        for start, end in pairwise(edges)
        if people_before[start] != people_after[start]
    ]
    for (_, was, becomes), run in groupby(_numbered(stretches), key=lambda item: (item[0], *item[1][1:])):
        joined = [stretch[0] for _, stretch in run]
        yield Moved(name, Window(joined[0].start, joined[-1].end), was, becomes)


Stretch = tuple[Window, tuple[str, ...], tuple[str, ...]]


def _numbered(stretches: list[Stretch]) -> Iterator[tuple[int, Stretch]]:
    """Each with the number of the run it belongs to: a run breaks where time passes in between."""
    run, end = 0, None
    for stretch in stretches:
        if end is not None and stretch[0].start != end:
            run += 1
        end = stretch[0].end
        yield run, stretch


def _people(schedule: Schedule | None, edges: Iterable[datetime]) -> dict[datetime, tuple[str, ...]]:
    """Who answers from each edge on."""
    return {edge: tuple(shift.person for shift in schedule.at(edge)) if schedule else () for edge in edges}
