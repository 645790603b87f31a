"""Unit tests of the rules for `promtool test rules`: each burn rate just above and just below its threshold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from generators.alerting.burning import minutes
from generators.alerting.rules import COUNTER
from generators.alerting.wording import CONNECTOR, about_objective, annotation_texts, with_connector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.alerting.burning import Burn
    from generators.alerting.rules import Burning

    Block = dict[str, Any]

EVENTS = 1_000_000
"""In a step of a series: enough for every threshold, which has six decimals at most."""
STEPS = {"page": 1, "ticket": 30}
"""Minutes between two samples of a series, by the speed of an alert: days of minutes would take long to evaluate."""
EVALUATED = "6h"
"""How often the rules are evaluated in the tests, each of which lasts a multiple of it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which each step brings the same events."""

    minutes: int
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to one connector, and whether the alert fires at the end."""

    title: str
    stretches: tuple[Stretch, ...]
    ratio: Decimal | None = None
    """The share of the long window's events that are not good, where the alert fires."""


def tests_file(alerts: Sequence[Burning], rules: str, connectors: tuple[str, str]) -> Block:
    """The tests. `rules`: the file with the rules, seen from this one. `connectors`: one that fails, one that works."""
    tests = [
        _test(one, scenario, connectors if one.by_connector else ("", ""))
        for one in alerts
        if one.burns
        for scenario in scenarios(one)
    ]
    return {"rule_files": [rules], "evaluation_interval": EVALUATED, "tests": tests}


# ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────────
def scenarios(one: Burning) -> Iterator[Scenario]:
    """For each burn rate one that exceeds it and one that does not; events that are over; too few events."""
    least, longest = one.objective.entity.minimum_events, max(minutes(burn.long) for burn in one.burns)
    step = STEPS[str(one.alert.entity.burn)]
    for burn in one.burns:
        calm = Stretch(2 * longest - minutes(burn.long), 2 * EVENTS, 0)  # so busy that no other burn rate is exceeded
        for bad, ratio in _around(burn, one.objective.entity.target):
            side = "just above" if ratio else "not above"
            title = f"an error ratio {side} the threshold in {burn.long} and {burn.short}"
            yield Scenario(title, (calm, Stretch(minutes(burn.long), EVENTS - bad, bad)), ratio)
    recovery = max(minutes(burn.short) for burn in one.burns)
    ended = (Stretch(longest - recovery, 0, EVENTS), Stretch(recovery, EVENTS, 0))
    yield Scenario("errors that have ended", ended)
    for events, ratio in ((least - 1, None), (least, Decimal(1))):
        title = "as few events as suffice, all bad" if ratio else "one event too few, all bad"
        yield Scenario(title, (Stretch(longest - step, 0, 0), Stretch(step, 0, events)), ratio)


def _around(burn: Burn, target: str) -> Iterator[tuple[int, Decimal | None]]:
    """Bad events of a step above a threshold, with their share, and not above it."""
    exact = burn.threshold(target) * EVENTS
    above = int(exact.to_integral_value(ROUND_FLOOR)) + 1
    yield above, Decimal(above) / EVENTS
    yield int(exact.to_integral_value(ROUND_CEILING)) - 1, None


# ── as promtool reads it ────────────────────────────────────────────────────────────────────────────────────────────
def _test(one: Burning, scenario: Scenario, connectors: tuple[str, str]) -> Block:
    failing, working = connectors
    step = STEPS[str(one.alert.entity.burn)]
    series = [*_series(one, failing, scenario.stretches, step)]
    if working:
        fine = tuple(Stretch(each.minutes, each.good + each.bad, 0) for each in scenario.stretches)
        series += _series(one, working, fine, step)
    return {
        "name": f"{one.alert.id}: {scenario.title}",
        "interval": f"{step}m",
        "input_series": series,
        "alert_rule_test": [
            {
                "eval_time": f"{sum(each.minutes for each in scenario.stretches)}m",
                "alertname": one.alert.id,
                "exp_alerts": [] if scenario.ratio is None else [_expected(one, failing, scenario.ratio)],
            }
        ],
    }


def _series(one: Burning, connector: str, stretches: tuple[Stretch, ...], step: int) -> Iterator[Block]:
    for result in ("good", "bad"):
        names = {"objective": one.objective.id, CONNECTOR: connector, "result": result}
        matchers = ",".join(f'{name}="{value}"' for name, value in names.items())
        counts = [(each.minutes // step, each.good if result == "good" else each.bad) for each in stretches]
        yield {"series": f"{COUNTER}{{{matchers}}}", "values": _values(counts)}


def _values(counts: list[tuple[int, int]]) -> str:
    """A counter from 0 on, in promtool's notation `a+bxn`, by steps and increase."""
    total, parts = 0, ["0"]
    for steps, increase in counts:
        parts.append(f"{total + increase}+{increase}x{steps - 1}")
        total += steps * increase
    return " ".join(parts)


def _expected(one: Burning, connector: str, ratio: Decimal) -> Block:
    """The alert as it fires: its templates filled in by hand."""
    link = with_connector(one.link, connector) if connector else one.link
    made = annotation_texts(one.alert.entity, about_objective(one.objective.entity), link)
    made["description"] += f" Not good in the last hours or days: {float(ratio) * 100:.4g}%."
    about = {"objective": one.objective.id} | ({CONNECTOR: connector} if connector else {})
    return {"exp_labels": about | one.labels, "exp_annotations": made}
