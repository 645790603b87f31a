"""Defects and occurrences by chance, and everything that is counted of them a second time, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from generators.stability.ranking import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 11, 30)
CONNECTORS = ("", "lamp", "oil_feed", "pane", "wick")
SOURCES = ("bug", "support", "release", "telemetry")
TABLE = """CREATE TABLE occurrences(id VARCHAR PRIMARY KEY, defect VARCHAR, connector VARCHAR, warehouse VARCHAR,
    day DATE, installs BIGINT, source VARCHAR, reference VARCHAR)"""
COLUMNS = ("id", "defect", "connector", "warehouse", "day", "installs", "source", "reference")
Row = tuple[str, str, str, str, date, int, str, str]


@dataclass(frozen=True, slots=True)
class World:
    """A register and what a store holds of it."""

    defects: tuple[Registered, ...]
    rows: tuple[Row, ...]

    def store(self, path: Path) -> Path:
        """The rows in a file."""
        with duckdb.connect(str(path)) as connection:
            connection.execute(TABLE)
            if self.rows:
                columns = dict(zip(COLUMNS, map(list, zip(*self.rows, strict=True)), strict=True))
                connection.register("given", pa.table(columns))
                connection.execute("INSERT INTO occurrences SELECT * FROM given")
        return path


def world(seed: int, defects: int, rows: int) -> World:
    """So many defects and occurrences: some before the 90 days, at their very edges, unassigned, and to come."""
    chance = Random(seed)  # noqa: S311 - chance of a test
    made = tuple(_defect(chance, number) for number in range(defects))
    names = [one.id for one in made]
    return World(made, tuple(_row(chance, number, names) for number in range(rows)))


def _day(chance: Random) -> date:
    """Any of the last year and a week to come; often one where something begins or ends."""
    edge = chance.choice((0, 1, 89, 90, 91, 175, 182, -1))
    return TODAY - timedelta(days=edge if chance.random() < 0.2 else chance.randint(-7, 365))


def _defect(chance: Random, number: int) -> Registered:
    state = chance.choice(("open", "accepted", "in-progress", "fixed", "fixed-upstream", "wont-fix"))
    return Registered(
        id=f"defect-{number:06d}",
        severity=(severity := chance.choice(("sev1", "sev2", "sev3", "sev4"))),
        weight={"sev1": 8, "sev2": 4, "sev3": 2, "sev4": 1}[severity],
        state=state,
        owner=chance.choice(("keeper", "mate")),
        defect_class=chance.choice(("soot", "frost", "salt")),
        connector=chance.choice(CONNECTORS),
        first_seen=min(_day(chance), TODAY) if chance.random() < 0.5 else None,
        affected=chance.choice((0, 0, 0, 1, 4)),
        days=tuple(sorted(_day(chance) for _ in range(chance.choice((0, 0, 1, 3))))),
        fixed=min(_day(chance), TODAY) if state.startswith("fixed") and chance.random() < 0.8 else None,
    )


def _row(chance: Random, number: int, names: list[str]) -> Row:
    defect = "" if chance.random() < 0.1 else chance.choice(names)
    installs = chance.choice((1, 1, 1, 2, 7))
    source = chance.choice(SOURCES)
    return (f"{number:064d}", defect, chance.choice(CONNECTORS), "", _day(chance), installs, source, f"#{number}")


@dataclass
class Plain:
    """The same counts by loops over every occurrence."""

    recent: dict[str, int]
    installs: dict[str, int]
    first: dict[str, date]
    last: dict[str, date]
    weeks: dict[tuple[date, str], int]
    repeats: dict[tuple[str, str], tuple[int, int, int]]
    unassigned: int


def plainly(world: World) -> Plain:
    """Without an engine, and without anything of what is tested."""
    plain = Plain({}, {}, {}, {}, defaultdict(int), {}, 0)
    pairs: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
    for defect, connector, day, installs, source in _all(world):
        is_recent = date(2026, 9, 2) <= day
        week = day - timedelta(days=day.isoweekday() - 1)
        if week >= date(2026, 6, 8):
            plain.weeks[week, source] += 1
        if not defect:
            plain.unassigned += is_recent
            continue
        plain.first[defect] = min(plain.first.get(defect, day), day)
        plain.last[defect] = max(plain.last.get(defect, day), day)
        plain.recent[defect] = plain.recent.get(defect, 0) + is_recent
        plain.installs[defect] = max(plain.installs.get(defect, 0), installs if is_recent else 0)
        if is_recent and connector:
            pairs[connector, defect].append((day, installs))
    for key, met in pairs.items():
        days, most = len({day for day, _ in met}), max(installs for _, installs in met)
        if days >= 2 or most >= 2:
            plain.repeats[key] = (len(met), days, most)
    return plain


def _all(world: World) -> Iterator[tuple[str, str, date, int, str]]:
    """Every occurrence that has been, the days of the register where the store has none of that defect."""
    stored = {(row[1], row[4]) for row in world.rows}
    for row in world.rows:
        if row[4] <= TODAY:
            yield row[1], row[2], row[4], row[5], row[6]
    for one in world.defects:
        for day in set(one.days):
            if day <= TODAY and (one.id, day) not in stored:
                yield one.id, one.connector, day, 1, "register"


def order(world: World, plain: Plain) -> list[tuple[str, Fraction]]:
    """Every defect with its score, by the formula as it is written down."""
    found = []
    for one in world.defects:
        rate = Fraction(plain.recent.get(one.id, 0), 90) * 30
        score = one.weight * max(1, one.affected, plain.installs.get(one.id, 0)) * rate
        seen = [day for day in (one.first_seen, plain.first.get(one.id)) if day]
        found.append((-score, min(seen, default=date(9999, 12, 31)), one.id, score))
    return [(name, score) for _, _, name, score in sorted(found)]
