"""The summary of a store: what pages say of each connector's pack."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from generators.measures.metrics import (
    FRESHNESS,
    RENDER,
    WINDOWS,
    adoption,
    during,
    errors_by_code,
    matching,
    of,
    total,
)
from generators.measures.objectives import Counts, budgets
from generators.telemetry.summary import (
    CodeCount,
    DayCount,
    ObjectiveState,
    PackTelemetry,
    SignalSpan,
    Summary,
    VersionCount,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from generators.measures.objectives import Budget
    from generators.model.telemetry import Objective

CODES: Final = 10
"""Codes that are named."""
SLOW: Final = 3
"""Days of the window in which a budget burns slowly: burn rate 1 or more there and on its last day."""

Daily = dict[str, dict[date, Counts]]
"""Counts of an objective by connector and day, UTC."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A store and what its events are measured by."""

    connection: BaseBackend
    events: Table
    objectives: Mapping[str, Objective]

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """What an expression gives."""
        found: list[dict[str, Any]] = self.connection.to_pyarrow(table).to_pylist()
        return found


def summary(asked: Asked, at: datetime, *, synthetic: bool) -> Summary:
    """What the store says at a moment, aware. Connectors without an event of a pack are not in it."""
    per_objective: dict[str, list[Budget]] = defaultdict(list)
    for one in budgets(asked.connection, asked.events, asked.objectives, at):
        per_objective[one.place].append(one)
    daily = {name: _daily(asked, objective, at) for name, objective in asked.objectives.items()}
    month = during(asked.events, at, WINDOWS["30d"])
    codes = _by_connector(asked.rows(errors_by_code(of(month, RENDER), ["connector"])))
    versions = _by_connector(asked.rows(adoption(month, ["connector"])))
    newest = during(asked.events, at, WINDOWS["90d"])
    newest = newest.filter(newest.connector.notnull()).group_by("connector").agg(newest=newest.time.max())
    connectors = {
        str(row["connector"]): PackTelemetry(
            newest=row["newest"],
            objectives=tuple(_state(asked, one) for one in per_objective[str(row["connector"])]),
            trend=_trend(asked, daily, str(row["connector"]), at),
            codes=_codes(codes[str(row["connector"])]),
            versions=_versions(versions[str(row["connector"])]),
            signals=tuple(_signals(asked, daily, str(row["connector"]), at)),
        )
        for row in asked.rows(newest)
    }
    return Summary(at=at, synthetic=synthetic, connectors=dict(sorted(connectors.items())))


def _by_connector(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[str(row["connector"])].append(row)
    return found


def _state(asked: Asked, one: Budget) -> ObjectiveState:
    objective = asked.objectives[one.objective]
    return ObjectiveState(
        objective=one.objective,
        title=objective.title,
        target=str(one.target),
        basis=objective.basis,
        window_days=objective.window_days,
        minimum=one.minimum,
        events=one.whole.events,
        good=one.whole.good,
        left=f"{one.left:.4f}",
        burn=f"{one.burn:.4f}",
        hours_left=None if one.hours_left is None else f"{one.hours_left:.1f}",
    )


def _daily(asked: Asked, objective: Objective, at: datetime) -> Daily:
    """The last 90 days of an objective."""
    chosen = during(of(asked.events, str(objective.event)), at, WINDOWS["90d"])
    chosen = chosen.filter(matching(chosen, objective.counted))
    keys = [chosen.connector.fill_null("").name("place"), chosen.time.date().name("day")]
    grouped = chosen.group_by(keys).agg(events=chosen.count(), good=total(matching(chosen, objective.good)))
    found: Daily = defaultdict(dict)
    for row in asked.rows(grouped):
        found[str(row["place"])][row["day"]] = Counts(int(row["events"]), int(row["good"]))
    return found


def _trend(asked: Asked, daily: Mapping[str, Daily], connector: str, at: datetime) -> tuple[DayCount, ...]:
    """Of the first objective over boards that are drawn."""
    first = next((name for name, objective in asked.objectives.items() if objective.event == RENDER), None)
    days = daily[first].get(connector, {}) if first else {}
    since = (at - WINDOWS["30d"]).astimezone(UTC).date()
    return tuple(
        DayCount(day=day, events=counts.events, good=counts.good) for day, counts in sorted(days.items()) if day > since
    )


def _codes(rows: Sequence[dict[str, Any]]) -> tuple[CodeCount, ...]:
    ordered = sorted(rows, key=lambda row: (-int(row["events"]), str(row["code"])))
    return tuple(
        CodeCount(code=row["code"], events=row["events"], installations=row["installations"]) for row in ordered[:CODES]
    )


def _versions(rows: Sequence[dict[str, Any]]) -> tuple[VersionCount, ...]:
    ordered = sorted(rows, key=lambda row: (-int(row["installations"]), str(row["pack_version"])))
    return tuple(VersionCount(version=row["pack_version"], installations=row["installations"]) for row in ordered)


def _signals(asked: Asked, daily: Mapping[str, Daily], connector: str, at: datetime) -> Iterator[SignalSpan]:
    """When each objective's budget burnt: from the day on which it did to the first on which it did not."""
    for name, objective in asked.objectives.items():
        days = daily[name].get(connector)
        if days:
            what: Literal["stale-data", "budget-burning"]
            what = "stale-data" if objective.event == FRESHNESS else "budget-burning"
            for since, until in _spans(days, objective, at.astimezone(UTC).date()):
                yield SignalSpan(what=what, since=_midnight(since), until=_midnight(until) if until else None)


def _spans(days: Mapping[date, Counts], objective: Objective, today: date) -> Iterator[tuple[date, date | None]]:
    began: date | None = None
    day = min(days)
    while day <= today:
        burns = burns_on(days, day, Decimal(objective.target), objective.minimum_events)
        if burns and began is None:
            began = day
        elif not burns and began is not None:
            yield began, day
            began = None
        day += timedelta(days=1)
    if began is not None:
        yield began, None


def burns_on(days: Mapping[date, Counts], day: date, target: Decimal, minimum: int) -> bool:
    """Whether the budget burns at 1 or more over three days and over the last of them, among enough events."""
    window = [days.get(day - timedelta(days=back), Counts()) for back in range(SLOW)]
    whole = Counts(sum(one.events for one in window), sum(one.good for one in window))
    allowed = 1 - target
    return whole.events >= minimum and whole.error_ratio >= allowed and window[0].error_ratio >= allowed


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
