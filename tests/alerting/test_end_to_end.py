from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from generators.alerting.burning import BURNS
from generators.alerting.rules import Burning, burning
from generators.model.anchors import anchor_of
from generators.model.runbook import Runbook
from generators.oncall.paging import receiver
from tests.alerting.monitoring import FACTOR, Notification, compressed, monitored, shorter
from tests.alerting.repositories import REPOSITORY, SITE, exported
from tests.exports.rosters import catalog_at
from tests.parts import needs_prometheus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.catalog import Catalog
    from tests.pages.sites import Sites

EVENTS = 10_000
"""Each time that is scraped."""
RECOVERED = 1_000
"""How many times as many come once all is well again: what went wrong then is soon a small share of any window."""
BROKEN, SLOWLY, WELL = "broken", "slowly_broken", "well"


@dataclass
class Counters:
    """What the store would expose: counters of each objective and connector, which rise whenever they are scraped."""

    series: Mapping[tuple[str, str], Decimal]
    """The error ratio of each (objective, connector)."""
    counted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    state: str = "quiet"
    """`quiet` (no events), `bad` or `good`."""

    def text(self) -> str:
        """OpenMetrics text, after one more round of events."""
        lines = ["# TYPE dataface_objective_events counter"]
        for (objective, connector), ratio in self.series.items():
            bad = int(EVENTS * ratio) if self.state == "bad" else 0
            good = {"quiet": 0, "bad": EVENTS - bad, "good": EVENTS * RECOVERED}[self.state]
            for result, more in (("good", good), ("bad", bad)):
                key = (objective, connector, result)
                self.counted[key] = self.counted.get(key, 0) + more
                labels = f'objective="{objective}",connector="{connector}",result="{result}"'
                lines.append(f"dataface_objective_events_total{{{labels}}} {self.counted[key]}")
        return "\n".join([*lines, "# EOF", ""])


class Anchors(HTMLParser):
    """The ids on a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the signature is html.parser's
        """Of each element."""
        self.ids |= {value for name, value in attrs if name == "id" and value}


def assert_leads_to_a_step(link: str, site: Path) -> None:
    """The page of a link below SITE is in a built site, and has its anchor."""
    assert link.startswith(SITE)
    address = urlsplit(link.removeprefix(SITE))
    assert address.fragment in Anchors(site / address.path).ids, link


def test_compressed_time_is_the_same_rules_with_shorter_windows() -> None:
    """Only what stands in brackets is a window."""
    rule = {"record": "a:b:increase1h", "expr": "sum(increase(c_total[1h])) / (a:b:increase1h > 0.5)"}
    made = compressed({"rules": [rule]}, FACTOR)["rules"][0]
    assert made == {"record": "a:b:increase1h", "expr": "sum(increase(c_total[12000ms])) / (a:b:increase1h > 0.5)"}
    assert [shorter(one, FACTOR) for one in ("5m", "3d", "30s")] == ["1000ms", "864000ms", "100ms"]


def ratios(alerts: tuple[Burning, ...]) -> dict[tuple[str, str], Decimal]:
    """The error ratio of each series: everything fails, or as much as makes a ticket and no page, or nothing."""
    between = (BURNS["ticket"][0].factor + BURNS["page"][-1].factor) / 2
    made = {}
    for one in alerts:
        budget = 1 - Decimal(one.objective.entity.target)
        for connector in (BROKEN, SLOWLY, WELL) if one.by_connector else ("",):
            share = {BROKEN: Decimal("0.5"), WELL: Decimal(0)}.get(connector, between * budget)
            made[one.objective.id, connector] = share if connector or one.alert.entity.burn == "ticket" else Decimal(1)
    return made


def expected(catalog: Catalog, alerts: tuple[Burning, ...]) -> set[tuple[str, str, str]]:
    """Receiver, alert and connector of each notification.

    A ticket of a connector for whose objective somebody is paged is muted.
    """
    pages = {one.objective.id for one in alerts if one.alert.entity.burn == "page"}
    found = set()
    for one in alerts:
        speed, by = one.alert.entity.burn, one.by_connector
        for connector in [BROKEN, SLOWLY] if by else [""]:
            fires = not by or connector == BROKEN or speed == "ticket"
            muted = connector == BROKEN and speed == "ticket" and one.objective.id in pages
            if fires and not muted:
                found.add((receiver(catalog, one.alert.entity).name, one.alert.id, connector))
    return found


def fired_and_resolved(catalog: Catalog, folder: Path) -> list[Notification]:
    """Every alert on an objective fires where it should, and resolves; nothing else is notified."""
    alerts = burning(catalog, lambda _: "")
    exported(catalog, folder)
    counters = Counters(ratios(alerts))
    print(f"clock compressed by {FACTOR}")  # noqa: T201 - a reader of the log must know
    with monitored(folder, counters.text) as running:
        running.wait(lambda: running.query("dataface_objective_events_total"), "nothing was scraped")
        counters.state = "bad"
        wanted = expected(catalog, alerts)
        running.wait(lambda: running.of("firing") >= wanted, f"does not fire: {wanted}")
        muted = [one for one in running.alerts() if one["status"]["inhibitedBy"]]
        counters.state = "good"
        running.wait(lambda: running.of("resolved") >= wanted, f"does not resolve: {wanted}")
        running.wait(lambda: not running.query('ALERTS{alertstate="firing"}'), "an alert still fires")
        assert (running.of("firing"), running.of("resolved")) == (wanted, wanted)
        assert all(one["labels"]["connector"] == BROKEN for one in muted)
        assert bool(muted) == any(len({x.alert.entity.burn for x in pair}) == 2 for pair in twice(alerts))
    return running.notified


def twice(alerts: tuple[Burning, ...]) -> list[tuple[Burning, Burning]]:
    """Pairs of alerts on one objective."""
    return [(one, other) for one, other in product(alerts, alerts) if one.objective is other.objective]


@needs_prometheus
def test_an_alert_fires_arrives_with_its_link_and_resolves(miniature: Path, tmp_path: Path, sites: Sites) -> None:
    """From a counter that rises to a step on a page of the built site; then events are good, and it is over."""
    notified = fired_and_resolved(catalog_at(miniature), tmp_path)
    for one in notified:
        assert_leads_to_a_step(one.annotations["runbook_url"], sites.of("internal").out)


@pytest.mark.long
@needs_prometheus
def test_each_alert_of_this_repository_fires_and_resolves(tmp_path: Path) -> None:
    """For the connectors that fail and no other, at the receiver of its severity, with the connector in its link."""
    catalog = catalog_at(REPOSITORY)
    notified = fired_and_resolved(catalog, tmp_path)
    steps = {
        (entry.id, anchor_of("step", f"{entry.id}/{step.id}"))
        for entry in catalog.entries_of(Runbook)
        for step in entry.entity.steps
    }
    for one in notified:
        address = urlsplit(one.annotations["runbook_url"])
        assert (address.path.removeprefix("/runbooks/").removesuffix(".html"), address.fragment) in steps
        wanted = {name: [value] for name in ("severity", "connector") if (value := one.labels.get(name))}
        assert parse_qs(address.query) == wanted
