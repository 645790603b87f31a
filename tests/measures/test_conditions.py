"""The conditions of alerts: each example of each alert, and what no condition may read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

import ibis
import pytest

from generators.catalog.loading import load
from generators.measures.conditions import Condition, UnfitQuery
from generators.measures.examples import lines
from generators.model import KINDS
from generators.model.telemetry import Alert
from generators.source import LIMITS
from generators.source.repository import Repository
from tests.measures.conftest import AT, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generators.measures.ingest import Ingested
    from generators.model.telemetry import Example
    from generators.telemetry.contract import Contracts

ALERTS = {entry.id: entry.entity for entry in load(Repository(ROOT, LIMITS), KINDS)[0].entries_of(Alert)}
EXAMPLES = [
    pytest.param(alert.query, example, id=f"{name}: {example.title}")
    for name, alert in ALERTS.items()
    if alert.query
    for example in alert.examples
]
FIRST = ["fivetran_log", "facebook_ads", "github", "google_ads", "hubspot", "stripe"]
"""Contracts' first connector is not the most important one: it is here, so that examples need not name one."""


@pytest.mark.parametrize(("query", "example"), EXAMPLES)
def test_an_example_fires_or_does_not(
    query: str, example: Example, contracts: Contracts, taken: Callable[..., Ingested], tmp_path: Path
) -> None:
    """What the model says of each example is so, on DuckDB."""
    done = taken(lines(example, contracts, AT))
    assert not done.refused
    connection = ibis.duckdb.connect(tmp_path / "events.duckdb", read_only=True)
    found = Condition.of(query).holds_for(connection, AT, FIRST)
    connection.disconnect()
    assert bool(found) == example.fires


@pytest.mark.long
@pytest.mark.parametrize(("query", "example"), EXAMPLES)
def test_an_example_is_the_same_on_postgresql(
    query: str, example: Example, contracts: Contracts, taken: Callable[..., Ingested], tmp_path: Path
) -> None:
    """The condition is translated, and holds for the same things."""
    address = os.environ.get("DFOPS_POSTGRES")
    if not address:
        pytest.skip("no PostgreSQL: `make engines`")
    taken(lines(example, contracts, AT))
    schema = f"measures_{uuid4().hex}"
    duck = ibis.duckdb.connect(tmp_path / "events.duckdb", read_only=True)
    postgres = ibis.connect(address)
    try:
        postgres.create_database(schema)
        postgres.raw_sql(f"SET search_path = {schema}").close()
        events = duck.to_pyarrow(duck.table("events").cast({"id": "string", "installation": "string"}))
        postgres.create_table("events", events, database=schema)
        condition = Condition.of(query)
        assert condition.holds_for(postgres, AT, FIRST) == condition.holds_for(duck, AT, FIRST)
    finally:
        postgres.raw_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE").close()
        postgres.disconnect()
        duck.disconnect()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "reads"),
        ("SELECT connector FROM 'file.parquet'", "reads"),
        ("SELECT connector FROM other.events", "reads"),
        ("SELECT connector FROM people", "reads"),
        ("DROP TABLE events", "single SELECT"),
        ("SELECT 1 FROM events; SELECT 2 FROM events", "single SELECT"),
        ("SELECT FROM FROM", "parsed"),
        ("SELECT getenv('HOME') AS connector FROM events", "calls"),
    ],
)
def test_a_condition_reads_events_alone(query: str, why: str) -> None:
    """No file, no other table, no statement that changes anything."""
    with pytest.raises(UnfitQuery, match=why):
        Condition.of(query)
