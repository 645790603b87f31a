"""What telemetry says of a pack, and the states it was in, for users and for the team. Days, never ages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from generators.measures.words import percent, span
from generators.views.pack_state import STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from generators.status.history import Period
    from generators.status.packs import PackStatus
    from generators.telemetry.summary import DayCount, ObjectiveState, PackTelemetry


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective in words."""

    title: str
    events: str
    good: str
    target: str
    """With "proposed" where it was never measured."""
    declared: date | None
    """When it was set; None where the model no longer has the objective."""
    left: str
    """Of the error budget, or why nothing is said."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of boards that were drawn."""

    since: date
    """Its Monday."""
    events: str
    good: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A diagnostic code; `known` where a page explains it."""

    code: str
    known: bool
    events: str
    installations: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version and how many installations last reported it."""

    version: str
    installations: str


@dataclass(frozen=True, slots=True)
class TelemetryView:
    """What telemetry says."""

    synthetic: bool
    newest: date
    objectives: tuple[ObjectiveRow, ...]
    weeks: tuple[WeekRow, ...]
    """The newest first."""
    codes: tuple[CodeRow, ...]
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A state that the pack was in."""

    word: str
    reason: str
    since: date
    until: date | None
    lasted: str
    """Empty while it lasts: a page changes only when a state does."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as users may know it: when, and how bad."""

    severity: str
    since: date
    until: date | None
    lasted: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """A pack's record: telemetry, states, incidents."""

    telemetry: TelemetryView | None
    periods: tuple[PeriodRow, ...]
    """Newest first; only one where nothing has changed."""
    incidents: tuple[IncidentRow, ...]


def record_view(
    pack_status: PackStatus, known: Collection[str], severities: Mapping[str, str], targets: Mapping[str, date]
) -> RecordView:
    """The record of a pack.

    `known`: codes that have a page; `severities`: titles by id; `targets`: by objective, when its target was set.
    """
    incidents = (entry.entity for entry in pack_status.incidents)
    return RecordView(
        telemetry=_telemetry(pack_status.telemetry, known, targets, synthetic=pack_status.synthetic)
        if pack_status.telemetry
        else None,
        periods=tuple(map(_period, pack_status.history)),
        incidents=tuple(
            _incident(severities[str(one.severity)], min(moment.at for moment in one.timeline), one.ended)
            for one in incidents
        ),
    )


def _telemetry(
    found: PackTelemetry, known: Collection[str], targets: Mapping[str, date], *, synthetic: bool
) -> TelemetryView:
    return TelemetryView(
        synthetic=synthetic,
        newest=found.newest.astimezone(UTC).date(),
        objectives=tuple(_objective(one, targets.get(one.objective)) for one in found.objectives),
        weeks=tuple(_weeks(found.trend)),
        codes=tuple(
            CodeRow(one.code, one.code in known, f"{one.events:,}", f"{one.installations:,}") for one in found.codes
        ),
        versions=tuple(VersionRow(one.version, f"{one.installations:,}") for one in found.versions),
    )


def _objective(one: ObjectiveState, declared: date | None) -> ObjectiveRow:
    good = percent(Decimal(one.good) / one.events) if one.events else "–"
    target = percent(Decimal(one.target)) + (", proposed" if one.basis == "proposed" else "")
    if one.is_sparse:
        left = f"fewer than {one.minimum} events, too few to tell"
    elif Decimal(one.left) <= 0:
        left = "spent"
    else:
        left = f"{percent(Decimal(one.left))} left"
        left += f", empty in {span(Decimal(one.hours_left))}" if one.hours_left is not None else ""
    return ObjectiveRow(one.title, f"{one.events:,} events in {one.window_days} days", good, target, declared, left)


def _weeks(days: Iterable[DayCount]) -> list[WeekRow]:
    weeks: dict[date, list[DayCount]] = defaultdict(list)
    for one in days:
        weeks[one.day - timedelta(days=one.day.weekday())].append(one)
    rows = []
    for monday, own in sorted(weeks.items(), reverse=True):
        events, good = sum(one.events for one in own), sum(one.good for one in own)
        rows.append(WeekRow(monday, f"{events:,}", percent(Decimal(good) / events)))
    return rows


def _period(period: Period) -> PeriodRow:
    return PeriodRow(
        STATE_WORDS[period.state],
        period.reason,
        period.since.astimezone(UTC).date(),
        period.until.astimezone(UTC).date() if period.until else None,
        _lasted(period.since, period.until),
    )


def _incident(severity: str, since: datetime, until: datetime | None) -> IncidentRow:
    end = until.astimezone(UTC).date() if until else None
    return IncidentRow(severity, since.astimezone(UTC).date(), end, _lasted(since, until))


def _lasted(since: datetime, until: datetime | None) -> str:
    if until is None:
        return ""
    hours = Decimal((until - since) / timedelta(hours=1)).quantize(Decimal(1))
    return "1 hour" if hours == 1 else span(hours)
