"""What a team asks of its events: taken in, reported, scraped, evaluated and summed, each as a person would."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from generators.catalog import load
from generators.exports.contracts import contracts_of
from generators.measures.examples import lines
from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.sample import Plan, SampledPack, sampled
from generators.measures.store import opened
from generators.model import KINDS
from generators.model.telemetry import Alert
from generators.source import LIMITS, Repository
from generators.telemetry.summary import Summary
from tests.packs.kpis.board import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.catalog import Catalog
    from tests.cli.command import Dfops

AT = ("--at", "2026-11-30T13:00Z")
HERE = ("--root", ROOT)


MOMENT = datetime(2026, 11, 30, 13, tzinfo=UTC)
PACKS = [
    SampledPack("stripe", "stripe", "0.1.0", ["index", "customers"], ["charge"], ["duckdb", "postgres"]),
    SampledPack("github", "github", "0.1.0", ["index"], [], ["snowflake"]),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """This repository's model."""
    return load(Repository(ROOT, LIMITS), KINDS)[0]


@pytest.fixture(scope="module")
def store(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with synthetic events in which Stripe's boards fail."""
    folder, contracts = tmp_path_factory.mktemp("store"), contracts_of(catalog)
    plan = Plan(MOMENT, 30, 20, 1, {"stripe": 0.4}, "dbt-charts", "0.10.0")
    (folder / "lines.jsonl").write_bytes(b"".join(sampled(contracts, PACKS, plan)))
    with opened(folder / "events.duckdb", Layout.of(contracts)) as store:
        ingest(store, [folder / "lines.jsonl"], MOMENT)
    return folder / "events.duckdb"


def test_a_report_says_what_is_spent_and_that_it_is_made_up(dfops: Dfops, store: Path) -> None:
    """For people: every objective, the metrics below; for programs the same as JSON."""
    found = dfops("telemetry", "report", "--store", store, *AT, *HERE)
    assert found.code == 0
    assert "Pack boards draw completely (pack-render-success, target proposed)" in found.out
    assert "spent" in found.out
    assert "no telemetry" in found.out
    assert found.err == "note: the store holds synthetic events; these numbers are made up\n"
    made = json.loads(dfops("telemetry", "report", "--format", "json", "--store", store, *AT, *HERE).out)
    [stripe] = [
        one for one in made["objectives"] if (one["objective"], one["connector"]) == ("pack-render-success", "stripe")
    ]
    assert made["synthetic"] is True
    assert float(stripe["budget_left"]) < 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--window", "7w"), "--window: '7w' is not known; there are: 1d, 1h"),
        (("--metric", "adaption"), "did you mean 'adoption'?"),
        (("--by", "host"), "--by: 'host' is not known"),
        (("--connector", "strype"), "did you mean 'stripe'?"),
        (("--store-url", "nosuch://x"), "the database cannot be asked"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(words: tuple[str, ...], said: str, dfops: Dfops, store: Path) -> None:
    """One sentence, exit code 2."""
    named = () if words[0] == "--store-url" else ("--store", store)
    found = dfops("telemetry", "report", *words, *named, *AT, *HERE)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_a_store_that_is_not_there(dfops: Dfops, tmp_path: Path) -> None:
    """Every command that reads it says what makes it."""
    for command in ("report", "metrics", "evaluate", "summary"):
        found = dfops("telemetry", command, "--store", tmp_path / "none.duckdb", *HERE)
        assert found.code == 2
        assert "`dfops telemetry ingest` makes it" in found.err


def test_what_is_refused_is_said(dfops: Dfops, tmp_path: Path) -> None:
    """Counted by reason; the file with the lines is named; a second time nothing is new."""
    file = tmp_path / "lines.jsonl"
    file.write_text("torn\n{}\n", encoding="utf-8")
    words = ("telemetry", "ingest", file, "--store", tmp_path / "events.duckdb", *AT, *HERE)
    found = dfops(*words)
    assert found.code == 0
    assert "refused 1: is no JSON object" in found.out
    assert "events.duckdb.refused.jsonl" in found.out
    missing = dfops("telemetry", "ingest", tmp_path / "none", "--store", tmp_path / "events.duckdb", *HERE)
    assert (missing.code, "is no file and no folder" in missing.err) == (2, True)


def test_a_damaged_store_is_left_as_it_is(dfops: Dfops, tmp_path: Path) -> None:
    """The events that were to be taken in are not touched."""
    store, file = tmp_path / "events.duckdb", tmp_path / "lines.jsonl"
    store.write_bytes(b"x" * 10_000)
    file.write_text("{}\n", encoding="utf-8")
    found = dfops("telemetry", "ingest", file, "--store", store, *HERE)
    assert (found.code, "damaged" in found.err) == (2, True)
    assert store.read_bytes() == b"x" * 10_000
    asked = dfops("telemetry", "report", "--store", store, *HERE)
    assert asked.code == 2


def test_scrapes_are_answered(store: Path) -> None:
    """As Prometheus asks: the type of OpenMetrics, counters, the mark of the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("telemetry", "metrics", "--store", str(store), "--listen", f"127.0.0.1:{port}", "--root", str(ROOT))
    process = subprocess.Popen([sys.executable, "-m", "generators.cli", *words], stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Answering at http://127.0.0.1:{port}/metrics\n"
        with urllib3.PoolManager() as pool:
            answer = pool.request("GET", f"http://127.0.0.1:{port}/metrics")
            assert pool.request("GET", f"http://127.0.0.1:{port}/etc/passwd").status == 404
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        assert answer.data.endswith(b"# EOF\n")
        assert b'connector="stripe",objective="pack-render-success",result="bad"' in answer.data
    finally:
        process.kill()
        process.communicate()


def test_a_text_file_for_node_exporter(dfops: Dfops, store: Path, tmp_path: Path) -> None:
    """Written in one step; two ways at once are none."""
    out = tmp_path / "dataface.prom"
    assert dfops("telemetry", "metrics", "--store", store, "--out", out, *HERE).code == 0
    assert out.read_text(encoding="utf-8").startswith("# HELP dataface_objective_events")
    both = dfops("telemetry", "metrics", "--store", store, "--out", out, "--listen", "127.0.0.1:1", *HERE)
    assert (both.code, "leave one out" in both.err) == (2, True)
    for address in ("9108", "127.0.0.1:port", "127.0.0.1:99999"):
        refused = dfops("telemetry", "metrics", "--store", store, "--listen", address, *HERE)
        assert (refused.code, "write it like 127.0.0.1:9108" in refused.err) == (2, True)


@pytest.fixture
def firing(dfops: Dfops, tmp_path: Path, catalog: Catalog) -> Path:
    """A store in which one condition holds."""
    alert = catalog.find(Alert, "release-breaks-working-installs")
    assert alert is not None
    example = next(example for example in alert.entity.examples if example.fires)
    file = tmp_path / "example.jsonl"
    file.write_bytes(b"".join(lines(example, contracts_of(catalog), MOMENT)))
    assert dfops("telemetry", "ingest", file, "--store", tmp_path / "firing.duckdb", *AT, *HERE).code == 0
    return tmp_path / "firing.duckdb"


@pytest.fixture
def alertmanager() -> Iterator[tuple[str, list[Any]]]:
    """An address that keeps the alerts it is sent, and the list of them."""
    got: list[Any] = []

    class Kept(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Kept) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


def test_a_condition_that_holds_is_sent(dfops: Dfops, firing: Path, alertmanager: tuple[str, list[Any]]) -> None:
    """With labels that routes go by, a link to the step, and the end of its validity."""
    address, got = alertmanager
    words = ("--store", firing, "--site", "https://ops.example.org", *AT, *HERE)
    found = dfops("telemetry", "evaluate", "--alertmanager", address, *words)
    assert (found.code, "1 alerts sent" in found.out) == (0, True)
    [(path, [alert])] = got
    assert path == "/api/v2/alerts"
    assert alert["labels"]["alertname"] == "release-breaks-working-installs"
    assert alert["labels"]["severity"] == "sev1"
    assert alert["annotations"]["runbook_url"].startswith("https://ops.example.org/runbooks/bad-pack-release.html?")
    assert alert["endsAt"] == "2026-11-30T13:15:00+00:00"
    alone = dfops("telemetry", "evaluate", *words)
    assert (alone.code, "sev1 release-breaks-working-installs" in alone.out) == (1, True)


@pytest.mark.long
def test_an_alertmanager_that_is_not_there(dfops: Dfops, firing: Path, store: Path) -> None:
    """Said in one sentence; where nothing holds it is not asked."""
    gone = ("--alertmanager", "http://127.0.0.1:9", *AT, *HERE)
    found = dfops("telemetry", "evaluate", "--store", firing, *gone)
    assert (found.code, "cannot be reached" in found.err) == (2, True)
    assert "Traceback" not in found.err
    quiet = dfops("telemetry", "evaluate", "--store", store, *gone)
    assert (quiet.code, "No condition holds." in quiet.out) == (0, True)
    secret = dfops("telemetry", "evaluate", "--store", store, "--alertmanager", "http://me:secret@127.0.0.1", *HERE)
    assert secret.code == 2
    assert "secret" not in secret.err


def test_a_summary_is_written_for_pages(dfops: Dfops, store: Path, tmp_path: Path) -> None:
    """The connectors with events, marked as synthetic."""
    out = tmp_path / "summary.json"
    found = dfops("telemetry", "summary", "--store", store, "--out", out, *AT, *HERE)
    assert found.code == 0
    made = Summary.model_validate_json(out.read_bytes())
    assert made.synthetic
    assert made.connectors["stripe"].signals


@pytest.mark.long
def test_a_sample_is_taken_in_and_never_written_over(dfops: Dfops, tmp_path: Path) -> None:
    """And a share that is none is refused."""
    made = dfops("telemetry", "sample", "--installations", 3, "--days", 3, "--out", tmp_path / "new.jsonl", *AT, *HERE)
    assert (made.code, made.err) == (0, "")
    words = (tmp_path / "new.jsonl", "--store", tmp_path / "events.duckdb", *AT, *HERE)
    taken = dfops("telemetry", "ingest", *words)
    assert (taken.code, "0 known ones." in taken.out, "refused" in taken.out) == (0, True, False)
    out = tmp_path / "sample.jsonl"
    out.write_text("mine", encoding="utf-8")
    assert dfops("telemetry", "sample", "--out", out, *HERE).code == 2
    assert out.read_text(encoding="utf-8") == "mine"
    for share in ("stripe", "stripe=2", "stripe=some"):
        assert dfops("telemetry", "sample", "--out", tmp_path / "s", "--failing", share, *HERE).code == 2
