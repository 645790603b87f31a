"""Whether an alert can fire: something must say when, and something must record the events that it is about."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from generators.model.telemetry import Event, Objective

if TYPE_CHECKING:
    from generators.catalog import Catalog
    from generators.model.telemetry import Alert


class Standing(StrEnum):
    """What is missing before an alert can fire, in a sentence that follows a colon."""

    LIVE = ""
    WITHOUT_CONDITION = "declared, not live: neither an objective nor a query says when it fires"
    WITHOUT_EVENTS = "declared, not live: nothing records its events yet"


def standing(catalog: Catalog, alert: Alert) -> Standing:
    """Whether an alert can fire. What it refers to and is not there, it does not have."""
    if alert.objective is None and alert.query is None:
        return Standing.WITHOUT_CONDITION
    events = [catalog.find(Event, name) for name in events_of(catalog, alert)]
    recorded = events and all(event and event.entity.producers for event in events)
    return Standing.LIVE if recorded else Standing.WITHOUT_EVENTS


def events_of(catalog: Catalog, alert: Alert) -> tuple[str, ...]:
    """Ids of the events that an alert is about, sorted: of its objective, or of the examples of its query."""
    if alert.objective is None:
        return tuple(sorted({str(events.event) for example in alert.examples for events in example.events}))
    objective = catalog.find(Objective, alert.objective)
    return (str(objective.entity.event),) if objective else ()
