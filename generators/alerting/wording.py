"""What an alert carries: labels that route it, and annotations that its reader sees."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from generators.alerting.burning import plain
from generators.model.organization import Surface
from generators.model.telemetry import Event

if TYPE_CHECKING:
    from generators.catalog import Catalog
    from generators.model.telemetry import Alert, Objective

CONNECTOR = "connector"
"""The label, and the field of an event, that says which connector an alert is about."""


def labels(catalog: Catalog, alert: Alert) -> dict[str, str]:
    """The labels that lead an alert to its receiver. The owner is a role; empty where the surface is not known."""
    surface = catalog.find(Surface, alert.surface)
    return {
        "severity": str(alert.severity),
        "surface": str(alert.surface),
        "owner": str(surface.entity.owner) if surface else "",
    }


def is_by_connector(catalog: Catalog, objective: Objective) -> bool:
    """Whether the events of an objective say which connector they are about."""
    event = catalog.find(Event, objective.event)
    return event is not None and any(field.name == CONNECTOR for field in event.entity.attributes)


def with_connector(link: str, connector: str) -> str:
    """A link to a step with the connector among its parameters. `link` has parameters already, and may have an anchor.

    `connector` is written as it is: a value that an address may hold, or a template.
    """
    address, sign, anchor = link.partition("#")
    return f"{address}&connector={connector}{sign}{anchor}"


def annotation_texts(alert: Alert, about: str, link: str) -> dict[str, str]:
    """The annotations of an alert, with nothing to be filled in: what it says of itself, and where it is answered."""
    return {"summary": alert.title, "description": about, "runbook_url": link}


def about_objective(objective: Objective) -> str:
    """Which events count, which of them are good, and how many must be."""
    share = plain(Decimal(objective.target) * 100)
    return f"{objective.meaning} Target: {share} % over {objective.window_days} days."


# ── templates of Go's text/template ─────────────────────────────────────────────────────────────────────────────────
SHARE_NOW = "Not good in the last hours or days: {{ $value | humanizePercentage }}."


def literal(text: str) -> str:
    """Text that a template of Go leaves as it is. Each brace is an action, so that no two of them open one."""
    return text.replace("{", '{{ "{" }}')


def link_template(link: str, *, by_connector: bool) -> str:
    """A link to a step that is filled from the labels of an alert."""
    if not by_connector:
        return literal(link)
    address, sign, anchor = literal(link).partition("#")
    return f"{address}{{{{ with $labels.connector }}}}&connector={{{{ . | urlquery }}}}{{{{ end }}}}{sign}{anchor}"
