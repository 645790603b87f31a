from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from generators.model.pack import PackFixtures, PackSchema
from generators.packs.engines.duck import DuckEngine
from generators.packs.proof.check import check
from generators.packs.proof.fixtures import DAYS, generate
from generators.packs.proof.recipes import FixtureError
from tests.packs.kpis.board import packs, rows_of
from tests.packs.small import lamps
from tests.runtimes import planned

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.engines.rows import Tables
    from generators.packs.reading.folder import PackFolder

SCHEMA = {
    "title": "t",
    "connector": "c",
    "schema_name": "c",
    "source": "s",
    "freshness": {"warn_after": "24 hours", "error_after": "48 hours"},
    "tables": {
        "parent": {"key": ["id"], "columns": {"id": "string", "currency": "string", "_fivetran_deleted": "boolean"}},
        "child": {
            "key": ["id"],
            "columns": {
                "id": "integer",
                "parent_id": "string",
                "currency": "string",
                "amount": "numeric",
                "rate": "float",
                "name": "string",
                "made": "timestamp",
                "ended": "timestamp",
                "day": "date",
                "extra": "json",
            },
        },
        "stat": {"columns": {"parent_id": "string", "day": "date", "clicks": "integer"}},
        "past": {
            "columns": {
                "id": "integer",
                "_fivetran_start": "timestamp",
                "_fivetran_end": "timestamp",
                "_fivetran_active": "boolean",
            },
            "key": ["id"],
        },
    },
}
FIXTURES = {
    "title": "t",
    "connector": "c",
    "seed": 1,
    "last_day": "2025-12-31",
    "tables": {
        "parent": {"rows": 20, "columns": {"currency": {"values": ["usd", "eur"]}}},
        "child": {
            "rows": 2000,
            "columns": {
                "parent_id": {"references": "parent.id"},
                "currency": {"copies": "parent_id.currency"},
                "amount": {"low": 5, "high": 10},
                "ended": {"after": "made", "within_days": 3},
            },
        },
        "stat": {"daily": "day", "for_each": ["parent_id=parent.id"], "days": 10},
        "past": {"rows": 90, "versions": 4},
    },
}


def _made(seed: int = 1, *, awkward: bool = True, last_day: str = "2025-12-31", **tables: object) -> Tables:
    hints = {**FIXTURES["tables"], **tables}  # type: ignore[dict-item]
    fixtures = {**FIXTURES, "seed": seed, "last_day": last_day, "tables": hints}
    return generate(
        PackSchema.model_validate(SCHEMA, strict=False),
        PackFixtures.model_validate(fixtures, strict=False),
        awkward=awkward,
    )


def test_one_seed_gives_the_same_rows_and_another_gives_others() -> None:
    """A failing number can be looked at again tomorrow."""
    assert _made() == _made()
    assert _made(1) != _made(2)


def test_a_new_hint_moves_no_other_column() -> None:
    """Expected numbers of other columns stay."""
    child = {**FIXTURES["tables"]["child"]}  # type: ignore[index]
    child["columns"] = {**child["columns"], "name": {"values": ["one"]}}
    before, after = _made(), _made(child=child)
    for column in ("parent_id", "amount", "made", "ended", "day"):
        assert [row[column] for row in before["child"]] == [row[column] for row in after["child"]]


def test_joins_hit_and_some_miss() -> None:
    """Empty joins hide wrong ones, and in the field some parents are gone."""
    made = _made()
    known = {row["id"] for row in made["parent"]}
    found = Counter(row["parent_id"] in known for row in made["child"] if row["parent_id"] is not None)
    assert found[True] > 1800
    assert found[False] > 0


def test_a_copied_value_is_that_of_the_parent() -> None:
    """A refund is in the currency of its charge."""
    made = _made(awkward=False)
    currency = {row["id"]: row["currency"] for row in made["parent"]}
    assert all(row["currency"] == currency[row["parent_id"]] for row in made["child"])


def test_times_fill_two_years_and_hold_the_days_clocks_change() -> None:
    """A query that is off by an hour twice a year must be caught."""
    days = {row["made"].date() for row in _made()["child"] if row["made"]}  # type: ignore[union-attr]
    assert min(days) < date(2024, 3, 1)
    assert max(days) > date(2025, 12, 1)
    assert days & {date(2025, month, day) for month, day in ((3, 31), (10, 27), (3, 10), (11, 3))}
    assert DAYS == 731


def test_what_comes_after_comes_after() -> None:
    """Within the days that were given, and never without the first."""
    for row in _made()["child"]:
        first, ended = row["made"], row["ended"]
        if ended is not None:
            assert isinstance(first, datetime)
            assert isinstance(ended, datetime)
            assert timedelta() <= ended - first <= timedelta(days=3)


def test_awkward_rows_hold_what_breaks_queries_and_plain_rows_do_not() -> None:
    """NULL, nothing but spaces, unicode, zero, negative, huge."""
    awkward, plain = _made()["child"], _made(awkward=False)["child"]
    amounts = {row["amount"] for row in awkward}
    assert {None, Decimal(0), Decimal(-10), Decimal(10**12)} <= amounts
    names = {str(row["name"]) for row in awkward}
    assert "" in names
    assert any(not name.isascii() for name in names)
    assert all(Decimal(5) <= row["amount"] <= Decimal(10) for row in plain)  # type: ignore[operator]
    assert all(value is not None for row in plain for value in row.values())


def test_values_have_their_columns_types() -> None:
    """Times are aware, money is exact."""
    row = _made(awkward=False)["child"][0]
    kinds = {column: type(value) for column, value in row.items()}
    assert kinds["amount"] is Decimal
    assert kinds["rate"] is float
    assert kinds["day"] is date
    assert isinstance(row["made"], datetime)
    assert row["made"].tzinfo is UTC


def test_a_daily_table_has_a_row_a_day_and_parent() -> None:
    """No gap that a trend would show."""
    rows = _made()["stat"]
    assert len(rows) == 200
    assert {row["day"] for row in rows} == {date(2025, 12, 22) + timedelta(days=n) for n in range(10)}


def test_versions_of_a_key_follow_each_other_and_the_newest_is_active() -> None:
    """As Fivetran's history tables are."""
    versions: dict[object, list[dict[str, object]]] = {}
    for row in _made()["past"]:
        versions.setdefault(row["id"], []).append(dict(row))
    assert max(map(len, versions.values())) > 1
    for rows in list(versions.values())[:-1]:  # the last key may be cut off
        assert [row["_fivetran_active"] for row in rows] == [False] * (len(rows) - 1) + [True]
        for older, newer in pairwise(rows):
            assert older["_fivetran_end"] < newer["_fivetran_start"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("table", "hint", "words"),
    [
        ("fog", {}, "not in the schema"),
        ("child", {"columns": {"fog": {"references": "parent.id"}}}, "not in the schema"),
        ("child", {"columns": {"parent_id": {"references": "parent.fog"}}}, "not in the schema"),
        ("child", {"columns": {"currency": {"copies": "name.currency"}}}, "references nothing"),
        ("parent", {"columns": {"currency": {"references": "child.currency"}}}, "in a circle"),
    ],
)
def test_hints_that_lead_nowhere_are_refused(table: str, hint: dict[str, object], words: str) -> None:
    """With the table and the column, never a traceback."""
    with pytest.raises(FixtureError, match=words):
        _made(**{table: hint})  # type: ignore[arg-type]


def test_a_recipe_of_more_rows_than_anybody_waits_for_is_refused_at_once() -> None:
    """Every parent with every parent of another column: it is counted, not made."""
    stat = {"daily": "day", "for_each": ["parent_id=child.id", "clicks=child.id"], "days": 50}
    child = {"rows": 5000, "columns": {"parent_id": {"references": "parent.id"}}}
    tracemalloc.start()
    try:
        with pytest.raises(FixtureError, match="more than 200000 rows") as refused:
            _made(child=child, stat=stat)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert refused.value.route == ("tables", "stat", "for_each")


@pytest.mark.parametrize("day", ["0001-01-01", "0002-12-30", "9999-12-31", "9998-12-31"])
def test_a_last_day_at_the_edge_of_time_is_refused(day: str) -> None:
    """Rows go back two years from it, and queries add days to it and turn its clock: both ends need room."""
    with pytest.raises(FixtureError, match="last_day") as refused:
        _made(last_day=day)
    assert refused.value.route == ("last_day",)


def test_what_cannot_be_made_is_said_with_its_line(tmp_path: Path) -> None:
    """As an editor takes it: file, line, column."""
    pack = lamps(tmp_path, fixtures=("cost: {low: 1, high: 90}", "cost: {values: [many]}"))
    (message,) = {r.message for r in check(pack, planned(engines={"duckdb": DuckEngine})).results if r.message}
    assert message.startswith("rows cannot be made: packs/lamps/fixtures.yaml:6:")
    pack = lamps(tmp_path, fixtures=("lamp.id", "lamp.fog"))
    (message,) = {r.message for r in check(pack, planned(engines={"duckdb": DuckEngine})).results if r.message}
    assert message == "rows cannot be made: packs/lamps/fixtures.yaml:8:53: 'lamp.fog' is not in the schema"


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_every_pack_has_rows_for_every_table(pack: PackFolder) -> None:
    """A KPI over no rows proves nothing."""
    for awkward in (True, False):
        rows = rows_of(pack, awkward=awkward)
        assert all(rows[table] for table in pack.schema.entity.tables)
        assert sum(map(len, rows.values())) <= 20_000
