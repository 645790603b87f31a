"""Where an alert goes and whom it pages in which minute, for a terminal or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.oncall.civil import zone
from generators.report.document import document
from generators.report.duty import local, stamp, utc
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.oncall.paging import Notification, Notified, PagePlan
    from generators.oncall.roster import Roster

ROUNDS = 2
"""Rounds of a policy that are printed: the first, and the first repeat; further ones are alike."""


def page_text(plan: PagePlan) -> str:
    """Route, receiver, the step that answers, the link, and each step's people."""
    return "".join(f"{line}\n" for line in (*_head(plan), *_rounds(plan)))


def _head(plan: PagePlan) -> Iterator[str]:
    alert, receiver, step = plan.alert.entity, plan.receiver, plan.step
    yield f"{printable(alert.title)} ({plan.alert.id})"
    yield f"  route     {', '.join(f'{name}={value}' for name, value in receiver.matchers)}"
    queue = "" if receiver.policy else f": nobody is woken, {receiver.owner} works it off"
    yield f"  receiver  {receiver.name}{queue}"
    yield f"  step      {printable(step.title) if step else alert.step} ({step.minutes if step else '?'} min)"
    yield f"  opens     {plan.link}"


def _rounds(plan: PagePlan) -> Iterator[str]:
    last = {one.policy: one.round for one in plan.notifications}
    for policy, number in dict.fromkeys((one.policy, one.round) for one in plan.notifications):
        if number > ROUNDS:
            continue
        again = "" if number == 1 else f", again ({number - 1} of {last[policy] - 1} times)"
        yield f"  {policy}{again}"
        for notification in plan.notifications:
            if (notification.policy, notification.round) == (policy, number):
                yield from _notification(plan.roster, notification)


def _notification(roster: Roster, notification: Notification) -> Iterator[str]:
    head = f"{notification.minutes:4} min  {utc(notification.at)}"
    if not notification.people:
        yield f"  {head}  nobody: passes on at once"
    for person in notification.people:
        absences = roster.people.get(person.person)
        where = zone(absences.zone if absences else "UTC")
        until = f", until {utc(person.until)}" if person.until else ""
        shadow = ", to learn" if person.shadow else ""
        name = f"{printable(roster.title(person.person))} ({person.person})"
        yield f"  {head}  {name:32} {local(notification.at, where)}  {person.through}{until}{shadow}"


def page_json(plan: PagePlan) -> str:
    """The same for programs."""
    return document(
        alert=plan.alert.id,
        labels=dict(plan.labels),
        route=dict(plan.receiver.matchers),
        receiver=plan.receiver.name,
        wakes=bool(plan.receiver.policy),
        runbook=str(plan.alert.entity.runbook),
        step=str(plan.alert.entity.step),
        url=plan.link,
        steps=[_step(notification) for notification in plan.notifications],
    )


def _step(notification: Notification) -> dict[str, object]:
    return {
        "policy": notification.policy,
        "step": notification.step,
        "round": notification.round,
        "minutes": notification.minutes,
        "at": stamp(notification.at),
        "people": [_person(person) for person in notification.people],
    }


def _person(person: Notified) -> dict[str, object]:
    return {
        "person": person.person,
        "through": person.through,
        "shadow": person.shadow,
        "until": stamp(person.until) if person.until else None,
    }
