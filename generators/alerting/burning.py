"""How fast an error budget burns before somebody is notified. All numbers are decimals, so that nothing rounds them.

Factors and windows: The Site Reliability Workbook, "Alerting on SLOs", for objectives over 30 days. Both windows of a
pair must be above the threshold: the long one says that it matters, the short one that it still goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTES: Mapping[str, int] = {"m": 1, "h": 60, "d": 24 * 60}
"""Of each unit of a window."""


@dataclass(frozen=True, slots=True)
class Burn:
    """A burn rate, and the two windows over which it must hold."""

    factor: Decimal
    """Error ratio ÷ error budget (1 − target)."""
    long: str
    """As Prometheus writes it: `1h`."""
    short: str

    def threshold(self, target: str) -> Decimal:
        """The error ratio that both windows must exceed. A share: 0.144 is 14.4 %."""
        return self.factor * (1 - Decimal(target))

    def is_possible(self, target: str) -> bool:
        """Whether any error ratio exceeds the threshold: none is above 1."""
        return self.threshold(target) < 1


BURNS: Mapping[str, tuple[Burn, ...]] = {
    "page": (Burn(Decimal("14.4"), "1h", "5m"), Burn(Decimal(6), "6h", "30m")),
    "ticket": (Burn(Decimal(3), "1d", "2h"), Burn(Decimal(1), "3d", "6h")),
}
"""By what an alert says of its speed, the faster one first: it fires when one of them holds."""


def minutes(window: str) -> int:
    """How long a window such as `30m`, `6h` or `3d` is."""
    return int(window[:-1]) * MINUTES[window[-1]]


def possible(burn: str, target: str) -> tuple[Burn, ...]:
    """The burn rates of a speed that an error ratio can exceed at all; none where the target leaves too much budget."""
    return tuple(one for one in BURNS[burn] if one.is_possible(target))


def windows(burns: tuple[Burn, ...]) -> tuple[str, ...]:
    """Every window of some burn rates, each once, the shortest first."""
    return tuple(sorted({window for one in burns for window in (one.long, one.short)}, key=minutes))


def plain(number: Decimal) -> str:
    """A decimal as people write it: `0.072`, never `7.2E-2` or `0.0720`."""
    return f"{number.normalize():f}"
