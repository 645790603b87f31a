from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.alerting.burning import BURNS, minutes, plain, possible, windows

SHARES = st.integers(0, 99_999).map(lambda number: f"0.{number:05}")


@pytest.mark.parametrize(
    ("burn", "target", "limits"),
    [
        ("page", "0.99", ["0.144", "0.06"]),
        ("page", "0.995", ["0.072", "0.03"]),
        ("ticket", "0.95", ["0.15", "0.05"]),
        ("ticket", "0.999", ["0.003", "0.001"]),
    ],
)
def test_thresholds_are_those_of_the_workbook(burn: str, target: str, limits: list[str]) -> None:
    """Factor × error budget, by hand."""
    assert [plain(one.threshold(target)) for one in BURNS[burn]] == limits


@given(SHARES)
def test_thresholds_are_exact_decimals(target: str) -> None:
    """0.072, never 0.07200000000000001 or 7.2E-2: with binary fractions half of them are wrong."""
    for burn in BURNS.values():
        for one in burn:
            text = plain(one.threshold(target))
            assert Fraction(text) == Fraction(str(one.factor)) * (1 - Fraction(target))
            assert set(text) <= set("0123456789.")
            assert not ("." in text and text.endswith("0"))


@given(SHARES)
def test_a_burn_rate_that_nothing_exceeds_is_left_out(target: str) -> None:
    """No error ratio is above 1, so a threshold of 1 or more would be an alert that never fires."""
    for speed, burns in BURNS.items():
        left = possible(speed, target)
        assert all(one.threshold(target) < 1 for one in left)
        assert all(one.threshold(target) >= 1 for one in burns if one not in left)


def test_windows_are_each_once_and_the_shortest_first() -> None:
    """The rules record each of them once, whatever alerts need it."""
    both = (*BURNS["page"], *BURNS["ticket"])
    assert windows(both) == ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    assert [minutes(window) for window in windows(both)] == [5, 30, 60, 120, 360, 1440, 4320]
