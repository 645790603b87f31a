"""`dfops page`: where an alert goes, which step answers it, and who is notified in which minute."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import Key
from generators.cli.lookup import entry_of
from generators.cli.options import (
    AtOption,
    FormatOption,
    RootOption,
    SiteOption,
    Unusable,
    moment,
    repository,
    site_address,
)
from generators.cli.partial import conclude, needs, partial_catalog
from generators.model.oncall import EscalationPolicy
from generators.model.organization import Surface
from generators.model.support import Severity
from generators.model.telemetry import Alert
from generators.oncall.paging import PagePlan, page_plan
from generators.report.duty import stamp
from generators.report.paging import page_json, page_text
from generators.report.text import printable
from generators.views.links import VALUE, step_link

AlertOption = Annotated[str, typer.Option("--alert", metavar="NAME", help="The alert's id.")]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="K=V", help="A label of the alert, such as connector=stripe; repeat it."),
]


def page(
    alert: AlertOption,
    label: LabelOption = None,
    at: AtOption = None,
    site: SiteOption = "",
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Try a page without sending it: route, receiver, the step that answers, and each step's people and minutes."""
    base = site_address(site)
    when, labels = moment(at), _labels(label or [])
    catalog = partial_catalog(repository(root))
    entry = entry_of(catalog, Alert, alert)
    surface, severity = catalog.find(Surface, entry.entity.surface), catalog.find(Severity, entry.entity.severity)
    if surface is None or severity is None:
        conclude(catalog, needs(catalog, [(Alert.kind, entry.id)]))  # where it goes is not known
    parameters = {**labels, "severity": str(entry.entity.severity), "paged": stamp(when)}
    link = step_link(str(entry.entity.runbook), str(entry.entity.step), parameters, base)
    plan = page_plan(catalog, entry, when, labels, link)
    sys.stdout.write(page_json(plan) if form == "json" else page_text(plan))
    for name in plan.unused_labels if form == "text" else ():
        sys.stderr.write(f"note: no command of {entry.entity.runbook} uses the label {printable(name)}\n")
    conclude(catalog, needs(catalog, [(Alert.kind, entry.id), *_policy(plan)]))


def _policy(plan: PagePlan) -> list[Key]:
    """The policy that pages people, where one does."""
    return [(EscalationPolicy.kind, plan.receiver.policy)] if plan.receiver.policy else []


def _labels(words: list[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.isidentifier():
            raise Unusable(f"--label {printable(word)}: write it like connector=stripe")
        if not VALUE.fullmatch(value):
            raise Unusable(
                f"--label {printable(word)}: a value may hold letters, digits and _ . / : @ - only, because it stands "
                "in commands that are pasted"
            )
        labels[name] = value
    return labels
