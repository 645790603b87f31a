from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from generators.alerting.standing import Standing, standing
from generators.exports.alertmanager import CONFIGURATION
from generators.exports.contracts import contracts_of
from generators.measures.examples import lines
from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.store import opened
from generators.model.anchors import anchor_of
from generators.model.operating import Connector
from generators.model.telemetry import Alert
from generators.oncall.paging import receiver
from tests.alerting.monitoring import FACTOR, compressed_routes, routing
from tests.alerting.repositories import REPOSITORY, SITE, exported
from tests.exports.rosters import catalog_at
from tests.parts import needs_prometheus

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog
    from tests.cli.command import Dfops

VALID = timedelta(minutes=1)
"""The least that the command takes: an alert that is not sent again for so long is over."""
LEFT = timedelta(seconds=20)
"""Of that, when the test asks: it asks of a moment in the past, so as not to wait for a minute."""


def live(catalog: Catalog) -> dict[str, Alert]:
    """The alerts with a query that can fire, by id."""
    return {
        entry.id: entry.entity
        for entry in catalog.entries_of(Alert)
        if entry.entity.query and standing(catalog, entry.entity) is Standing.LIVE
    }


def happened(catalog: Catalog, alert: Alert, at: datetime) -> list[bytes]:
    """The events of an alert's first example that fires, at the connector with the highest priority."""
    first = min(catalog.entries_of(Connector), key=lambda one: (one.entity.list_rank, one.id)).id
    example = next(example for example in alert.examples if example.fires)
    made = []
    for line in lines(example, contracts_of(catalog), at):
        event = json.loads(line)
        event["data"] |= {name: first for name in ("pack", "connector") if name in event["data"]}
        made.append(json.dumps(event).encode() + b"\n")
    return made


def store_of(catalog: Catalog, folder: Path, events: list[bytes], at: datetime) -> Path:
    """A store with these events, all of which were taken."""
    folder.mkdir()
    (folder / "events.jsonl").write_bytes(b"".join(events))
    with opened(folder / "events.duckdb", Layout.of(contracts_of(catalog))) as store:
        assert not ingest(store, [folder / "events.jsonl"], at).refused
    return folder / "events.duckdb"


@pytest.mark.long
@needs_prometheus
def test_each_condition_fires_arrives_and_is_over(
    dfops: Dfops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From events in a store, by `dfops telemetry evaluate`, to the receiver of its severity; then nothing is sent."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    catalog = catalog_at(REPOSITORY)
    exported(catalog, tmp_path)
    routes = yaml.safe_load((tmp_path / CONFIGURATION).read_bytes())
    alerts = live(catalog)
    assert len(alerts) >= 6
    with routing(tmp_path, lambda address: compressed_routes(routes, FACTOR, address)) as running:
        for name, alert in alerts.items():
            at = datetime.now(UTC)
            store = store_of(catalog, tmp_path / name, happened(catalog, alert, at), at)
            asked = datetime.now(UTC) - VALID + LEFT
            ran = dfops(
                "telemetry", "evaluate", "--alertmanager", f"http://{running.alertmanager}", "--valid-minutes", 1,
                "--site", SITE, "--store", store, "--at", asked.isoformat(), "--root", REPOSITORY,
            )  # fmt: skip
            assert (ran.code, f" {name}: " in ran.out) == (0, True), ran
        wanted = {(receiver(catalog, alert).name, name) for name, alert in alerts.items()}
        for status in ("firing", "resolved"):
            running.wait(
                lambda status=status: {one[:2] for one in running.of(status)} >= wanted,  # type: ignore[misc]
                f"not every condition is {status}",
            )
    for one in running.notified:
        address = urlsplit(one.annotations["runbook_url"])
        alert = alerts[one.labels["alertname"]]
        assert (address.path, address.fragment) == (f"/runbooks/{alert.runbook}.html", anchor_of("step", alert.step))
        given = {name: value for name, (value,) in parse_qs(address.query).items()}
        assert given == {name: one.labels[name] for name in given}
