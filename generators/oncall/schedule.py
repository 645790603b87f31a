"""A rotation as the shifts it makes: overrides before higher layers, higher layers before lower ones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from generators.oncall.civil import DAYS, instant, local_day, wall, zone
from generators.oncall.intervals import Piece, Window, open_moments, union, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from generators.model.oncall import Layer, Override, Rotation

YEAR = timedelta(weeks=52)
"""How far ahead coverage is proven."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """Why somebody answers: a turn of a layer, or an override."""

    person: str
    layer: str
    """Empty: an override of the whole rotation."""
    turn: Window
    """The whole turn or override that this is part of."""
    reason: str = ""
    """What an override says."""
    shadows: tuple[str, ...] = ()
    place: int = 0
    """Of the layer in the file, from 1; 0 for the rotation as a whole."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch in which one person answers for a rotation without a break."""

    rotation: str
    window: Window
    duty: Duty

    @property
    def person(self) -> str:
        """Who answers."""
        return self.duty.person

    @property
    def hours(self) -> float:
        """Hours that really pass: 167 or 169 in a week in which the clock is changed."""
        return self.window.length / timedelta(hours=1)


@dataclass(frozen=True)
class Schedule:
    """The shifts of a rotation within a window, in order. Of layers of one level, all of them."""

    rotation: str
    zone: str
    window: Window
    shifts: tuple[Shift, ...]

    def at(self, moment: datetime) -> tuple[Shift, ...]:
        """Who answers at a moment inside the window: nobody in a gap, several for layers of one level.

        The first is the one that is paged first: the layer that stands first in the file.
        """
        upto = bisect_right(self._starts, moment)
        running = (shift for shift in self._open_before(upto) if moment < shift.window.end)
        return tuple(sorted(running, key=lambda shift: shift.duty.place))

    def _open_before(self, upto: int) -> Sequence[Shift]:
        """The shifts before an index that may still run: as far back as the longest one could reach."""
        if not upto:
            return ()
        oldest = self._starts[upto - 1] - self._longest
        return self.shifts[bisect_right(self._starts, oldest) :][: upto - bisect_right(self._starts, oldest)]

    @cached_property
    def _starts(self) -> tuple[datetime, ...]:
        return tuple(shift.window.start for shift in self.shifts)

    @cached_property
    def _longest(self) -> timedelta:
        return max((shift.window.length for shift in self.shifts), default=timedelta()) + timedelta(seconds=1)

    @cached_property
    def covered(self) -> tuple[Window, ...]:
        """When somebody answers."""
        return union(shift.window for shift in self.shifts)

    @cached_property
    def gaps(self) -> tuple[Window, ...]:
        """When nobody does."""
        return open_moments(self.window, self.covered)


def schedule(name: str, rotation: Rotation, window: Window) -> Schedule:
    """Work a rotation out. Cost grows with the shifts in the window, wherever in the calendar it lies."""
    where = zone(rotation.zone)
    placed: list[Piece[Duty]] = []
    covered: tuple[Window, ...] = ()
    for pieces in chain([_whole(rotation.overrides, window)], _levels(rotation, where, window)):
        uncovered = list(without(pieces, covered))
        placed += uncovered
        covered = union((*covered, *(piece.window for piece in uncovered)))
    placed.sort(key=lambda piece: (piece.window.start, piece.value.place, piece.window.end))
    return Schedule(name, rotation.zone, window, tuple(Shift(name, piece.window, piece.value) for piece in placed))


def _levels(rotation: Rotation, where: ZoneInfo, window: Window) -> Iterator[list[Piece[Duty]]]:
    """What the layers of each level say, highest level first, each sorted by start."""
    levels: dict[int, list[tuple[int, Layer]]] = {}
    for place, layer in enumerate(rotation.layers, 1):
        levels.setdefault(layer.level or place, []).append((place, layer))
    for level in sorted(levels, reverse=True):
        placed = levels[level]
        pieces = chain.from_iterable(_layer(place, layer, rotation.overrides, where, window) for place, layer in placed)
        yield sorted(pieces, key=_start)


def _start(piece: Piece[Duty]) -> datetime:
    return piece.window.start


def _layer(
    place: int, layer: Layer, overrides: Iterable[Override], where: ZoneInfo, window: Window
) -> Iterator[Piece[Duty]]:
    """The shifts of one layer alone, with those who took a stretch of it over."""
    hours = list(_hours(place, layer, where, window))
    taken = list(_taken([override for override in overrides if override.layer == layer.id], window, place))
    stood_in = union(piece.window for piece in taken)
    yield from without(hours, stood_in)
    answering = union(piece.window for piece in hours)
    for piece in taken:
        first = max(bisect_right(answering, piece.window) - 1, 0)
        for own in answering[first:]:
            if own.start >= piece.window.end:
                break
            if both := own.overlap(piece.window):
                yield Piece(both, piece.value)


def _whole(overrides: Iterable[Override], window: Window) -> list[Piece[Duty]]:
    return list(_taken([override for override in overrides if override.layer is None], window))


def _taken(overrides: Sequence[Override], window: Window, place: int = 0) -> Iterator[Piece[Duty]]:
    """Overrides in order of start. Where two overlap, which is a finding, the one that starts earlier holds."""
    covered: tuple[Window, ...] = ()
    for override in sorted(overrides, key=lambda override: override.start):
        whole = Window(override.start.astimezone(window.start.tzinfo), override.end.astimezone(window.start.tzinfo))
        duty = Duty(override.person, override.layer or "", whole, override.reason, place=place)
        seen = whole.overlap(window)
        if seen is not None:
            yield from without([Piece(seen, duty)], covered)
            covered = union((*covered, seen))


def _hours(place: int, layer: Layer, where: ZoneInfo, window: Window) -> Iterator[Piece[Duty]]:
    """The turns of a layer, cut to its restrictions and to the window."""
    for turn in turns(layer, where, window):
        duty = Duty(turn.value, layer.id, turn.window, "", layer.shadows, place)
        seen = turn.window.overlap(window)
        if seen is None:
            continue
        if not layer.restrictions:
            yield Piece(seen, duty)
            continue
        for stretch in _restricted(layer, where, seen):
            yield Piece(stretch, duty)


def turns(layer: Layer, where: ZoneInfo, window: Window) -> Iterator[Piece[str]]:
    """Whose turn it is, handoff to handoff, for every turn that reaches into the window."""
    if not layer.participants:
        return
    at, days = wall(layer.handoff.time), layer.length.amount * (7 if layer.length.unit == "weeks" else 1)
    begins = layer.starts + timedelta(days=(DAYS.index(layer.handoff.weekday) - layer.starts.weekday()) % 7)
    number = max(0, (local_day(window.start, where) - begins).days // days - 1)
    day = begins + timedelta(days=number * days)
    start = instant(day, at, where)
    while start < window.end:
        day += timedelta(days=days)
        end = instant(day, at, where)
        if end > window.start and start < end:
            yield Piece(Window(start, end), layer.participants[number % len(layer.participants)])
        start, number = end, number + 1


def _restricted(layer: Layer, where: ZoneInfo, within: Window) -> Iterator[Window]:
    """The local intervals of a layer inside a window, joined where they touch."""
    stretches: list[Window] = []
    day: date = local_day(within.start, where) - DAY
    last = local_day(within.end, where)
    while day <= last:
        for limit in layer.restrictions:
            if DAYS[day.weekday()] in limit.days:
                ends = day if limit.end > limit.start else day + DAY
                start, end = instant(day, wall(limit.start), where), instant(ends, wall(limit.end), where)
                if start < end and (inside := Window(start, end).overlap(within)):
                    stretches.append(inside)
        day += DAY
    yield from union(stretches)


def handoffs(rotation: Rotation, window: Window) -> Iterator[tuple[date, int]]:
    """Every handoff from one person to another in a window: its local day, and the index of the layer."""
    where = zone(rotation.zone)
    for index, layer in enumerate(rotation.layers):
        if len(layer.participants) > 1:
            for turn in turns(layer, where, window):
                if window.start <= turn.window.start:
                    yield local_day(turn.window.start, where), index
