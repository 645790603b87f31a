"""The lead's page: what recurs, what it costs users, what comes next, whether it is getting better."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.operating import Connector
from generators.model.stability import DEFECT_STATES, Defect, DefectClass
from generators.model.support import Severity
from generators.stability.ranking import FORMULA, number
from generators.stability.standing import standing
from generators.stability.wording import day_in_words, direction_in_words, mean_in_words, recurring_in_words, share
from generators.status.met import met_of
from generators.support.known_issues import SETTLED
from generators.svg.charts import Bar, Bars, Line, Timeline
from generators.views.entity import ref_to, shortened
from generators.views.met import MetLine, met_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.model import Ref
    from generators.model.refs import RoleRef
    from generators.stability.ranking import Ranked, Tally
    from generators.stability.standing import Standing
    from generators.stability.summary import Summary
    from generators.stability.trends import Week
    from generators.svg.charts import Chart

TOP = 5
"""Bars of a chart, and rows of a list that says the rest elsewhere."""
FEWEST_WEEKS = 8
"""Of a chart over weeks."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and the heading above it."""

    title: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class CostRow:
    """A defect with its score, and how that came about."""

    defect: Ref
    score: str
    how: str
    state: str
    workaround: str


@dataclass(frozen=True, slots=True)
class TallyRow:
    """What the open defects of a class or a connector cost together."""

    ref: Ref
    score: str
    occurrences: str
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """A defect that a connector's users meet repeatedly."""

    connector: Ref | str
    defect: Ref | str
    occurrences: str
    days: int
    installs: str


@dataclass(frozen=True, slots=True)
class ReopenedRow:
    """A defect that was met after its fix."""

    defect: Ref
    fixed: date
    met: date


@dataclass(frozen=True, slots=True)
class TrancheRow:
    """A tranche that is not over."""

    tranche: Ref
    starts: date
    ends: date
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """Something that an incident left to do."""

    incident: Ref
    what: str
    owner: RoleRef
    due: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of the register, the newest first."""

    monday: date
    arrived: int
    fixed: int
    open: int
    occurrences: int


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """How soon incidents reached a mark."""

    mark: str
    mean: str
    reached: str
    kept: int
    broken: int


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Boards of a connector's pack that drew completely."""

    connector: Ref | str
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A defect that is not settled."""

    defect: Ref
    severity: str
    state: str
    seen: str
    how: str
    """Its score; empty where it was not met in the last 90 days."""
    met: MetLine


@dataclass(frozen=True, slots=True)
class StabilityBoard:
    """The four answers, then the register."""

    notes: tuple[str, ...]
    counted: str
    """The day up to which a store was counted; empty without one."""
    recurring: str
    states: tuple[tuple[str, int], ...]
    reopened: tuple[ReopenedRow, ...]
    repeats: tuple[RepeatRow, ...]
    formula: str
    costs: tuple[CostRow, ...]
    cost_figures: tuple[Figure, ...]
    classes: tuple[TallyRow, ...]
    connectors: tuple[TallyRow, ...]
    tranches: tuple[TrancheRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    direction: str
    figures: tuple[Figure, ...]
    weeks: tuple[WeekRow, ...]
    responses: tuple[ResponseRow, ...]
    """Empty where no incident is recorded."""
    reliability: tuple[ShareRow, ...]
    register: tuple[RegisterRow, ...]


def stability_board(catalog: Catalog, counts: Summary | None, at: datetime) -> StabilityBoard:
    """How the programme stands, with charts; what a store said is counted to its own day."""
    found = standing(catalog, counts, at)
    states: Counter[str] = Counter(entry.entity.state for entry in catalog.entries_of(Defect))
    return StabilityBoard(
        notes=found.notes,
        counted=day_in_words(found.counts.day) if found.counts.stored else "",
        recurring=recurring_in_words(found),
        states=tuple((state, states[state]) for state in DEFECT_STATES if states[state]),
        reopened=tuple(_reopened(found)),
        repeats=tuple(_repeats(catalog, found)),
        formula=FORMULA,
        costs=tuple(_cost(catalog, one) for one in found.met),
        cost_figures=tuple(_cost_figures(catalog, found)),
        classes=_tallies(DefectClass.kind, found.classes),
        connectors=_tallies(Connector.kind, found.connectors),
        tranches=tuple(_tranches(found)),
        follow_ups=tuple(_follow_ups(found)),
        direction=direction_in_words(found.direction),
        figures=tuple(_figures(found)),
        weeks=tuple(map(_week, reversed(_moving(found.weeks)))),
        responses=tuple(_responses(found)),
        reliability=tuple(_shares(catalog, found)),
        register=tuple(_register(catalog, found)),
    )


def _reopened(found: Standing) -> Iterable[ReopenedRow]:
    for one in found.reopened:
        if one.defect.fixed and one.last:
            yield ReopenedRow(ref_to(Defect.kind, one.defect.id), one.defect.fixed, one.last)


def _known(catalog: Catalog, kind: type[Connector | Defect], name: str) -> Ref | str:
    """A link where the model has it; a store may name what it does not have."""
    return ref_to(kind.kind, name) if catalog.find(kind, name) else name


def _repeats(catalog: Catalog, found: Standing) -> Iterable[RepeatRow]:
    for one in found.counts.repeats[:TOP]:
        connector = _known(catalog, Connector, one.connector)
        defect = _known(catalog, Defect, one.defect)
        yield RepeatRow(connector, defect, f"{one.occurrences:,}", one.days, f"{one.installs:,}")


def _cost(catalog: Catalog, one: Ranked) -> CostRow:
    entry = catalog.find(Defect, one.defect.id)
    has_workaround = entry is not None and entry.entity.workaround is not None
    return CostRow(
        ref_to(Defect.kind, one.defect.id),
        number(one.score.value),
        one.score.formula,
        one.defect.state,
        "yes" if has_workaround else "no",
    )


def _cost_figures(catalog: Catalog, found: Standing) -> Iterable[Figure]:
    titles = {entry.id: entry.entity.title for entry in catalog.entries_of(Defect)}
    bars = [
        Bar(titles[one.defect.id], float(one.score.value), number(one.score.value))
        for one in found.met[:TOP]
        if one.defect.id in titles
    ]
    if bars:
        told = f"The {len(bars)} open defects with the highest scores, from {bars[0].text} to {bars[-1].text}."
        yield Figure("Scores of open defects", Bars("Scores of open defects", told, tuple(bars)))
    if weeks := _moving(found.weeks):
        met = tuple(one.occurrences for one in weeks)
        told = f"{sum(met)} occurrences {_span(weeks)}, {met[-1]} in the last."
        yield _timeline("Occurrences by week", told, weeks, Line("Occurrences", met))


def _tallies(kind: str, tallies: Iterable[Tally]) -> tuple[TallyRow, ...]:
    return tuple(
        TallyRow(ref_to(kind, one.name), number(one.score), f"{one.recent:,}", one.open, one.total) for one in tallies
    )


def _tranches(found: Standing) -> Iterable[TrancheRow]:
    left = {one.defect.id for one in found.open}
    for entry in found.tranches:
        still = sum(str(name) in left for name in entry.entity.defects)
        ref = ref_to(entry.kind, entry.id)
        yield TrancheRow(ref, entry.entity.starts, entry.entity.ends, still, len(entry.entity.defects))


def _follow_ups(found: Standing) -> Iterable[FollowUpRow]:
    for due in found.follow_ups:
        one, incident = due.follow_up, ref_to(due.incident.kind, due.incident.id)
        yield FollowUpRow(incident, one.what, one.owner, one.due, due.is_overdue(found.counts.day))


def _moving(weeks: tuple[Week, ...]) -> tuple[Week, ...]:
    """The weeks since something is on record, a few at least; before that nothing is known. Empty where nothing is."""
    began = next((place for place, one in enumerate(weeks) if one.arrived or one.fixed or one.occurrences), None)
    return () if began is None else weeks[min(began, len(weeks) - FEWEST_WEEKS) :]


def _figures(found: Standing) -> Iterable[Figure]:
    if weeks := _moving(found.weeks):
        yield from _over_weeks(weeks)
    bars = [
        Bar(one.connector, float(one.share), share(one.share)) for one in found.reliability if one.share is not None
    ]
    if bars:
        title = "Boards that drew completely, last 4 weeks"
        told = f"By connector, from {bars[0].text} for {bars[0].name} to {bars[-1].text} for {bars[-1].name}."
        yield Figure(title, Bars(title, told, tuple(bars[:TOP]), most=1))


def _over_weeks(weeks: tuple[Week, ...]) -> Iterable[Figure]:
    arrived, fixed = tuple(one.arrived for one in weeks), tuple(one.fixed for one in weeks)
    left = tuple(one.open for one in weeks)
    told = f"{sum(arrived)} defects arrived and {sum(fixed)} were fixed {_span(weeks)}."
    yield _timeline("Arrived and fixed, by week", told, weeks, Line("Arrived", arrived), Line("Fixed", fixed))
    told = f"From {left[0]} to {left[-1]} open defects {_span(weeks)}."
    yield _timeline("Not fixed at the end of the week", told, weeks, Line("Not fixed", left, "steps"))


def _span(weeks: tuple[Week, ...]) -> str:
    return f"in {len(weeks)} weeks up to the week of {day_in_words(weeks[-1].monday)}"


def _timeline(title: str, told: str, weeks: tuple[Week, ...], *lines: Line) -> Figure:
    labels = tuple(f"{one.monday.day} {one.monday:%b}" for one in weeks)
    return Figure(title, Timeline(title, told, labels, lines))


def _week(one: Week) -> WeekRow:
    return WeekRow(one.monday, one.arrived, one.fixed, one.open, one.occurrences)


def _responses(found: Standing) -> Iterable[ResponseRow]:
    for one in found.responses:
        whole = one.reached + one.unmarked
        if whole:
            yield ResponseRow(one.mark, mean_in_words(one), f"{one.reached} of {whole}", one.kept, one.broken)


def _shares(catalog: Catalog, found: Standing) -> Iterable[ShareRow]:
    for one in found.reliability:
        yield ShareRow(_known(catalog, Connector, one.connector), share(one.share), share(one.before))


def _register(catalog: Catalog, found: Standing) -> Iterable[RegisterRow]:
    """Open defects: those with a score in the order of the ranking, then the others by severity and title."""
    places = {one.defect.id: (place, one) for place, one in enumerate(found.ranked)}
    ranks = {severity.id: severity.entity.rank for severity in catalog.entries_of(Severity)}
    entries = [entry for entry in catalog.entries_of(Defect) if _is_open(entry, places[entry.id][1])]

    def place(entry: Entry[Defect]) -> tuple[bool, int, int, str]:
        position, one = places[entry.id]
        rank = ranks.get(entry.entity.severity, len(ranks))
        is_met = one.score.recent > 0
        return (not is_met, position if is_met else 0, rank, entry.entity.title.casefold())

    for entry in sorted(entries, key=place):
        score = places[entry.id][1].score
        yield RegisterRow(
            ref_to(Defect.kind, entry.id),
            str(entry.entity.severity),
            entry.entity.state,
            shortened(entry.entity.seen),
            score.formula if score.recent else "",
            met_line(met_of(catalog, entry)),
        )


def _is_open(entry: Entry[Defect], one: Ranked) -> bool:
    return entry.entity.state not in SETTLED or one.is_reopened
