from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from generators.alerting.routing import SECRETS
from generators.exports.alertmanager import CONFIGURATION, RECEIVERS
from generators.model.organization import Surface
from generators.model.support import Severity
from generators.model.telemetry import Alert
from generators.oncall.paging import receiver_of
from tests.alerting.monitoring import routing
from tests.alerting.repositories import ROOTS, exported_from, run
from tests.exports.rosters import catalog_at
from tests.parts import needs_prometheus

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess
    from typing import Any


@pytest.fixture(params=ROOTS)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The miniature and this repository, with their exports in `tmp_path`."""
    root: Path = ROOTS[request.param]
    exported_from(root, tmp_path)
    return root


def routed(folder: Path, receiver: str, *labels: str) -> CompletedProcess[str]:
    """Whether the routes lead labels to a receiver."""
    return run(
        folder,
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={CONFIGURATION}",
        f"--verify.receivers={receiver}",
        *labels,
    )


def rows(folder: Path) -> list[list[str]]:
    """The table: a receiver and labels in each line."""
    return [line.split(" ") for line in (folder / RECEIVERS).read_text(encoding="utf-8").splitlines()]


@needs_prometheus
def test_amtool_leads_every_alert_to_its_receiver(root: Path, tmp_path: Path) -> None:
    """Each line of the table, one for each alert of the model and one for an alert that nobody knows."""
    checked = run(tmp_path, "amtool", "check-config", CONFIGURATION)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(rows(tmp_path)) == len(list(catalog_at(root).entries_of(Alert))) + 1
    for receiver, *labels in rows(tmp_path):
        tested = routed(tmp_path, receiver, *labels)
        assert tested.returncode == 0, f"{labels}: {tested.stdout}{tested.stderr}"


@needs_prometheus
def test_every_severity_of_every_surface_has_its_receiver(root: Path, tmp_path: Path) -> None:
    """Also where no alert of today needs it: `dfops page` and Alertmanager agree."""
    catalog = catalog_at(root)
    for surface in catalog.entries_of(Surface):
        for severity in catalog.entries_of(Severity):
            expected = receiver_of(catalog, surface.id, severity.id).name
            assert routed(tmp_path, expected, f"surface={surface.id}", f"severity={severity.id}").returncode == 0


@needs_prometheus
@pytest.mark.parametrize("labels", [["surface=lamp"], ["severity=sev1"], ["surface=lamp", "severity=sev9"], ["x=y"]])
def test_what_no_route_fits_goes_to_its_owner(tmp_path: Path, labels: list[str]) -> None:
    """Never to nobody; the head of the file says whose they are."""
    exported_from(ROOTS["miniature"], tmp_path)
    assert routed(tmp_path, "unrouted-alerts", *labels).returncode == 0
    assert routed(tmp_path, "lamp-escalation", *labels).returncode != 0
    assert "no route fits are owned by: spare-keeper." in (tmp_path / CONFIGURATION).read_text(encoding="utf-8")


@needs_prometheus
def test_pager_and_channel_show_what_an_alert_says(miniature: Path, tmp_path: Path) -> None:
    """The receivers as exported, with their secrets in files: only where these lie and where a pager is differ."""
    exported_from(miniature, tmp_path)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "lamp-escalation.routing-key").write_text("a-key\n", encoding="utf-8")

    def configuration(address: str) -> dict[str, Any]:
        (secrets / "lamp-queue.webhook-url").write_text(f"{address}/channel\n", encoding="utf-8")
        text = (tmp_path / CONFIGURATION).read_text(encoding="utf-8").replace(SECRETS, str(secrets))
        made: dict[str, Any] = yaml.safe_load(text.replace("group_wait: 30s", "group_wait: 10ms"))
        (pager,) = [block for one in made["receivers"] for block in one.get("pagerduty_configs", ())]
        pager["url"] = f"{address}/pager"
        return made

    said = {"summary": 'It is "dark" {{ x }}', "description": "Nothing burns.", "runbook_url": "https://x.example/#a"}
    with routing(tmp_path, configuration) as running:
        for severity in ("sev1", "sev3"):
            labels = {"alertname": severity, "severity": severity, "surface": "lamp", "connector": "oil"}
            running.send({"labels": labels, "annotations": said})
        running.wait(lambda: len(running.posted) > 1, "nothing was notified")
    posted = dict(running.posted)
    pager, (channel,) = posted["pager"], posted["channel"]["attachments"]
    assert (pager["routing_key"], pager["event_action"]) == ("a-key", "trigger")
    assert pager["payload"]["summary"] == 'It is "dark" {{ x }}: oil'
    assert pager["links"] == [{"href": "https://x.example/#a", "text": "Runbook"}]
    assert pager["payload"]["custom_details"]["description"] == "Nothing burns."
    assert (channel["title"], channel["title_link"]) == ('It is "dark" {{ x }}: oil', "https://x.example/#a")
    assert channel["text"] == "Nothing burns."


def test_no_secret_is_in_the_file(root: Path, tmp_path: Path) -> None:
    """Each receiver is used by a route, and reads what is secret from a file of its own."""
    made = yaml.safe_load((tmp_path / CONFIGURATION).read_text(encoding="utf-8"))
    names = [one["name"] for one in made["receivers"]]
    used = {made["route"]["receiver"], *(route["receiver"] for route in made["route"]["routes"])}
    assert (len(set(names)), set(names)) == (len(names), used)
    blocks = [block for one in made["receivers"] for key, value in one.items() if key != "name" for block in value]
    files = [value for block in blocks for key, value in block.items() if key.endswith("_file")]
    assert len(set(files)) == len(names)
    assert all(file.startswith(f"{SECRETS}/") for file in files)
    assert not any(key in {"url", "api_url", "routing_key", "service_key"} for block in blocks for key in block)
    assert root.is_dir()
