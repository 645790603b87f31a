"""What a command costs: processor time and peak memory of a child process, as the kernel counts them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
KIB_A_MEGABYTE = 1024
PYTHON = (sys.executable, "-m")


class FailedError(Exception):
    """What was to be measured did not run: the command, its exit code, the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds (user and system), peak resident memory in MiB, and what was printed."""

    seconds: float
    megabytes: float
    output: str = ""


def run(module: str, *arguments: str | Path, status: int = 0) -> Cost:
    """The cost of `python -m module arguments`. Raises FailedError when it ends with another exit code.

    Peak memory is never less than this process's own at the start of the child: measure from a small process.
    """
    command = [*PYTHON, module, *map(str, arguments)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=said, stderr=subprocess.STDOUT)  # noqa: S603 - ours
        _, ended, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
        said.seek(0)
        output = said.read()
    if process.returncode != status:
        raise FailedError(f"{' '.join(command)}: exit code {process.returncode}\n{output[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB_A_MEGABYTE, output)


def alternate(subjects: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Medians of each subject, measured in turn, so that what else the machine does falls on all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            costs[name].append(subject())
    return {name: _middle(found) for name, found in costs.items()}


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.seconds for cost in costs), median(cost.megabytes for cost in costs), costs[-1].output)
