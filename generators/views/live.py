"""Who answers now, for the pages of rotations and escalation policies: in words as of a moment, and as data.

The words hold without JavaScript. With it the page works the same out for the moment at which it is read, from the
schedule that is shipped with the site. The moment of the words is the last handoff, so that a page does not change
from minute to minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.organization import Surface
from generators.oncall.civil import zone
from generators.oncall.paging import notifications
from generators.oncall.roster import Roster, look_ahead
from generators.views.night import TABLE, ShiftRow, inert, shift_rows

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.oncall import EscalationPolicy, Rotation


@dataclass(frozen=True, slots=True)
class RotationNow:
    """The rotation at a moment, and what comes."""

    as_of: str
    zone: str
    now: tuple[ShiftRow, ...]
    """Who answers: nobody in a gap, several for layers of one level."""
    away: tuple[str, ...]
    """Names of those with the turn who are away."""
    uncovered: tuple[str, ...]
    """Why nobody is meant to answer."""
    rows: tuple[ShiftRow, ...]
    """The shifts that run or come."""
    night: str
    """JSON for the script; empty where no schedule of the site has the rotation."""


@dataclass(frozen=True, slots=True)
class StepNow:
    """Whom a step of a policy reaches, and how many minutes after a page."""

    minutes: int
    people: tuple[str, ...]
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyNow:
    """Whom a page at a moment would reach."""

    as_of: str
    steps: tuple[StepNow, ...]
    night: str


def rotation_now(catalog: Catalog, entry: Entry[Rotation], at: datetime) -> RotationNow:
    """Who answers for a rotation as of its last handoff before a moment."""
    roster = Roster.of(catalog, at - TABLE, 2 * TABLE, {entry.id})
    schedule = roster.schedules[entry.id]
    moment = max((shift.window.start for shift in schedule.shifts if shift.window.start <= at), default=at)
    if not schedule.at(at):  # a gap has begun since
        moment = max((shift.window.end for shift in schedule.shifts if shift.window.end <= at), default=at)
    rows = shift_rows(catalog, entry, moment)
    return RotationNow(
        as_of=_stamp(moment, entry.entity.zone),
        zone=entry.entity.zone,
        now=rows[: len(schedule.at(moment))],
        away=tuple(roster.title(shift.person) for shift in schedule.away_at(moment)),
        uncovered=roster.uncovered_at(entry.id, moment),
        rows=rows,
        night=inert({"rotation": entry.id, "surface": entry.entity.surface}),
    )


def policy_now(catalog: Catalog, entry: Entry[EscalationPolicy], at: datetime) -> PolicyNow:
    """Whom a page would reach at the beginning of the day of a moment, UTC."""
    moment = at.replace(hour=0, minute=0, second=0, microsecond=0)
    roster = Roster.of(catalog, moment - timedelta(days=1), timedelta(days=1) + look_ahead(catalog, moment))
    first = [one for one in notifications(catalog, roster, entry.id, moment) if one.planned.round == 1]
    steps = tuple(
        StepNow(
            one.minutes,
            tuple(roster.title(person.person) for person in one.people if not person.shadow),
            tuple(roster.title(person.person) for person in one.away),
        )
        for one in first
        if one.planned.policy == entry.id
    )
    surface = next((each.id for each in catalog.entries_of(Surface) if each.entity.escalation == entry.id), "")
    night = inert({"policy": entry.id, "surface": surface}) if surface else ""
    return PolicyNow(_stamp(moment, "UTC"), steps, night)


def _stamp(moment: datetime, name: str) -> str:
    """`Monday, 30 November 2026, 16:00 GMT`."""
    local = moment.astimezone(zone(name))
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M %Z}"
