"""How the programme stands: what recurs, what it costs users, what comes next, whether it is getting better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generators.model.stability import Incident, Tranche
from generators.stability.ranking import counted_alone, registered, scored, tallies
from generators.stability.trends import direction, reliability, responses, weeks

if TYPE_CHECKING:
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.model.stability import IncidentFollowUp
    from generators.stability.ranking import Ranked, Tally
    from generators.stability.summary import Summary
    from generators.stability.trends import Direction, Reliability, Response, Week

NO_STORE: Final = "No store: counted from the register alone."
NO_OCCURRENCE: Final = "No occurrence is recorded. Ranking counts the register alone."
SYNTHETIC: Final = "Synthetic telemetry: the shares of boards are made up."


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up of an incident that is not done."""

    incident: Entry[Incident]
    follow_up: IncidentFollowUp

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over."""
        return self.follow_up.due < today


@dataclass(frozen=True, slots=True)
class Standing:
    """What the lead asks every week."""

    counts: Summary
    ranked: tuple[Ranked, ...]
    """Settled defects as well, in the order of the ranking."""
    classes: tuple[Tally, ...]
    connectors: tuple[Tally, ...]
    weeks: tuple[Week, ...]
    direction: Direction
    responses: tuple[Response, ...]
    """To acknowledge, to mitigate, to resolve."""
    reliability: tuple[Reliability, ...]
    tranches: tuple[Entry[Tranche], ...]
    """Those that are not over, the earliest first."""
    follow_ups: tuple[Due, ...]
    """Of incidents, the earliest first."""

    @property
    def open(self) -> tuple[Ranked, ...]:
        """Open defects in the order of the ranking."""
        return tuple(one for one in self.ranked if one.is_open)

    @property
    def met(self) -> tuple[Ranked, ...]:
        """Open defects that were met in the last 90 days: those with a score."""
        return tuple(one for one in self.open if one.score.recent)

    @property
    def reopened(self) -> tuple[Ranked, ...]:
        """Defects that were met after the day of their fix."""
        return tuple(one for one in self.ranked if one.is_reopened)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of where the numbers come from."""
        notes = [SYNTHETIC] if self.counts.synthetic else []
        if not self.counts.stored:
            notes.append(NO_STORE)
        elif not self.counts.recorded:
            notes.append(NO_OCCURRENCE)
        return tuple(notes)


def standing(catalog: Catalog, counts: Summary | None, at: datetime) -> Standing:
    """How it stands at a moment, aware; counted from the register alone where there is no summary of a store."""
    defects, today = registered(catalog), at.date()
    known = counts or counted_alone(defects, today)
    ranked = scored(defects, known)
    trend = weeks(ranked, known)
    return Standing(
        counts=known,
        ranked=ranked,
        classes=tallies(ranked, lambda one: one.defect_class),
        connectors=tallies(ranked, lambda one: one.connector),
        weeks=trend,
        direction=direction(trend, known),
        responses=responses(catalog, at),
        reliability=reliability(known),
        tranches=_tranches(catalog, today),
        follow_ups=_follow_ups(catalog),
    )


def _tranches(catalog: Catalog, today: date) -> tuple[Entry[Tranche], ...]:
    unclosed = [entry for entry in catalog.entries_of(Tranche) if entry.entity.closed is None]
    found = [entry for entry in unclosed if entry.entity.ends >= today]
    return tuple(sorted(found, key=lambda entry: (entry.entity.starts, entry.id)))


def _follow_ups(catalog: Catalog) -> tuple[Due, ...]:
    named = [Due(entry, one) for entry in catalog.entries_of(Incident) for one in entry.entity.follow_ups]
    found = [due for due in named if due.follow_up.done is None]
    return tuple(sorted(found, key=lambda due: (due.follow_up.due, due.incident.id)))
