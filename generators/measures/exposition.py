"""What Prometheus reads of a store: counters by arrival, in OpenMetrics' text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from generators.measures.metrics import matching, of, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ibis.backends import BaseBackend
    from ibis.expr.types import Table
    from prometheus_client.metrics_core import Metric

    from generators.model.telemetry import Objective

COUNTER: Final = "dataface_objective_events"
NEWEST: Final = "dataface_telemetry_newest_event_timestamp_seconds"
REFUSED: Final = "dataface_telemetry_refused_lines"
CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Counts = dict[tuple[str, str], tuple[int, int]]
"""Good and bad events by objective and connector."""


def counts(
    connection: BaseBackend, events: Table, objectives: Mapping[str, Objective], places: Mapping[str, Sequence[str]]
) -> Counts:
    """Good and bad events of each objective at each place, 0 where none came.

    A counter that begins with its first event has no increase. `places` are the connectors of each objective; what
    happens elsewhere counts as well.
    """
    found: Counts = {(name, place): (0, 0) for name in objectives for place in places[name]}
    for name, objective in objectives.items():
        chosen = of(events, str(objective.event))
        chosen = chosen.filter(matching(chosen, objective.counted))
        grouped = chosen.group_by(chosen.connector.fill_null("").name("place")).agg(
            events=chosen.count(), good=total(matching(chosen, objective.good))
        )
        for row in connection.to_pyarrow(grouped).to_pylist():
            good = int(row["good"])
            found[name, str(row["place"])] = good, int(row["events"]) - good
    return found


def newest(connection: BaseBackend, events: Table) -> datetime | None:
    """When the newest event happened."""
    moment: datetime | None = connection.to_pyarrow(events.time.max()).as_py()
    return moment


class _Made(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = tuple(metrics)

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def exposition(found: Counts, moment: datetime | None) -> bytes:
    """The text that is scraped."""
    counter = CounterMetricFamily(
        COUNTER, "Events that an objective counts, by arrival.", labels=("objective", "connector", "result")
    )
    for (objective, connector), (good, bad) in sorted(found.items()):
        counter.add_metric((objective, connector, "good"), good)
        counter.add_metric((objective, connector, "bad"), bad)
    families: list[Metric] = [counter]
    if moment is not None:
        families.append(GaugeMetricFamily(NEWEST, "When the newest event happened.", value=moment.timestamp()))
    registry = CollectorRegistry()
    registry.register(_Made(families))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text
