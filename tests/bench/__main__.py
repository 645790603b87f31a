"""`make bench`: what the expensive commands cost beside the obvious way, as ratios within one run.

No time is asserted. A subject that fails ends the run with what it said.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import building, checking, duties, fleets, installing, launching, proving, stability, telemetry
from tests.bench.measure import FailedError

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST, OTHERS = 26, 12
"""Widths of the columns."""
PARTS = {
    "check": ("dfops check, beside libyaml's loader and pydantic alone; medians", checking.HEADINGS, checking.rows),
    "duties": ("a year of duties with every question, beside a bare expansion", duties.HEADINGS, duties.rows),
    "fleet": ("dfops fleet check: schemas by sets, beside a check of each", fleets.HEADINGS, fleets.rows),
    "install": (
        "dfops pack install from a folder, beside the imports that it needs",
        installing.HEADINGS,
        installing.rows,
    ),
    "launch": ("readiness, digests and sign-offs, beside hashing the same facts", launching.HEADINGS, launching.rows),
    "packs": ("dfops pack check, beside sqlglot alone and beside one dft a query", proving.HEADINGS, proving.rows),
    "site": ("the internal site, beside plain Sphinx over the same pages", building.HEADINGS, building.rows),
    "stability": (
        "dfops stability report: ranking and trends, beside SQL by hand",
        stability.HEADINGS,
        stability.rows,
    ),
    "telemetry": (
        "dfops telemetry ingest and metrics, beside a bare load and SQL by hand",
        telemetry.HEADINGS,
        telemetry.rows,
    ),
}


def main(names: Sequence[str]) -> int:
    """Measure the named parts, all by default, and print each line as soon as it is known."""
    for name in names or tuple(PARTS):
        title, headings, rows = PARTS[name]
        sys.stdout.write(f"\n{title}\n{_line(headings)}")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            try:
                for row in rows(Path(folder)):
                    sys.stdout.write(_line(row))
                    sys.stdout.flush()
            except FailedError as error:
                sys.stderr.write(f"{error}\n")
                return 1
    return 0


def _line(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<{FIRST}}" + "".join(f"{cell:>{OTHERS}}" for cell in others) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
