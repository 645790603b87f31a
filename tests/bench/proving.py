"""What proving packs costs: the static half beside sqlglot alone, the executed half beside `dct`, and recalling."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from generators.packs.reading.collection import packs_at
from tests.bench.measure import REPOSITORY, Cost, FailedError, alternate, run
from tests.runtimes import known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADINGS = ("", "statements", "ours s", "beside s", "ratio", "ours MiB")
ROUNDS = 3
SIZES = (1, 4, 12)


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Static at three sizes, so that growth shows; then executed a query; then a second check of all packs."""
    for size in SIZES:
        file = folder / f"{size}.json"
        run("tests.bench.statements", "write", file, str(size))
        costs = alternate(
            {
                "ours": lambda file=file, size=size: run("tests.bench.statements", "ours", file, str(size)),  # type: ignore[misc]
                "bare": lambda file=file, size=size: run("tests.bench.statements", "bare", file, str(size)),  # type: ignore[misc]
                "start": lambda: run("tests.bench.statements_start"),
            },
            ROUNDS,
        )
        yield _static(size, costs)
    yield from _executed(folder)
    yield _recalled()


def _static(size: int, costs: dict[str, Cost]) -> tuple[str, ...]:
    ours, bare = (costs[side].seconds - costs["start"].seconds for side in ("ours", "bare"))
    count = costs["bare"].output.strip()
    return (
        f"static, {size} packs",
        count,
        f"{ours:.2f}",
        f"{bare:.2f}",
        f"{ours / bare:.2f}",
        f"{costs['ours'].megabytes:.0f}",
    )


def _executed(folder: Path) -> Iterator[tuple[str, ...]]:
    """Processor seconds a query: ours checks on empty and on filled tables in three zones, `dct query` runs it once."""
    pack = next(iter(packs_at(REPOSITORY).folders.values()))
    # `dct query` refuses a variable that nobody gave; a check tries those queries all the same.
    plain = [(board.id, query.name) for board in pack.boards for query in board.queries if "{{" not in query.sql][:3]
    project = folder / "project"
    project.mkdir()
    (project / "dbt_charts.yml").write_text("sources:\n  warehouse:\n    type: duckdb\n    path: warehouse.duckdb\n")
    run("generators.cli", "pack", "sample", pack.id, "--out", project / "warehouse.duckdb")
    run("generators.cli", "pack", "install", pack.id, "--project", project, "--source", "warehouse")
    ours = run("tests.bench.execution", pack.id)
    proven = int(ours.output)
    asked = [_alone(project, f"charts/{pack.id}/{board}.yml", query) for board, query in plain]
    mine, theirs = ours.seconds / proven, sum(asked) / len(asked)
    label = f"executed, {pack.id}, a query"
    yield (label, str(proven), f"{mine:.3f}", f"{theirs:.3f}", f"1/{theirs / mine:.0f}", f"{ours.megabytes:.0f}")


def _alone(project: Path, board: str, query: str) -> float:
    command = [str(known()[0].environment.python.parent / "dct"), "query", board, query]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    _, ended, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode:
        raise FailedError(f"{' '.join(command)}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def _recalled() -> tuple[str, ...]:
    """A check of everything when nothing changed, beside the first."""
    first = run("generators.cli", "pack", "check", "--no-cache", "--warehouse", "duckdb")
    run("generators.cli", "pack", "check", "--warehouse", "duckdb")
    again = run("generators.cli", "pack", "check", "--warehouse", "duckdb")
    ratio = f"{again.seconds / first.seconds:.2f}"
    return ("unchanged, all packs", "", f"{again.seconds:.2f}", f"{first.seconds:.2f}", ratio, f"{again.megabytes:.0f}")
