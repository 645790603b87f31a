"""Tables of what was noticed, and the shares that a floor is about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.mutation.judging import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.mutation.judging import Judged

FIRST, OTHERS = 18, 18
"""Widths of the columns."""


def report(judged: Sequence[Judged], *, listed: bool = False) -> str:
    """The tables by chapter and by kind, the shares, and each silent one; with `listed` all others as well."""
    told = [one for one in judged if listed or one.verdict in {"silent", "crashed"}]
    tables = (
        _table("chapter", judged, lambda one: one.mutation.chapter),
        _table("kind", judged, lambda one: one.mutation.kind),
    )
    shares = f"found by check {found(judged):.1f} %, seen by check or diff {seen(judged):.1f} %\n"
    lines = "".join(f"{one.verdict}: {one.mutation}{f': {one.said}' if one.said else ''}\n" for one in told)
    return "\n".join((*tables, shares, lines))


def found(judged: Sequence[Judged]) -> float:
    """Per cent of the mutations that the check has a new finding about."""
    return _share(judged, "at the line", "elsewhere")


def seen(judged: Sequence[Judged]) -> float:
    """Per cent of the mutations that the check or the diff says something about."""
    return _share(judged, "at the line", "elsewhere", "only in the diff")


def _share(judged: Sequence[Judged], *verdicts: str) -> float:
    return 100 * sum(one.verdict in verdicts for one in judged) / max(1, len(judged))


def _table(heading: str, judged: Sequence[Judged], group: Callable[[Judged], str]) -> str:
    columns = [verdict for verdict in VERDICTS if verdict != "crashed" or any(one.verdict == verdict for one in judged)]
    counts = {
        name: Counter(one.verdict for one in judged if group(one) == name) for name in sorted(set(map(group, judged)))
    }
    rows = [(name, *(counts[name][verdict] for verdict in columns), counts[name].total()) for name in counts]
    totals = Counter(one.verdict for one in judged)
    rows.append(("all", *(totals[verdict] for verdict in columns), len(judged)))
    return "".join(map(_line, [(heading, *columns, "of"), *rows]))


def _line(cells: Sequence[object]) -> str:
    first, *others = cells
    return f"{first:<{FIRST}}" + "".join(f"{cell:>{OTHERS}}" for cell in others) + "\n"
