"""Routes of Alertmanager: from the labels of an alert to the receiver of its surface and severity.

No secret is in the configuration: each receiver reads its own from a file (Alertmanager 0.25 and newer).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.alerting.wording import CONNECTOR, labels
from generators.model.organization import Role, Surface
from generators.model.support import Severity
from generators.model.telemetry import Alert
from generators.oncall.paging import receiver, receiver_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.catalog import Catalog

    Block = dict[str, Any]

UNROUTED = "unrouted-alerts"
"""The receiver of alerts that no route fits."""
SECRETS = "/etc/alertmanager/secrets"
"""The folder in which receivers' secrets lie on the machine of the Alertmanager."""
DUE = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}
"""Alerts that fire within 30 seconds of each other are one notification; one that goes on is repeated after 4 hours."""
QUEUED = "1d"
"""After how long an alert that pages no one is repeated."""


@dataclass(frozen=True, slots=True)
class Routed:
    """An alert's labels and the receiver that they must lead to."""

    labels: Mapping[str, str]
    receiver: str


def configuration(catalog: Catalog) -> Block:
    """The configuration as Alertmanager loads it: routes, what mutes what, receivers."""
    routes = _routes(catalog)
    paging = {name: policy for name, policy, _ in routes}
    names = [*dict.fromkeys(name for name, *_ in routes), UNROUTED]
    return {
        "route": {
            "receiver": UNROUTED,
            "group_by": ["alertname", CONNECTOR],  # one link each: the page that it opens is about one connector
            **DUE,
            "routes": [_route(name, matchers, pages=bool(policy)) for name, policy, matchers in routes],
        },
        "inhibit_rules": list(_muted(catalog)),
        "receivers": [_pager(name) if paging.get(name) else _channel(name) for name in names],
    }


def routed(catalog: Catalog) -> tuple[Routed, ...]:
    """Every alert with its receiver, and at the end one that no route fits."""
    alerts = [
        Routed({"alertname": entry.id} | labels(catalog, entry.entity), receiver(catalog, entry.entity).name)
        for entry in catalog.entries_of(Alert)
    ]
    return (*alerts, Routed({"alertname": "without-surface-and-severity"}, UNROUTED))


def unrouted_owners(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the roles that take the alerts that no route fits: one, where the model is right."""
    return tuple(entry.id for entry in catalog.entries_of(Role) if entry.entity.takes_unrouted_alerts)


# ── routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _routes(catalog: Catalog) -> list[tuple[str, str, tuple[str, ...]]]:
    """Receiver, policy (empty: no one is paged) and matchers, for each surface and each receiver that it has."""
    made: list[tuple[str, str, tuple[str, ...]]] = []
    for surface in catalog.entries_of(Surface):
        severities: dict[tuple[str, str], list[str]] = {}
        for severity in _severities(catalog):
            one = receiver_of(catalog, surface.id, severity)
            severities.setdefault((one.name, one.policy), []).append(severity)
        for (name, policy), chosen in severities.items():
            made.append((name, policy, (f'surface="{surface.id}"', _any("severity", chosen))))
    return made


def _severities(catalog: Catalog) -> list[str]:
    """Their ids, the worst first."""
    return [one.id for one in sorted(catalog.entries_of(Severity), key=lambda one: (one.entity.rank, one.id))]


def _any(label: str, values: Iterable[str]) -> str:
    return f'{label}=~"{"|".join(values)}"'


def _route(name: str, matchers: tuple[str, ...], *, pages: bool) -> Block:
    return {"receiver": name, "matchers": list(matchers)} | ({} if pages else {"repeat_interval": QUEUED})


def _muted(catalog: Catalog) -> Iterator[Block]:
    """Who was paged for an objective of a connector needs no ticket about the same."""
    pages = {severity.id: severity.entity.pages for severity in catalog.entries_of(Severity)}
    order = _severities(catalog)
    loud, quiet = ([one for one in order if pages[one] is wanted] for wanted in (True, False))
    if loud and quiet:
        of_objective = 'objective!=""'  # two alerts without one are about different things
        yield {
            "source_matchers": [_any("severity", loud), of_objective],
            "target_matchers": [_any("severity", quiet), of_objective],
            "equal": ["objective", CONNECTOR],
        }


# ── receivers ───────────────────────────────────────────────────────────────────────────────────────────────────────
TITLE = "{{ .CommonAnnotations.summary }}{{ with .CommonLabels.connector }}: {{ . }}{{ end }}"
DESCRIPTION = "{{ .CommonAnnotations.description }}"
LINK = "{{ .CommonAnnotations.runbook_url }}"


def _pager(name: str) -> Block:
    """A service of PagerDuty, with the routing key of its integration (Events API v2)."""
    block = {
        "routing_key_file": f"{SECRETS}/{name}.routing-key",
        "send_resolved": True,
        "severity": "critical",
        "description": TITLE,
        "details": {"description": DESCRIPTION, "runbook": LINK},
        "links": [{"href": LINK, "text": "Runbook"}],
    }
    return {"name": name, "pagerduty_configs": [block]}


def _channel(name: str) -> Block:
    """A channel behind an incoming webhook of Slack, which other chat programs understand as well."""
    block = {
        "api_url_file": f"{SECRETS}/{name}.webhook-url",
        "send_resolved": True,
        "title": TITLE,
        "title_link": LINK,
        "text": DESCRIPTION,
    }
    return {"name": name, "slack_configs": [block]}
