"""Which defects cost users most: severity, affected installs and how often each was met, in one number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from generators.model.stability import Defect
from generators.model.support import Severity
from generators.stability.summary import Summary, of_register
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.stability.summary import DefectCount

MONTHS: Final = 3
"""The 90 days that are counted are three times the 30 that a rate is given for."""
FORMULA: Final = "severity weight × affected installs × occurrences per 30 days, over the last 90 days"
CENT: Final = Decimal("0.01")
LAST: Final = date.max
"""When a defect was first seen of which nothing says when: after all others."""


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """What a defect costs users."""

    weight: int
    """Of its severity, ≥ 1."""
    installs: int
    """Affected ones, ≥ 1."""
    recent: int
    """Occurrences in the last 90 days."""

    @property
    def exact(self) -> int:
        """Three times the score: a whole number, by which defects are ordered."""
        return self.weight * self.installs * self.recent

    @property
    def value(self) -> Decimal:
        """The score, to two places."""
        return (Decimal(self.exact) / MONTHS).quantize(CENT)

    @property
    def formula(self) -> str:
        """`8 × 3 installs × 2 per 30 days = 48`. The rate is rounded there; the score is not calculated from that."""
        installs = f"{self.installs:,} install{'' if self.installs == 1 else 's'}"
        rate = number((Decimal(self.recent) / MONTHS).quantize(CENT))
        return f"{self.weight} × {installs} × {rate} per 30 days = {number(self.value)}"


@dataclass(frozen=True, slots=True)
class Registered:
    """What ranking and trends need of a defect in the register."""

    id: str
    severity: str
    weight: int
    state: str
    owner: str = ""
    defect_class: str = ""
    connector: str = ""
    """Empty: tied to none."""
    first_seen: date | None = None
    affected: int = 0
    """Installs as the register says; 0: not measured."""
    days: tuple[date, ...] = ()
    """On which it was met, as its file says."""
    fixed: date | None = None
    """When it was fixed, or last called fixed."""

    @property
    def is_settled(self) -> bool:
        """Whether its file says that nothing more is done."""
        return self.state in SETTLED


@dataclass(frozen=True, slots=True)
class Ranked:
    """A defect with its score."""

    defect: Registered
    score: Score
    first: date | None
    """When it was first seen or met; None where nothing says."""
    last: date | None
    """When it was last met; None where it never was."""

    @property
    def is_reopened(self) -> bool:
        """Whether it was met on a day after its fix."""
        return self.defect.fixed is not None and self.last is not None and self.last > self.defect.fixed

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to fix: what is fixed and was met again is open, whatever its file says."""
        return not self.defect.is_settled or self.is_reopened

    @property
    def place(self) -> tuple[int, date, str]:
        """Where it stands: the highest score first, then the older one, then by id."""
        return (-self.score.exact, self.first or LAST, self.defect.id)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the open defects of a class, a connector or an owner cost together."""

    name: str
    score: Decimal
    recent: int
    """Occurrences in the last 90 days, of open defects."""
    open: int
    total: int


def registered(catalog: Catalog) -> tuple[Registered, ...]:
    """Every defect of the register, by id. One whose severity could not be read weighs 1."""
    weights = {entry.id: entry.entity.weight for entry in catalog.entries_of(Severity)}
    return tuple(
        _registered(entry.id, entry.entity, weights.get(entry.entity.severity, 1))
        for entry in catalog.entries_of(Defect)
    )


def _registered(name: str, defect: Defect, weight: int) -> Registered:
    return Registered(
        id=name,
        severity=str(defect.severity),
        weight=weight,
        state=defect.state,
        owner=str(defect.owner),
        defect_class=str(defect.defect_class),
        connector=str(defect.connector or ""),
        first_seen=defect.first_seen,
        affected=defect.affected_installs or 0,
        days=defect.occurrences,
        fixed=defect.fixed_day,
    )


def counted_alone(defects: Iterable[Registered], today: date) -> Summary:
    """What the register alone says."""
    own = tuple(defects)
    return of_register({one.id: one.days for one in own}, {one.id: one.connector for one in own}, today)


def scored(defects: Iterable[Registered], counts: Summary) -> tuple[Ranked, ...]:
    """Every defect with its score, settled ones as well, in the order of the ranking."""
    found = (_ranked(defect, counts.defects.get(defect.id)) for defect in defects)
    return tuple(sorted(found, key=lambda one: one.place))


def _ranked(defect: Registered, count: DefectCount | None) -> Ranked:
    installs = max(1, defect.affected, count.installs if count else 0)
    days = [day for day in (defect.first_seen, count.first if count else None) if day]
    return Ranked(
        defect,
        Score(defect.weight, installs, count.recent if count else 0),
        min(days, default=None),
        count.last if count else None,
    )


def scores(catalog: Catalog, at: datetime, counts: Summary | None = None) -> tuple[Ranked, ...]:
    """The open defects of the register, the most expensive first; counted from the register where there is no store."""
    defects = registered(catalog)
    whole = scored(defects, counts or counted_alone(defects, at.date()))
    return tuple(one for one in whole if one.is_open)


def tallies(ranked: Iterable[Ranked], by: Callable[[Registered], str]) -> tuple[Tally, ...]:
    """What defects cost by one of their fields, the most expensive first; an empty value of it is left out."""
    groups: dict[str, list[Ranked]] = defaultdict(list)
    for one in ranked:
        if name := by(one.defect):
            groups[name].append(one)
    found = [_tally(name, own) for name, own in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.score, -one.recent, -one.open, one.name)))


def _tally(name: str, own: list[Ranked]) -> Tally:
    left = [one for one in own if one.is_open]
    exact = sum(one.score.exact for one in left)
    recent = sum(one.score.recent for one in left)
    return Tally(name, (Decimal(exact) / MONTHS).quantize(CENT), recent, len(left), len(own))


def number(value: Decimal) -> str:
    """A score or rate without zeros that say nothing: `48`, `0.67`, `1,200.5`."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")
