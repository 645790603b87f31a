"""Half-open stretches of time, and the two operations that coverage is made of: cut away, and what is left open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From `start` up to, not including, `end`. Both aware, UTC; `start` < `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Real time that passes, daylight saving included."""
        return self.end - self.start

    def overlap(self, other: Window) -> Window | None:
        """What both have in common; None where nothing is."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """A window with what holds in it."""

    window: Window
    value: T


def union(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same moments as windows that neither overlap nor touch, in order."""
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.start <= joined[-1].end:
            if window.end > joined[-1].end:
                joined[-1] = Window(joined[-1].start, window.end)
        else:
            joined.append(window)
    return tuple(joined)


def without(pieces: Iterable[Piece[T]], covered: Sequence[Window]) -> Iterator[Piece[T]]:
    """Pieces, sorted by start, less the covered moments, which are a `union`. Each covered window is met once."""
    first = 0
    for piece in pieces:
        start, end = piece.window.start, piece.window.end
        while first < len(covered) and covered[first].end <= start:
            first += 1
        index = first
        while start < end and index < len(covered) and covered[index].start < end:
            if covered[index].start > start:
                yield Piece(Window(start, covered[index].start), piece.value)
            start = max(start, covered[index].end)
            index += 1
        if start < end:
            yield Piece(Window(start, end), piece.value)


def common(windows: Sequence[Window], others: Sequence[Window]) -> Iterator[Window]:
    """The moments that are in both of two unions, in order."""
    left = right = 0
    while left < len(windows) and right < len(others):
        if both := windows[left].overlap(others[right]):
            yield both
        if windows[left].end < others[right].end:
            left += 1
        else:
            right += 1


def open_moments(within: Window, covered: Sequence[Window]) -> tuple[Window, ...]:
    """What of a window is not covered by a union."""
    ends = [within.start, *(edge for window in covered for edge in (window.start, window.end)), within.end]
    clipped = [min(max(edge, within.start), within.end) for edge in ends]
    return tuple(Window(a, b) for a, b in list(pairwise(clipped))[::2] if a < b)
