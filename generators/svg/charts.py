"""Small charts as inline SVG: bars with their names, or weeks as columns and a step line. A phone is wide enough.

Text is as large as the page's small print and takes its colour; a style sheet colours what is drawn, by class. The
title and the description are the drawing's own, so that a screen reader has both without an id.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from html import escape
from math import ceil, log10
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH: Final = 340
"""px of every chart; the column of a phone is 350 wide."""
TEXT, GAP = 13, 4
ROW, BAR = 34, 12
"""px of a bar with its name above, and of the bar alone."""
VALUE: Final = 64
"""px kept free behind the longest bar for its number."""
LETTERS: Final = 46
"""Characters of a name that fit above a bar; the table behind the chart has the whole."""
HEIGHT, LEFT, TOP, FOOT = 124, 34, 26, 20
"""px of the drawn part of a chart over weeks, of the numbers beside it, of the key above and the days below it."""
MOST_LABELS: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, how long its bar is (≥ 0), and what stands behind it."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, in the order given."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    most: float = 0
    """What the longest bar stands for; 0: the greatest value."""


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers ≥ 0, one for each label."""

    name: str
    values: tuple[int, ...]
    form: Literal["columns", "steps"] = "columns"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Up to two lines over the same labels: columns side by side, or steps."""

    title: str
    description: str
    labels: tuple[str, ...]
    """Under the chart; every so many of them are shown."""
    lines: tuple[Line, ...]


Chart = Bars | Timeline


def dumps(chart: Chart) -> str:
    """A chart as one line of JSON."""
    return json.dumps({"kind": type(chart).__name__.lower(), **asdict(chart)})


def loads(text: str) -> Chart:
    """A chart from its JSON. Raises ValueError for anything else."""
    try:
        made = json.loads(text)
        if made.pop("kind") == "bars":
            return Bars(**made | {"bars": tuple(Bar(**one) for one in made["bars"])})
        lines = tuple(Line(one["name"], tuple(one["values"]), one["form"]) for one in made["lines"])
        return Timeline(made["title"], made["description"], tuple(made["labels"]), lines)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no chart: {error!r}") from error


def svg(chart: Chart) -> str:
    """The drawing, one `svg` element."""
    height, shapes = _bars(chart) if isinstance(chart, Bars) else _timeline(chart)
    head = f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg role="img" {size} font-size="{TEXT}">{head}{"".join(shapes)}</svg>'


def _bars(chart: Bars) -> tuple[int, list[str]]:
    most = chart.most or max((one.value for one in chart.bars), default=0) or 1
    shapes = []
    for place, one in enumerate(chart.bars):
        top = place * ROW + TEXT
        name = one.name if len(one.name) <= LETTERS else f"{one.name[: LETTERS - 1].rstrip()}…"
        length = max(1.0, min(1.0, one.value / most) * (WIDTH - VALUE))
        shapes.append(_text(name, 0, top))
        shapes.append(_rect("ops-first", 0, top + GAP, length, BAR))
        shapes.append(_text(one.text, length + GAP, top + GAP + BAR - 2))
    return max(1, len(chart.bars)) * ROW, shapes


def _timeline(chart: Timeline) -> tuple[int, list[str]]:
    top = _round_up(max((value for line in chart.lines for value in line.values), default=0))
    shapes = [*_key(chart), *_grid(top), *_labels(chart.labels)]
    columns = [line for line in chart.lines if line.form == "columns"]
    for place, line in enumerate(chart.lines):
        name = "ops-first" if place == 0 else "ops-second"
        if line.form == "steps":
            shapes.append(_steps(name, line.values, top))
        else:
            shapes += _columns(name, line.values, top, columns.index(line), len(columns))
    return TOP + HEIGHT + FOOT, shapes


def _key(chart: Timeline) -> Iterator[str]:
    at = float(LEFT)
    for place, line in enumerate(chart.lines):
        yield _rect("ops-first" if place == 0 else "ops-second", at, 2, BAR, BAR)
        yield _text(line.name, at + BAR + GAP, TEXT)
        at += BAR + 2 * GAP + 7.5 * len(line.name) + BAR


def _grid(top: int) -> Iterator[str]:
    """The base, the top, and what they stand for."""
    for value in (0, top):
        y = TOP + HEIGHT - HEIGHT * value / top
        yield f'<path class="ops-line" d="M{LEFT} {y:g}H{WIDTH}"/>'
        yield _text(f"{value:,}", LEFT - GAP, y + GAP, anchor="end")


def _labels(labels: Sequence[str]) -> Iterator[str]:
    step = max(1, ceil(len(labels) / MOST_LABELS))
    for place in range(0, len(labels), step):
        yield _text(labels[place], LEFT + _slot(labels) * place, TOP + HEIGHT + TEXT + GAP)


def _slot(values: Sequence[Any]) -> float:
    """The px of one label."""
    return (WIDTH - LEFT) / max(1, len(values))


def _columns(name: str, values: Sequence[int], top: int, place: int, whole: int) -> Iterator[str]:
    slot = _slot(values)
    width = (slot - 2) / whole
    for index, value in enumerate(values):
        height = HEIGHT * value / top
        if value:
            yield _rect(name, LEFT + index * slot + 1 + place * width, TOP + HEIGHT - height, width, height)


def _steps(name: str, values: Sequence[int], top: int) -> str:
    slot = _slot(values)
    points = [f"{TOP + HEIGHT - HEIGHT * value / top:.1f}" for value in values] or [f"{TOP + HEIGHT}"]
    path = "".join(f"V{y}H{LEFT + (index + 1) * slot:.1f}" for index, y in enumerate(points))
    return f'<path class="ops-steps {name}" d="M{LEFT} {points[0]}{path}"/>'


def _round_up(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … that is not smaller, ≥ 1."""
    if value <= 1:
        return 1
    power = int(10 ** int(log10(value)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def _rect(name: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(text: str, x: float, y: float, anchor: str = "start") -> str:
    end = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{end}>{escape(text, quote=False)}</text>'
