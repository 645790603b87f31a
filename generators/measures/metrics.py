"""Metrics as Ibis expressions over the table of events: one definition each, for every engine that Ibis speaks to.

`events` is a table as `measures.layout` describes it. Moments are arguments, aware; a window ends at one and begins so
long before it, its beginning left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

import ibis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ibis.expr.types import BooleanColumn, Table

    from generators.model.telemetry import Match

WINDOWS: Final[Mapping[str, timedelta]] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
PLACES: Final = ("pack", "connector", "pack_version", "runtime", "warehouse")
"""What metrics are told apart by, unless a caller names fewer."""
INSTALL, RENDER, FRESHNESS = "pack-install-result", "pack-render-result", "data-freshness-result"
"""Contracts whose meaning these metrics know."""
FAILED: Final = ("failed", "partial")


def during(events: Table, at: datetime, window: timedelta) -> Table:
    """The events of a window."""
    moment = at.astimezone(UTC)
    return events.filter(events.time <= ibis.timestamp(moment), events.time > ibis.timestamp(moment - window))


def of(events: Table, contract: str) -> Table:
    """The events of a contract."""
    return events.filter(events.contract == contract)


def matching(events: Table, matches: Sequence[Match]) -> BooleanColumn:
    """Whether every field has one of its values. An absent one matches nothing."""
    conditions = [_is_one_of(events[match.field], match.values) for match in matches]
    return ibis.and_(*conditions).fill_null(False)  # noqa: FBT003 - a value of the column


def _is_one_of(column: Any, values: Sequence[str]) -> BooleanColumn:
    if column.type().is_boolean():
        return column.isin([value == "true" for value in values])
    return column.isin(list(values))


def total(condition: BooleanColumn) -> Any:
    """How many rows meet a condition: 0, not null, where there are none."""
    return condition.ifelse(1, 0).sum().fill_null(0)


def install_success(events: Table, by: Sequence[str]) -> Table:
    """Installs and upgrades that succeeded, of those that did not end for a reason in the project."""
    chosen = of(events, INSTALL)
    chosen = chosen.filter(chosen.action.isin(["install", "upgrade"]), chosen.outcome.isin(["succeeded", "failed"]))
    return chosen.group_by(list(by)).agg(events=chosen.count(), succeeded=total(chosen.outcome == "succeeded"))


def render_success(events: Table, by: Sequence[str]) -> Table:
    """Boards that drew completely, of those as delivered whose source could be opened; how long they took.

    A validation can only fail, so it is left out here, and counts among failures.
    """
    chosen = _rendered(events)
    chosen = chosen.filter(chosen.trigger != "validate")
    return chosen.group_by(list(by)).agg(
        events=chosen.count(),
        succeeded=total(chosen.outcome == "succeeded"),
        partial=total(chosen.outcome == "partial"),
        longest_ms=chosen.duration_ms.max(),
    )


def _rendered(events: Table) -> Table:
    chosen = of(events, RENDER)
    return chosen.filter(~chosen.modified, chosen.outcome != "not-reached")


def errors_by_code(events: Table, by: Sequence[str]) -> Table:
    """Records with a diagnostic code, and on how many installations."""
    chosen = events.filter(events.code.notnull())
    return chosen.group_by([*by, "contract", "code"]).agg(
        events=chosen.count(), installations=chosen.installation.nunique(), newest=chosen.time.max()
    )


def time_to_first_dashboard(events: Table, by: Sequence[str]) -> Table:
    """Minutes from the first install of a pack in a project to its first board that drew: least, mean, most."""
    keys = ["installation", "pack"]
    installs = of(events, INSTALL)
    installs = installs.filter(installs.action == "install", installs.outcome == "succeeded")
    installs = installs.group_by(keys).agg(installed=installs.time.min())
    drawn = _rendered(events)
    drawn = drawn.filter(drawn.outcome == "succeeded").join(installs, keys)
    drawn = drawn.filter(drawn.time >= drawn.installed)
    places = [name for name in by if name != "pack"]
    first = drawn.group_by(keys).agg(
        minutes=(_second(drawn.time.min()) - _second(drawn.installed.min())) / 60,
        **{name: drawn[name].min() for name in places},
    )
    return first.group_by(list(by)).agg(
        installations=first.count(), least=first.minutes.min(), mean=first.minutes.mean(), most=first.minutes.max()
    )


def _second(moment: Any) -> Any:
    """Whole seconds since 1970: engines differ in what they make of a fraction."""
    return moment.truncate("s").epoch_seconds()


def repeat_offenders(events: Table, by: Sequence[str]) -> Table:
    """Boards that failed on two days or more, or on two installations or more."""
    chosen = _rendered(events)
    chosen = chosen.filter(chosen.outcome.isin(list(FAILED)))
    counted = chosen.group_by([*by, "board", "code"]).agg(
        events=chosen.count(), installations=chosen.installation.nunique(), days=chosen.time.date().nunique()
    )
    return counted.filter((counted.days >= 2) | (counted.installations >= 2))  # noqa: PLR2004 - more than once


def adoption(events: Table, by: Sequence[str]) -> Table:
    """Installations by the newest version that each reported of a pack."""
    chosen = events.filter(events.pack_version.notnull())
    newest = chosen.mutate(
        place=ibis.row_number().over(group_by=["installation", "pack"], order_by=[chosen.time.desc(), chosen.id.desc()])
    )
    newest = newest.filter(newest.place == 0)
    return newest.group_by(list(dict.fromkeys([*by, "pack", "pack_version"]))).agg(installations=newest.count())


def freshness(events: Table, by: Sequence[str]) -> Table:
    """Looks at required tables by how they ended, and the greatest age."""
    chosen = of(events, FRESHNESS)
    return chosen.group_by([*by, "table"]).agg(
        events=chosen.count(),
        within=total(chosen.outcome.isin(["fresh", "late"])),
        unknown=total(chosen.outcome == "unknown"),
        oldest_hours=chosen.age_hours.max(),
        newest=chosen.time.max(),
    )


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that the team looks at."""

    id: str
    title: str
    """In a sentence."""
    make: Callable[[Table, Sequence[str]], Table]


METRICS: Final = (
    Metric("install-success", "Installs and upgrades that succeeded", install_success),
    Metric("render-success", "Boards that drew completely", render_success),
    Metric("errors-by-code", "Failures by diagnostic code", errors_by_code),
    Metric("time-to-first-dashboard", "Minutes from install to the first board", time_to_first_dashboard),
    Metric("repeat-offenders", "Boards that fail again and again", repeat_offenders),
    Metric("adoption", "Installations by version", adoption),
    Metric("freshness", "Age of the data", freshness),
)
"""In the order in which they are shown."""
