"""Which promise holds for a symptom on a surface, and how many minutes it is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generators.model.support import ServiceLevel

if TYPE_CHECKING:
    from generators.catalog import Catalog, Entry
    from generators.model.support import Hours
    from generators.model.text import Span


class Promises:
    """Every promise of a catalog, filed once for many questions."""

    def __init__(self, catalog: Catalog) -> None:
        self._filed: dict[tuple[str, str, str | None], Entry[ServiceLevel]] = {}
        self._surfaces: dict[str, list[Entry[ServiceLevel]]] = defaultdict(list)
        for entry in catalog.entries_of(ServiceLevel):
            level = entry.entity
            self._filed.setdefault((level.surface, level.severity, level.symptom), entry)
            self._surfaces[level.surface].append(entry)

    def on(self, surface: str) -> list[Entry[ServiceLevel]]:
        """Everything promised on a surface, by id."""
        return self._surfaces.get(surface, [])

    def holding(self, surface: str, severity: str, symptom: str = "") -> Entry[ServiceLevel] | None:
        """The promise for a symptom where there is one, else the general one of that surface and severity."""
        return self._filed.get((surface, severity, symptom)) or self._filed.get((surface, severity, None))


def minutes_of(span: Span, hours: Hours | None) -> int:
    """Working minutes of a span: a day is 24 hours, or as long as the hours of the promise."""
    if span.unit != "day" or hours is None:
        return span.minutes
    return span.amount * (_minute(hours.end) - _minute(hours.start))


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return 60 * int(hour) + int(minute)
