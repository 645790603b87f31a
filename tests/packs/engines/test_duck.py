"""Rows in DuckDB where pyarrow is not installed, as with a user who makes sample data."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from generators.model.pack import PackTable
from generators.packs.engines import duck
from tests.packs.kpis.board import packs, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.engines.rows import Row

TABLE = PackTable(
    columns={
        "id": "integer",
        "order": "string",
        "ratio": "float",
        "amount": "numeric",
        "is_open": "boolean",
        "made_at": "timestamp",
        "day": "date",
        "extra": "json",
    }
)
ROWS: list[Row] = [
    dict.fromkeys(TABLE.columns),
    {
        "id": -(2**62),
        "order": 'O\'Neil "quoted" \\ 日本語 🌲 {{ text }}\n',
        "ratio": 0.1 + 0.2,
        "amount": Decimal("12345678901234567890.123456789"),
        "is_open": False,
        "made_at": datetime(9999, 12, 31, 23, 59, 59, 250_000, tzinfo=UTC),
        "day": date(2024, 2, 29),
        "extra": '{"rank": [1, "two"]}',
    },
]


def loaded(schema: str, tables: dict[str, PackTable], rows: dict[str, list[Row]]) -> dict[str, object]:
    """What DuckDB holds of each table, with the types of its columns."""
    connection = duck.connect(zone="America/Los_Angeles")
    duck.create(connection, schema, tables, rows)
    found = {name: connection.sql(f"SELECT * FROM {duck.quoted(schema)}.{duck.quoted(name)}") for name in tables}  # noqa: S608 - ours
    return {name: (table.types, table.fetchall()) for name, table in found.items()}


def test_rows_are_the_same_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each type at its edges, each order of empty and filled."""
    rows = {"sale": ROWS, "back": ROWS[::-1], "none": [], "nulls": ROWS[:1]}
    tables = dict.fromkeys(rows, TABLE)
    with_pyarrow = loaded("shop", tables, rows)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert loaded("shop", tables, rows) == with_pyarrow


@pytest.mark.parametrize(
    "pack", [pytest.param(name, marks=() if name == "stripe" else pytest.mark.long) for name in packs()]
)
def test_rows_of_a_pack_are_the_same_without_pyarrow(pack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Odd values included."""
    found = packs()[pack]
    tables, rows = dict(found.schema.entity.tables), rows_of(found, awkward=True)
    with_pyarrow = loaded(found.schema_name, tables, rows)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert loaded(found.schema_name, tables, rows) == with_pyarrow


def test_a_value_that_does_not_fit_is_refused_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with it: one sentence, for a file that somebody else wrote."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    odd: Row = {"id": 2**70, "made_at": "soon", "amount": "much", "extra": "{"}
    for column, value in odd.items():
        rows: dict[str, list[Row]] = {"sale": [{**ROWS[0], column: value}]}
        with pytest.raises(ValueError, match=r"\S") as raised:
            duck.fill(tmp_path / f"{column}.duckdb", "shop", {"sale": TABLE}, rows)
        assert "\n" not in str(raised.value)
