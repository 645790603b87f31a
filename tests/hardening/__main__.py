"""`make hardening`: the figures of the hardening guide, measured. Exit code 0 all reached, 1 some missed, 2 usage."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.hardening.figure import Effort, Figure, Reached

REPOSITORY = Path(__file__).resolve().parents[2]
KEPT = REPOSITORY / "build/hardening"
"""Where inputs are kept that a figure was missed with."""
MINUTES = 10.0
SHOWN = 40
"""Lines of what went wrong that are printed for one figure."""
WIDTHS = (7, 36, 30, 10, 9, 7)
HEADINGS = ("figure", "measured", "goal", "tried", "wrong", "s")
ELSEWHERE = "F5 to F7, F11 to F13 and F15 are no figures of this command: their tests are in the suites of the parts."


def parser(figures: Sequence[Figure]) -> argparse.ArgumentParser:
    """The arguments."""
    listed = "\n".join(f"  {figure.name:<5}{figure.what}: {figure.goal}" for figure in figures)
    made = argparse.ArgumentParser(
        prog="python -m tests.hardening",
        description="Measure what hostile input does to this project. Without figures: all of them, in about an hour.",
        epilog=f"figures:\n{listed}\n\n{ELSEWHERE}\nInputs that a figure was missed with are kept in build/hardening/.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("figures", nargs="*", metavar="FIGURE", help="figures to measure, such as F1 F4")
    made.add_argument("--minutes", type=float, default=MINUTES, help=f"how long F2 lasts (default: {MINUTES:g})")
    made.add_argument("--seed", type=int, default=1, help="seed of what is drawn at random (default: 1)")
    made.add_argument("--list", action="store_true", help="list the figures and measure nothing")
    return made


def main(words: Sequence[str]) -> int:
    """Measure what was asked for, and print each line as soon as it is known."""
    os.environ["DO_NOT_TRACK"] = "1"
    from tests.hardening.figure import Effort  # noqa: PLC0415 - below the environment
    from tests.hardening.figures import FIGURES  # noqa: PLC0415 - as above

    asking = parser(FIGURES)
    asked = asking.parse_args(words)
    known = {figure.name: figure for figure in FIGURES}
    if unknown := [name for name in asked.figures if name.upper() not in known]:
        asking.error(f"no figure {', '.join(unknown)} here; there are {', '.join(known)}. {ELSEWHERE}")
    if asked.minutes <= 0:
        asking.error("--minutes is more than 0")
    if asked.list:
        sys.stdout.write("".join(f"{figure.name:<5}{figure.what}: {figure.goal}\n" for figure in FIGURES))
        return 0
    chosen = [known[name.upper()] for name in asked.figures] or list(FIGURES)
    sys.stdout.write(_line(HEADINGS))
    missed = 0
    for figure in chosen:
        with tempfile.TemporaryDirectory(prefix="hardening-") as folder:
            effort = Effort(asked.minutes, asked.seed, Path(folder), KEPT / figure.name)
            missed += not _measured(figure, effort)
    sys.stdout.write("All reached.\n" if not missed else f"Missed: {missed} of {len(chosen)}.\n")
    return 1 if missed else 0


def _measured(figure: Figure, effort: Effort) -> bool:
    """Whether a figure was reached, printed."""
    began = time.monotonic()
    reached = figure.measure(effort)
    tried = f"{reached.tried:,}"
    passed = f"{time.monotonic() - began:.0f}"
    sys.stdout.write(_line((figure.name, figure.what, figure.goal, tried, str(len(reached.wrong)), passed)))
    sys.stdout.write("".join(f"       {line}\n" for line in _facts(figure, reached)))
    sys.stdout.flush()
    return not reached.wrong and reached.tried > 0


def _facts(figure: Figure, reached: Reached) -> list[str]:
    """What stands below a figure's line: what there is to say, then what went wrong."""
    said = [f"{reached.tried:,} {figure.unit}; {reached.said}" if reached.said else f"{reached.tried:,} {figure.unit}"]
    wrong = [f"WRONG {' '.join(line.split())[:200]}" for line in reached.wrong[:SHOWN]]
    more = [f"and {len(reached.wrong) - SHOWN} more"] if len(reached.wrong) > SHOWN else []
    nothing = ["WRONG nothing was tried"] if not reached.tried else []
    return [*said, *reached.facts, *wrong, *more, *nothing]


def _line(cells: Sequence[str]) -> str:
    first = "".join(f"{cell:<{width}}" for cell, width in zip(cells[:3], WIDTHS, strict=False))
    return first + "".join(f"{cell:>{width}}" for cell, width in zip(cells[3:], WIDTHS[3:], strict=True)) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
