"""The states that a pack was in: derived for each moment at which a fact changed, from the facts of that moment.

What proved the pack is taken as it is now: evidence names its last check, not those before. So the history says what
telemetry, incidents, overrides and withdrawals made of the pack that is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generators.status.state import State, Status

REACHES: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Period:
    """A state from one moment to another; `until` None: it still holds."""

    state: State
    reason: str
    since: datetime
    until: datetime | None

    def lasted(self, at: datetime) -> timedelta:
        """How long it has lasted at a moment."""
        return (self.until or at) - self.since


def history(
    judge: Callable[[datetime], Status], changes: Iterable[datetime], began: datetime | None, at: datetime
) -> tuple[Period, ...]:
    """The periods of the last 90 days, newest first. `judge` gives the status of a moment; `began`: not before it."""
    start = max(at - REACHES, began) if began else at - REACHES
    moments = sorted({start, *(moment for moment in changes if start < moment <= at)})
    periods: list[Period] = []
    for moment in moments:
        found = judge(moment)
        last = periods[-1] if periods else None
        if last is not None and (last.state, last.reason) == (found.state, found.reason):
            continue
        if last is not None:
            periods[-1] = Period(last.state, last.reason, last.since, moment)
        periods.append(Period(found.state, found.reason, moment, None))
    return tuple(reversed(periods))
