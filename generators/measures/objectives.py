"""Objectives over a window: how much of the error budget is left, how fast it burns, when it is empty.

Burn rate = error ratio / (1 - target); budget = (1 - target) of the events that count in the objective's window. SRE
workbook, chapter 5. Below the minimum of events nothing is said: one failure of three is no trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import ibis

from generators.measures.metrics import during, matching, of, total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from generators.model.telemetry import Objective

RECENT: Final = timedelta(days=1)
"""The window whose pace says when the budget is empty."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events that count and those of them that are good."""

    events: int = 0
    good: int = 0

    @property
    def bad(self) -> int:
        """Events that count and are not good."""
        return self.events - self.good

    @property
    def error_ratio(self) -> Decimal:
        """0 without events."""
        return Decimal(self.bad) / self.events if self.events else Decimal(0)


@dataclass(frozen=True, slots=True)
class Budget:
    """An objective for one place, a connector for example, at a moment."""

    objective: str
    place: str
    """Empty where events have none."""
    target: Decimal
    minimum: int
    whole: Counts
    """In the objective's window."""
    recent: Counts
    """In the last day."""
    newest: datetime | None
    """The newest event that counts."""

    @property
    def is_sparse(self) -> bool:
        """Whether there are too few events to say anything."""
        return self.whole.events < self.minimum

    @property
    def allowed(self) -> Decimal:
        """Events that may be bad in the window."""
        return (1 - self.target) * self.whole.events

    @property
    def left(self) -> Decimal:
        """Share of the budget that is left; negative where more was spent than there is. 1 without events."""
        return 1 - Decimal(self.whole.bad) / self.allowed if self.whole.events else Decimal(1)

    @property
    def burn(self) -> Decimal:
        """Burn rate of the last day: 1 spends the budget in exactly the objective's window."""
        return self.recent.error_ratio / (1 - self.target)

    @property
    def is_spent(self) -> bool:
        """Whether more events were bad than may be, among enough of them."""
        return not self.is_sparse and self.left < 0

    @property
    def hours_left(self) -> Decimal | None:
        """Hours until the budget is empty at the last day's pace; None where it does not burn or is empty."""
        if self.is_sparse or self.recent.bad == 0 or self.left <= 0:
            return None
        return (self.allowed - self.whole.bad) / (Decimal(self.recent.bad) / Decimal(RECENT / timedelta(hours=1)))


def counted(
    events: Table, objective: Objective, at: datetime, windows: Mapping[str, timedelta], place: str = "connector"
) -> Table:
    """A row for each place: `NAME_events` and `NAME_good` of each window, and the `newest` moment; one scan."""
    chosen = during(of(events, str(objective.event)), at, max(windows.values()))
    chosen = chosen.filter(matching(chosen, objective.counted))
    good = matching(chosen, objective.good)
    columns = {"newest": chosen.time.max()}
    for name, window in windows.items():
        is_in = chosen.time > ibis.timestamp(at - window)
        columns[f"{name}_events"] = total(is_in)
        columns[f"{name}_good"] = total(is_in & good)
    return chosen.group_by(chosen[place].fill_null("").name("place")).agg(**columns)


def budgets(
    connection: BaseBackend, events: Table, objectives: Mapping[str, Objective], at: datetime
) -> Iterator[Budget]:
    """Each objective at each place that has events."""
    for name, objective in objectives.items():
        windows = {"whole": timedelta(days=objective.window_days), "recent": RECENT}
        for row in connection.to_pyarrow(counted(events, objective, at, windows)).to_pylist():
            yield Budget(
                name,
                str(row["place"]),
                Decimal(objective.target),
                objective.minimum_events,
                Counts(int(row["whole_events"]), int(row["whole_good"])),
                Counts(int(row["recent_events"]), int(row["recent_good"])),
                row["newest"],
            )
