"""Routes and receivers for Alertmanager, with the receiver that each alert must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.alerting.routing import SECRETS, configuration, routed, unrouted_owners
from generators.exports.table import Made
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.exports.table import Sources

CONFIGURATION, RECEIVERS = "alertmanager.yaml", "receivers.txt"
MARK = "Written by `dfops export alertmanager`"
HEAD = f"{MARK} from the model: change it there, then export again.\n"


def make_export(sources: Sources) -> Made:
    """The configuration, and a line for each alert: its receiver, then its labels."""
    owners = ", ".join(unrouted_owners(sources.catalog)) or "nobody"
    made = configuration(sources.catalog)
    head = (
        f"{HEAD}amtool check-config {CONFIGURATION}\nSecrets are files in {SECRETS}/, one for each receiver.\n"
        f"Alerts that no route fits are owned by: {owners}."
    )
    lines = [
        " ".join([one.receiver, *(f"{name}={value}" for name, value in one.labels.items())])
        for one in routed(sources.catalog)
    ]
    return Made(
        {CONFIGURATION: yaml_text(made, head=head), RECEIVERS: "".join(f"{line}\n" for line in lines)}, mark=MARK
    )
