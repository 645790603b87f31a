"""`dfops telemetry evaluate`: conditions that no counter expresses, asked on a schedule."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import urllib3
from urllib3.exceptions import HTTPError

from generators.cli.options import AtOption, FormatOption, RootOption, SiteOption, Unusable, moment
from generators.cli.telemetry_consent import reading
from generators.cli.telemetry_store import ConnectionOption, StoreOption, measured, note_synthetic
from generators.model.organization import Surface
from generators.report.text import printable
from generators.telemetry.consent import require_address
from generators.views.links import VALUE, step_link

if TYPE_CHECKING:
    from datetime import datetime

    from generators.cli.telemetry_store import Measured
    from generators.model.telemetry import Alert

SCHEMA_VERSION = 1
ALERTS = "/api/v2/alerts"
SECONDS = 10.0
AlertmanagerOption = Annotated[
    str | None,
    typer.Option("--alertmanager", metavar="URL", help="Send what fires to this Alertmanager.", show_default=False),
]
ValidOption = Annotated[
    int,
    typer.Option("--valid-minutes", min=1, max=1440, help="An alert that is not sent again for so long is resolved."),
]


def evaluate(
    alertmanager: AlertmanagerOption = None,
    valid: ValidOption = 15,
    site: SiteOption = "",
    store: StoreOption = None,
    connection: ConnectionOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Ask the conditions of alerts and say which hold. Run it more often than --valid-minutes, from cron for example.

    Alerts on objectives are Prometheus's: `dfops export alerts`. Exit 1 where an alert fires and no Alertmanager was
    named, or where it cannot be reached.
    """
    when = moment(at)
    if alertmanager is not None:
        with reading():
            require_address(alertmanager, "--alertmanager")
    with measured(root, store, connection) as asked:
        firing = [
            _payload(asked, name, alert, labels, when + timedelta(minutes=valid), site)
            for name, alert in asked.alerts.items()
            if alert.query is not None
            for labels in _holding(asked, name, alert, when)
        ]
        note_synthetic(asked)
    if form == "json":
        sys.stdout.write(json.dumps({"schema_version": SCHEMA_VERSION, "alerts": firing}, indent=1) + "\n")
    else:
        _tell(firing)
    if alertmanager is not None and firing:
        _send(alertmanager, firing)
    raise typer.Exit(1 if firing and alertmanager is None else 0)


def _holding(asked: Measured, name: str, alert: Alert, at: datetime) -> list[dict[str, str]]:
    from generators.measures.conditions import Condition, UnfitQuery  # noqa: PLC0415 - its own extra

    try:
        return Condition.of(alert.query or "").holds_for(asked.connection, at, asked.priorities())
    except UnfitQuery as error:
        raise Unusable(f"the query of {name} {error}") from error


def _payload(
    asked: Measured, name: str, alert: Alert, labels: dict[str, str], until: datetime, site: str
) -> dict[str, object]:
    """An alert as Alertmanager takes it; what of the labels no command may hold is left out of the link."""
    surface = asked.catalog.find(Surface, alert.surface)
    fixed = {"alertname": name, "severity": str(alert.severity), "surface": str(alert.surface)}
    owner = {"owner": str(surface.entity.owner)} if surface else {}
    values = {key: value for key, value in labels.items() if VALUE.fullmatch(value)}
    link = step_link(str(alert.runbook), str(alert.step), {**values, "severity": str(alert.severity)}, site)
    return {
        "labels": {**labels, **fixed, **owner},
        "annotations": {"summary": alert.title, "description": alert.condition, "runbook_url": link},
        "endsAt": until.isoformat(),
    }


def _tell(firing: list[dict[str, object]]) -> None:
    if not firing:
        sys.stdout.write("No condition holds.\n")
    for one in firing:
        labels, annotations = dict(one["labels"]), dict(one["annotations"])  # type: ignore[call-overload]
        places = ", ".join(f"{key}={value}" for key, value in labels.items() if key not in FIXED)
        sys.stdout.write(printable(f"{labels['severity']} {labels['alertname']}: {annotations['summary']}") + "\n")
        sys.stdout.write(printable(f"  {places or 'everywhere'}: {annotations['runbook_url']}") + "\n")


FIXED = frozenset({"alertname", "severity", "surface", "owner"})


def _send(address: str, firing: list[dict[str, object]]) -> None:
    """Raises Unusable where it is not taken in."""
    retry = urllib3.Retry(
        total=3, redirect=0, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=["POST"]
    )
    try:
        with urllib3.PoolManager() as pool:
            answer = pool.request(
                "POST", address.rstrip("/") + ALERTS, json=firing, retries=retry, timeout=SECONDS, redirect=False
            )
    except HTTPError as error:
        raise Unusable(f"the Alertmanager cannot be reached: {type(error).__name__}") from error
    if answer.status != 200:  # noqa: PLR2004 - the code of an answer that is good
        raise Unusable(f"the Alertmanager answers with {answer.status}")
    sys.stdout.write(f"{len(firing)} alerts sent.\n")
