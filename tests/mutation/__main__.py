"""`make mutate`: changes facts of this repository at random, one at a time, and says who notices.

Nothing is written. A mutation is silent when neither the check nor the diff says anything that it did not say before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutation.judging import Judge
from tests.mutation.mutating import World
from tests.mutation.score import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.mutation.judging import Judged
    from tests.mutation.mutating import Mutation

ROOT = Path(__file__).parents[2]
AT_ONCE = 8
"""Mutations that a process is handed at a time."""


def main(arguments: Sequence[str]) -> int:
    """Prints the tables; 1 where the product raised an exception, 0 otherwise."""
    asked = _options().parse_args(arguments)
    judge = Judge(asked.root.resolve(), asked.at or datetime.now(UTC))
    world, draw = World(judge.catalog), random.Random(asked.seed)  # noqa: S311 - repeatable, not secret
    drawn = world.of_each_field(asked.seed) if asked.each else world.some(asked.count, draw)
    judged = []
    for number, one in enumerate(judged_by_processes(judge, list(drawn), asked.processes), 1):
        judged.append(one)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number} mutations")
    sys.stdout.write(report(judged, listed=asked.verbose))
    return 1 if any(one.verdict == "crashed" for one in judged) else 0


def judged_by_processes(judge: Judge, mutations: list[Mutation], processes: int) -> Iterator[Judged]:
    """Each judged, in order. The processes inherit what the judge has read."""
    if processes == 1:
        yield from map(judge.judge, mutations)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_inherit, initargs=(judge,)) as pool:
        yield from pool.map(_judge, mutations, chunksize=AT_ONCE)


_INHERITED: list[Judge] = []


def _inherit(judge: Judge) -> None:
    _INHERITED.append(judge)


def _judge(mutation: Mutation) -> Judged:
    return _INHERITED[0].judge(mutation)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same mutations (default: 1)")
    parser.add_argument("--count", type=int, default=300, help="how many mutations (default: 300)")
    parser.add_argument("--each", action="store_true", help="every field once in each way instead of --count")
    parser.add_argument("--verbose", action="store_true", help="list every mutation with what tells it")
    parser.add_argument("--processes", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    parser.add_argument("--at", type=_moment, default=None, help="the moment of asking, ISO 8601 (default: now)")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
