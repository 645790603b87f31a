"""Recording and alerting rules of Prometheus: the burn rates of each objective, for each connector.

The counters are those that `dfops telemetry metrics` exposes. They count events by arrival: an event that arrives late
counts when it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.alerting.burning import BURNS, Burn, plain, possible, windows
from generators.alerting.wording import (
    SHARE_NOW,
    about_objective,
    annotation_texts,
    is_by_connector,
    labels,
    link_template,
    literal,
)
from generators.model.telemetry import Alert, Objective

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generators.catalog import Catalog, Entry

    Block = dict[str, Any]
    Linked = Callable[[Alert], str]
    """The address of the step that answers an alert, with the parameters that every firing has."""

COUNTER = "dataface_objective_events_total"
"""Events that count, with the labels objective, connector (may be empty) and result (`good` or `bad`)."""
GROUP = "objectives"


@dataclass(frozen=True, slots=True)
class Burning:
    """An alert on the burn rate of an objective."""

    alert: Entry[Alert]
    objective: Entry[Objective]
    burns: tuple[Burn, ...]
    """Those that can be exceeded; none where the target leaves too much budget."""
    by_connector: bool
    """Whether the events say which connector they are about."""
    labels: dict[str, str]
    link: str


def burning(catalog: Catalog, linked: Linked) -> tuple[Burning, ...]:
    """The alerts on burn rates, by objective and id."""
    found = [one for entry in catalog.entries_of(Alert) if (one := _burning(catalog, entry, linked))]
    return tuple(sorted(found, key=lambda one: (one.objective.id, one.alert.id)))


def _burning(catalog: Catalog, entry: Entry[Alert], linked: Linked) -> Burning | None:
    alert = entry.entity
    objective = catalog.find(Objective, alert.objective) if alert.objective else None
    if objective is None or alert.burn is None:
        return None
    by_connector = is_by_connector(catalog, objective.entity)
    burns = possible(alert.burn, objective.entity.target)
    return Burning(entry, objective, burns, by_connector, labels(catalog, alert), linked(alert))


def rule_file(alerts: Iterable[Burning]) -> Block:
    """The rules as Prometheus loads them: one group, in which each rule sees what those before it recorded."""
    live = [one for one in alerts if one.burns]
    recorded = [
        rule for window in windows(tuple(burn for one in live for burn in one.burns)) for rule in _recording(window)
    ]
    rules = [*recorded, *(_alerting(one) for one in live)]
    return {"groups": [{"name": GROUP, "rules": rules}] if rules else []}


def _recording(window: str) -> Iterator[Block]:
    """What counted in a window and which share of it was not good, for each objective and connector."""
    yield {"record": counted_in(window), "expr": _increase("", window)}
    bad = _increase('{result="bad"}', window)
    yield {
        "record": errors_in(window),
        "expr": f"{bad}\n/\n({counted_in(window)} > 0)",  # no event, no ratio, no alert
    }


def _alerting(one: Burning) -> Block:
    return {
        "alert": one.alert.id,
        "expr": "\nor\n".join(_condition(one.objective, burn) for burn in one.burns),
        "labels": one.labels,
        "annotations": _annotations(one),
    }


def counted_in(window: str) -> str:
    """The recorded series of the events of a window that count."""
    return f"objective_connector:dataface_objective_events:increase{window}"


def errors_in(window: str) -> str:
    """The recorded series of the share of a window's events that are not good; absent where none count."""
    return f"objective_connector:dataface_objective_errors_per_event:ratio_increase{window}"


def _increase(matchers: str, window: str) -> str:
    return f"sum by (objective, connector) (increase({COUNTER}{matchers}[{window}]))"


def _of(series: str, objective: str) -> str:
    return f'{series}{{objective="{objective}"}}'


def _condition(objective: Entry[Objective], burn: Burn) -> str:
    limit = plain(burn.threshold(objective.entity.target))
    long, short = (_of(errors_in(window), objective.id) for window in (burn.long, burn.short))
    enough = f"{_of(counted_in(burn.long), objective.id)} >= {objective.entity.minimum_events}"
    return f"(\n  {long} > {limit}\n  and {short} > {limit}\n  and {enough}\n)"


def _annotations(one: Burning) -> Block:
    made = annotation_texts(
        one.alert.entity,
        about_objective(one.objective.entity),
        link_template(one.link, by_connector=one.by_connector),
    )
    made["summary"] = literal(made["summary"])
    made["description"] = f"{literal(made['description'])} {SHARE_NOW}"
    return made


def remarks(alerts: Iterable[Burning]) -> Iterator[str]:
    """What the rules cannot say."""
    for one in alerts:
        speed, target = str(one.alert.entity.burn), one.objective.entity.target
        left_out = [burn for burn in BURNS[speed] if burn not in one.burns]
        for burn in left_out:
            limit = plain(burn.threshold(target))
            yield (
                f"{one.alert.id}: a burn rate of {plain(burn.factor)} would be an error ratio of {limit}, and none is "
                f"above 1: left out. Raise the target of {one.objective.id}, or alert on a slower burn."
            )
