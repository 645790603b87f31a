"""`dfops check` against the obvious way to load the same bytes, at three sizes, and with thousands of faults."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from generators.model.organization import Person
from generators.model.runbook import Runbook
from generators.model.stability import Defect
from tests.bench.measure import Cost, alternate, run
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = (1_000, 3_000, 10_000)
ROUNDS = 3
MEGABYTE = 1_000_000
HEADINGS = ("entities", "MB", "check s", "bare s", "ratio", "check MB", "bare MB", "s/1000", "faulty s")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One line a size. Seconds are processor time, MB of memory the peak; repositories are written below `folder`."""
    for size in SIZES:
        root = folder / f"repository-{size}"
        written = int(run("tests.bench.synthetic", root, str(size)).output)
        subjects = {"check": partial(_check, root), "bare": partial(run, "tests.bench.baseline", root)}
        costs = alternate(subjects, ROUNDS)
        check, bare = costs["check"], costs["bare"]
        spoil(root)
        faults = _check(root, status=1)
        yield (
            f"{size}",
            f"{written / MEGABYTE:.1f}",
            f"{check.seconds:.2f}",
            f"{bare.seconds:.2f}",
            f"{check.seconds / bare.seconds:.2f}",
            f"{check.megabytes:.0f}",
            f"{bare.megabytes:.0f}",
            f"{1000 * check.seconds / size:.2f}",
            f"{faults.seconds:.2f}",
        )


def _check(root: Path, status: int = 0) -> Cost:
    # At a moment at which the waivers, which last 90 days at most, are in force.
    options = ("--max-files", str(2 * SIZES[-1]), "--at", AT.isoformat())
    return run("generators.cli", "check", "--root", root, *options, status=status)


def spoil(root: Path) -> None:
    """Delete every second file of three kinds that many others name: thousands of references then lead nowhere."""
    for kind in (Person, Runbook, Defect):
        for path in sorted(root.glob(kind.folder.pattern.replace("{id}", "*").replace("{group}", "*")))[::2]:
            path.unlink()
