"""An answer for support: as text that is read under stress, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings.naming import named
from generators.model.organization import Person, Surface
from generators.model.support import Route, Symptom
from generators.report.document import document
from generators.report.duty import stamp
from generators.report.text import printable
from generators.status.state import WAREHOUSE_NAMES
from generators.support.deadlines import TOO_FAR
from generators.support.promises import hours_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from generators.catalog import Catalog
    from generators.model.support import Request
    from generators.support.routing import Answer, Due

UNTIL = {"acknowledge": "Acknowledge by", "mitigate": "Relief by", "resolve": "Resolve by"}
WIDTH = 16
"""Columns of a label."""


def answer_json(catalog: Catalog, found: Answer, link: str) -> str:
    """An answer for programs; `link` leads to the runbook's first step."""
    return document(**_answer(catalog, found, link))


def answer_text(catalog: Catalog, found: Answer, link: str, local: tzinfo | None) -> str:
    """An answer for people. `local` None stands for this machine's zone."""
    return "".join(f"{printable(line)}\n" for line in _answer_lines(catalog, found, link, local))


def listed(catalog: Catalog, surface: str, form: str) -> str:
    """What may be asked: the symptoms of a surface, or of all. Raises Unanswerable for an unknown surface."""
    surfaces = {entry.id: entry.entity.title for entry in catalog.entries_of(Surface)}
    chosen = [named("surface", surface, surfaces)] if surface else list(surfaces)
    rows = {name: _symptoms(catalog, name) for name in chosen}
    if form == "json":
        return document(surfaces=[{"id": name, "title": surfaces[name], "symptoms": rows[name]} for name in chosen])
    lines = ["What does the user see? Or give the code in the message.", ""]
    for name in chosen:
        lines += [f"{name}  {surfaces[name]}", *(f"  {row['id']:28} {row['title']}" for row in rows[name]), ""]
    lines += [
        "dfops route --surface SURFACE --symptom SYMPTOM --connector CONNECTOR --warehouse WAREHOUSE",
        "dfops route --surface SURFACE --error CODE --connector CONNECTOR --warehouse WAREHOUSE",
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def when(moment: datetime | None, local: tzinfo | None) -> str:
    """`Mon 23 Nov 05:00 PST, Mon 23 Nov 13:00 UTC`: local time first, once where both are one; whole minutes."""
    if moment is None:
        return TOO_FAR
    there = f"{moment.astimezone(local):%a %d %b %H:%M %Z}"
    return there if there.endswith(" UTC") else f"{there}, {moment:%a %d %b %H:%M} UTC"


def _symptoms(catalog: Catalog, surface: str) -> list[dict[str, str]]:
    entries = sorted(catalog.entries_of(Symptom), key=lambda entry: (entry.entity.title.casefold(), entry.id))
    routed = {(route.entity.surface, route.entity.symptom) for route in catalog.entries_of(Route)}
    return [{"id": e.id, "title": e.entity.title} for e in entries if (surface, e.id) in routed]


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _answer_lines(catalog: Catalog, found: Answer, link: str, local: tzinfo | None) -> Iterator[str]:
    asked, severity = found.question, found.severity.entity
    named_so = severity.title.casefold().startswith(found.severity.id.casefold())
    yield severity.title if named_so else f"{found.severity.id.upper()}  {severity.title}"
    about = (found.symptom.entity.title, found.surface.entity.title, asked.code, asked.connector, _warehouse(found))
    yield " · ".join(part for part in about if part)
    yield ""
    yield from _promised(found, local)
    if found.route.entity.raise_when:
        yield _row("It becomes", found.route.entity.raise_when)
    yield ""
    yield from _people(catalog, found, local)
    yield _row("Runbook", f"{found.runbook.entity.title} ({found.runbook.id})")
    yield _row("", link)
    if found.status:
        yield _row("Pack", f"{asked.connector} is {found.status.state}. {found.status.reason}")
    yield from _paragraph("Tell the user", [" ".join(found.route.entity.tell_user.split())])
    yield from _paragraph("Ask for", [part for ask in found.symptom.entity.ask for part in _asked(ask)])
    yield from _paragraph(
        "They can try first", [part for ask in found.symptom.entity.try_first for part in _asked(ask)]
    )
    yield from _paragraph(
        "Known already", [f"- {e.entity.title} ({e.entity.severity}, {e.entity.state}, {e.id})" for e in found.defects]
    )
    yield from _paragraph("Does not work, and is said so", [f"- {e.entity.title} ({e.id})" for e in found.unsupported])


def _promised(found: Answer, local: tzinfo | None) -> Iterator[str]:
    if found.level is None:
        yield _row("Promise", "none for this severity; `dfops check` says what is missing")
        return
    for due in found.dues:
        yield _row(UNTIL[due.what], f"{when(due.at, local)}  ({due.promise})")
    yield _row("The clock runs", f"{hours_in_words(found.level.entity.hours)}; report of {when(found.at, local)}")


def _people(catalog: Catalog, found: Answer, local: tzinfo | None) -> Iterator[str]:
    holders = [_person(catalog, str(name)) for name in found.owner.entity.holders]
    yield _row("Owner", f"{found.owner.entity.title} ({found.owner.id}): {', '.join(holders) or 'vacant'}")
    turns = [f"{_person(catalog, one.person)} until {when(one.window.end, local)}" for one in found.on_call]
    yield _row("On call now", "; ".join(turns) or "nobody")


def _paragraph(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _asked(request: Request) -> Iterator[str]:
    yield f"- {request.what}"
    if request.command:
        yield from (f"      {line}" for line in request.command.strip().splitlines())


def _row(label: str, said: str) -> str:
    return f"{label:{WIDTH}}{said}"


def _warehouse(found: Answer) -> str:
    name = found.question.warehouse
    return WAREHOUSE_NAMES.get(name, name)


def _person(catalog: Catalog, name: str) -> str:
    person = catalog.find(Person, name)
    return person.entity.title if person else name


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _answer(catalog: Catalog, found: Answer, link: str) -> dict[str, object]:
    route, symptom, asked = found.route.entity, found.symptom.entity, found.question
    return {
        "at": stamp(found.at),
        "surface": found.surface.id,
        "symptom": {"id": found.symptom.id, "title": symptom.title, "seen": symptom.seen},
        "code": asked.code or None,
        "connector": asked.connector or None,
        "warehouse": asked.warehouse or None,
        "route": {"id": found.route.id, "path": found.route.path},
        "severity": {"id": found.severity.id, "title": found.severity.entity.title, "raise_when": route.raise_when},
        "promise": _promise(found),
        "owner": {"id": found.owner.id, "holders": [_held(catalog, str(one)) for one in found.owner.entity.holders]},
        "on_call": [
            {**_held(catalog, one.person), "rotation": one.rotation, "until": stamp(one.window.end)}
            for one in found.on_call
        ],
        "runbook": {"id": found.runbook.id, "step": found.runbook.entity.entry, "link": link},
        "tell_user": route.tell_user,
        "ask": [_request(one) for one in symptom.ask],
        "try_first": [_request(one) for one in symptom.try_first],
        "defects": [
            {"id": e.id, "title": e.entity.title, "severity": e.entity.severity, "state": e.entity.state}
            for e in found.defects
        ],
        "unsupported": [{"id": e.id, "title": e.entity.title} for e in found.unsupported],
        "status": {"state": found.status.state, "reason": found.status.reason} if found.status else None,
    }


def _promise(found: Answer) -> dict[str, object] | None:
    if found.level is None:
        return None
    said: dict[str, object] = {"id": found.level.id, "hours": hours_in_words(found.level.entity.hours)}
    return said | {due.what: _due(due) for due in found.dues}


def _due(due: Due) -> dict[str, str | None]:
    return {"within": due.promise, "by": stamp(due.at) if due.at else None}


def _held(catalog: Catalog, name: str) -> dict[str, str]:
    return {"id": name, "name": _person(catalog, name)}


def _request(request: Request) -> dict[str, str | None]:
    return {"what": request.what, "command": request.command}
