"""What a fleet costs: schemas by sets beside a check of each, installations counted, two processes beside one."""

from __future__ import annotations

from operator import itemgetter
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench.judging import PACK
from tests.bench.measure import Cost, FailedError, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMAS, ALIKE = 5_000, 48
"""Distinct schemas of the fleet; those of them that are checked one by one as well."""
INSTALLATIONS = (100_000, 1_000_000)
MANY = 20_000
"""Schemas that two processes share: with fewer, starting them costs what they gain."""
ROUNDS = 3
HEADINGS = ("", "number", "s", "a second", "MiB", "ratio")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Checks a second and core of both ways, with equal results; then memory by installations; then two processes."""
    run("tests.bench.judging", "make", folder, str(SCHEMAS), *map(str, INSTALLATIONS))
    slow, alike = (_side(side, folder, ALIKE) for side in ("slow", "sets"))
    if slow.output.split()[1:] != alike.output.split()[1:]:
        raise FailedError("sets and checks found different things")
    sets = _side("sets", folder, SCHEMAS)
    yield _rate("a check each", ALIKE, slow, 1.0)
    yield _rate("by sets", SCHEMAS, sets, _speed(sets, SCHEMAS) / _speed(slow, ALIKE))
    yield from _counted(folder)
    yield from _commands(folder)


def _side(side: str, folder: Path, count: int) -> Cost:
    return run("tests.bench.judging", side, folder, str(count))


def _speed(cost: Cost, count: int) -> float:
    return count / float(cost.output.split()[0])


def _rate(name: str, count: int, cost: Cost, ratio: float) -> tuple[str, ...]:
    seconds = float(cost.output.split()[0])
    return (name, f"{count:,}", f"{seconds:.2f}", f"{count / seconds:,.1f}", f"{cost.megabytes:.0f}", f"{ratio:.0f}")


def _counted(folder: Path) -> Iterator[tuple[str, ...]]:
    """Installations alone: memory stays where it is."""
    least = 0.0
    for number in INSTALLATIONS:
        cost = run("tests.bench.judging", "count", folder, str(number))
        least = least or cost.megabytes
        ratio = f"{cost.megabytes / least:.2f}"
        yield ("installations", f"{number:,}", f"{cost.seconds:.2f}", "", f"{cost.megabytes:.0f}", ratio)


def _commands(folder: Path) -> Iterator[tuple[str, ...]]:
    """The whole command on installations, and on more schemas: seconds of the clock, memory of the first process."""
    for number in INSTALLATIONS:
        seconds, cost = _command(folder / f"{number}.parquet", folder / f"out-{number}", 1)
        yield ("fleet check", f"{number:,}", f"{seconds:.2f}", f"{SCHEMAS / seconds:,.0f}", f"{cost.megabytes:.0f}", "")
    many = folder / "many"
    run("tests.bench.judging", "make", many, str(MANY))
    best: dict[int, tuple[float, Cost]] = {}
    for turn in range(ROUNDS):  # in turn, and the best of each: what else the machine does would decide otherwise
        for workers in (1, 2):
            ran = _command(many, folder / f"out-{workers}-{turn}", workers)
            best[workers] = min(best.get(workers, ran), ran, key=itemgetter(0))
    for workers, (seconds, cost) in best.items():
        name, speed, ratio = f"{MANY:,} schemas, {workers} proc.", f"{MANY / seconds:,.0f}", best[1][0] / seconds
        yield (name, f"{MANY:,}", f"{seconds:.2f}", speed, f"{cost.megabytes:.0f}", f"{ratio:.2f}")


def _command(snapshots: Path, out: Path, workers: int) -> tuple[float, Cost]:
    """Seconds of the clock, and the cost."""
    words = ("fleet", "check", PACK, "--snapshots", snapshots, "--out", out, "--budget", "100%")
    begun = perf_counter()
    cost = run("generators.cli", *words, "--workers", str(workers))
    return perf_counter() - begun, cost
