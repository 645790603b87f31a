"""A rotation as the shifts it makes: overrides before higher layers, higher layers before lower ones.

Who is away answers nothing: what lies below answers in their place, or nobody does.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from generators.oncall.civil import DAYS, instant, local_day, wall, zone
from generators.oncall.intervals import Piece, Window, common, open_moments, union, without
from generators.oncall.turns import turns, zone_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from generators.model.oncall import Layer, Override, Restriction, Rotation

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
    away: tuple[Shift, ...] = ()
    """Stretches in which somebody would answer who is away, in order. Who answers instead is in `shifts`."""
    uncovered: tuple[Piece[str], ...] = ()
    """Stretches without anybody that the rotation declares, each with its reason, in order."""

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
        """When nobody does, although it is not declared."""
        return open_moments(self.window, union((*self.covered, *(piece.window for piece in self.uncovered))))

    def away_at(self, moment: datetime) -> tuple[Shift, ...]:
        """Who would answer at a moment but is away."""
        return tuple(shift for shift in self.away if shift.window.start <= moment < shift.window.end)


@dataclass(frozen=True, slots=True)
class Days:
    """What a rotation's shifts depend on besides the rotation: who is away when, and its holidays."""

    absent: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """By person, each a `union`."""
    holidays: Collection[date] = ()


NO_DAYS = Days()


def schedule(name: str, rotation: Rotation, window: Window, days: Days = NO_DAYS) -> Schedule:
    """Work a rotation out. Cost grows with the shifts in the window, wherever in the calendar it lies."""
    placed: list[Piece[Duty]] = []
    missing: list[Piece[Duty]] = []
    covered: tuple[Window, ...] = ()
    for pieces in chain([_whole(rotation.overrides, window, days)], _levels(rotation, window, days)):
        present, away = _by_presence(without(pieces, covered), days)
        placed += present
        missing += away
        covered = union((*covered, *(piece.window for piece in present)))
    declared = without(_declared(rotation, window), covered)
    return Schedule(name, rotation.zone, window, _shifts(name, placed), _shifts(name, missing), tuple(declared))


def _shifts(name: str, pieces: Iterable[Piece[Duty]]) -> tuple[Shift, ...]:
    ordered = sorted(pieces, key=lambda piece: (piece.window.start, piece.value.place, piece.window.end))
    return tuple(Shift(name, piece.window, piece.value) for piece in ordered)


def _by_presence(pieces: Iterable[Piece[Duty]], days: Days) -> tuple[list[Piece[Duty]], list[Piece[Duty]]]:
    """The parts of duties in which the person is there, and those in which the person is away."""
    present: list[Piece[Duty]] = []
    away: list[Piece[Duty]] = []
    for piece in pieces:
        absent = days.absent.get(piece.value.person, ())
        if not absent:
            present.append(piece)
            continue
        present += without([piece], absent)
        away += (Piece(both, piece.value) for both in common([piece.window], absent))
    return present, away


def _declared(rotation: Rotation, window: Window) -> list[Piece[str]]:
    """The hours without cover that a rotation declares, in order of start."""
    where = zone(rotation.zone)
    stretches = [
        Piece(stretch, hours.reason)
        for hours in rotation.uncovered_hours
        for stretch in restricted([hours], where, window)
    ]
    stretches.sort(key=lambda piece: piece.window)
    covered: tuple[Window, ...] = ()
    declared: list[Piece[str]] = []
    for piece in stretches:  # two that overlap are one stretch, with the reason of the first
        declared += without([piece], covered)
        covered = union((*covered, piece.window))
    return declared


def _levels(rotation: Rotation, window: Window, days: Days) -> Iterator[list[Piece[Duty]]]:
    """What the layers of each level say, highest level first, each sorted by start."""
    levels: dict[int, list[tuple[int, Layer]]] = {}
    for place, layer in enumerate(rotation.layers, 1):
        levels.setdefault(layer.level or place, []).append((place, layer))
    for level in sorted(levels, reverse=True):
        placed = levels[level]
        pieces: list[Piece[Duty]] = []
        for place, layer in placed:
            overrides = [override for override in rotation.overrides if override.layer == layer.id]
            hours = list(_hours(place, layer, zone_of(layer, rotation), window, days))
            pieces += _with_overrides(hours, list(_taken(overrides, window, days, place)), days)
        yield sorted(pieces, key=_start)


def _start(piece: Piece[Duty]) -> datetime:
    return piece.window.start


def _with_overrides(hours: Sequence[Piece[Duty]], taken: Sequence[Piece[Duty]], days: Days) -> Iterator[Piece[Duty]]:
    """The shifts of one layer alone, with those who took a stretch of it over, at its hours.

    Where whoever took over is away, both are there: the layer answers as if nobody had taken over.
    """
    present, _ = _by_presence(taken, days)
    yield from without(hours, union(piece.window for piece in present))
    answering = union(piece.window for piece in hours)
    for piece in taken:
        first = max(bisect_right(answering, piece.window) - 1, 0)
        for own in answering[first:]:
            if own.start >= piece.window.end:
                break
            if both := own.overlap(piece.window):
                yield Piece(both, piece.value)


def _whole(overrides: Iterable[Override], window: Window, days: Days) -> list[Piece[Duty]]:
    return list(_taken([override for override in overrides if override.layer is None], window, days))


def _taken(overrides: Sequence[Override], window: Window, days: Days, place: int = 0) -> Iterator[Piece[Duty]]:
    """Overrides in order of start. Where two overlap, which is a finding, the one that starts earlier holds."""
    covered: tuple[Window, ...] = ()
    for override in sorted(overrides, key=lambda override: override.start):
        whole = Window(override.start.astimezone(window.start.tzinfo), override.end.astimezone(window.start.tzinfo))
        duty = Duty(override.person, override.layer or "", whole, override.reason, place=place)
        seen = whole.overlap(window)
        if seen is not None:
            yield from without([Piece(seen, duty)], covered)
            present = open_moments(seen, days.absent.get(override.person, ()))
            covered = union((*covered, *present))


def _hours(place: int, layer: Layer, where: ZoneInfo, window: Window, days: Days) -> Iterator[Piece[Duty]]:
    """The turns of a layer, cut to its restrictions and to the window."""
    for turn in turns(layer, where, window, days.holidays):
        duty = Duty(turn.value, layer.id, turn.window, "", layer.shadows, place)
        seen = turn.window.overlap(window)
        if seen is None:
            continue
        if not layer.restrictions:
            yield Piece(seen, duty)
            continue
        for stretch in restricted(layer.restrictions, where, seen):
            yield Piece(stretch, duty)


def restricted(limits: Iterable[Restriction], where: ZoneInfo, within: Window) -> Iterator[Window]:
    """Local intervals inside a window, joined where they touch."""
    stretches: list[Window] = []
    day: date = local_day(within.start, where) - DAY
    last = local_day(within.end, where)
    while day <= last:
        for limit in limits:
            if DAYS[day.weekday()] in limit.days:
                ends = day if limit.end > limit.start else day + DAY
                start, end = instant(day, wall(limit.start), where), instant(ends, wall(limit.end), where)
                if start < end and (inside := Window(start, end).overlap(within)):
                    stretches.append(inside)
        day += DAY
    yield from union(stretches)


def handoffs(rotation: Rotation, window: Window, days: Days = NO_DAYS) -> Iterator[tuple[date, int]]:
    """Every handoff from one person to another in a window: its local day, and the index of the layer."""
    for index, layer in enumerate(rotation.layers):
        where = zone_of(layer, rotation)
        if len(layer.people) > 1:
            for turn in turns(layer, where, window, days.holidays):
                if window.start <= turn.window.start:
                    yield local_day(turn.window.start, where), index
