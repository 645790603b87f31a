"""The chapter's first screen: who answers next for each rotation, and what the year asks of each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.oncall import Rotation
from generators.oncall.fairness import loads
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from generators.views.entity import ref_to
from generators.views.night import ShiftRow, shift_rows

if TYPE_CHECKING:
    from datetime import date, datetime

    from generators.catalog import Catalog
    from generators.model.base import Ref


@dataclass(frozen=True, slots=True)
class RotationRows:
    """The next shifts of a rotation."""

    ref: Ref
    zone: str
    rows: tuple[ShiftRow, ...]


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One person's part of the year."""

    person: Ref
    hours: int
    nights: int
    weekends: int
    holidays: int


@dataclass(frozen=True, slots=True)
class OncallBoard:
    """Who answers, and who carries how much."""

    rotations: tuple[RotationRows, ...]
    loads: tuple[LoadRow, ...]
    first: date
    """The Monday with which the 52 weeks of the loads begin."""


def oncall_board(catalog: Catalog, at: datetime) -> OncallBoard:
    """Loads count from the Monday of the week, 00:00 UTC: the page changes weekly and with each shift, not hourly."""
    monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    rotations = tuple(
        RotationRows(ref_to(Rotation.kind, entry.id), entry.entity.zone, shift_rows(catalog, entry, at))
        for entry in catalog.entries_of(Rotation)
    )
    rows = tuple(
        LoadRow(ref_to("person", load.person), round(load.hours), load.nights, load.weekends, load.holidays)
        for load in loads(Roster.of(catalog, monday, YEAR))
    )
    return OncallBoard(rotations, rows, monday.date())
