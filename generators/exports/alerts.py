"""Rules of Prometheus for the alerts on objectives, and the unit tests of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.alerting.rules import burning, remarks, rule_file
from generators.alerting.standing import Standing, standing
from generators.alerting.unit_tests import tests_file
from generators.catalog import public_part
from generators.exports.table import Made
from generators.model.pack import Pack
from generators.model.telemetry import Alert
from generators.source.writing import yaml_text
from generators.views.links import step_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.exports.table import Sources

RULES, TESTS = "rules.yaml", "tests.yaml"
MARK = "Written by `dfops export alerts`"
HEAD = f"{MARK} from the model: change it there, then export again.\n"
EXAMPLES = ("example", "other-example")
"""Connectors of the tests where the model has no two packs."""


def make_export(sources: Sources) -> Made:
    """Rules and their tests; what is declared and not live, as remarks."""

    def linked(alert: Alert) -> str:
        return step_link(str(alert.runbook), str(alert.step), {"severity": str(alert.severity)}, sources.site)

    catalog = sources.catalog
    alerts = burning(catalog, linked)
    tests = tests_file(alerts, RULES, _connectors(catalog))
    files = {
        RULES: yaml_text(rule_file(alerts), head=f"{HEAD}promtool check rules --lint-fatal {RULES}"),
        TESTS: yaml_text(tests, head=f"{HEAD}promtool test rules {TESTS}"),
    }
    return Made(files, mark=MARK, remarks=(*_remarks(sources), *remarks(alerts)))


def _connectors(catalog: Catalog) -> tuple[str, str]:
    """Two connectors of packs."""
    named = {str(entry.entity.connector) for entry in public_part(catalog).entries_of(Pack)}
    first, second, *_ = (*sorted(named), *EXAMPLES)
    return first, second


def _remarks(sources: Sources) -> Iterator[str]:
    if not sources.site:
        yield f"{RULES}: links of alerts have no host: name the address of the internal site with --site URL."
    for entry in sources.catalog.entries_of(Alert):
        found = standing(sources.catalog, entry.entity)
        if found is not Standing.LIVE:
            yield f"{entry.id}: {found}."
        elif entry.entity.query is not None:
            yield f"{entry.id}: no rule of Prometheus; `dfops telemetry evaluate` asks its query and sends it."
