"""How criteria and scope filled up over time, from the records that were left: two charts, and their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.svg.charts import Line, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from generators.model.launch import LaunchRecord

LONGEST = timedelta(days=180)
"""Of the charts; the table has every record."""


@dataclass(frozen=True, slots=True)
class Point:
    """A day with a record, all gates together."""

    day: date
    holds: int
    criteria: int
    settled: int
    items: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and its name."""

    title: str
    chart: Timeline


@dataclass(frozen=True, slots=True)
class BurnUp:
    """What was recorded: empty where nothing was."""

    points: tuple[Point, ...]
    """The newest first."""
    figures: tuple[Figure, ...]


def burn_up(records: Iterable[LaunchRecord]) -> BurnUp:
    """The points of all records, and charts of the last half year of them."""
    points = sorted(map(_point, records), key=lambda point: point.day)
    shown = [point for point in points if points[-1].day - point.day <= LONGEST]
    figures = (
        _figure("Criteria that hold", shown, [one.holds for one in shown], [one.criteria for one in shown]),
        _figure("Scope items done or deferred", shown, [one.settled for one in shown], [one.items for one in shown]),
    )
    return BurnUp(tuple(reversed(points)), figures if shown else ())


def _point(record: LaunchRecord) -> Point:
    counts = record.gates.values()
    return Point(
        record.day,
        sum(one.holds for one in counts),
        sum(one.criteria for one in counts),
        sum(one.settled for one in counts),
        sum(one.items for one in counts),
    )


def _figure(title: str, points: Sequence[Point], reached: Sequence[int], whole: Sequence[int]) -> Figure:
    """One slot a day from the first record to the last; a day without a record repeats the one before."""
    indexes = list(_daily(points))
    days = [points[0].day + timedelta(days=number) for number in range(len(indexes))] if points else []
    labels = tuple(f"{day.day} {day:%b}" for day in days)
    lines = (
        Line("reached", tuple(reached[index] for index in indexes), "steps"),
        Line("all", tuple(whole[index] for index in indexes), "steps"),
    )
    return Figure(title, Timeline(f"{title}, of all", _description(points, reached, whole), labels, lines))


def _daily(points: Sequence[Point]) -> Iterator[int]:
    """For each day from the first point to the last: the number of the point that holds on it."""
    for index, point in enumerate(points):
        until = points[index + 1].day if index + 1 < len(points) else point.day + timedelta(days=1)
        yield from [index] * (until - point.day).days


def _description(points: Sequence[Point], reached: Sequence[int], whole: Sequence[int]) -> str:
    if not points:
        return ""
    first = f"{reached[0]} of {whole[0]} on {_day(points[0].day)}"
    if len(points) == 1:
        return f"{first}, the only record so far."
    return f"From {first} to {reached[-1]} of {whole[-1]} on {_day(points[-1].day)}; {len(points)} records."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
