"""The page of an incident: what it did to users, what was promised, what happened when, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from generators.model.oncall import Rotation
from generators.model.organization import Surface
from generators.oncall.civil import zone
from generators.stability.durations import began, durations

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from generators.catalog import Catalog, Entry
    from generators.model.stability import Incident, IncidentFollowUp, TimelineEntry
    from generators.stability.durations import Reached

UTC_NAME = "UTC"


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point of the incident that is promised."""

    mark: str
    took: str
    """Empty where the timeline does not say."""
    promise: str
    """Empty where nothing is promised."""
    verdict: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An entry of the timeline."""

    day: str
    """Empty where it is that of the entry before."""
    utc: str
    local: str
    """The same moment in the zone of the page; empty where the zone is UTC."""
    entry: TimelineEntry


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A follow-up, and where it stands."""

    part: IncidentFollowUp
    state: str
    """`done`, `due` or `overdue`."""


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident after it happened."""

    id: str
    entity: Incident
    began: datetime
    lasted: str
    """Empty while it goes on."""
    zone: str
    """Of the rotation that answers for the surface; empty where that is UTC, or not known."""
    points: tuple[PointRow, ...]
    timeline: tuple[TimelineRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    overdue: int


def incident_page(catalog: Catalog, entry: Entry[Incident], at: datetime) -> IncidentPage:
    """The page at a moment: follow-ups are overdue on the day after they were due."""
    incident, start = entry.entity, began(entry.entity)
    local = _zone(catalog, incident.surface)
    follow_ups = tuple(FollowUpRow(part, _state(part, at)) for part in incident.follow_ups)
    return IncidentPage(
        id=entry.id,
        entity=incident,
        began=start,
        lasted=in_words(incident.ended - start) if incident.ended and incident.ended >= start else "",
        zone=local,
        points=tuple(_point(point, at) for point in durations(catalog, incident)),
        timeline=_timeline(incident, local),
        follow_ups=follow_ups,
        overdue=sum(row.state == "overdue" for row in follow_ups),
    )


def _zone(catalog: Catalog, surface: str) -> str:
    """The zone in which the rotation of a surface is handed over."""
    found = catalog.find(Surface, surface)
    rotation = catalog.find(Rotation, found.entity.rotation) if found else None
    name = rotation.entity.zone if rotation else UTC_NAME
    return "" if name == UTC_NAME else name


def _timeline(incident: Incident, local: str) -> tuple[TimelineRow, ...]:
    rows, before = [], ""
    for entry in incident.timeline:
        at = entry.at.astimezone(UTC)
        day = f"{at:%A}, {at.day} {at:%B %Y}"
        here = f"{entry.at.astimezone(zone(local)):%a %H:%M}" if local else ""
        rows.append(TimelineRow("" if day == before else day, f"{at:%H:%M} UTC", here, entry))
        before = day
    return tuple(rows)


def _state(part: IncidentFollowUp, at: datetime) -> str:
    if part.done:
        return "done"
    return "overdue" if part.due < at.date() else "due"


def _point(point: Reached, at: datetime) -> PointRow:
    return PointRow(
        mark=point.mark,
        took=in_words(point.took) if point.took is not None else "",
        promise=str(point.promise or ""),
        verdict=_verdict(point, at),
    )


def _verdict(point: Reached, at: datetime) -> str:
    if point.is_kept is not None:
        return "kept" if point.is_kept else "missed"
    if point.due is None:
        return "nothing promised" if point.promise is None else "not due for ten years"
    return "missed: not recorded, and overdue" if point.due < at else "not reached yet"


def in_words(span: timedelta) -> str:
    """`2 h 5 min`, `3 days 4 h`: to the minute, to the hour from a day on."""
    minutes = int(span.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} day{'' if days == 1 else 's'}" + (f" {hours} h" if hours else "")
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
