"""The whole way, with nothing typed: a release of a real pack is broken, and users' commands tell of it.

`dfops pack check` on users' columns records events after consent; `dfops telemetry ship` sends them to an address that
keeps what is posted; they are taken into a store, which Prometheus scrapes; Alertmanager tells the packs' on-call, with
a link to the step. Then users go back, and it is over. Two things are compressed, and said: the clock, and how many
projects there are; each event of a project stands for many, under ids of their own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import ibis
import pytest

from generators.exports.contracts import contracts_of
from generators.measures.exposition import counts, exposition
from generators.measures.ingest import ingest
from generators.measures.layout import Layout
from generators.measures.store import opened
from generators.model.anchors import anchor_of
from generators.model.pack import PackSchema
from generators.model.telemetry import Alert, Objective
from generators.oncall.paging import receiver
from generators.telemetry.consent import agree
from generators.telemetry.spool import Spool
from tests.alerting.monitoring import FACTOR, monitored
from tests.alerting.repositories import REPOSITORY, SITE, exported
from tests.exports.rosters import catalog_at
from tests.parts import needs_prometheus
from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generators.catalog import Catalog
    from tests.alerting.monitoring import Notification

PACK = "stripe"
PROJECTS = 4
STANDS_FOR = 50
"""Projects for which each one speaks."""
BURNING, BREAKING = "pack-render-failures-burning", "release-breaks-working-installs"
OPTED_OUT = ("DO_NOT_TRACK", "DBT_SEND_ANONYMOUS_USAGE_STATS", "DFOPS_TELEMETRY")


class _Kept(ThreadingHTTPServer):
    """An address that keeps what is posted, as files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.folder = folder
        self.address = f"http://127.0.0.1:{self.server_address[1]}/events"


class _Post(BaseHTTPRequestHandler):
    server: _Kept

    def do_POST(self) -> None:
        """Keep the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (self.server.folder / f"{uuid4()}.json").write_bytes(body)
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[_Kept]:
    """Where events are posted to."""
    (tmp_path / "posted").mkdir()
    with _Kept(tmp_path / "posted") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@dataclass
class Team:
    """What the team has: its store, and the counters that are scraped."""

    catalog: Catalog
    folder: Path
    posted: Path
    text: str = ""
    seen: set[str] = field(default_factory=set)
    events: list[dict[str, object]] = field(default_factory=list)
    """What came last, each as one project told it."""

    def __post_init__(self) -> None:
        """An empty store: every counter begins at 0."""
        self.take([])

    @property
    def store(self) -> Path:
        """The file."""
        return self.folder / "events.duckdb"

    def take(self, events: list[dict[str, object]]) -> None:
        """Take events in, and read the counters."""
        file = self.folder / "lines.jsonl"
        file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        with opened(self.store, Layout.of(contracts_of(self.catalog))) as store:
            assert not ingest(store, [file], datetime.now(UTC)).refused
        objectives = {entry.id: entry.entity for entry in self.catalog.entries_of(Objective)}
        connection = ibis.duckdb.connect(self.store, read_only=True)
        found = counts(connection, connection.table("events"), objectives, {name: [PACK] for name in objectives})
        connection.disconnect()
        self.text = exposition(found, None).decode()

    def arrived(self) -> None:
        """What was posted since the last time, as it was posted."""
        self.events = []
        for path in sorted(self.posted.iterdir()):
            if path.name not in self.seen:
                self.seen.add(path.name)
                self.events += json.loads(path.read_bytes())
        assert self.events
        self.take(self.events)

    def more(self) -> bool:
        """The same once more from many other projects, now; False, so that a wait goes on."""
        now = datetime.now(UTC).isoformat()
        copies = [
            event | {"id": str(uuid4()), "source": f"urn:uuid:{uuid4()}", "time": now}
            for event in self.events
            for _ in range(STANDS_FOR)
        ]
        self.take(copies)
        return False


def repository(folder: Path, *, broken: bool) -> Path:
    """This repository as far as a pack needs it; with a release of the pack that reads a column which is not there."""
    for name in ("ops_model", "runbooks"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copytree(REPOSITORY / "packs" / PACK, folder / "packs" / PACK)
    if broken:
        pack = folder / "packs" / PACK / "pack.yaml"
        pack.write_text(
            re.sub(r"(?m)^version: .*$", "version: 0.2.0", pack.read_text(encoding="utf-8")), encoding="utf-8"
        )
        for path in sorted((folder / "packs" / PACK / "charts").glob("*.yml")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("captured", "captured_at_last"), encoding="utf-8")
    return folder


def columns(catalog: Catalog, folder: Path) -> Path:
    """The columns that a user has: those of the pack's own schema."""
    entry = catalog.find(PackSchema, PACK)
    assert entry is not None
    types = {"string": "varchar", "integer": "bigint", "float": "double", "timestamp": "timestamptz"}
    rows = [
        f"{entry.entity.schema_name},{table},{column},{types.get(str(kind), str(kind))}"
        for table, one in entry.entity.tables.items()
        for column, kind in one.columns.items()
    ]
    path = folder / "columns.csv"
    path.write_text("\n".join(["table_schema,table_name,column_name,data_type", *rows]), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Users:
    """Projects with telemetry on, and what they have in their warehouse."""

    projects: list[Path]
    export: Path

    def check(self, root: Path, code: int) -> None:
        """Each checks the pack of a repository against its columns, and sends what was recorded."""
        for project in self.projects:
            words = ("--schema", self.export, "--warehouse", "duckdb", "--root", root)
            typed(project, code, "pack", "check", PACK, *words)
            while Spool.of(project).waiting().events:  # the check has started a process that sends, too
                typed(project, 0, "telemetry", "ship")


def typed(project: Path, code: int, *words: object) -> str:
    """A command as it is typed in a project, without what refuses telemetry in tests; what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in OPTED_OUT}
    command = [sys.executable, "-m", "generators.cli", *map(str, words)]
    ran = subprocess.run(  # noqa: S603 - ours
        command,
        cwd=project,
        env=environment | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert ran.returncode == code, ran
    return ran.stdout


@pytest.fixture
def users(tmp_path: Path, kept: _Kept) -> Users:
    """Each with an installation id of its own."""
    projects = [tmp_path / f"project-{number}" for number in range(PROJECTS)]
    for project in projects:
        project.mkdir()
        agree(project, kept.address)
    return Users(projects, columns(catalog_at(REPOSITORY), tmp_path))


def assert_led_to_steps(notified: Sequence[Notification], alerts: Mapping[str, Alert]) -> None:
    """Each notification is of the pack, and leads to the step that answers its alert; the slow ticket's too."""
    for one in notified:
        link, step = urlsplit(one.annotations["runbook_url"]), str(alerts[one.labels["alertname"]].step)
        assert (link.path, link.fragment) == (f"/runbooks/{step.partition('/')[0]}.html", anchor_of("step", step))
        assert parse_qs(link.query)["connector"] == [one.labels["connector"]] == [PACK]


@pytest.mark.long
@pytest.mark.minutes
@needs_prometheus
def test_a_bad_release_is_told_of_by_its_users(tmp_path: Path, kept: _Kept, users: Users) -> None:
    """It fires at the on-call of the packs with a link to the step, and is over once users went back."""
    catalog = catalog_at(REPOSITORY)
    alerts = {entry.id: entry.entity for entry in catalog.entries_of(Alert)}
    wanted = {(receiver(catalog, alerts[name]).name, name, PACK) for name in (BURNING, BREAKING)}
    good, bad = (repository(tmp_path / name, broken=name == "bad") for name in ("good", "bad"))
    exported(catalog, tmp_path)
    team = Team(catalog, tmp_path, kept.folder)
    asking = (
        "telemetry",
        "evaluate",
        "--store",
        team.store,
        "--site",
        SITE,
        "--valid-minutes",
        1,
        "--root",
        REPOSITORY,
    )
    print(f"clock compressed by {FACTOR}, each project stands for {STANDS_FOR}")  # noqa: T201 - a reader of the log must know
    with monitored(tmp_path, lambda: team.text) as running:
        running.wait(lambda: running.query("dataface_objective_events_total"), "nothing was scraped")
        users.check(good, 0)
        team.arrived()
        assert not running.of("firing")
        users.check(bad, 1)
        team.arrived()
        said = typed(tmp_path, 0, *asking, "--alertmanager", f"http://{running.alertmanager}")
        assert f"sev1 {BREAKING}" in said
        running.wait(lambda: running.of("firing") >= wanted or team.more(), f"does not fire: {wanted}")
        users.check(good, 0)
        team.arrived()
        assert typed(tmp_path, 0, *asking) == "No condition holds.\n"
        running.wait(lambda: running.of("resolved") >= wanted or team.more(), f"does not resolve: {wanted}")
    assert_led_to_steps(running.notified, alerts)
