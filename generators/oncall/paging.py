"""From an alert to people: the receiver, and who is notified in which minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from generators.model.oncall import EscalationPolicy
from generators.model.organization import Role, Surface
from generators.model.runbook import Runbook
from generators.model.support import Severity
from generators.oncall.intervals import Window, open_moments, union
from generators.oncall.roster import Roster, look_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.oncall import EscalationStep, Target
    from generators.model.runbook import Step
    from generators.model.telemetry import Alert

SINGLE = 5
"""Minutes until a policy of one step begins again."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where an alert goes: to a policy that wakes people, or to the queue of the surface's owner."""

    name: str
    matchers: tuple[tuple[str, str], ...]
    """Labels that lead here, as an alert manager compares them."""
    policy: str
    """Empty: no one is paged."""
    owner: str
    """The role that owns the surface."""


@dataclass(frozen=True, slots=True)
class Notified:
    """A person who is notified, and why."""

    person: str
    through: str
    """Id of the rotation or role."""
    shadow: bool = False
    """Notified to learn; nobody counts on them."""
    until: datetime | None = None
    """End of the shift that they are in; None for a role."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of one round of a policy, as the policy says it."""

    policy: str
    number: int
    """From 1."""
    round: int
    """From 1; each repeat is one more."""
    minutes: int
    """After the page, if every step before it reaches somebody."""
    wait: int
    """Minutes until the next step, of whichever round or policy; 0 for the last one."""
    step: EscalationStep


@dataclass(frozen=True, slots=True)
class Notification:
    """One step of a policy at a moment."""

    planned: PlannedStep
    at: datetime
    """When it comes: earlier than planned where steps before it reach nobody."""
    minutes: int
    """The same in minutes after the page."""
    people: tuple[Notified, ...]
    away: tuple[Notified, ...] = ()
    """Who would be notified but is away: nobody is notified in their place."""
    uncovered: tuple[str, ...] = ()
    """The reasons of rotations that declare to have nobody at that moment."""
    unknown: tuple[str, ...] = ()
    """Rotations and roles that are not there or cannot be read: whom they would reach is not known."""

    @property
    def passes_on(self) -> bool:
        """Whether nobody is there who counts, so that the next step comes at once."""
        return not self.unknown and all(person.shadow for person in self.people)


@dataclass(frozen=True, slots=True)
class Void:
    """A step of a policy with nobody to notify."""

    step: int
    """From 0."""
    window: Window


def receiver(catalog: Catalog, alert: Alert) -> Receiver:
    """Where an alert goes, by its surface and severity."""
    return receiver_of(catalog, str(alert.surface), str(alert.severity))


def receiver_of(catalog: Catalog, surface_id: str, severity_id: str) -> Receiver:
    """Where the alerts of a surface that have a severity go."""
    surface, severity = catalog.find(Surface, surface_id), catalog.find(Severity, severity_id)
    labels = (("severity", severity_id), ("surface", surface_id))
    owner = str(surface.entity.owner) if surface else ""
    if surface and severity and severity.entity.pages:
        return Receiver(str(surface.entity.escalation), labels, str(surface.entity.escalation), owner)
    return Receiver(f"{surface_id}-queue", labels, "", owner)


def chain(catalog: Catalog, policy: str) -> tuple[tuple[str, EscalationPolicy], ...]:
    """A policy and those that go on after it, each once: a circle ends where it closes."""
    policies: dict[str, EscalationPolicy] = {}
    name: str | None = policy
    while name and name not in policies and (entry := catalog.find(EscalationPolicy, name)):
        policies[name] = entry.entity
        name = entry.entity.then
    return tuple(policies.items())


def round_minutes(policy: EscalationPolicy) -> int:
    """How long one round takes: the last step waits as long as the one before it did."""
    minutes = [step.after_minutes for step in policy.steps]
    waited = minutes[-1] - minutes[-2] if len(minutes) > 1 else SINGLE
    return minutes[-1] + max(waited, 1)


def planned_steps(catalog: Catalog, policy: str) -> tuple[PlannedStep, ...]:
    """Every step of every round of a policy, and of the policies after it, in order."""
    planned: list[PlannedStep] = []
    began = 0
    for name, each in chain(catalog, policy):
        for number in range(1, each.repeat + 2):
            for index, step in enumerate(each.steps, 1):
                planned.append(PlannedStep(name, index, number, began + step.after_minutes, 0, step))
            began += round_minutes(each)
    return tuple(replace(one, wait=after.minutes - one.minutes) for one, after in pairwise(planned)) + tuple(
        planned[-1:]
    )


def notifications(catalog: Catalog, roster: Roster, policy: str, paged: datetime) -> Iterator[Notification]:
    """Who is notified when, while nobody acknowledges: every step of every round, then the policies after it.

    The roster must reach from the page past the last step. A step that reaches nobody passes on at once.
    """
    planned = planned_steps(catalog, policy)
    minutes = planned[0].minutes if planned else 0
    for one in planned:
        notification = notified(catalog, roster, one, paged, minutes)
        yield notification
        if not notification.passes_on:
            minutes += one.wait


def notified(catalog: Catalog, roster: Roster, planned: PlannedStep, paged: datetime, minutes: int) -> Notification:
    """Whom a step reaches so many minutes after the page: each person once, in the order of its targets."""
    at = paged + timedelta(minutes=minutes)
    people: dict[str, Notified] = {}
    away: dict[str, Notified] = {}
    uncovered: list[str] = []
    unknown: list[str] = []
    for target in planned.step.notify:
        if target.rotation not in (None, *roster.schedules) or (target.role and not catalog.find(Role, target.role)):
            unknown.append(str(target.rotation or target.role))
        for reached in _reached(catalog, roster, target, at):
            into = away if roster.is_away(reached.person, at) else people
            if reached.person not in into or (into[reached.person].shadow and not reached.shadow):
                into[reached.person] = reached  # who is named twice counts, unless both only show them how it is done
        uncovered += roster.uncovered_at(target.rotation or "", at)
    return Notification(
        planned, at, minutes, tuple(people.values()), tuple(away.values()), tuple(uncovered), tuple(unknown)
    )


def _reached(catalog: Catalog, roster: Roster, target: Target, at: datetime) -> Iterator[Notified]:
    """Everybody whom a target means at a moment, those who are away included."""
    if target.role is not None:
        role = catalog.find(Role, target.role)
        for holder in role.entity.holders if role else ():
            yield Notified(str(holder), str(target.role))
        return
    schedule = roster.schedules.get(target.rotation or "")
    if schedule is None:
        return
    shifts = (*schedule.at(at), *schedule.away_at(at))
    for shift in shifts:
        yield Notified(shift.person, shift.rotation, until=shift.window.end)
    for shift in shifts:
        for shadow in shift.duty.shadows:
            yield Notified(str(shadow), shift.rotation, shadow=True, until=shift.window.end)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What a policy does at a moment at which a rotation in it has nobody."""

    policy: str
    notification: Notification | None
    """The first step after the rotation's that reaches somebody; None where none does."""


def rotations_of(policy: EscalationPolicy) -> tuple[str, ...]:
    """The rotations that steps of a policy notify."""
    return tuple(str(target.rotation) for step in policy.steps for target in step.notify if target.rotation)


def fallbacks(catalog: Catalog, roster: Roster, rotation: str, at: datetime) -> Iterator[Fallback]:
    """Where a page at a moment at which a rotation has nobody goes on, for each policy that notifies the rotation."""
    for entry in catalog.entries_of(EscalationPolicy):
        if rotation in rotations_of(entry.entity):
            reaching = (one for one in notifications(catalog, roster, entry.id, at) if not one.passes_on)
            yield Fallback(entry.id, next(reaching, None))


# ── proof ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def voids(catalog: Catalog, roster: Roster, policy: EscalationPolicy) -> Iterator[Void]:
    """The first stretch of the roster's window in which each step reaches nobody, although nothing declares it.

    Last days that are still to come are plans, and make no step empty.
    """
    for index, step in enumerate(policy.steps):
        reached = union(window for target in step.notify for window in _times_reached(catalog, roster, target))
        for window in open_moments(roster.window, reached)[:1]:
            yield Void(index, window)


def _times_reached(catalog: Catalog, roster: Roster, target: Target) -> Iterator[Window]:
    """When a target reaches somebody who is not away, or is declared not to."""
    if target.role is not None:
        role = catalog.find(Role, target.role)
        for holder in role.entity.holders if role else ():
            yield from open_moments(roster.window, roster.unplanned_absences(str(holder)))
        return
    schedule = roster.schedules.get(target.rotation or "")
    if schedule is None:
        return
    yield from schedule.covered
    yield from (piece.window for piece in schedule.uncovered)
    for shift in schedule.away:
        yield from open_moments(shift.window, roster.unplanned_absences(shift.person))


# ── one alert ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class PagePlan:
    """What an alert would do at a moment: where it goes, which step answers it, who is notified in which minute."""

    alert: Entry[Alert]
    runbook: Entry[Runbook] | None
    receiver: Receiver
    notifications: tuple[Notification, ...]
    roster: Roster
    labels: Mapping[str, str]
    link: str
    """The address of the step that answers."""

    @property
    def step(self) -> Step | None:
        """The step that answers, where the runbook has it."""
        steps = self.runbook.entity.steps if self.runbook else ()
        named = str(self.alert.entity.step).rpartition("/")[2]
        return next((step for step in steps if step.id == named), None)

    @property
    def unused_labels(self) -> tuple[str, ...]:
        """Labels that no command of the runbook uses, sorted."""
        used = {parameter.name for parameter in self.runbook.entity.parameters} if self.runbook else set()
        return tuple(sorted(self.labels.keys() - used))


def page_plan(catalog: Catalog, alert: Entry[Alert], at: datetime, labels: Mapping[str, str], link: str) -> PagePlan:
    """What the alert would do if it fired at a moment (aware)."""
    goes_to = receiver(catalog, alert.entity)
    last = max((one.minutes for one in planned_steps(catalog, goes_to.policy)), default=0)
    ahead = look_ahead(catalog, at) + timedelta(minutes=last)
    roster = Roster.of(catalog, at - timedelta(days=1), timedelta(days=1) + ahead)
    notified_people = tuple(notifications(catalog, roster, goes_to.policy, at)) if goes_to.policy else ()
    runbook = catalog.find(Runbook, alert.entity.runbook)
    return PagePlan(alert, runbook, goes_to, notified_people, roster, labels, link)
