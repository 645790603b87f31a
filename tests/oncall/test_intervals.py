from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from generators.oncall.intervals import Piece, Window, common, open_moments, union, without

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
WHOLE = Window(ZERO, ZERO + timedelta(minutes=60))


def minute(number: int) -> datetime:
    """A moment, by its minute."""
    return ZERO + timedelta(minutes=number)


windows = st.lists(
    st.tuples(st.integers(0, 58), st.integers(1, 12)).map(lambda pair: Window(minute(pair[0]), minute(sum(pair)))),
    max_size=8,
)


def minutes(given: list[Window]) -> set[int]:
    """The minutes that windows hold."""
    return {number for number in range(80) if any(one.start <= minute(number) < one.end for one in given)}


@given(windows, windows)
def test_operations_are_those_of_sets_of_minutes(some: list[Window], others: list[Window]) -> None:
    """Union, intersection and difference, minute by minute."""
    one, other = union(some), union(others)
    assert minutes(list(one)) == minutes(some)
    assert all(a.end < b.start for a, b in pairwise(one))
    assert minutes(list(common(one, other))) == minutes(some) & minutes(others)
    left = [piece.window for piece in without((Piece(window, 0) for window in sorted(some)), other)]
    assert minutes(left) == minutes(some) - minutes(others)
    assert minutes(list(open_moments(WHOLE, one))) == set(range(60)) - minutes(some)
