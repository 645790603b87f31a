"""Fivetran log: every KPI equals a plain calculation over the rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.packs.kpis.board import Board, board

Row = dict[str, Any]
ERRORS = {"SEVERE", "ERROR"}


@pytest.fixture(scope="module")
def fivetran() -> Board:
    """Awkward rows of the Fivetran log pack."""
    return board("fivetran_log")


def rows_of(fivetran: Board, table: str) -> list[Row]:
    """A table's rows, with values of any type."""
    return [dict(row) for row in fivetran.rows[table]]


def named(text: object) -> str:
    """A text without blanks around it; Unknown where nothing is left."""
    return str(text or "").strip() or "Unknown"


def destinations(fivetran: Board) -> dict[str, str]:
    """Destinations by id, as the boards name them."""
    return {row["id"]: f"{named(row['name'])} ({row['id']})" for row in rows_of(fivetran, "destination")}


def connections(fivetran: Board) -> list[Row]:
    """Connections that exist, each with its destination's name."""
    names = destinations(fivetran)
    return [
        {**row, "destination": names.get(row["destination_id"], "Unknown")}
        for row in rows_of(fivetran, "connection")
        if not row["_fivetran_deleted"] and row["connection_id"] is not None
    ]


def choices(fivetran: Board) -> list[str | None]:
    """Every destination, and none chosen."""
    return [None, *destinations(fivetran).values(), "Nowhere (0)"]


def chosen(rows: list[Row], destination: str | None) -> list[Row]:
    """The rows of one destination, or all of them."""
    return [row for row in rows if destination in {None, row["destination"]}]


def events(fivetran: Board) -> list[Row]:
    """The log's rows with day and destination."""
    names = destinations(fivetran)
    homes = {row["connection_id"]: row["destination_id"] for row in rows_of(fivetran, "connection")}
    return [
        {
            **row,
            "on": row["time_stamp"].astimezone(UTC).date(),
            "destination": names.get(homes.get(row["connection_id"], ""), "Unknown"),
        }
        for row in rows_of(fivetran, "log")
    ]


def measured(fivetran: Board, table: str, field: str) -> list[Row]:
    """Measured rows with month, value and destination."""
    names = destinations(fivetran)
    return [
        {
            **row,
            "month": row["measured_date"].astimezone(UTC).date().replace(day=1),
            "value": row[field] or 0,
            "destination": names.get(row["destination_id"], "Unknown"),
        }
        for row in rows_of(fivetran, table)
    ]


def test_connections_by_state(fivetran: Board) -> None:
    """Deleted connections are in no count; without a word on pausing a connection is active."""
    alive = connections(fivetran)
    for destination in choices(fivetran):
        mine = chosen(alive, destination)
        shown = fivetran.one("index", "connections_now", destination=destination)
        paused = sum(1 for row in mine if row["paused"])
        assert shown["paused_connections"] == paused
        assert shown["active_connections"] == len(mine) - paused
        assert shown["connections"] == len(mine)


def test_the_list_names_no_deleted_connection(fivetran: Board) -> None:
    """The table holds the connections that exist, with the last sync of each."""
    ends: dict[str, date] = {}
    for row in events(fivetran):
        if row["message_event"] == "sync_end" and row["connection_id"]:
            ends[row["connection_id"]] = max(ends.get(row["connection_id"], date.min), row["on"])
    expected = Counter((named(row["connection_name"]), ends.get(row["connection_id"])) for row in connections(fivetran))
    shown = fivetran.result("index", "connection_table")
    assert Counter((row["connection"], row["last_sync"]) for row in shown) == expected


def test_syncs_and_errors_cover_thirty_days(fivetran: Board) -> None:
    """Days are counted back from the newest row of the log, for every destination alike."""
    log = events(fivetran)
    end = max(row["on"] for row in log)
    now = [row for row in log if row["on"] > end - timedelta(days=30)]
    before = [row for row in log if end - timedelta(days=60) < row["on"] <= end - timedelta(days=30)]
    for destination in choices(fivetran):
        shown = fivetran.one("index", "recent", destination=destination)
        for rows, suffix in ((now, ""), (before, "_before")):
            mine = chosen(rows, destination)
            assert shown[f"syncs{suffix}"] == sum(1 for row in mine if row["message_event"] == "sync_end")
            assert shown[f"errors{suffix}"] == sum(1 for row in mine if row["event"] in ERRORS)
    assert fivetran.one("index", "recent")["errors"] > 0


def test_paid_active_rows_of_the_newest_month(fivetran: Board) -> None:
    """Only PAID counts, and days are added up once; free rows in the month change nothing."""
    rows = measured(fivetran, "incremental_mar", "incremental_rows")
    month = max(row["month"] for row in rows)
    before = (month - timedelta(days=1)).replace(day=1)
    assert any(row["month"] == month and row["free_type"] != "PAID" for row in rows)
    for destination in choices(fivetran):
        paid = [row for row in chosen(rows, destination) if row["free_type"] == "PAID"]
        shown = fivetran.one("index", "month_rows", destination=destination)
        assert shown["paid_active_rows"] == sum(row["value"] for row in paid if row["month"] == month)
        assert shown["paid_active_rows_before"] == sum(row["value"] for row in paid if row["month"] == before)


def test_months_split_paid_and_free(fivetran: Board) -> None:
    """Every measured row is in exactly one of the two colours; a missing free_type is not paid."""
    expected: Counter[tuple[date, str]] = Counter()
    for row in measured(fivetran, "incremental_mar", "incremental_rows"):
        expected[row["month"], "Paid" if row["free_type"] == "PAID" else "Free"] += row["value"]
    shown = {(row["month"], row["kind"]): row["active_rows"] for row in fivetran.result("index", "monthly_rows")}
    assert shown == dict(expected)


def test_connections_with_most_rows(fivetran: Board) -> None:
    """Rows without the name of a connection take the name of the schema."""
    expected: Counter[str] = Counter()
    for row in measured(fivetran, "incremental_mar", "incremental_rows"):
        if row["free_type"] == "PAID":
            name = named(row["connection_name"])
            expected[named(row["schema_name"]) if name == "Unknown" else name] += row["value"]
    shown = {row["connection"]: row["active_rows"] for row in fivetran.result("active_rows", "connection_rows")}
    best = sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    assert shown == dict(best)


def test_both_ends_of_a_period_count(fivetran: Board) -> None:
    """From and to are days that belong to the period."""
    first, last = date(2025, 6, 1), date(2025, 6, 30)
    rows = [row for row in events(fivetran) if row["event"] in ERRORS and first <= row["on"] <= last]
    shown = fivetran.result("log", "error_connections", since=first.isoformat(), until=last.isoformat())
    assert rows
    assert sum(row["errors"] for row in shown) == len(rows)


def test_schema_changes_by_kind(fivetran: Board) -> None:
    """Changes of the selection and of schemas and tables are counted, other events are not."""
    kinds = {
        "change_schema_config": "Selection changed",
        "create_schema": "Schema created",
        "create_table": "Table created",
        "alter_table": "Table altered",
        "drop_table": "Table dropped",
    }
    expected = Counter(
        (row["on"].replace(day=1), kinds[row["message_event"]])
        for row in events(fivetran)
        if row["message_event"] in kinds
    )
    shown = {(row["month"], row["change_kind"]): row["events"] for row in fivetran.result("log", "change_months")}
    assert shown == dict(expected)


def test_paid_model_runs_of_the_newest_month(fivetran: Board) -> None:
    """Only PAID runs of the newest month with any runs."""
    rows = measured(fivetran, "transformation_runs", "model_runs")
    month = max(row["month"] for row in rows)
    for destination in choices(fivetran):
        mine = [row for row in chosen(rows, destination) if row["month"] == month and row["free_type"] == "PAID"]
        shown = fivetran.one("transformations", "month_runs", destination=destination)
        assert shown["paid_model_runs"] == sum(row["value"] for row in mine)


@pytest.mark.parametrize(
    ("board", "table", "field", "column"),
    [("cost", "usage_cost", "amount", "usage_cost"), ("credits", "credits_used", "credits_consumed", "credits")],
)
def test_bills_of_the_newest_month(fivetran: Board, board: str, table: str, field: str, column: str) -> None:
    """The newest month and the one before, for one destination or all; rows without a month are in neither."""
    names = destinations(fivetran)
    rows = [
        {**row, "destination": names.get(row["destination_id"], "Unknown")}
        for row in rows_of(fivetran, table)
        if row["measured_month"]
    ]
    months = sorted({row["measured_month"] for row in rows})
    for destination in choices(fivetran):
        shown = fivetran.one(board, "newest_month", destination=destination)
        for month, name in ((months[-1], column), (months[-2], f"{column}_before")):
            mine = [row for row in chosen(rows, destination) if row["measured_month"] == month]
            assert shown[name] == sum((row[field] or 0 for row in mine), Decimal(0))
    trend = fivetran.result(board, "destination_months")
    assert sum(row[column] for row in trend) == sum((row[field] or 0 for row in rows), Decimal(0))
