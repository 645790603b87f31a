"""The executed half of a check: each query on empty tables, then on awkward rows, in three time zones, and compared."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from generators.packs.engines.engine import Answer, Fault, Unreachable
from generators.packs.proof.charts import answer_trouble, encoding_trouble
from generators.packs.proof.results import Trouble
from generators.packs.proof.statements import RUNTIME, TEMPLATE, UNKNOWN_COLUMN, UNKNOWN_TABLE
from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT
from generators.packs.reading.templates import beyond_values
from generators.runtime.port import Missing, Refused
from generators.workers.bounds import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.model.pack import PackTable
    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Tables
    from generators.packs.proof.statements import Key, Statement
    from generators.runtime.port import Rendered, RuntimePort

ZONES = ("UTC", "America/Los_Angeles", "Australia/Lord_Howe")
"""Queries run under each; a result that moves with the zone of the process mixes naive and aware times.

A midnight of UTC is the day before to the west, a midnight of the process is the day before in UTC to the east: each is
seen on one side only. The last is off by half hours, so that hours move as well.
"""
SECONDS = 30.0
"""Time limit of one query."""
MOST_KEPT = 64
"""MiB of all answers of a pack on one engine: they are kept to be compared."""


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
    statements: Iterable[Statement],
    rows: Rows,
    start: Callable[[str], Engine | Unreachable],
    runtimes: Mapping[str, RuntimePort],
) -> Mapping[str, Executed] | Unreachable:
    """Run the statements of one warehouse as each runtime sends them; what was found, by the runtime's id.

    `start` opens the warehouse's engine in a time zone; it is closed again here. Runtimes share its rows, and a
    statement that two of them send word for word is asked once.
    """
    wanted = [statement for statement in statements if statement.sql]
    engine = start(ZONES[0])
    if isinstance(engine, Unreachable):
        return engine
    runs = {runtime: _Run(wanted, rows, port) for runtime, port in runtimes.items()}
    try:
        if not rows.changed:
            _on(engine, replace(rows, filled=None), runs.values(), _Run.empty)
        if rows.filled is not None:
            _on(engine, rows, runs.values(), _Run.filled)
    finally:
        engine.close()
    for zone in ZONES[1:]:
        passing = [run for run in runs.values() if run.passing()]
        if rows.filled is not None and passing:
            _elsewhere(zone, start(zone), rows, passing)
    return {
        runtime: Executed(engine.warehouse, engine.version, engine.proof, run.troubles, run.answers)
        for runtime, run in runs.items()
    }


def _on(engine: Engine, rows: Rows, runs: Iterable[_Run], step: Callable[[_Run, _Asked], None], lead: str = "") -> None:
    """Make the tables, then let each runtime's run take a step on them."""
    fault = engine.load(rows.schema, rows.tables, rows.filled)
    asked = _Asked(engine)
    for run in runs:
        if fault:
            run.all_unproven(f"{lead}{fault.message}")
        else:
            step(run, asked)


def _elsewhere(zone: str, engine: Engine | Unreachable, rows: Rows, runs: Iterable[_Run]) -> None:
    """The same rows and queries in another time zone: nothing may change. The engine is closed again here."""
    if isinstance(engine, Unreachable):
        for run in runs:
            run.all_unproven(f"{_not_in(zone)}: {engine.reason}", engine.remedy)
        return
    try:
        _on(engine, rows, runs, partial(_Run.compare, zone=zone), f"{_not_in(zone)}: ")
    finally:
        engine.close()


class _Asked:
    """An engine with its present tables: the same statement with the same values has the same answer."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._said: dict[tuple[str, str], Answer | Fault] = {}

    def run(self, query: Rendered) -> Answer | Fault:
        """What the engine says, asked once."""
        key = (query.sql, repr(query.params))
        if key not in self._said:
            self._said[key] = self._engine.run(query.sql, query.params, SECONDS)
        return self._said[key]


class _Run:
    """One runtime's statements on one warehouse: trouble, and the answers on the awkward rows."""

    def __init__(self, statements: list[Statement], rows: Rows, runtime: RuntimePort) -> None:
        self.statements, self.rows, self.runtime = statements, rows, runtime
        self.troubles: dict[Key, Trouble] = {}
        self.answers: dict[Key, Answer] = {}
        self.queries: dict[tuple[Key, bool], Rendered | Refused | Missing] = {}
        self.kept = 0
        """Bytes of the answers."""

    def empty(self, engine: _Asked) -> None:
        """On empty tables: names, types, result columns."""
        for statement in self.passing():
            answer = self._ask(engine, statement)
            if answer and (trouble := encoding_trouble(statement.board, statement.query, answer.columns)):
                self._note(statement, trouble)

    def filled(self, engine: _Asked) -> None:
        """On awkward rows, with the variables' defaults and with none chosen."""
        for statement in self.passing():
            default = self._ask(engine, statement)
            if default is None or not self._keep(statement, default):
                continue
            unset = self._ask(engine, statement, unset=True) if statement.board.defaults else None
            for answer in filter(None, (default, unset)):
                if trouble := answer_trouble(statement.board, statement.query, answer):
                    self._note(statement, trouble)

    def _keep(self, statement: Statement, answer: Answer) -> bool:
        """Whether an answer can be kept beside those before it; what cannot is noted."""
        self.kept += answer.size
        if self.kept > MOST_KEPT * MEBIBYTE:
            sentence = f"with the answers before it, more than {MOST_KEPT} MiB are returned: no page shows that much"
            self._note(statement, Trouble("broken", statement.place, sentence))
            return False
        self.answers[statement.key] = answer
        return True

    def compare(self, engine: _Asked, zone: str) -> None:
        """In another time zone: nothing may change."""
        for statement in self.passing():
            before, after = self.answers.get(statement.key), self._ask(engine, statement)
            if before and after and not same(before, after):
                sentence = f"gives other results when the time zone of the process is {zone}"
                hint = "take instants as UTC: CAST(x AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
                self._note(statement, Trouble("broken", statement.place, sentence, hint=hint))

    def passing(self) -> list[Statement]:
        """Those without trouble so far."""
        return [s for s in self.statements if s.trouble is None and s.key not in self.troubles]

    def _ask(self, engine: _Asked, statement: Statement, *, unset: bool = False) -> Answer | None:
        """What the engine answers; None after a fault, which is noted."""
        query = self._query(statement, engine.dialect, unset=unset)
        if isinstance(query, (Missing, Refused)):
            self._note(statement, _unrendered(statement, query))
            return None
        answer = engine.run(query)
        if isinstance(answer, Fault):
            self._note(statement, _failed(statement, answer, unset=unset))
            return None
        return answer

    def _query(self, statement: Statement, dialect: str, *, unset: bool) -> Rendered | Refused | Missing:
        """The statement without Jinja, with the variables' defaults or none chosen: the same in every time zone."""
        key = (statement.key, unset)
        if key not in self.queries:
            defaults = statement.board.defaults
            variables = dict.fromkeys(defaults) if unset else dict(defaults)
            self.queries[key] = sendable(self.runtime, statement, variables, dialect)
        return self.queries[key]

    def _note(self, statement: Statement, trouble: Trouble) -> None:
        self.troubles.setdefault(statement.key, trouble)

    def all_unproven(self, sentence: str, hint: str = "") -> None:
        """Nothing that has passed so far is proven."""
        for statement in self.passing():
            self._note(statement, Trouble("unproven", statement.place, sentence, hint=hint))


def sendable(
    runtime: RuntimePort, statement: Statement, variables: Mapping[str, object], dialect: str
) -> Rendered | Refused | Missing:
    """The statement as its warehouse gets it. With conditions in it, what these make is parsed once more."""
    queries = runtime.rendered([(statement.sql, variables)], dialect)
    if isinstance(queries, Missing):
        return queries
    query = queries[0]
    if isinstance(query, Refused) or not beyond_values(statement.sql):
        return query
    parsed = parse(query.sql, SQLGLOT[statement.warehouse], sent=True)
    return Refused(parsed.sentence, "correct its template") if isinstance(parsed, Unparsed) else query


def _unrendered(statement: Statement, why: Refused | Missing) -> Trouble:
    """Why there is no SQL to run: Jinja that does not render, or no runtime that could render it."""
    if isinstance(why, Refused):
        return Trouble("broken", statement.place, why.reason, code=TEMPLATE)
    return Trouble("unproven", statement.place, why.sentence)


def _failed(statement: Statement, fault: Fault, *, unset: bool) -> Trouble:
    """What an engine's fault says of the statement that it was asked."""
    if fault.kind == "unproven":
        return Trouble("unproven", statement.place, fault.message)
    where = " with no variable chosen" if unset else ""
    codes = {"Binder Error": UNKNOWN_COLUMN, "Catalog Error": UNKNOWN_TABLE}
    code = next((code for words, code in codes.items() if words in fault.message), RUNTIME)
    return Trouble("broken", statement.place, f"fails{where}: {fault.message}", code=code)


def _not_in(zone: str) -> str:
    return f"was not run with the time zone of the process at {zone}"


# ── comparing answers ───────────────────────────────────────────────────────────────────────────────────────────────
DIGITS = 9
"""Significant digits that two engines must agree on: sums of floats differ in the last ones by their order."""


def same(left: Answer, right: Answer) -> bool:
    """Whether two answers have the same columns and the same rows, in whatever order."""
    return left.columns == right.columns and Counter(map(_plain_row, left.rows)) == Counter(map(_plain_row, right.rows))


def difference(left: Answer, right: Answer) -> str:
    """The first thing that two answers disagree about, in a few words."""
    if left.columns != right.columns:
        return f"columns {', '.join(left.columns)} against {', '.join(right.columns)}"
    if len(left.rows) != len(right.rows):
        return f"{len(left.rows)} rows against {len(right.rows)}"
    left_rows, right_rows = Counter(map(_plain_row, left.rows)), Counter(map(_plain_row, right.rows))
    only_left, only_right = sorted((left_rows - right_rows), key=repr), sorted((right_rows - left_rows), key=repr)
    for left_row, right_row in zip(only_left, only_right, strict=False):
        for column, x, y in zip(left.columns, left_row, right_row, strict=True):
            if x != y:
                return f"{column} {_excerpt(x)} against {_excerpt(y)}"
    return "other rows"


def _excerpt(value: object) -> str:
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
