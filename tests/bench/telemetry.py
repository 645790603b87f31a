"""What telemetry costs: taking events in beside a bare load of the same lines, metrics beside SQL by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.bench.measure import Cost, FailedError, alternate, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MILLION = 1_000_000
SIZES = (MILLION, 3 * MILLION, 10 * MILLION)
"""Events that are taken in at once; `DFOPS_BENCH_EVENTS` in the making module adds larger ones."""
ROUNDS = 3
ASKED = 100 * MILLION
"""Events of the Parquet files that metrics are asked of."""
HEADINGS = ("", "events", "CPU s", "a second", "MiB", "ratio")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Taking in, with growth; taking in the same again; then every metric over many events."""
    for size in SIZES:
        lines = folder / f"lines-{size}"
        run("tests.bench.telemetry_side", "make", lines, str(size))
        rounds = ROUNDS if size == MILLION else 1
        sides = ("bare", "ingest")
        costs = alternate({side: partial(_side, side, lines, folder / f"{side}.duckdb") for side in sides}, rounds)
        bare, ours = costs["bare"], costs["ingest"]
        if bare.output.split()[1] != ours.output.split()[1]:
            raise FailedError("a bare load and ours hold different numbers of events")
        yield _row("read_json + insert", size, bare, 1.0)
        yield _row("ingest", size, ours, _seconds(ours) / _seconds(bare))
        again = run("tests.bench.telemetry_side", "again", lines, folder / "ingest.duckdb")
        yield _row("the same again", size, again, _seconds(again) / _seconds(bare))
    parquet = folder / "events"
    run("tests.bench.telemetry_side", "parquet", parquet, str(ASKED))
    asked = alternate({side: partial(_side, side, parquet) for side in ("sql", "metrics")}, ROUNDS)
    if asked["sql"].output.split()[1:] != asked["metrics"].output.split()[1:]:
        raise FailedError("metrics and SQL by hand give different numbers")
    for name, side in (("SQL by hand", "sql"), ("metrics", "metrics")):
        yield _row(name, ASKED, asked[side], _seconds(asked[side]) / _seconds(asked["sql"]))


def _side(side: str, *places: Path) -> Cost:
    return run("tests.bench.telemetry_side", side, *places)


def _seconds(cost: Cost) -> float:
    return float(cost.output.split()[0])


def _row(name: str, events: int, cost: Cost, ratio: float) -> tuple[str, ...]:
    seconds = _seconds(cost)
    return (name, f"{events:,}", f"{seconds:.2f}", f"{events / seconds:,.0f}", f"{cost.megabytes:.0f}", f"{ratio:.2f}")
