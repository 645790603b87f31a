"""Synthetic rows for a pack: the same for the same seed, with joins that hit, and odd values where asked for.

Every column has a random stream of its own, named after seed, table and column: a new column moves no other.
"""

# ruff: noqa: S311 - rows that are the same for the same seed, no secrets

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from generators.model.pack import ColumnFixture, TableFixture
from generators.packs.proof.recipes import Allowance, FixtureError, making, order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.model.pack import PackFixtures, PackSchema, PackTable
    from generators.packs.engines.rows import Row, Tables, Value

DAYS = 731
"""Two years, one of them a leap year: every weekday, month end and change to and from daylight saving."""
NULLS, MISSES, ODD = 0.03, 0.02, 0.01
"""Share of rows without a value, of references that find nothing, and of odd values, where a file says no other."""
WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Juniper", "Larch", "Maple", "Oak")
ODD_TEXTS = (
    "",
    " ",
    "Żółć & Søn",
    "日本語",
    'O\'Neil "quoted"',
    "{{ text }}",
    "emoji 🌲",
    "x" * 200,
    "NULL",
    "<b>bold</b>",
)
HUGE = 10**12
DST_DAYS = ((3, 31), (10, 27), (3, 10), (11, 3))
"""Days on which clocks in Europe or North America change in one of the years."""
SYNTHETIC_SYNC = timedelta(hours=6)


def generate(schema: PackSchema, fixtures: PackFixtures, *, awkward: bool) -> Tables:
    """Rows by table, each with every column of the schema.

    Times are UTC and aware, `numeric` is Decimal, `json` is its text. `awkward` mixes in NULL, empty and odd text,
    zero, negative and huge numbers; without it rows look like those of a quiet account, for pictures. Raises
    FixtureError.
    """
    names = order(schema, fixtures)
    maker = _Maker(schema, fixtures, awkward=awkward)
    for name in names:
        with making("tables", name):
            maker.make(name)
    return {name: maker.done[name] for name in schema.tables}


@dataclass(slots=True)
class _Column:
    """One column while its table is made."""

    table: str
    name: str
    type: str
    rule: ColumnFixture
    random: Random
    is_key: bool


class _Maker:
    def __init__(self, schema: PackSchema, fixtures: PackFixtures, *, awkward: bool) -> None:
        self.schema, self.fixtures, self.awkward = schema, fixtures, awkward
        self.done: Tables = {}
        self.pools: dict[str, list[Value]] = {}
        self.allowance = Allowance()
        self.last = fixtures.last_day
        self.first = self.last - timedelta(days=DAYS - 1)

    def make(self, name: str) -> None:
        """Fill one table whose parents are filled."""
        table, fixture = self.schema.tables[name], self.fixtures.tables.get(name, TableFixture())
        rows = self._frame(name, table, fixture)
        self.done[name] = rows
        framed = set(rows[0]) if rows else set()
        columns = [self._column(name, table, fixture, column) for column in table.columns if column not in framed]
        # What follows another column of its row comes after it: times after times, copies after references.
        columns.sort(key=lambda column: (column.rule.copies is not None, self._depth(fixture, column.name)))
        for column in columns:
            with making("tables", name, "columns", column.name):
                self._fill(rows, column)
        for row in rows:  # in the order of the schema, whatever came first
            ordered = {column: row[column] for column in table.columns}
            row.clear()
            row.update(ordered)

    def _frame(self, name: str, table: PackTable, fixture: TableFixture) -> list[Row]:
        """The rows with what makes them distinct: days and parents, or versions of a key, or nothing yet."""
        if fixture.daily is not None:
            return list(self._days(name, fixture))
        self.allowance.take(name, "rows", len(table.columns), fixture.rows)
        if fixture.versions == 1:
            return [{} for _ in range(fixture.rows)]
        random = Random(f"{self.fixtures.seed}:{name}")
        rows: list[Row] = []
        key = table.key[0] if table.key else next(iter(table.columns))
        column = self._column(name, table, fixture, key)
        while len(rows) < fixture.rows:
            value = self._identity(column, len(rows))
            rows.extend(self._versions(table, value, key, random.randint(1, fixture.versions), random))
        return rows[: fixture.rows]

    def _versions(self, table: PackTable, value: Value, key: str, count: int, random: Random) -> Iterator[Row]:
        """The versions of one key, oldest first; Fivetran's own history columns are filled where there are any."""
        starts = sorted(self._moment(random) for _ in range(count))
        far = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
        for index, start in enumerate(starts):
            row: Row = {key: value}
            newest = index == count - 1
            history: dict[str, Value] = {
                "_fivetran_start": start,
                "_fivetran_end": far if newest else starts[index + 1] - timedelta(milliseconds=1),
                "_fivetran_active": newest,
                "last_modified": start,
                "last_modified_time": start,
                "updated_at": start,
                "updated_time": start,
                "update_time": start,
            }
            row |= {column: moment for column, moment in history.items() if column in table.columns and column != key}
            yield row

    def _days(self, name: str, fixture: TableFixture) -> Iterator[Row]:
        columns, parents = [], []
        for each in fixture.for_each:
            column, parent = each.split("=")
            columns.append(column)
            parents.append(self._pool(parent))
        width = len(self.schema.tables[name].columns)
        self.allowance.take(name, "for_each", width, fixture.days, *map(len, parents))
        kind = self.schema.tables[name].columns[fixture.daily or ""]
        for offset in range(fixture.days - 1, -1, -1):
            day = self.last - timedelta(days=offset)
            date_value: Value = day if kind != "timestamp" else datetime.combine(day, time(), UTC)
            date_value = day.isoformat() if kind == "string" else date_value
            for values in product(*parents):
                yield {(fixture.daily or ""): date_value, **dict(zip(columns, values, strict=True))}

    def _pool(self, parent: str) -> list[Value]:
        """Every value of a parent column, once, in order."""
        if parent not in self.pools:
            table, column = parent.split(".")
            values = (row.get(column) for row in self.done[table])
            self.pools[parent] = list(dict.fromkeys(value for value in values if value is not None))
        return self.pools[parent]

    def _column(self, table: str, shape: PackTable, fixture: TableFixture, name: str) -> _Column:
        rule = fixture.columns.get(name, ColumnFixture())
        stream = Random(f"{self.fixtures.seed}:{table}.{name}")
        return _Column(table, name, shape.columns[name], rule, stream, name in shape.key)

    def _depth(self, fixture: TableFixture, name: str) -> int:
        depth, seen = 0, {name}
        while (rule := fixture.columns.get(name)) and rule.after and rule.after not in seen:
            name, depth = rule.after, depth + 1
            seen.add(name)
        return depth

    def _fill(self, rows: Sequence[Row], column: _Column) -> None:
        rule, null_share = column.rule, self._null_share(column)
        lookup = self._lookup(column) if rule.copies else {}
        for index, row in enumerate(rows):
            if null_share is not None and column.random.random() < null_share:
                row[column.name] = None
            elif rule.copies:
                row[column.name] = lookup.get(row.get(rule.copies.split(".")[0]))
            else:
                row[column.name] = self._value(column, row, index)

    def _null_share(self, column: _Column) -> float | None:
        """The share of rows without a value; None for a column that always has one, so that no number is drawn."""
        share = column.rule.null_share
        if column.is_key or column.name.startswith("_fivetran") or (share is None and not column.rule.awkward):
            return None
        if share is not None:
            return share
        return NULLS if self.awkward else 0.0

    def _lookup(self, column: _Column) -> Mapping[Value, Value]:
        """From a key of the parent to the field that is copied."""
        via, field = (column.rule.copies or ".").split(".")
        route = ("tables", column.table, "columns", column.name, "copies")
        rule = self.fixtures.tables[column.table].columns.get(via)
        if rule is None or rule.references is None:
            raise FixtureError(route, f"'{via}' references nothing that could be copied from")
        table, key = rule.references.split(".")
        if field not in self.schema.tables[table].columns:
            raise FixtureError(route, f"'{table}.{field}' is not in the schema")
        return {row.get(key): row.get(field) for row in self.done[table]}

    def _value(self, column: _Column, row: Row, index: int) -> Value:
        rule, random = column.rule, column.random
        if rule.references:
            return self._reference(column, rule.references)
        if rule.values:
            return typed(random.choices(rule.values, rule.weights or None)[0], column.type)
        if _is_identity(column):
            return self._identity(column, index)
        if column.name == "_fivetran_synced":
            return datetime.combine(self.last, time(), UTC) + SYNTHETIC_SYNC
        if column.name == "_fivetran_deleted":
            return self.awkward and random.random() < NULLS
        return self._plain(column, row, index)

    def _reference(self, column: _Column, parent: str) -> Value:
        pool = self._pool(parent)
        missing = self.awkward and column.rule.awkward and column.random.random() < MISSES
        if not pool or missing:
            if column.type in {"timestamp", "date", "boolean"}:
                return None  # no such value could be told from one that hits
            return typed("999999999" if column.type != "string" else f"gone-{column.name}", column.type)
        return column.random.choice(pool)

    def _identity(self, column: _Column, index: int) -> Value:
        if column.type == "string":
            return f"{column.table[:3]}_{index + 1:06d}"
        return Decimal(index + 1) if column.type == "numeric" else index + 1

    def _plain(self, column: _Column, row: Row, index: int) -> Value:
        """A value that follows from the type alone."""
        random, odd = column.random, self.awkward and column.rule.awkward and column.random.random() < ODD
        match column.type:
            case "boolean":
                return random.random() < 0.5  # noqa: PLR2004 - a coin
            case "timestamp" | "date":
                return self._time(column, row)
            case "integer" | "float" | "numeric":
                return typed(self._number(column, odd=odd), column.type)
            case "json":
                return json.dumps({"source": random.choice(WORDS).lower(), "rank": index % 7})
            case _:
                return random.choice(ODD_TEXTS) if odd else f"{random.choice(WORDS)} {column.name} {index % 40 + 1}"

    def _number(self, column: _Column, *, odd: bool) -> int | float:
        rule, random = column.rule, column.random
        low = rule.low if rule.low is not None else 0
        high = rule.high if rule.high is not None else max(low, 1000)
        if odd:
            return random.choice((0, -high, HUGE, 0))
        if column.type == "integer":
            return random.randint(int(low), int(high))
        return round(random.uniform(float(low), float(high)), 4 if column.type == "float" else 2)

    def _time(self, column: _Column, row: Row) -> Value:
        rule, random = column.rule, column.random
        if rule.after is None:
            moment = self._moment(random)
        else:
            start = row.get(rule.after)
            if start is None:
                return None
            start = start if isinstance(start, datetime) else datetime.combine(_date(start), time(), UTC)
            latest = datetime.combine(self.last, time(23, 59, 59), UTC)
            # A year 9999 that closes a history row is left alone.
            moment = (
                start
                if start > latest
                else min(latest, start + timedelta(minutes=random.randint(0, rule.within_days * 1440)))
            )
        return moment.date() if column.type == "date" else moment

    def _moment(self, random: Random) -> datetime:
        """A second in the two years; more of them late, as accounts grow; some at the hours when clocks change."""
        day = self.first + timedelta(days=int(DAYS * random.random() ** 0.7))
        moment = datetime.combine(day, time(), UTC) + timedelta(seconds=random.randrange(86_400))
        if self.awkward and random.random() < ODD:
            month, number = random.choice(DST_DAYS)
            moment = datetime(self.last.year, month, number, random.choice((0, 1, 2, 23)), 59, 59, tzinfo=UTC)
        return min(moment, datetime.combine(self.last, time(23, 59, 59), UTC))


def _is_identity(column: _Column) -> bool:
    """Whether a column numbers the rows: a key without a range of its own, or Fivetran's own id."""
    is_numbered = column.is_key and column.type in {"string", "integer", "numeric"} and column.rule.low is None
    return is_numbered or column.name == "_fivetran_id"


def _date(value: Value) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def typed(value: str | float | bool, kind: str) -> Value:  # noqa: FBT001, PLR0911 - one line a type
    """A value of a file as a column's type. Raises ValueError when it cannot be one."""
    match kind:
        case "integer":
            return int(value)
        case "float":
            return float(value)
        case "numeric":
            return Decimal(str(value))
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "timestamp":
            moment = datetime.fromisoformat(str(value))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        case "date":
            return date.fromisoformat(str(value))
        case _:
            return str(value)
