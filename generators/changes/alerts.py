"""Alerts: how severe, who receives them, which step answers, when they fire, and whether they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.alerting.standing import events_of, standing
from generators.changes.sides import Pair, weight_of
from generators.model.support import Severity
from generators.model.telemetry import Alert, Event, Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.changes.change import Change, Weight
    from generators.changes.sides import Sides
    from generators.model.telemetry import Match

LOWEST = 99
"""In place of the rank of a severity that is not there."""


def alerts(sides: Sides) -> Iterator[Change]:
    """Every alert and objective that is different, and those whose events are recorded no more."""
    for pair in sides.pairs(Alert):
        if pair.both is None:
            yield from _there_or_not(pair)
        else:
            yield from _standing(sides, pair)
            if pair.is_changed:
                yield from _alert(sides, pair, *pair.both)
    for objective in sides.changed(Objective):
        if objective.both:
            yield from _objective(objective, *objective.both)


def _there_or_not(pair: Pair[Alert]) -> Iterator[Change]:
    title = pair.entry.entity.title
    if pair.after:
        yield pair.told("on-call", "stronger", f"Alert '{title}' is new, answered by", after=pair.after.entity.step)
    else:
        yield pair.told("on-call", "weaker", f"Alert '{title}' is gone: nothing fires for it any more")


def _standing(sides: Sides, pair: Pair[Alert]) -> Iterator[Change]:
    """Whether it can fire: an event that nothing records any more silences it."""
    if pair.both is None or _is_unsure(sides, *pair.both):
        return
    was, now = (
        standing(side.catalog, alert) for side, alert in zip((sides.before, sides.after), pair.both, strict=True)
    )
    if was != now:
        weight: Weight = "weaker" if now else "stronger"  # it says what is missing
        what = f"Alert '{pair.entry.entity.title}'"
        yield pair.told("on-call", weight, what, "title", before=was or "live", after=now or "live").covering()


def _is_unsure(sides: Sides, *alerts: Alert) -> bool:
    """Whether what says when one of these fires, or what it is about, cannot be read."""
    keys = [(Objective.kind, str(alert.objective)) for alert in alerts if alert.objective]
    for side, alert in zip((sides.before, sides.after), alerts, strict=True):
        keys += [(Event.kind, name) for name in events_of(side.catalog, alert)]
    return sides.is_unread(*keys)


WORDS = {
    "severity": "severity",
    "step": "the step that answers",
    "burn": "fires at the burn rate of a",
    "objective": "objective",
    "condition": "condition",
    "query": "the query that says when it fires",
}


def _alert(sides: Sides, pair: Pair[Alert], was: Alert, now: Alert) -> Iterator[Change]:
    weights: dict[str, Weight] = {
        "severity": severity_weight(sides, was.severity, now.severity),
        "burn": weight_of(was.burn == "page", now.burn == "page") if was.burn and now.burn else "changed",
        "query": "weaker" if now.query is None else "changed",
    }
    for field, words in WORDS.items():
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            what = f"Alert '{now.title}': {words}"
            yield pair.told("on-call", weights.get(field, "changed"), what, field, before=before, after=after)


def _objective(pair: Pair[Objective], was: Objective, now: Objective) -> Iterator[Change]:
    name = f"Objective '{now.title}'"
    numbers: tuple[tuple[str, str, float, float], ...] = (
        ("target", "target", float(was.target), float(now.target)),
        ("minimum_events", "events below which nothing fires", -was.minimum_events, -now.minimum_events),
    )
    for field, words, one, other in numbers:
        if one != other:
            weight, what = weight_of(one, other), f"{name}: {words}"
            before, after = getattr(was, field), getattr(now, field)
            yield pair.told("on-call", weight, what, field, before=before, after=after)
    if was.window_days != now.window_days:
        what = f"{name}: days over which it is counted"
        days = was.window_days, now.window_days
        yield pair.told("on-call", "changed", what, "window_days", before=days[0], after=days[1])
    for field, words in (("counted", "which events count"), ("good", "which events are good")):
        before, after = (_matches(getattr(objective, field)) for objective in (was, now))
        if before != after:
            yield pair.told("on-call", "changed", f"{name}: {words}", field, before=before, after=after)


def _matches(matches: tuple[Match, ...]) -> str:
    return " and ".join(f"{match.field} is {' or '.join(match.values)}" for match in matches)


def severity_weight(sides: Sides, was: str, now: str) -> Weight:
    """Of a severity that is given in place of another: a worse one is taken more seriously."""
    return weight_of(-_rank(sides.before.catalog, was), -_rank(sides.after.catalog, now))


def _rank(catalog: Catalog, name: str) -> int:
    severity = catalog.find(Severity, name)
    return severity.entity.rank if severity else LOWEST
