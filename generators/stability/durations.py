"""How long an incident took, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.support.deadlines import days_off, deadline
from generators.support.promises import Promises

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from generators.catalog import Catalog
    from generators.model.stability import Incident, Mark
    from generators.model.text import Span


@dataclass(frozen=True, slots=True)
class Reached:
    """A point of an incident that is promised: when it was reached, and by when it was due."""

    mark: Mark
    began: datetime
    at: datetime | None
    """None where the timeline does not say."""
    promise: Span | None
    """None where nothing is promised for this severity and surface."""
    due: datetime | None

    @property
    def took(self) -> timedelta | None:
        """From the beginning of the incident."""
        return self.at - self.began if self.at else None

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise was kept; None where that cannot be said."""
        return self.at <= self.due if self.at and self.due else None


def began(incident: Incident) -> datetime:
    """When its clock starts: when someone was paged, else at the first entry of the timeline."""
    return incident.reached("paged") or min(entry.at for entry in incident.timeline)


def durations(catalog: Catalog, incident: Incident) -> tuple[Reached, ...]:
    """Acknowledged, mitigated and resolved against the service level that holds. The end counts as resolved."""
    level = Promises(catalog).holding(incident.surface, incident.severity)
    start, resolved = began(incident), incident.reached("resolved") or incident.ended
    points: tuple[tuple[Mark, datetime | None, Span | None], ...] = (
        ("acknowledged", incident.reached("acknowledged"), level.entity.acknowledge if level else None),
        ("mitigated", incident.reached("mitigated"), level.entity.mitigate if level else None),
        ("resolved", resolved, level.entity.resolve if level else None),
    )
    holidays = days_off(catalog, level.entity.hours) if level else frozenset()
    return tuple(
        Reached(mark, start, at, span, deadline(level.entity, span, start, holidays) if level and span else None)
        for mark, at, span in points
    )
