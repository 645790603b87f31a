"""Metrics are what SQL written by hand says, on DuckDB and on PostgreSQL; budgets are what they are defined as."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import ibis
import pytest

from generators.measures.exposition import counts, exposition
from generators.measures.metrics import METRICS, PLACES, WINDOWS, during
from generators.measures.objectives import Budget, Counts, budgets
from generators.measures.sample import Plan, SampledPack, sampled
from generators.measures.store import connected
from generators.measures.summing import Asked, burns_on, summary
from generators.model.telemetry import Objective
from tests.measures.conftest import AT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ibis.backends import BaseBackend

    from generators.catalog import Catalog
    from generators.measures.ingest import Ingested
    from generators.telemetry.contract import Contracts

PACKS = [
    SampledPack("stripe", "stripe", "0.1.0", ["index", "customers"], ["charge", "refund"], ["duckdb", "postgres"]),
    SampledPack("github", "github", "0.2.0", ["index"], ["issue"], ["snowflake"]),
    SampledPack("jira", "jira", "0.1.0", ["index"], [], ["bigquery"]),
]
PLAN = Plan(AT, 30, 40, 3, {"stripe": 0.1}, "dbt-charts", "0.10.0")


@pytest.fixture
def lines(contracts: Contracts) -> list[bytes]:
    """Synthetic events of a month."""
    return list(sampled(contracts, PACKS, PLAN))


@pytest.fixture
def duck(taken: Callable[..., Ingested], lines: list[bytes], tmp_path: Path) -> Iterator[BaseBackend]:
    """A store with them."""
    taken(lines)
    connection = ibis.duckdb.connect(tmp_path / "events.duckdb", read_only=True)
    yield connection
    connection.disconnect()


@pytest.fixture
def postgres(duck: BaseBackend) -> Iterator[BaseBackend]:
    """The same table in PostgreSQL."""
    address = os.environ.get("DFOPS_POSTGRES")
    if not address:
        pytest.skip("no PostgreSQL: `make engines`")
    connection = ibis.connect(address)
    schema = f"measures_{uuid4().hex}"
    try:
        connection.raw_sql(f"CREATE SCHEMA {schema}").close()
        connection.raw_sql(f"SET search_path = {schema}").close()
        events = duck.to_pyarrow(duck.table("events").cast({"id": "string", "installation": "string"}))
        connection.create_table("events", events, database=schema)
        yield connection
    finally:
        connection.raw_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE").close()
        connection.disconnect()


def test_days_are_those_of_utc(taken: Callable[..., Ingested], lines: list[bytes], tmp_path: Path) -> None:
    """Wherever the machine is."""
    taken(lines)
    here = connected(tmp_path / "events.duckdb")
    found = here.raw_sql("SELECT current_setting('TimeZone')").fetchall()
    here.disconnect()
    assert found == [("UTC",)]


def measured(connection: BaseBackend, by: list[str], window: str = "30d") -> dict[str, list[tuple[object, ...]]]:
    """Every metric's rows, sorted; moments in UTC, fractions rounded."""
    events = during(connection.table("events"), AT, WINDOWS[window])
    return {
        metric.id: sorted(
            (tuple(map(_plain, row.values())) for row in connection.to_pyarrow(metric.make(events, by)).to_pylist()),
            key=str,
        )
        for metric in METRICS
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float | Decimal):
        return round(float(value), 6)
    return value


@pytest.mark.parametrize("by", [["connector"], list(PLACES)], ids=["connector", "every place"])
def test_numbers_are_the_same_on_every_engine(duck: BaseBackend, postgres: BaseBackend, by: list[str]) -> None:
    """One definition, DuckDB and PostgreSQL."""
    found = measured(duck, by)
    assert all(found.values())
    assert measured(postgres, by) == found


def test_numbers_are_those_of_another_program(duck: BaseBackend, lines: list[bytes]) -> None:
    """Render success, failures by code and adoption, counted from the raw lines in plain Python."""
    events = [json.loads(line) for line in lines]
    drawn: dict[str, list[str]] = defaultdict(list)
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    versions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        data = event["data"]
        if datetime.fromisoformat(event["time"]) <= AT - timedelta(days=30):
            continue
        versions[data["connector"], data["pack_version"]].add(event["source"])
        if event["type"] == "dfops.pack-render-result.v1":
            drawn[data["connector"]].append(data["outcome"])
        if "code" in data:
            codes[data["connector"], data["code"]].add(event["source"])
    found = measured(duck, ["connector"])
    assert {row[0]: row[1:3] for row in found["render-success"]} == {
        name: (len(outcomes), outcomes.count("succeeded")) for name, outcomes in drawn.items()
    }
    assert {(row[0], row[2]): row[4] for row in found["errors-by-code"]} == {
        key: len(who) for key, who in codes.items()
    }
    assert {(row[0], row[2]): row[3] for row in found["adoption"]} == {key: len(who) for key, who in versions.items()}


def test_a_window_ends_at_its_moment(duck: BaseBackend) -> None:
    """A shorter one holds less, and one in the past nothing."""
    sizes = [duck.to_pyarrow(during(duck.table("events"), AT, span).count()).as_py() for span in WINDOWS.values()]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    early = during(duck.table("events"), AT - timedelta(days=40), WINDOWS["90d"])
    assert duck.to_pyarrow(early.count()).as_py() == 0


def objectives(catalog: Catalog) -> dict[str, Objective]:
    """This repository's."""
    return {entry.id: entry.entity for entry in catalog.entries_of(Objective)}


def test_counters_by_arrival_equal_pages_by_event_time(duck: BaseBackend, catalog: Catalog) -> None:
    """Where nothing is late, what Prometheus counts is what the budgets rest on."""
    events, known = duck.table("events"), objectives(catalog)
    places = {name: ["stripe", "github", "jira", "zendesk"] for name in known}
    by_arrival = counts(duck, events, known, places)
    by_time = {(one.objective, one.place): (one.whole.good, one.whole.bad) for one in budgets(duck, events, known, AT)}
    assert {key: value for key, value in by_arrival.items() if any(value)} == by_time
    assert by_arrival["pack-render-success", "zendesk"] == (0, 0)
    text = exposition(by_arrival, AT).decode()
    good, bad = by_time["pack-render-success", "stripe"]
    labels = 'connector="stripe",objective="pack-render-success"'
    assert f'dataface_objective_events_total{{{labels},result="good"}} {good}.0' in text
    assert f'dataface_objective_events_total{{{labels},result="bad"}} {bad}.0' in text
    assert text.endswith("# EOF\n")


@pytest.mark.parametrize(
    ("whole", "recent", "left", "burn", "hours"),
    [
        ((1000, 1000), (100, 100), "1", "0", None),
        ((1000, 995), (100, 99), "0.5", "1", "120"),
        ((1000, 990), (100, 100), "0", "0", None),
        ((1000, 980), (100, 90), "-1", "10", None),
        ((19, 0), (19, 0), None, None, None),
        ((0, 0), (0, 0), "1", "0", None),
    ],
)
def test_a_budget_is_what_it_is_defined_as(
    whole: tuple[int, int], recent: tuple[int, int], left: str | None, burn: str | None, hours: str | None
) -> None:
    """Burn rate = error ratio / (1 - target); with few events nothing is said."""
    budget = Budget("o", "stripe", Decimal("0.99"), 20, Counts(*whole), Counts(*recent), None)
    assert budget.hours_left == (None if hours is None else Decimal(hours))
    if left is None or burn is None:
        assert budget.is_sparse
        assert not budget.is_spent
    else:
        assert (budget.left, budget.burn) == (Decimal(left), Decimal(burn))
        assert budget.is_spent == (Decimal(left) < 0)


def test_a_budget_burns_when_both_windows_say_so() -> None:
    """Three days and their last one, among enough events."""
    day = date(2026, 11, 30)
    failing = {day - timedelta(days=back): Counts(10, 9) for back in range(3)}
    assert burns_on(failing, day, Decimal("0.99"), 20)
    assert not burns_on(failing | {day: Counts(10, 10)}, day, Decimal("0.99"), 20)
    assert not burns_on({day: Counts(10, 5)}, day, Decimal("0.99"), 20)
    assert not burns_on(failing, day, Decimal("0.5"), 20)


def test_a_summary_says_what_the_store_does(duck: BaseBackend, catalog: Catalog) -> None:
    """Of every connector with events; the trend adds up to what the objective counts."""
    made = summary(Asked(duck, duck.table("events"), objectives(catalog)), AT, synthetic=True)
    assert list(made.connectors) == ["github", "jira", "stripe"]
    stripe = made.connectors["stripe"]
    [drawn] = [one for one in stripe.objectives if one.objective == "pack-render-success"]
    assert sum(one.events for one in stripe.trend) == drawn.events
    assert stripe.codes[0].code == "ERR-BINDER-UNKNOWN-COLUMN"
    assert any(one.what == "budget-burning" for one in stripe.signals)
    rows: Any = made.model_dump(mode="json")
    assert rows["synthetic"] is True
