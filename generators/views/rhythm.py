"""Cadences that were held or were not, for the pages of cadences, of their owners, and of decisions they changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.views.entity import ref_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from generators.catalog import Entry
    from generators.model import Ref
    from generators.model.organization import Role
    from generators.stability.cycles import ChangedBy, Rhythm


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held cycle."""

    day: date
    cycle: Ref


@dataclass(frozen=True, slots=True)
class CadenceNow:
    """A cadence at a moment."""

    held: tuple[HeldRow, ...]
    """The latest first."""
    next_on: date | None
    overdue_since: date | None
    missed: int


def cadence_now(rhythm: Rhythm) -> CadenceNow:
    """What the page of a cadence says of a moment."""
    return CadenceNow(
        held=tuple(HeldRow(cycle.entity.held, ref_to(cycle.kind, cycle.id)) for cycle in rhythm.held),
        next_on=rhythm.next_on,
        overdue_since=rhythm.overdue_since,
        missed=rhythm.missed,
    )


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What a held cycle changed."""

    day: date
    cycle: Ref
    what: str


@dataclass(frozen=True, slots=True)
class DecisionNow:
    """What held cycles changed about a decision, the latest first."""

    changes: tuple[ChangeRow, ...]


def decision_now(changes: Iterable[ChangedBy]) -> DecisionNow | None:
    """None for a decision that no cycle changed."""
    rows = tuple(
        ChangeRow(one.cycle.entity.held, ref_to(one.cycle.kind, one.cycle.id), one.change.what) for one in changes
    )
    return DecisionNow(rows) if rows else None


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """A cadence that was to be held and was not."""

    cadence: Ref
    since: date
    missed: int


@dataclass(frozen=True, slots=True)
class RoleNow:
    """What waits for a role."""

    overdue: tuple[OverdueRow, ...]


def role_now(entry: Entry[Role], rhythms: Iterable[Rhythm]) -> RoleNow | None:
    """The overdue cadences of a role, the oldest first; None where there is none."""
    rows = [
        OverdueRow(ref_to(one.cadence.kind, one.cadence.id), one.overdue_since, one.missed)
        for one in rhythms
        if one.overdue_since and one.cadence.entity.owner == entry.id
    ]
    return RoleNow(tuple(sorted(rows, key=lambda row: (row.since, row.cadence)))) if rows else None
