"""Changes that broke dashboards somewhere, made again on generated rows, and what the pack does under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from generators.packs.engines.duck import TYPES, DuckEngine
from generators.packs.engines.engine import Answer
from generators.packs.proof.check import CheckedPack, Plan, check
from generators.packs.proof.fixtures import generate, typed
from generators.packs.proof.recipes import MOST_ROWS, FixtureError
from generators.packs.proof.results import worst
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generators.catalog import Entry
    from generators.findings import Place
    from generators.model.pack import Change, KpiNarrative, Regression
    from generators.packs.engines.rows import Row, Tables, Value
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.port import RuntimePort

    Runtimes = Mapping[str, RuntimePort]

RELATIVE = 1e-9
"""How far a KPI may be from the number that is expected: sums of floats depend on their order."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Something a regression expected and did not get, or a change that cannot be made: a place and a sentence."""

    place: Place
    sentence: str


@dataclass(frozen=True, slots=True)
class Ran:
    """One regression: nothing missed when it passed."""

    id: str
    title: str
    misses: tuple[Miss, ...]


class Unmakeable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """A change that the tables do not allow: one sentence."""


def run(pack: PackFolder, runtimes: Runtimes) -> Iterator[Ran]:
    """Every regression of a pack on DuckDB, in order. Raises ImportError where DuckDB is not installed.

    `runtimes` is the runtime that sends the queries, by its id.
    """
    if pack.fixtures is None or not pack.regressions:
        return
    try:
        rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=True)
    except FixtureError as error:
        miss = Miss(error.place(pack.fixtures), error.sentence)
        yield from (Ran(entry.id, entry.entity.title, (miss,)) for entry in pack.regressions)
        return
    before = _checked(pack, Snapshot(pack.schema_name, _types(pack)), rows, runtimes)
    for entry in pack.regressions:
        yield _ran(pack, entry, (before, rows), runtimes)


def _types(pack: PackFolder) -> dict[str, dict[str, str]]:
    return {name: dict(table.columns) for name, table in pack.schema.entity.tables.items()}


def _checked(pack: PackFolder, snapshot: Snapshot, rows: Tables, runtimes: Runtimes) -> CheckedPack:
    return check(pack, Plan((AUTHORED,), {AUTHORED: DuckEngine}, snapshot, rows, runtimes))


def _ran(pack: PackFolder, entry: Entry[Regression], unchanged: tuple[CheckedPack, Tables], runtimes: Runtimes) -> Ran:
    before, rows = unchanged
    tables, changed = _types(pack), {name: [dict(row) for row in table] for name, table in rows.items()}
    for index, change in enumerate(entry.entity.changes):
        try:
            CHANGES[change.what](change, tables, changed)
        except (ValueError, ArithmeticError, TypeError, KeyError) as error:  # Unmakeable is one of the first
            return Ran(entry.id, entry.entity.title, (Miss(entry.at("changes", index), str(error)),))
    after = _checked(pack, Snapshot(pack.schema_name, tables), changed, runtimes)
    misses = (*_verdicts(pack, entry, after), *_missing(entry, after), *_kpis(pack, entry, before, after))
    return Ran(entry.id, entry.entity.title, misses)


def _verdicts(pack: PackFolder, entry: Entry[Regression], after: CheckedPack) -> Iterator[Miss]:
    expect = entry.entity.expect
    got = worst(result.verdict for result in after.results)
    if got != expect.verdict:
        yield Miss(entry.at("expect", "verdict"), f"expected {expect.verdict}, got {got}{_why(after)}")
    boards = {board.id for board in pack.boards}
    for board in expect.boards:
        if board not in boards:
            yield Miss(entry.at("expect", "boards", board, key=True), f"the pack has no board '{board}'")
    for board in sorted(boards):
        wanted, verdict = expect.boards.get(board, "ok"), after.verdict(board)
        if wanted != verdict:
            place = entry.at("expect", "boards", board) if board in expect.boards else entry.at("expect", "boards")
            yield Miss(place, f"board '{board}': expected {wanted}, got {verdict}{_why(after, board)}")


def _why(after: CheckedPack, board: str | None = None) -> str:
    for result in after.results:
        if result.verdict != "ok" and board in {None, result.board}:
            return f" ({result.path}:{result.line}: query '{result.query}' {result.message})"
    return ""


def _missing(entry: Entry[Regression], after: CheckedPack) -> Iterator[Miss]:
    missing = {name.text for result in after.results for name in result.missing}
    for index, name in enumerate(entry.entity.expect.missing):
        if name not in missing:
            reported = ", ".join(sorted(missing)) or "nothing"
            sentence = f"'{name}' is not reported as missing; reported: {reported}"
            yield Miss(entry.at("expect", "missing", index), sentence)


def _kpis(pack: PackFolder, entry: Entry[Regression], before: CheckedPack, after: CheckedPack) -> Iterator[Miss]:
    narratives = {kpi.id: kpi for kpi in pack.pack.entity.kpis}
    for name, wanted in entry.entity.expect.kpis.items():
        place = entry.at("expect", "kpis", name)
        if name not in narratives:
            yield Miss(place, f"the pack has no KPI '{name}'")
            continue
        value_before, value_after = _value(narratives[name], before), _value(narratives[name], after)
        if wanted in ("same", "changed"):
            if _equal(value_before, value_after) != (wanted == "same"):
                yield Miss(place, f"KPI '{name}': expected {wanted}, was {value_before}, is {value_after}")
        elif not _equal(wanted, value_after):
            yield Miss(place, f"KPI '{name}': expected {wanted}, got {value_after}")


def _value(kpi: KpiNarrative, checked: CheckedPack) -> object:
    answer = checked.answers.get((kpi.board, kpi.query))
    if not isinstance(answer, Answer) or kpi.column not in answer.columns or len(answer.rows) != 1:
        return "no answer"
    return answer.rows[0][answer.columns.index(kpi.column)]


def _equal(left: object, right: object) -> bool:
    numbers = (int, float, Decimal)
    if isinstance(left, numbers) and isinstance(right, numbers):
        a, b = float(left), float(right)
        return abs(a - b) <= RELATIVE * max(abs(a), abs(b), 1.0)
    return left == right


# ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────
Types = dict[str, dict[str, str]]


def _table(change: Change, types: Types) -> dict[str, str]:
    if change.table not in types:
        raise Unmakeable(f"there is no table '{change.table}' to change")
    return types[change.table]


def _column(change: Change, types: Types) -> str:
    if change.column is None or change.column not in _table(change, types):
        raise Unmakeable(f"there is no column '{change.table}.{change.column}' to change")
    return change.column


def _name(change: Change) -> str:
    if not isinstance(change.to, str):
        raise Unmakeable(f"'{change.what}' needs the new name or type under `to`")
    return change.to


def _remove_table(change: Change, types: Types, rows: Tables) -> None:
    _table(change, types)
    del types[change.table], rows[change.table]


def _rename_table(change: Change, types: Types, rows: Tables) -> None:
    name = _name(change)
    if name in types:
        raise Unmakeable(f"there is a table '{name}' already")
    types[name] = _table(change, types)
    rows[name] = rows[change.table]
    del types[change.table], rows[change.table]


def _empty_table(change: Change, types: Types, rows: Tables) -> None:
    _table(change, types)
    rows[change.table] = []


def _remove_column(change: Change, types: Types, rows: Tables) -> None:
    column = _column(change, types)
    del types[change.table][column]
    for row in rows[change.table]:
        del row[column]


def _rename_column(change: Change, types: Types, rows: Tables) -> None:
    column, name = _column(change, types), _name(change)
    types[change.table][name] = types[change.table].pop(column)
    for row in rows[change.table]:
        row[name] = row.pop(column)


def _retype_column(change: Change, types: Types, rows: Tables) -> None:
    column, kind = _column(change, types), _name(change)
    if kind not in TYPES:
        raise Unmakeable(f"there is no type '{kind}'; there are: {', '.join(TYPES)}")
    types[change.table][column] = kind
    for row in rows[change.table]:
        row[column] = retyped(row[column], kind)


def retyped(value: Value, kind: str) -> Value:
    """A value in a column of another type. Raises Unmakeable when it has no form there."""
    if value is None:
        return None
    if kind == "naive":
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value
    try:
        if kind == "string":
            return _as_text(value)
        return typed(value if isinstance(value, (str, int, float, bool)) else str(value), kind)
    except (ValueError, ArithmeticError) as error:
        raise Unmakeable(f"a value of this column cannot be {kind}") from error


def _as_text(value: Value) -> str:
    """A value as warehouses write it: days and times as in ISO 8601, `true` or `false`."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _set_column(change: Change, types: Types, rows: Tables) -> None:
    column = _column(change, types)
    value = None if change.to is None else typed(change.to, types[change.table][column])
    for row in _spread(rows[change.table], change.share):
        row[column] = value


def _spread(rows: list[Row], share: float) -> list[Row]:
    """A share of the rows, evenly over the table."""
    return [row for index, row in enumerate(rows) if int((index + 1) * share) > int(index * share)]


def _add_rows(change: Change, types: Types, rows: Tables) -> None:
    columns = _table(change, types)
    for values in change.rows:
        for column in values:
            if column not in columns:
                raise Unmakeable(f"there is no column '{change.table}.{column}'")
        row = {c: None if values.get(c) is None else typed(values[c], k) for c, k in columns.items()}  # type: ignore[arg-type]
        rows[change.table].append(row)


def _repeat_rows(change: Change, types: Types, rows: Tables) -> None:
    _table(change, types)
    if len(rows[change.table]) > MOST_ROWS:
        raise Unmakeable(f"table '{change.table}' has more than {MOST_ROWS} rows already")
    rows[change.table] += [dict(row) for row in _spread(rows[change.table], change.share)]


CHANGES: Mapping[str, Callable[[Change, Types, Tables], None]] = {
    "table-removed": _remove_table,
    "table-renamed": _rename_table,
    "table-emptied": _empty_table,
    "column-removed": _remove_column,
    "column-renamed": _rename_column,
    "column-retyped": _retype_column,
    "column-emptied": _set_column,
    "column-set": _set_column,
    "rows-added": _add_rows,
    "rows-repeated": _repeat_rows,
}
"""What each kind of change does to the types and rows."""
