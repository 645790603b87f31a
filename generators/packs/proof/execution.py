"""The executed half of a check: each query on empty tables, then on awkward rows, in three time zones, and compared."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from generators.bounds import MEBIBYTE
from generators.installed.dataface import QUERY, Missing, rendered
from generators.packs.engines.engine import Answer, Fault, Unreachable
from generators.packs.proof.charts import answer_trouble, encoding_trouble
from generators.packs.proof.results import Trouble
from generators.packs.proof.statements import RUNTIME, TEMPLATE, UNKNOWN_NAME
from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT
from generators.packs.reading.templates import beyond_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.installed.dataface import Rendered
    from generators.model.pack import PackTable
    from generators.packs.engines.engine import Engine
    from generators.packs.engines.rows import Tables
    from generators.packs.proof.statements import Key, Statement

ZONES = ("UTC", "America/Los_Angeles", "Australia/Lord_Howe")
"""Queries run under each; a result that moves with the zone of the process mixes naive and aware times.

A midnight of UTC is the day before to the west, a midnight of the process is the day before in UTC to the east: each is
seen on one side only. The last is off by half hours, so that hours move as well.
"""
SECONDS = 30.0
"""Time limit of one query."""
REFUSED = "the rendered query"
"""What a query is called that packs may not send, although its template can be rendered."""
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
        self.queries: dict[tuple[Key, bool], Rendered | Missing] = {}
        self.kept = 0
        """Bytes of the answers."""

    def empty(self, engine: Engine) -> None:
        """On empty tables: names, types, result columns."""
        if fault := engine.load(self.rows.schema, self.rows.tables, None):
            self._all(fault.message)
            return
        for statement in self.passing():
            answer = self._ask(engine, statement)
            if answer and (trouble := encoding_trouble(statement.board, statement.query, answer.columns)):
                self._note(statement, trouble)

    def filled(self, engine: Engine) -> None:
        """On awkward rows, with the variables' defaults and with none chosen."""
        if fault := engine.load(self.rows.schema, self.rows.tables, self.rows.filled):
            self._all(fault.message)
            return
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
            before, after = self.answers.get(statement.key), self._ask(engine, statement)
            if before and after and not same(before, after):
                sentence = f"gives other results when the time zone of the process is {zone}"
                hint = "take instants as UTC: CAST(x AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
                self._note(statement, Trouble("broken", statement.place, sentence, hint=hint))

    def passing(self) -> list[Statement]:
        """Those without trouble so far."""
        return [s for s in self.statements if s.trouble is None and s.key not in self.troubles]

    def _ask(self, engine: Engine, statement: Statement, *, unset: bool = False) -> Answer | None:
        """What the engine answers; None after a fault, which is noted."""
        query = self._query(statement, engine.dialect, unset=unset)
        if isinstance(query, Missing):
            self._note(statement, _unrendered(statement, query))
            return None
        answer = engine.run(query.sql, query.params, SECONDS)
        if isinstance(answer, Fault):
            self._note(statement, _failed(statement, answer, unset=unset))
            return None
        return answer

    def _query(self, statement: Statement, dialect: str, *, unset: bool) -> Rendered | Missing:
        """The statement without Jinja, with the variables' defaults or none chosen: the same in every time zone."""
        key = (statement.key, unset)
        if key not in self.queries:
            defaults = statement.board.defaults
            variables = dict.fromkeys(defaults) if unset else dict(defaults)
            self.queries[key] = sendable(statement, variables, dialect)
        return self.queries[key]

    def _note(self, statement: Statement, trouble: Trouble) -> None:
        self.troubles.setdefault(statement.key, trouble)

    def _all(self, sentence: str, hint: str = "") -> None:
        """Nothing that has passed so far is proven."""
        for statement in self.passing():
            self._note(statement, Trouble("unproven", statement.place, sentence, hint=hint))


def sendable(statement: Statement, variables: Mapping[str, object], dialect: str) -> Rendered | Missing:
    """The statement as its warehouse gets it. With conditions in it, what these make is parsed once more."""
    query = rendered(statement.sql, variables, dialect)
    if isinstance(query, Missing) or not beyond_values(statement.sql):
        return query
    parsed = parse(query.sql, SQLGLOT[statement.warehouse], sent=True)
    return Missing(REFUSED, parsed.sentence, "correct its template") if isinstance(parsed, Unparsed) else query


def _unrendered(statement: Statement, missing: Missing) -> Trouble:
    """Why there is no SQL to run: Jinja that does not render, or nothing installed that could render it."""
    if missing.name in {QUERY, REFUSED}:
        return Trouble("broken", statement.place, missing.reason, code=TEMPLATE)
    return Trouble("unproven", statement.place, missing.sentence)


def _failed(statement: Statement, fault: Fault, *, unset: bool) -> Trouble:
    """What an engine's fault says of the statement that it was asked."""
    if fault.kind == "unproven":
        return Trouble("unproven", statement.place, fault.message)
    where = " with no variable chosen" if unset else ""
    unknown_name = "Binder Error" in fault.message or "Catalog Error" in fault.message
    code = UNKNOWN_NAME if unknown_name else RUNTIME
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
