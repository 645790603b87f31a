"""The page that a tired reader opens: the steps in order, where each leads, who does it, who is woken next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.organization import Role, Surface
from generators.model.refs import PolicyRef, RotationRef, StepRef
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert
from generators.runbooks.graph import graph_of
from generators.views.diagram import dot
from generators.views.entity import Row, ref_to, row
from generators.views.layout import docname_of
from generators.views.night import ShiftRow, StateMessages, runbook_data, shift_rows, state_messages, state_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.base import Ref
    from generators.model.refs import AlertRef, PersonRef, RoleRef, RunbookRef, SurfaceRef
    from generators.model.runbook import Parameter, Step


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a step."""

    when: str
    """Empty: always."""
    number: int
    step: StepRef


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as the page shows it."""

    number: int
    name: str
    """`runbook/step`."""
    title: str
    owner: RoleRef | None
    do: str
    command: str
    expect: str
    minutes: int
    answers: tuple[AlertRef, ...]
    ways: tuple[Way, ...]
    outcome: str
    """Empty when the step goes on."""
    say: str
    to: RunbookRef | None
    told: tuple[StateMessages, ...]
    """Messages of the states that the step names."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Who is notified, and how long after the page."""

    after_minutes: int
    refs: tuple[Ref, ...]
    holders: tuple[PersonRef, ...]
    """Who holds the roles among them."""


@dataclass(frozen=True, slots=True)
class RunbookPage:
    """One runbook."""

    id: str
    title: str
    path: str
    surface: SurfaceRef
    owner: RoleRef
    summary: str
    use_when: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    steps: tuple[StepView, ...]
    longest: int
    """Minutes of the longest way through, loops counted once."""
    diagram: str
    """Graphviz DOT."""
    rotation: RotationRef | None
    policy: PolicyRef | None
    notifications: tuple[Notification, ...]
    repeat: int
    """How often the steps of the policy are gone through again."""
    then: PolicyRef | None
    shifts: tuple[ShiftRow, ...]
    """Of the rotation, from the moment on for which the page is made."""
    zone: str
    told: tuple[StateMessages, ...]
    arrivals: tuple[Ref, ...]
    night: str
    """JSON for the script."""


def runbook_page(catalog: Catalog, entry: Entry[Runbook], at: datetime) -> RunbookPage:
    """The page of a runbook, with the shifts that run at a moment or come after it."""
    runbook = entry.entity
    surface = catalog.find(Surface, runbook.surface)
    policy = catalog.find(EscalationPolicy, surface.entity.escalation) if surface else None
    rotation = catalog.find(Rotation, surface.entity.rotation) if surface else None
    messages = state_messages(catalog)
    numbers = {step.id: number for number, step in reversed(list(enumerate(runbook.steps, 1)))}
    users = sorted({use.by.key for use in catalog.used_by(Runbook.kind, entry.id) if use.by is not entry})
    return RunbookPage(
        id=entry.id,
        title=runbook.title,
        path=entry.path,
        surface=runbook.surface,
        owner=runbook.owner,
        summary=runbook.summary,
        use_when=runbook.use_when,
        parameters=runbook.parameters,
        steps=tuple(
            _step(entry.id, number, step, numbers, {one.state: one for one in messages})
            for number, step in enumerate(runbook.steps, 1)
        ),
        longest=graph_of(runbook).longest()[0],
        diagram=dot(entry.id, runbook),
        rotation=surface.entity.rotation if surface else None,
        policy=surface.entity.escalation if surface else None,
        notifications=notifications(catalog, surface.entity.escalation) if surface else (),
        repeat=policy.entity.repeat if policy else 0,
        then=policy.entity.then if policy else None,
        shifts=shift_rows(catalog, rotation, at) if rotation else (),
        zone=rotation.entity.zone if rotation else "",
        told=messages,
        arrivals=tuple(ref_to(*key) for key in users),
        night=runbook_data(entry.id, runbook),
    )


def _step(
    runbook: str, number: int, step: Step, numbers: dict[str, int], messages: Mapping[str, StateMessages]
) -> StepView:
    ways = (Way(b.when or "", numbers[b.go], StepRef(f"{runbook}/{b.go}")) for b in step.next if b.go in numbers)
    return StepView(
        number=number,
        name=f"{runbook}/{step.id}",
        title=step.title,
        owner=step.owner,
        do=step.do,
        command=step.command or "",
        expect=step.expect or "",
        minutes=step.minutes,
        answers=step.answers,
        ways=tuple(ways),
        outcome=step.end.outcome if step.end else "",
        say=step.end.say if step.end else "",
        to=step.end.to if step.end else None,
        told=tuple(messages[state] for state in state_named(step) if state in messages),
    )


def notifications(catalog: Catalog, policy: PolicyRef) -> tuple[Notification, ...]:
    """The steps of an escalation policy, as rotations and roles."""
    found = catalog.find(EscalationPolicy, policy)
    steps = found.entity.steps if found else ()
    return tuple(
        Notification(
            step.after_minutes,
            tuple(ref for target in step.notify if (ref := target.rotation or target.role) is not None),
            tuple(dict.fromkeys(_holders(catalog, [target.role for target in step.notify if target.role]))),
        )
        for step in steps
    )


def _holders(catalog: Catalog, roles: list[RoleRef]) -> tuple[PersonRef, ...]:
    found = (catalog.find(Role, role) for role in roles)
    return tuple(holder for role in found if role for holder in role.entity.holders)


@dataclass(frozen=True, slots=True)
class RunbookShelf:
    """The runbooks of one surface."""

    surface: Ref
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class AlertLink:
    """An alert and the step that answers it."""

    ref: Ref
    step: StepRef


@dataclass(frozen=True, slots=True)
class RunbookIndex:
    """All runbooks: by the alert that wakes, and by surface."""

    title: str
    intro: str
    alerts: tuple[AlertLink, ...]
    shelves: tuple[RunbookShelf, ...]
    pages: tuple[str, ...]


def runbook_index(catalog: Catalog, title: str, intro: str) -> RunbookIndex:
    """The list of runbooks, by surface and title."""
    shelves = []
    runbooks = sorted(catalog.entries_of(Runbook), key=lambda entry: entry.entity.title)
    # A surface that does not exist is a finding; its runbooks may be needed all the same.
    named = (*(surface.id for surface in catalog.entries_of(Surface)), *(str(e.entity.surface) for e in runbooks))
    for surface in dict.fromkeys(named):
        own = tuple(row(entry, docname_of(entry)) for entry in runbooks if entry.entity.surface == surface)
        if own:
            shelves.append(RunbookShelf(ref_to(Surface.kind, surface), own))
    alerts = sorted(catalog.entries_of(Alert), key=lambda entry: entry.entity.title.casefold())
    links = tuple(AlertLink(ref_to(Alert.kind, alert.id), alert.entity.step) for alert in alerts)
    pages = tuple(item.docname for shelf in shelves for item in shelf.rows)
    return RunbookIndex(title, intro, links, tuple(shelves), pages)
