"""The page that a tired reader opens: the steps in order, where each leads, who does it, who is paged next."""

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
from generators.views.entity import Row, ref_to, row, users_of
from generators.views.layout import docname_of, former_names
from generators.views.night import (
    ShiftRow,
    StateMessages,
    acknowledge_minutes,
    runbook_data,
    shift_rows,
    state_messages,
    state_named,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.base import Ref
    from generators.model.refs import AlertRef, PersonRef, RoleRef, SurfaceRef
    from generators.model.runbook import End, Parameter, Step


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where a step leads, and when."""

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
    former: tuple[str, ...]
    """What links called it before, of former ids of the runbook too."""
    title: str
    owner: RoleRef | None
    do: str
    command: str
    expect: str
    minutes: int
    answers: tuple[AlertRef, ...]
    next: tuple[NextStep, ...]
    end: End | None
    messages: tuple[StateMessages, ...]
    """Of the states that the step names."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Who is notified, and how long after the page."""

    after_minutes: int
    refs: tuple[Ref, ...]
    holders: tuple[PersonRef, ...]
    """Who holds the roles among them."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who answers for a surface. Empty where the surface is unknown."""

    rotation: RotationRef | None = None
    policy: PolicyRef | None = None
    notifications: tuple[Notification, ...] = ()
    repeat: int = 0
    """How often the steps of the policy are gone through again."""
    then: PolicyRef | None = None
    shifts: tuple[ShiftRow, ...] = ()
    """Of the rotation, from the moment on for which the page is made."""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class RunbookPage:
    """One runbook."""

    id: str
    former: tuple[str, ...]
    title: str
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
    on_call: OnCall
    messages: tuple[StateMessages, ...]
    arrivals: tuple[Ref, ...]
    night: str
    """JSON for the script."""


def runbook_page(catalog: Catalog, entry: Entry[Runbook], at: datetime) -> RunbookPage:
    """The page of a runbook, with the shifts that run at a moment or come after it."""
    runbook = entry.entity
    surface = catalog.find(Surface, runbook.surface)
    messages = state_messages(catalog)
    return RunbookPage(
        id=entry.id,
        former=runbook.former,
        title=runbook.title,
        surface=runbook.surface,
        owner=runbook.owner,
        summary=runbook.summary,
        use_when=runbook.use_when,
        parameters=runbook.parameters,
        steps=tuple(_steps(entry.id, runbook, {each.state: each for each in messages})),
        longest=graph_of(runbook).longest()[0],
        diagram=dot(entry.id, runbook),
        on_call=_on_call(catalog, surface.entity, at) if surface else OnCall(),
        messages=messages,
        arrivals=users_of(catalog, entry),
        night=runbook_data(entry.id, runbook, acknowledge_minutes(catalog, runbook.surface)),
    )


def _steps(identity: str, runbook: Runbook, messages: Mapping[str, StateMessages]) -> Iterator[StepView]:
    """`messages` are by state."""
    numbers = {step.id: number for number, step in reversed(list(enumerate(runbook.steps, 1)))}
    for number, step in enumerate(runbook.steps, 1):
        yield StepView(
            number=number,
            name=f"{identity}/{step.id}",
            former=former_names(identity, runbook.former, step.id, step.former),
            title=step.title,
            owner=step.owner,
            do=step.do,
            command=step.command or "",
            expect=step.expect or "",
            minutes=step.minutes,
            answers=step.answers,
            next=tuple(_next_steps(identity, step, numbers)),
            end=step.end,
            messages=tuple(messages[state] for state in state_named(step) if state in messages),
        )


def _next_steps(identity: str, step: Step, numbers: Mapping[str, int]) -> Iterator[NextStep]:
    """Branches to steps that the runbook has; one to another is a finding."""
    for branch in step.next:
        if branch.go in numbers:
            yield NextStep(branch.when or "", numbers[branch.go], StepRef(f"{identity}/{branch.go}"))


def _on_call(catalog: Catalog, surface: Surface, at: datetime) -> OnCall:
    policy = catalog.find(EscalationPolicy, surface.escalation)
    rotation = catalog.find(Rotation, surface.rotation)
    return OnCall(
        rotation=surface.rotation,
        policy=surface.escalation,
        notifications=notifications(catalog, surface.escalation),
        repeat=policy.entity.repeat if policy else 0,
        then=policy.entity.then if policy else None,
        shifts=shift_rows(catalog, rotation, at) if rotation else (),
        zone=rotation.entity.zone if rotation else "",
    )


def notifications(catalog: Catalog, policy: PolicyRef) -> tuple[Notification, ...]:
    """The steps of an escalation policy, as rotations and roles."""
    entry = catalog.find(EscalationPolicy, policy)
    steps = entry.entity.steps if entry else ()
    return tuple(
        Notification(
            step.after_minutes,
            tuple(ref for target in step.notify if (ref := target.rotation or target.role) is not None),
            tuple(dict.fromkeys(_holders(catalog, [target.role for target in step.notify if target.role]))),
        )
        for step in steps
    )


def _holders(catalog: Catalog, roles: list[RoleRef]) -> tuple[PersonRef, ...]:
    entries = (catalog.find(Role, role) for role in roles)
    return tuple(holder for entry in entries if entry for holder in entry.entity.holders)


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


@dataclass(frozen=True, slots=True)
class LostPage:
    """What somebody with a link that leads nowhere probably wanted: the runbook of an alert."""

    alerts: tuple[AlertLink, ...]
    shelves: tuple[RunbookShelf, ...]


def lost_page(catalog: Catalog) -> LostPage:
    """The runbooks by alert and by surface."""
    index = runbook_index(catalog, "", "")
    return LostPage(index.alerts, index.shelves)


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
