"""Whether it is getting better: arrivals against fixes, occurrences by week, incidents against their promises.

Weeks begin on Monday, in UTC. Nothing here asks a database: what was counted comes as a summary.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from generators.model.stability import Incident
from generators.stability.summary import first_monday, monday_of
from generators.support.deadlines import days_off, deadline
from generators.support.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from generators.catalog import Catalog
    from generators.stability.ranking import Ranked
    from generators.stability.summary import Summary, WeekShare

COMPARED: Final = 4
"""Whole weeks that are held against as many before them."""
WEEK: Final = timedelta(weeks=1)
Verdict = Literal["better", "worse", "unchanged", "too early"]
Mark = Literal["acknowledged", "mitigated", "resolved"]
MARKS: Final[tuple[Mark, ...]] = ("acknowledged", "mitigated", "resolved")


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the register."""

    monday: date
    arrived: int
    """Defects first seen or met."""
    fixed: int
    open: int
    """Open ones at its end. A defect of which nothing says when it was seen or fixed is as it is now all along."""
    occurrences: int


@dataclass(frozen=True, slots=True)
class Direction:
    """The last four whole weeks beside the four before them."""

    verdict: Verdict
    occurrences: int
    before: int
    arrived: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Response:
    """How soon incidents reached a mark, and the promises for it."""

    mark: Mark
    reached: int
    """Incidents whose timeline says when."""
    unmarked: int
    """Incidents of which it does not say so, be it that they are not there yet."""
    mean: timedelta | None
    """From the page to the mark, of those that reached it, by the clock on the wall."""
    kept: int
    broken: int
    """Promises. One whose time has not run out is neither, nor is one of which nobody knows."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How the boards of a connector's pack drew by week."""

    connector: str
    weeks: tuple[WeekShare, ...]
    """Those with events, oldest first."""
    share: Decimal | None
    """Of boards that drew completely in the last four whole weeks; None without one that was drawn."""
    before: Decimal | None
    """In the four before them."""


def weeks(ranked: Iterable[Ranked], counts: Summary) -> tuple[Week, ...]:
    """The last weeks up to the day of the summary, oldest first. `ranked` holds settled defects as well."""
    own = tuple(ranked)
    since = first_monday(counts.day)
    arrived = Counter(monday_of(one.first) for one in own if one.first)
    done = [one for one in own if one.defect.fixed and not one.is_open]
    fixed = Counter(monday_of(one.defect.fixed) for one in done if one.defect.fixed)
    # What was settled on a day that nothing tells was never counted as open: its arrival opens nothing.
    entered = Counter(monday_of(one.first) for one in (*done, *(one for one in own if one.is_open)) if one.first)
    met: Counter[date] = Counter()
    for week in counts.weeks:
        met[week.monday] += week.occurrences
    found: list[Week] = []
    left, monday = sum(one.is_open for one in own), monday_of(counts.day)
    while monday >= since:
        found.append(Week(monday, arrived[monday], fixed[monday], left, met[monday]))
        left += fixed[monday] - entered[monday]
        monday -= WEEK
    return tuple(reversed(found))


def direction(trend: Sequence[Week], counts: Summary) -> Direction:
    """What the whole weeks of a trend say; its last week has only begun."""
    whole = trend[:-1]
    recent, former = whole[-COMPARED:], whole[-2 * COMPARED : -COMPARED]
    now, before = sum(one.occurrences for one in recent), sum(one.occurrences for one in former)
    arrived, fixed = sum(one.arrived for one in recent), sum(one.fixed for one in recent)
    return Direction(_verdict(now - before, arrived - fixed, counts, former), now, before, arrived, fixed)


def _verdict(more: int, net: int, counts: Summary, former: Sequence[Week]) -> Verdict:
    """By occurrences; where there are as many as before, by the defects that are open."""
    began = min((one.first for one in counts.defects.values()), default=None)
    if began is None or not former or began >= former[0].monday + WEEK:
        return "too early"
    change = more or net
    return "worse" if change > 0 else "better" if change < 0 else "unchanged"


def reliability(counts: Summary) -> tuple[Reliability, ...]:
    """Each connector with events, the one with the smallest share first."""
    by_connector: dict[str, list[WeekShare]] = defaultdict(list)
    for one in counts.reliability:
        by_connector[one.connector].append(one)
    monday = monday_of(counts.day)
    recent, former = monday - COMPARED * WEEK, monday - 2 * COMPARED * WEEK
    found = [
        Reliability(name, tuple(own), _share(own, recent, monday), _share(own, former, recent))
        for name, own in by_connector.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.share is None, one.share or Decimal(), one.connector)))


def _share(own: Sequence[WeekShare], since: date, until: date) -> Decimal | None:
    chosen = [one for one in own if since <= one.monday < until]
    events = sum(one.events for one in chosen)
    return Decimal(sum(one.good for one in chosen)) / events if events else None


def responses(catalog: Catalog, at: datetime) -> tuple[Response, ...]:
    """Every incident up to a moment, aware, beside what its severity's service level promises on its surface."""
    promises = Promises(catalog)
    told: dict[Mark, list[_Told]] = {mark: [] for mark in MARKS}
    for entry in catalog.entries_of(Incident):
        began = _began(entry.entity)
        if began > at:
            continue
        for mark in MARKS:
            due = _due(catalog, promises, entry.entity, mark, began)
            is_over = _reached(entry.entity, "resolved", at) is not None
            told[mark].append(_Told(began, _reached(entry.entity, mark, at), due, is_over))
    return tuple(_response(mark, own, at) for mark, own in told.items())


@dataclass(frozen=True, slots=True)
class _Told:
    """An incident and one of its marks."""

    began: datetime
    reached: datetime | None
    due: datetime | None
    """None: nothing is promised, or not within ten years."""
    is_over: bool
    """Whether the incident is. When one that is over reached a mark that it does not have, nobody knows."""

    def is_kept(self) -> bool:
        """Whether it came in time."""
        return self.due is not None and self.reached is not None and self.reached <= self.due

    def is_broken(self, at: datetime) -> bool:
        """Whether it came late, or has not come yet and is late by now."""
        if self.due is None or (self.reached is None and self.is_over):
            return False
        return self.due < (self.reached or at)


def _began(incident: Incident) -> datetime:
    paged = [one.at for one in incident.timeline if one.mark == "paged"]
    return min(paged or [one.at for one in incident.timeline]).astimezone(UTC)


def _reached(incident: Incident, mark: Mark, at: datetime) -> datetime | None:
    moments = [one.at for one in incident.timeline if one.mark == mark]
    if mark == "resolved" and incident.ended and not moments:
        moments.append(incident.ended)
    return min((one for one in moments if one <= at), default=None)


def _due(catalog: Catalog, promises: Promises, incident: Incident, mark: Mark, began: datetime) -> datetime | None:
    entry = promises.holding(incident.surface, incident.severity)
    if entry is None:
        return None
    level = entry.entity
    spans = {"acknowledged": level.acknowledge, "mitigated": level.mitigate, "resolved": level.resolve}
    return deadline(level, spans[mark], began, days_off(catalog, level.hours))


def _response(mark: Mark, told: Sequence[_Told], at: datetime) -> Response:
    took = [one.reached - one.began for one in told if one.reached]
    mean = sum(took, timedelta()) / len(took) if took else None
    kept, broken = sum(one.is_kept() for one in told), sum(one.is_broken(at) for one in told)
    return Response(mark, len(took), len(told) - len(took), mean, kept, broken)
