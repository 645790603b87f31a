"""Where an alert goes and whom it pages in which minute, for a terminal or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.oncall.civil import zone
from generators.report.document import document
from generators.report.duty import local, stamp, utc
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

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
    queue = "" if receiver.policy else f": no one is paged; {receiver.owner} works through it"
    yield f"  receiver  {receiver.name}{queue}"
    yield f"  step      {printable(step.title) if step else alert.step} ({step.minutes if step else '?'} min)"
    yield f"  opens     {plan.link}"


def _rounds(plan: PagePlan) -> Iterator[str]:
    last = {one.planned.policy: one.planned.round for one in plan.notifications}
    for policy, number in dict.fromkeys((one.planned.policy, one.planned.round) for one in plan.notifications):
        if number > ROUNDS:
            continue
        again = "" if number == 1 else f", again ({number - 1} of {last[policy] - 1} times)"
        yield f"  {policy}{again}"
        for notification in plan.notifications:
            if (notification.planned.policy, notification.planned.round) == (policy, number):
                yield from _notification(plan.roster, notification)
    if plan.notifications and all(notification.passes_on for notification in plan.notifications):
        yield "  This page reaches nobody."


def _notification(roster: Roster, notification: Notification) -> Iterator[str]:
    head = f"{notification.minutes:4} min  {utc(notification.at)}"
    for person in notification.people:
        where = _zone_of(roster, person)
        until = f", until {local(person.until, zone('UTC'))}" if person.until else ""
        shadow = ", to learn" if person.shadow else ""
        line = f"{_name(roster, person):32} {local(notification.at, where)}  {person.through}{until}{shadow}"
        yield f"  {head}  {line}"
        yield from (f"  {'':{len(head)}}  {line}" for line in _contacts(roster, person))
    for name in notification.unknown:
        yield f"  {head}  not known: {name} cannot be read"
    if notification.passes_on:
        yield f"  {head}  {'only shadows' if notification.people else 'nobody'}: passes on at once"
    for person in notification.away:
        yield f"  {'':{len(head)}}  away: {_name(roster, person)}, {person.through}"
    for reason in notification.uncovered:
        yield f"  {'':{len(head)}}  no cover by intent: {printable(reason)}"


def _name(roster: Roster, person: Notified) -> str:
    return f"{printable(roster.title(person.person))} ({person.person})"


def _zone_of(roster: Roster, notified: Notified) -> ZoneInfo:
    person = roster.people.get(notified.person)
    return zone(person.zone if person else "UTC")


def _contacts(roster: Roster, notified: Notified) -> Iterator[str]:
    """How to reach somebody, in the order in which to try."""
    person = roster.people.get(notified.person)
    for number, contact in enumerate(person.contacts if person else (), 1):
        yield f"{number}. {contact.channel}: {printable(contact.address)}"


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
        steps=[_step(plan.roster, notification) for notification in plan.notifications],
    )


def _step(roster: Roster, notification: Notification) -> dict[str, object]:
    planned = notification.planned
    return {
        "policy": planned.policy,
        "step": planned.number,
        "round": planned.round,
        "minutes": notification.minutes,
        "planned_minutes": planned.minutes,
        "at": stamp(notification.at),
        "people": [_person(roster, person) for person in notification.people],
        "away": [person.person for person in notification.away],
        "uncovered": list(notification.uncovered),
        "unknown": list(notification.unknown),
    }


def _person(roster: Roster, person: Notified) -> dict[str, object]:
    known = roster.people.get(person.person)
    return {
        "person": person.person,
        "through": person.through,
        "shadow": person.shadow,
        "until": stamp(person.until) if person.until else None,
        "contacts": [{"channel": one.channel, "address": one.address} for one in known.contacts] if known else [],
    }
