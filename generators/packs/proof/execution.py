"""The executed half of a check: each query on empty tables, then on awkward rows, in three time zones, and compared."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from generators.installed.dataface import Missing, rendered
from generators.packs.engines.engine import Answer, Fault, Unreachable
from generators.packs.proof.charts import encoding_trouble, row_trouble
from generators.packs.proof.results import Trouble
from generators.packs.proof.statements import RUNTIME, TEMPLATE, UNKNOWN_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.installed.dataface import Rendered
    from generators.model.pack import PackTable
    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Tables
    from generators.packs.proof.statements import Statement

ZONES = ("UTC", "America/Los_Angeles", "Australia/Lord_Howe")
"""Queries run under each; a result that moves with the zone of the process mixes naive and aware times.

A midnight of UTC is the day before to the west, a midnight of the process is the day before in UTC to the east: each is
seen on one side only. The last is off by half hours, so that hours move as well.
"""
SECONDS = 30.0
"""Time limit of one query."""
Key = tuple[str, str]
"""Face and query."""


@dataclass(frozen=True, slots=True)
class Executed:
    """What one engine found: trouble by query, and what each query answered on the awkward rows."""

    warehouse: str
    version: str
    proof: str
    troubles: Mapping[Key, Trouble]
    answers: Mapping[Key, Answer]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the tables are, under which schema, and what they hold; None for empty tables only."""

    schema: str
    tables: Mapping[str, PackTable]
    filled: Tables | None
    changed: bool = False
    """Whether the rows are somebody's own: what fails on empty tables then shows on these."""


def execute(
    statements: Iterable[Statement], rows: Rows, start: Callable[[str], Engine | Unreachable]
) -> Executed | Unreachable:
    """Run the statements of one warehouse. `start` opens its engine in a time zone; it is closed again here."""
    wanted = [statement for statement in statements if statement.sql]
    engine = start(ZONES[0])
    if isinstance(engine, Unreachable):
        return engine
    run = _Run(wanted, rows)
    try:
        if not rows.changed:
            run.empty(engine)
        if rows.filled is not None:
            run.filled(engine)
    finally:
        engine.close()
    for zone in ZONES[1:]:
        if rows.filled is not None and run.passing():
            run.elsewhere(zone, start(zone))
    return Executed(engine.warehouse, engine.version, engine.proof, run.troubles, run.answers)


class _Run:
    def __init__(self, statements: list[Statement], rows: Rows) -> None:
        self.statements, self.rows = statements, rows
        self.troubles: dict[Key, Trouble] = {}
        self.answers: dict[Key, Answer] = {}
        self.texts: dict[tuple[Key, bool], Rendered | Missing] = {}

    def empty(self, engine: Engine) -> None:
        """On empty tables: names, types, result columns."""
        if fault := engine.load(self.rows.schema, self.rows.tables, None):
            self._all(fault.message)
            return
        for statement in self.passing():
            answer = self._ask(engine, statement)
            if answer and (trouble := encoding_trouble(statement.face, statement.query, answer.columns)):
                self._note(statement, trouble)

    def filled(self, engine: Engine) -> None:
        """On awkward rows, with the variables' defaults and with none chosen."""
        if fault := engine.load(self.rows.schema, self.rows.tables, self.rows.filled):
            self._all(fault.message)
            return
        for statement in self.passing():
            answer = self._ask(engine, statement)
            if answer is None:
                continue
            self.answers[_key(statement)] = answer
            unset = self._ask(engine, statement, unset=True) if statement.face.defaults else None
            face, query = statement.face, statement.query
            for found in (answer, unset):
                trouble = found and (encoding_trouble(face, query, found.columns) or row_trouble(face, query, found))
                if trouble:
                    self._note(statement, trouble)

    def elsewhere(self, zone: str, engine: Engine | Unreachable) -> None:
        """The same rows and queries in another time zone: nothing may change. The engine is closed again here."""
        if isinstance(engine, Unreachable):
            self._all(f"{_not_in(zone)}: {engine.reason}", engine.remedy)
            return
        try:
            if fault := engine.load(self.rows.schema, self.rows.tables, self.rows.filled):
                self._all(f"{_not_in(zone)}: {fault.message}")
                return
            self._compare(zone, engine)
        finally:
            engine.close()

    def _compare(self, zone: str, engine: Engine) -> None:
        for statement in self.passing():
            before, after = self.answers.get(_key(statement)), self._ask(engine, statement)
            if before and after and not same(before, after):
                sentence = f"gives other results when the time zone of the process is {zone}"
                hint = "take instants as UTC: CAST(x AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
                place = statement.face.place(statement.query)
                self._note(statement, Trouble("broken", place, sentence, hint=hint))

    def passing(self) -> list[Statement]:
        """Those without trouble so far."""
        return [s for s in self.statements if s.trouble is None and _key(s) not in self.troubles]

    def _ask(self, engine: Engine, statement: Statement, *, unset: bool = False) -> Answer | None:
        defaults = statement.face.defaults
        text = self.texts.get((_key(statement), unset))
        if text is None:  # the same in every time zone
            variables = dict.fromkeys(defaults) if unset else dict(defaults)
            text = self.texts[_key(statement), unset] = rendered(statement.sql, variables, engine.dialect)
        if isinstance(text, Missing):
            if text.name == "the query":
                self._note(statement, self._trouble(statement, text.reason, TEMPLATE))
            else:
                self._note(statement, self._trouble(statement, text.sentence, "", verdict="unproven"))
            return None
        answer = engine.run(text.sql, text.params, SECONDS)
        if isinstance(answer, Fault):
            where = "" if not unset or not defaults else " with no variable chosen"
            if answer.kind == "unproven":
                self._note(statement, self._trouble(statement, answer.message, "", verdict="unproven"))
            else:
                code = (
                    UNKNOWN_NAME if "Binder Error" in answer.message or "Catalog Error" in answer.message else RUNTIME
                )
                self._note(statement, self._trouble(statement, f"fails{where}: {answer.message}", code))
            return None
        return answer

    def _trouble(self, statement: Statement, sentence: str, code: str, *, verdict: str = "broken") -> Trouble:
        return Trouble(verdict, statement.face.place(statement.query), sentence, code=code)  # type: ignore[arg-type]

    def _note(self, statement: Statement, trouble: Trouble) -> None:
        self.troubles.setdefault(_key(statement), trouble)

    def _all(self, sentence: str, hint: str = "") -> None:
        """Nothing that was sound so far is proven."""
        for statement in self.passing():
            place = statement.face.place(statement.query)
            self._note(statement, Trouble("unproven", place, sentence, hint=hint))


def _not_in(zone: str) -> str:
    return f"was not run with the time zone of the process at {zone}"


def _key(statement: Statement) -> Key:
    return statement.face.id, statement.query.name


# ── comparing answers ───────────────────────────────────────────────────────────────────────────────────────────────
DIGITS = 9
"""Significant digits that two engines must agree on: sums of floats differ in the last ones by their order."""


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers have the same columns and the same rows, in whatever order."""
    return one.columns == other.columns and Counter(map(_plain_row, one.rows)) == Counter(map(_plain_row, other.rows))


def difference(one: Answer, other: Answer) -> str:
    """The first thing that two answers disagree about, in a few words."""
    if one.columns != other.columns:
        return f"columns {', '.join(one.columns)} against {', '.join(other.columns)}"
    if len(one.rows) != len(other.rows):
        return f"{len(one.rows)} rows against {len(other.rows)}"
    mine, theirs = Counter(map(_plain_row, one.rows)), Counter(map(_plain_row, other.rows))
    left, right = sorted((mine - theirs), key=repr), sorted((theirs - mine), key=repr)
    for a, b in zip(left, right, strict=False):
        for column, x, y in zip(one.columns, a, b, strict=True):
            if x != y:
                return f"{column} {_shown(x)} against {_shown(y)}"
    return "other rows"


def _shown(value: object) -> str:
    return str(value)[:40]


def _plain_row(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(_plain(value) for value in row)


def _plain(value: object) -> object:
    """A value as engines agree to write it: numbers by their first digits, instants in UTC, days as midnight."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float, Decimal)):
        number = float(value)
        return "NaN" if math.isnan(number) else float(f"{number:.{DIGITS}g}")
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC).isoformat()
    return str(value)
