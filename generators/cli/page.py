"""`dfops page`: where an alert goes, which step answers it, and who is notified in which minute."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from generators.catalog import Catalog, Entry
from generators.cli.duty import catalog_at, entry_of
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert
from generators.oncall.civil import zone
from generators.oncall.paging import LOOK_AHEAD, Notification, Notified, Receiver, notifications, receiver
from generators.oncall.roster import Roster
from generators.report import printable
from generators.report.duty import SCHEMA_VERSION, local, stamp, utc
from generators.views.links import VALUE, step_link

AlertOption = Annotated[str, typer.Option("--alert", metavar="NAME", help="The alert's id.")]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="K=V", help="A label of the alert, such as connector=stripe; repeat it."),
]
SiteOption = Annotated[
    str, typer.Option("--site", envvar="DFOPS_SITE", metavar="URL", help="Address of the internal site, for the link.")
]
SITE = re.compile(r"(?:https?|file)://[\x21-\x7e]+")


def page(
    alert: AlertOption,
    label: LabelOption = None,
    at: AtOption = None,
    site: SiteOption = "",
    root: RootOption = Path(),
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is printed.")] = "text",
) -> None:
    """Try a page without sending it: route, receiver, the step that answers, and each step's people and minutes."""
    if site and not SITE.fullmatch(site):
        raise Unusable(f"--site {printable(site)}: write an address like https://ops.example.org/")
    when = moment(at)
    labels = _labels(label or [])
    catalog = catalog_at(repository(root))
    entry = entry_of(catalog, Alert, alert)
    goes = receiver(catalog, entry.entity)
    roster = Roster.of(catalog, when - timedelta(days=1), LOOK_AHEAD)
    notified = list(notifications(catalog, roster, goes.policy, when)) if goes.policy else []
    given = {**labels, "severity": str(entry.entity.severity), "paged": stamp(when)}
    link = step_link(str(entry.entity.runbook), str(entry.entity.step), given, site)
    if form == "json":
        told = _told(entry, goes, notified, link, labels)
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    for line in _lines(catalog, roster, entry, goes, notified, link):
        sys.stdout.write(f"{line}\n")
    for name in labels.keys() - _used(catalog, entry):
        sys.stderr.write(f"note: no command of {entry.entity.runbook} uses the label {printable(name)}\n")


def _labels(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name.isidentifier():
            raise Unusable(f"--label {printable(word)}: write it like connector=stripe")
        if not VALUE.fullmatch(value):
            raise Unusable(
                f"--label {printable(word)}: a value may hold letters, digits and _ . / : @ - only, because it stands "
                "in commands that are pasted"
            )
        found[name] = value
    return found


def _used(catalog: Catalog, entry: Entry[Alert]) -> set[str]:
    runbook = catalog.find(Runbook, entry.entity.runbook)
    return {parameter.name for parameter in runbook.entity.parameters} if runbook else set()


def _lines(
    catalog: Catalog, roster: Roster, entry: Entry[Alert], goes: Receiver, notified: list[Notification], link: str
) -> Iterator[str]:
    alert = entry.entity
    runbook = catalog.find(Runbook, alert.runbook)
    step = (
        next((one for one in runbook.entity.steps if f"{runbook.id}/{one.id}" == alert.step), None) if runbook else None
    )
    yield f"{printable(alert.title)} ({entry.id})"
    yield f"  route     {', '.join(f'{name}={value}' for name, value in goes.matchers)}"
    yield f"  receiver  {goes.name}" + ("" if goes.policy else f": nobody is woken, {goes.owner} works it off")
    yield f"  step      {printable(step.title) if step else alert.step} ({step.minutes if step else '?'} min)"
    yield f"  opens     {link}"
    for number in dict.fromkeys((one.policy, one.round) for one in notified):
        policy, nth = number
        if nth <= 2:  # noqa: PLR2004 - the first time, and the first repeat; further ones are alike
            rounds = max(one.round for one in notified if one.policy == policy)
            again = "" if nth == 1 else f", again ({nth - 1} of {rounds - 1} times)"
            yield f"  {policy}{again}"
            for one in notified:
                if (one.policy, one.round) == number:
                    yield from _notification(roster, one)


def _notification(roster: Roster, one: Notification) -> Iterator[str]:
    head = f"{one.minutes:4} min  {utc(one.at)}"
    if not one.people:
        yield f"  {head}  nobody: passes on at once"
    for person in one.people:
        known_as = roster.people.get(person.person)
        where = zone(known_as.zone if known_as else "UTC")
        until = f", until {utc(person.until)}" if person.until else ""
        shadow = ", to learn" if person.shadow else ""
        name = f"{printable(roster.title(person.person))} ({person.person})"
        yield f"  {head}  {name:32} {local(one.at, where)}  {person.through}{until}{shadow}"


def _told(
    entry: Entry[Alert], goes: Receiver, notified: list[Notification], link: str, labels: dict[str, str]
) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "alert": entry.id,
        "labels": labels,
        "route": dict(goes.matchers),
        "receiver": goes.name,
        "wakes": bool(goes.policy),
        "runbook": str(entry.entity.runbook),
        "step": str(entry.entity.step),
        "url": link,
        "steps": [
            {
                "policy": one.policy,
                "step": one.step,
                "round": one.round,
                "minutes": one.minutes,
                "at": stamp(one.at),
                "people": [_person(person) for person in one.people],
            }
            for one in notified
        ],
    }


def _person(one: Notified) -> dict[str, object]:
    return {
        "person": one.person,
        "through": one.through,
        "shadow": one.shadow,
        "until": stamp(one.until) if one.until else None,
    }
