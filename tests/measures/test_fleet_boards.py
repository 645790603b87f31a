"""The boards of fleet health over a store: each number is that of the metric, and of the objective, that it shows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pytest

from generators.measures import metrics
from generators.measures.examples import installation
from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.objectives import budgets
from generators.measures.sample import Plan, SampledPack, sampled
from generators.measures.store import opened
from generators.model.telemetry import Objective
from generators.telemetry.event import recorded
from tests.packs.kpis.board import packs
from tests.runtimes import needs_runtime, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ibis.expr.types import Table

    from generators.catalog import Catalog
    from generators.telemetry.contract import Contracts
    from generators.telemetry.event import Recorded

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
END = datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC)
"""The boards count whole days; metrics, the time before a moment."""
MONTH = timedelta(days=30)
NAMES = {
    "pack-install-success": "Installs succeed",
    "pack-render-success": "Boards draw completely",
    "data-fresh": "Data is within its limit",
}
PACKS = (
    SampledPack("stripe", "stripe", "0.1.0", ("index", "balance"), ("charge", "refund"), ("duckdb", "postgres")),
    SampledPack("jira", "jira", "0.2.0", ("index", "backlog"), ("issue",), ("snowflake",)),
)
Rows = list[dict[str, Any]]
Values = dict[str, object]


def odd_ones(contracts: Contracts) -> Iterator[Recorded]:
    """What the sample has none of: each is counted by one metric and by another not, or not at all."""
    common: Values = {"pack": "stripe", "connector": "stripe", "pack_version": "0.1.0", "runtime": "dbt-charts"}
    common |= {"warehouse": "duckdb"}
    drawn: Values = common | {"board": "disputes", "trigger": "page", "modified": False, "stage": "query"}
    aged, installed = common | {"table": "charge"}, common | {"duration_ms": 5}
    told: tuple[tuple[str, Values], ...] = (
        ("pack-render-result", drawn | {"outcome": "partial", "code": "ERR-KPI-MULTIROW"}),
        ("pack-render-result", drawn | {"outcome": "failed"}),
        ("pack-render-result", drawn | {"outcome": "not-reached", "code": "ERR-WAREHOUSE-AUTH"}),
        ("pack-render-result", drawn | {"outcome": "failed", "modified": True, "code": "ERR-INTERNAL"}),
        ("pack-render-result", drawn | {"outcome": "failed", "trigger": "validate", "code": "ERR-VALIDATION-FIELD"}),
        ("data-freshness-result", aged | {"outcome": "stale", "age_hours": 300.5}),
        ("data-freshness-result", aged | {"outcome": "unknown"}),
        ("data-freshness-result", aged | {"outcome": "missing"}),
        ("pack-install-result", installed | {"action": "upgrade", "outcome": "failed", "code": "ERR-INTERNAL"}),
        ("pack-install-result", installed | {"action": "install", "outcome": "user-error", "code": "ERR-CODE-UNKNOWN"}),
        ("pack-install-result", installed | {"action": "remove", "outcome": "failed"}),
        ("pack-install-result", installed | {"action": "rollback", "outcome": "succeeded", "pack_version": "0.2.0"}),
    )
    for number, (name, values) in enumerate(told):
        contract = contracts.find(name)
        assert contract
        for who in (installation(1), installation(2), None):
            yield recorded(contract, values, AT - timedelta(days=number, hours=1), who)


class Fleet:
    """A store, with the boards over it and the metrics of it."""

    def __init__(self, path: Path) -> None:
        """Both read the file alone."""
        self._ibis = ibis.duckdb.connect(path, read_only=True)
        events = self._ibis.table("events")
        self.events: Table = metrics.during(events, END, MONTH)
        self.all_events: Table = events
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{path}' AS store (READ_ONLY)")
        self._connection.execute("CREATE SCHEMA telemetry")
        self._connection.execute("CREATE VIEW telemetry.events AS SELECT * FROM store.main.events")

    def board(self, name: str, query: str) -> Rows:
        """The rows of a query with nothing chosen."""
        found = next(board for board in packs()["dataface_telemetry"].boards if board.id == name)
        asked = found.query(query)
        assert asked
        text = rendered(asked.sql, found.defaults, "duckdb")
        cursor = self._connection.execute(text.sql, text.params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def metric(self, make: Callable[..., Table], *by: str) -> Rows:
        """The rows of a metric over the same thirty days."""
        return list(self._ibis.to_pyarrow(make(self.events, by)).to_pylist())

    def budgets(self, objectives: Mapping[str, Objective]) -> list[Any]:
        """What is left of each objective at each connector."""
        return list(budgets(self._ibis, self.all_events, objectives, END))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, contracts: Contracts) -> Fleet:
    """Two packs at forty installations for forty days, one of them failing, and the odd ones."""
    folder = tmp_path_factory.mktemp("fleet")
    plan = Plan(AT, 40, 40, 3, {"stripe": 0.05}, "dbt-charts", "0.10.0")
    lines = [*sampled(contracts, PACKS, plan), *(line.line for line in odd_ones(contracts))]
    (folder / "lines.jsonl").write_bytes(b"".join(lines))
    with opened(folder / "events.duckdb", Layout.of(contracts)) as store:
        assert ingest(store, [folder / "lines.jsonl"], AT).refused == {}
    return Fleet(folder / "events.duckdb")


@needs_runtime
@pytest.mark.parametrize(
    ("make", "events", "share"),
    [
        (metrics.render_success, "boards", "render_success"),
        (metrics.install_success, "installs", "install_success"),
    ],
)
def test_shares(fleet: Fleet, make: Callable[..., Table], events: str, share: str) -> None:
    """By connector, with the number of events beside them."""
    told = {r["connector"]: (r["events"], r["succeeded"] / r["events"]) for r in fleet.metric(make, "connector")}
    rows = {row["connector"]: row for row in fleet.board("index", "by_connector")}
    assert {name: (row[events], pytest.approx(row[share])) for name, row in rows.items()} == told
    assert 0 < told["stripe"][1] < 1


@needs_runtime
def test_codes(fleet: Fleet) -> None:
    """Records of each, whatever they are about."""
    codes: Counter[str] = Counter()
    for row in fleet.metric(metrics.errors_by_code):
        codes[row["code"]] += row["events"]
    assert {row["code"]: row["records"] for row in fleet.board("failures", "by_code")} == codes
    assert len(codes) > 4


@needs_runtime
def test_boards_that_fail_repeatedly(fleet: Fleet) -> None:
    """By connector, board and code, with failures, installations and days."""
    names = ("connector", "board", "code", "events", "installations", "days")
    again = {
        tuple(row[name] or "none" for name in names) for row in fleet.metric(metrics.repeat_offenders, "connector")
    }
    rows = fleet.board("failures", "repeat_offenders")
    assert {tuple((row | {"events": row["failures"]})[name] for name in names) for row in rows} == again
    assert len(again) > 2


@needs_runtime
def test_adoption(fleet: Fleet) -> None:
    """Installations by pack and version; how long the first board took."""
    names = ("pack", "pack_version", "installations")
    versions = {tuple(row[name] for name in names) for row in fleet.metric(metrics.adoption)}
    assert {tuple(row[name] for name in names) for row in fleet.board("adoption", "by_pack")} == versions
    first = fleet.metric(metrics.time_to_first_dashboard, "pack")
    (row,) = fleet.board("adoption", "adoption_headline")
    assert row["first_boards"] == sum(r["installations"] for r in first) > 10
    mean = sum(r["mean"] * r["installations"] for r in first) / row["first_boards"]
    assert row["minutes_to_first"] == pytest.approx(mean, abs=1 / 60), "to the second"


@needs_runtime
def test_freshness(fleet: Fleet) -> None:
    """Looks at each table, unknown ones too, and the greatest age."""
    names = ("connector", "source_table", "looks", "oldest_hours")
    rows = fleet.metric(metrics.freshness, "connector")
    ages = {(row["connector"], row["table"], row["events"], row["oldest_hours"]) for row in rows}
    assert {tuple(row[name] for name in names) for row in fleet.board("freshness", "by_table")} == ages
    row = next(row for row in fleet.board("freshness", "by_table") if row["source_table"] == "charge")
    told = next(row for row in rows if row["table"] == "charge")
    assert row["within_share"] == pytest.approx(told["within"] / (told["events"] - told["unknown"]))
    assert told["unknown"] > 0


@needs_runtime
def test_budgets(fleet: Fleet, catalog: Catalog) -> None:
    """The targets that are written into the board are those of the model; too few events say nothing."""
    objectives = {name: entry.entity for name in NAMES if (entry := catalog.find(Objective, name))}
    expected = {}
    for budget in fleet.budgets(objectives):
        used: Any = None if budget.is_sparse else pytest.approx(float(1 - budget.left))
        counts = (budget.whole.events, budget.whole.bad, float(budget.target))
        expected[NAMES[budget.objective], budget.place] = (*counts, used)
    told = {}
    for row in fleet.board("budgets", "every_budget"):
        used = None if row["budget_used"] is None else float(row["budget_used"])
        told[row["objective"], row["connector"]] = (row["events"], row["bad_events"], float(row["target"]), used)
    assert told == expected
    assert None in {used for *_, used in told.values()}


def test_schema_of_the_pack_is_that_of_the_store(contracts: Contracts) -> None:
    """Each column that the boards read is one of the store's, of a type that the pack's own stands for."""
    types = {"VARCHAR": "string", "UUID": "string", "BIGINT": "integer", "DOUBLE": "float"}
    types |= {"BOOLEAN": "boolean", "TIMESTAMPTZ": "timestamp"}
    columns = packs()["dataface_telemetry"].schema.entity.tables["events"].columns
    layout = Layout.of(contracts).all
    assert {name: types[layout[name]] for name in columns} == columns
