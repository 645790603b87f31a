"""What was rehearsed: which runbooks nobody has walked, which changed since, and what the walks taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.launch import Rehearsal
from generators.model.refs import PersonRef, StepRef
from generators.model.runbook import Runbook
from generators.runbooks.coverage import coverage_of, coverages
from generators.views.entity import ref_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.model.base import Ref
    from generators.model.refs import RoleRef
    from generators.runbooks.coverage import Coverage, Held, Way


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A rehearsal: when, and who walked."""

    rehearsal: Ref
    day: date
    people: tuple[PersonRef, ...]


@dataclass(frozen=True, slots=True)
class LastRehearsed:
    """The latest rehearsal of a runbook, and what of the runbook all of them cover."""

    held: HeldRow
    walked: int
    total: int
    """Ways through the runbook: each branch, and each end."""
    changed: tuple[StepRef, ...]
    """Steps that changed since they were walked."""


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way on from a step, or its end."""

    step: StepRef
    when: str
    """Empty: always."""
    to: StepRef | None
    """None at an end."""
    stale: bool
    """Walked, and the step changed since."""
    unrecorded: bool
    """Walked, or another condition that leads to the same step was: the record does not say which."""
    held: HeldRow | None
    """None: never walked."""


@dataclass(frozen=True, slots=True)
class RehearsedRow:
    """A runbook that was walked."""

    runbook: Ref
    last: LastRehearsed
    ways: tuple[WayRow, ...]


@dataclass(frozen=True, slots=True)
class LessonRow:
    """Something that a walk taught."""

    what: str
    step: StepRef | str
    """As text where the runbook has no such step any more."""
    owner: RoleRef
    due: date
    rehearsal: Ref
    fixed: str
    """What was changed; empty while it is still to do."""


@dataclass(frozen=True, slots=True)
class RehearsalCoverage:
    """The page for whoever asks whether the runbooks hold: what nobody walked comes first."""

    total: int
    """Runbooks in all."""
    never: tuple[tuple[Ref, int], ...]
    """Runbooks that nobody has walked, with how many ways there are through them."""
    changed: tuple[RehearsedRow, ...]
    """Runbooks with steps that changed since they were walked."""
    walked: tuple[RehearsedRow, ...]
    """The others that were walked, the least covered first."""
    open: tuple[LessonRow, ...]
    """Lessons still to do, by day."""
    fixed: tuple[LessonRow, ...]


def rehearsal_coverage(catalog: Catalog) -> RehearsalCoverage:
    """Every runbook by what rehearsals say about it, and every lesson."""
    titles = {entry.id: entry.entity.title.casefold() for entry in catalog.entries_of(Runbook)}
    ordered = sorted(coverages(catalog).values(), key=lambda covered: (covered.share, titles[covered.runbook]))
    rows = list(_rehearsed(ordered))
    lessons = _lessons(catalog)
    return RehearsalCoverage(
        total=len(titles),
        never=tuple(_never_walked(ordered)),
        changed=tuple(row for row in rows if row.last.changed),
        walked=tuple(row for row in rows if not row.last.changed),
        open=tuple(lesson for lesson in lessons if not lesson.fixed),
        fixed=tuple(lesson for lesson in lessons if lesson.fixed),
    )


def _rehearsed(coverages: Iterable[Coverage]) -> Iterator[RehearsedRow]:
    for covered in coverages:
        if last := _last(covered):
            ways = tuple(_way_row(covered.runbook, way) for way in covered.ways)
            yield RehearsedRow(ref_to(Runbook.kind, covered.runbook), last, ways)


def _never_walked(coverages: Iterable[Coverage]) -> Iterator[tuple[Ref, int]]:
    for covered in coverages:
        if covered.last is None:
            yield ref_to(Runbook.kind, covered.runbook), len(covered.ways)


def last_rehearsed(catalog: Catalog, entry: Entry[Runbook]) -> LastRehearsed | None:
    """What a runbook's own page says about its rehearsals; None when nobody has walked it."""
    users = {use.by.id for use in catalog.used_by(Runbook.kind, entry.id) if use.by.kind == Rehearsal.kind}
    rehearsals = [(name, rehearsal.entity) for name in users if (rehearsal := catalog.find(Rehearsal, name))]
    return _last(coverage_of(entry.id, entry.entity, rehearsals))


def _last(covered: Coverage) -> LastRehearsed | None:
    if covered.last is None:
        return None
    changed = tuple(StepRef(f"{covered.runbook}/{step}") for step in covered.stale_steps)
    return LastRehearsed(_held_row(covered.last), covered.walked, len(covered.ways), changed)


def _held_row(held: Held) -> HeldRow:
    return HeldRow(ref_to(Rehearsal.kind, held.rehearsal), held.day, tuple(PersonRef(name) for name in held.people))


def _way_row(runbook: str, way: Way) -> WayRow:
    return WayRow(
        step=StepRef(f"{runbook}/{way.step}"),
        when=way.when,
        to=StepRef(f"{runbook}/{way.go}") if way.go else None,
        stale=way.state == "stale",
        unrecorded=way.state == "unrecorded",
        held=_held_row(way.held) if way.held else None,
    )


def _lessons(catalog: Catalog) -> list[LessonRow]:
    rows = (
        LessonRow(
            what=lesson.what,
            step=ref if catalog.knows(ref := StepRef(lesson.step)) else lesson.step,
            owner=lesson.owner,
            due=lesson.due,
            rehearsal=ref_to(Rehearsal.kind, entry.id),
            fixed=lesson.fixed.what if lesson.fixed else "",
        )
        for entry in catalog.entries_of(Rehearsal)
        for lesson in entry.entity.lessons
    )
    return sorted(rows, key=lambda lesson: (lesson.due, lesson.what))
