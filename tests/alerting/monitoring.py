"""A Prometheus and an Alertmanager on this machine's loopback, with the exported rules and routes, and a webhook.

Time is compressed: every window of a rule, and every wait of a route, is shorter by one factor. Nothing else of the
exports is changed but what receivers do: each posts to the webhook, under its own name.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from generators.exports.alertmanager import CONFIGURATION
from generators.exports.alerts import RULES
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FACTOR = 300
"""An hour is 12 seconds: the shortest window, 5 minutes, is a second."""
SCRAPED = "200ms"
EVALUATED = "1s"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
POLL = 0.1
HEADERS = {"Content-Type": "application/json"}


# ── compressed time ─────────────────────────────────────────────────────────────────────────────────────────────────
def shorter(duration: str, factor: float) -> str:
    """A duration such as `5m`, divided: `1000ms`."""
    return f"{max(round(int(duration[:-1]) * SECONDS[duration[-1]] * 1000 / factor), 1)}ms"


def compressed(rules: dict[str, Any], factor: float) -> dict[str, Any]:
    """Rules of which every window is shorter by a factor. The names of recorded series stay as they are."""
    text = json.dumps(rules)
    return dict(json.loads(re.sub(r"\[([0-9]+[smhd])\]", lambda found: f"[{shorter(found[1], factor)}]", text)))


def compressed_routes(configuration: dict[str, Any], factor: float, webhook: str) -> dict[str, Any]:
    """Routes of which every wait is shorter by a factor, with receivers that post to a webhook under their names."""

    def route(one: dict[str, Any]) -> dict[str, Any]:
        waits = {name: shorter(value, factor) for name, value in one.items() if name in WAITS}
        return one | waits | ({"routes": [route(each) for each in one["routes"]]} if "routes" in one else {})

    receivers = [
        {"name": one["name"], "webhook_configs": [{"url": f"{webhook}/{one['name']}", "send_resolved": True}]}
        for one in configuration["receivers"]
    ]
    return configuration | {"route": route(configuration["route"]), "receivers": receivers}


WAITS = ("group_wait", "group_interval", "repeat_interval")


# ── the two ends ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Notification:
    """What the webhook was told of one alert."""

    receiver: str
    status: str
    """`firing` or `resolved`."""
    labels: dict[str, str]
    annotations: dict[str, str]


class _Ends(ThreadingHTTPServer):
    """Serves what is to be scraped, and takes what is notified."""

    daemon_threads = True

    def __init__(self, metrics: Callable[[], str], posted: list[tuple[str, dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), _End)
        self.metrics, self.posted = metrics, posted
        self.lock = threading.Lock()
        self.address = f"127.0.0.1:{self.server_address[1]}"


class _End(BaseHTTPRequestHandler):
    server: _Ends

    def do_GET(self) -> None:
        """The metrics of this moment."""
        with self.server.lock:
            body = self.server.metrics().encode()
        self.send_response(200)
        self.send_header("Content-Type", OPENMETRICS)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """A notification: the path is what a receiver's address says."""
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.path.lstrip("/"), told))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep silent."""


# ── between them ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class Monitoring:
    """What runs: what it was told, and what it can be asked."""

    prometheus: str = field(default_factory=lambda: f"127.0.0.1:{_free_port()}")
    """Address of its interface."""
    alertmanager: str = field(default_factory=lambda: f"127.0.0.1:{_free_port()}")
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What was posted, each with its path."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def notified(self) -> list[Notification]:
        """What the webhooks of the receivers were told so far."""
        return [
            Notification(path, alert["status"], alert["labels"], alert["annotations"])
            for path, told in self.posted
            for alert in told["alerts"]
        ]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query."""
        address = f"http://{self.prometheus}/api/v1/query?{urlencode({'query': expression})}"
        return list(_asked(address)["data"]["result"])

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that Alertmanager holds, muted ones as well."""
        return list(_asked(f"http://{self.alertmanager}/api/v2/alerts"))

    def wait(self, what: Callable[[], object], why: str) -> None:
        """Until something is so."""
        began = time.monotonic()
        while not what():
            assert all(one.poll() is None for one in self.processes), f"{why}: a program ended, see its .log"
            assert time.monotonic() - began < LONGEST, f"{why}\nposted: {self.posted}"
            time.sleep(POLL)

    def send(self, *alerts: dict[str, Any]) -> None:
        """Alerts, as Prometheus sends them."""
        sent = Request(f"http://{self.alertmanager}/api/v2/alerts", json.dumps(alerts).encode(), HEADERS)
        with urlopen(sent, timeout=LONGEST):  # noqa: S310 - as above
            pass

    def of(self, status: str) -> set[tuple[str, str, str]]:
        """Receiver, alert and connector of every notification with a status so far."""
        return {
            (one.receiver, one.labels["alertname"], one.labels.get("connector", ""))
            for one in self.notified
            if one.status == status
        }


@contextmanager
def monitored(exports: Path, metrics: Callable[[], str], factor: float = FACTOR) -> Iterator[Monitoring]:
    """Prometheus and Alertmanager with the exports of a folder. `metrics` gives what they scrape: OpenMetrics text."""
    folder = exports / "running"
    folder.mkdir()
    running = Monitoring()
    with _ends(metrics, running) as ends:
        rules, routes = (
            yaml.safe_load((exports / name).read_text(encoding="utf-8")) for name in (RULES, CONFIGURATION)
        )
        _written(folder / RULES, compressed(rules, factor))
        _written(folder / "prometheus.yaml", _prometheus(ends, running.alertmanager))
        command = ["prometheus", "--config.file=prometheus.yaml", "--storage.tsdb.path=prometheus"]
        with (
            _alertmanager(folder, compressed_routes(routes, factor, f"http://{ends}"), running),
            _process(folder, [*command, f"--web.listen-address={running.prometheus}"], running),
        ):
            running.wait(lambda: _is_ready(running.prometheus), "Prometheus is not ready")
            yield running


@contextmanager
def routing(folder: Path, configuration: Callable[[str], dict[str, Any]]) -> Iterator[Monitoring]:
    """Alertmanager alone. `configuration` takes the address of a server that keeps what is posted."""
    running = Monitoring()
    with _ends(str, running) as ends, _alertmanager(folder, configuration(f"http://{ends}"), running):
        yield running


@contextmanager
def _ends(metrics: Callable[[], str], running: Monitoring) -> Iterator[str]:
    """The address at which both ends are."""
    ends = _Ends(metrics, running.posted)
    threading.Thread(target=ends.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield ends.address
    finally:
        ends.shutdown()
        ends.server_close()


@contextmanager
def _alertmanager(folder: Path, configuration: dict[str, Any], running: Monitoring) -> Iterator[None]:
    _written(folder / CONFIGURATION, configuration)
    command = ["prometheus-alertmanager", f"--config.file={CONFIGURATION}", "--storage.path=alertmanager"]
    alone = [f"--web.listen-address={running.alertmanager}", "--cluster.listen-address="]
    with _process(folder, [*command, *alone], running):
        running.wait(lambda: _is_ready(running.alertmanager), "Alertmanager is not ready")
        yield


def _prometheus(metrics: str, alertmanager: str) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": SCRAPED, "scrape_timeout": SCRAPED, "evaluation_interval": EVALUATED},
        "rule_files": [RULES],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [{"job_name": "dfops", "static_configs": [{"targets": [metrics]}]}],
    }


@contextmanager
def _process(folder: Path, command: list[str], running: Monitoring) -> Iterator[None]:
    """A program for as long as the block; what it prints is in a file beside its configuration."""
    with (folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
        running.processes.append(process)
        try:
            yield
        finally:
            running.processes.remove(process)
            process.terminate()
            process.wait(LONGEST)


def _written(path: Path, fields: dict[str, Any]) -> None:
    path.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _asked(address: str) -> Any:
    with urlopen(address, timeout=LONGEST) as answer:  # noqa: S310 - our own, on loopback
        return json.load(answer)


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
