"""What ranking costs: counting, scores and trends of many defects, beside SQL by hand over the same store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.bench.measure import Cost, FailedError, alternate, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = ((10_000, 100_000), (100_000, 1_000_000))
"""Defects and occurrences."""
ROUNDS = 3
HEADINGS = ("", "occurrences", "CPU s", "MiB", "ratio", "growth ×10")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """SQL alone, then ours, at two sizes; the growth from one to the next."""
    before: dict[str, Cost] = {}
    for defects, occurrences in SIZES:
        store = folder / f"{defects}.duckdb"
        run("tests.bench.stability_side", "make", store, str(defects), str(occurrences))
        sides = {
            side: partial(run, "tests.bench.stability_side", side, store, str(defects)) for side in ("sql", "ours")
        }
        costs = alternate(sides, ROUNDS)
        if costs["sql"].output.split()[1:] != costs["ours"].output.split()[1:]:
            raise FailedError("ranking and SQL by hand give different scores")
        for name, side in (("SQL by hand", "sql"), ("ranking and trends", "ours")):
            yield _row(name, occurrences, costs[side], costs["sql"], before.get(side))
        before = costs


def _row(name: str, occurrences: int, cost: Cost, other: Cost, before: Cost | None) -> tuple[str, ...]:
    growth = f"{_seconds(cost) / _seconds(before):.1f}" if before else "–"
    ratio = _seconds(cost) / _seconds(other)
    return (name, f"{occurrences:,}", f"{_seconds(cost):.2f}", f"{cost.megabytes:.0f}", f"{ratio:.2f}", growth)


def _seconds(cost: Cost) -> float:
    return float(cost.output.split()[0])
