"""What an alert's page says beside its file: whether it can fire, and at which error ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.alerting.burning import plain, possible
from generators.alerting.standing import Standing, standing
from generators.alerting.wording import is_by_connector
from generators.model.telemetry import Objective

if TYPE_CHECKING:
    from datetime import datetime

    from generators.alerting.burning import Burn
    from generators.catalog import Catalog, Entry
    from generators.model.telemetry import Alert

MISSING = {
    Standing.LIVE: "",
    Standing.WITHOUT_CONDITION: "Neither an objective nor a query says when it fires.",
    Standing.WITHOUT_EVENTS: "Nothing records its events yet.",
}
UNITS = {"m": "minute", "h": "hour", "d": "day"}


@dataclass(frozen=True, slots=True)
class BurnLine:
    """A burn rate: the share that both windows must exceed."""

    share: str
    long: str
    short: str
    factor: str


@dataclass(frozen=True, slots=True)
class AlertNow:
    """Whether an alert can fire, and on which burn rates."""

    missing: str
    """What is missing before it can fire, in a sentence; empty where it is live."""
    burns: tuple[BurnLine, ...]
    """None where no objective says when it fires."""
    by_connector: bool
    minimum_events: int


def alert_now(catalog: Catalog, entry: Entry[Alert], at: datetime) -> AlertNow:  # noqa: ARG001 - as the others of its table
    """Of the model as it is, whatever the moment."""
    alert = entry.entity
    missing = MISSING[standing(catalog, alert)]
    objective = catalog.find(Objective, alert.objective) if alert.objective else None
    if objective is None or alert.burn is None:
        return AlertNow(missing, (), by_connector=False, minimum_events=0)
    target = objective.entity.target
    lines = tuple(_line(one, target) for one in possible(alert.burn, target))
    by_connector = is_by_connector(catalog, objective.entity)
    return AlertNow(missing, lines, by_connector=by_connector, minimum_events=objective.entity.minimum_events)


def _line(burn: Burn, target: str) -> BurnLine:
    share = f"{plain(burn.threshold(target) * 100)} %"
    return BurnLine(share, _words(burn.long), _words(burn.short), plain(burn.factor))


def _words(window: str) -> str:
    """`6 hours`, `1 day`."""
    number, unit = int(window[:-1]), UNITS[window[-1]]
    return f"{number} {unit}" + ("" if number == 1 else "s")
