"""Which promise holds for a symptom on a surface, and how many minutes it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.model.support import ServiceLevel

if TYPE_CHECKING:
    from generators.catalog import Catalog, Entry
    from generators.model.support import Hours
    from generators.model.text import Span


def promise(catalog: Catalog, surface: str, severity: str, symptom: str = "") -> Entry[ServiceLevel] | None:
    """The promise for a symptom where there is one, else the general one of that surface and severity."""
    found = [
        e for e in catalog.entries_of(ServiceLevel) if e.entity.surface == surface and e.entity.severity == severity
    ]
    special = [entry for entry in found if symptom and entry.entity.symptom == symptom]
    return next(iter([*special, *(entry for entry in found if entry.entity.symptom is None)]), None)


def minutes_of(span: Span, hours: Hours | None) -> int:
    """Working minutes of a span: a day is 24 hours, or as long as the hours of the promise."""
    if span.unit != "day" or hours is None:
        return span.minutes
    return span.amount * (_minute(hours.end) - _minute(hours.start))


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return 60 * int(hour) + int(minute)
