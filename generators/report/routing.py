"""An answer for support: as text that is read under stress, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings.naming import named
from generators.model.organization import Person, Surface
from generators.model.support import Route, Symptom
from generators.report.codes import code_record, code_rows, do_first
from generators.report.document import document
from generators.report.duty import stamp
from generators.report.text import printable
from generators.runtime.spelling import older_lines
from generators.status.met import met_of
from generators.status.state import WAREHOUSE_NAMES
from generators.support.deadlines import TOO_FAR
from generators.support.promises import hours_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from generators.catalog import Catalog, Entry
    from generators.model.stability import Defect
    from generators.model.support import Request
    from generators.runtime.releases import Releases
    from generators.support.routing import Answer, Due

UNTIL = {"acknowledge": "Acknowledge by", "mitigate": "Relief by", "resolve": "Resolve by"}
WIDTH = 16
"""Columns of a label."""


def answer_json(catalog: Catalog, answer: Answer, link: str, releases: Releases) -> str:
    """An answer for programs; `link` leads to the runbook's first step."""
    return document(**_record(catalog, answer, link, releases))


def answer_text(catalog: Catalog, answer: Answer, link: str, releases: Releases, local: tzinfo | None) -> str:
    """An answer for people. `local` None stands for this machine's zone."""
    return "".join(f"{printable(line)}\n" for line in _answer_lines(catalog, answer, link, releases, local))


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
    local_time = f"{moment.astimezone(local):%a %d %b %H:%M %Z}"
    return local_time if local_time.endswith(" UTC") else f"{local_time}, {moment:%a %d %b %H:%M} UTC"


def _symptoms(catalog: Catalog, surface: str) -> list[dict[str, str]]:
    entries = sorted(catalog.entries_of(Symptom), key=lambda entry: (entry.entity.title.casefold(), entry.id))
    routed = {(route.entity.surface, route.entity.symptom) for route in catalog.entries_of(Route)}
    return [{"id": e.id, "title": e.entity.title} for e in entries if (surface, e.id) in routed]


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _answer_lines(
    catalog: Catalog, answer: Answer, link: str, releases: Releases, local: tzinfo | None
) -> Iterator[str]:
    yield from _headline(answer)
    yield ""
    if answer.code:
        yield from (_row(label, text) for label, text in code_rows(answer.code, releases))
        yield ""
    yield from _deadlines(catalog, answer, local)
    if answer.route.entity.raise_when:
        yield _row("It becomes", answer.route.entity.raise_when)
    yield ""
    yield from _people(catalog, answer, local)
    yield _row("Runbook", f"{answer.runbook.entity.title} ({answer.runbook.id})")
    yield _row("", link)
    if answer.status:
        yield _row("Pack", f"{answer.question.connector} is {answer.status.state}. {answer.status.reason}")
    yield from _reply(answer)
    yield from _known_issues(catalog, answer)


def _headline(answer: Answer) -> Iterator[str]:
    """The severity, then what the report is about."""
    title, code = answer.severity.entity.title, answer.severity.id
    yield title if title.casefold().startswith(code.casefold()) else f"{code.upper()}  {title}"
    question = answer.question
    symptom, surface = answer.symptom.entity.title, answer.surface.entity.title
    warehouse = WAREHOUSE_NAMES.get(question.warehouse, question.warehouse)
    yield " · ".join(part for part in (symptom, surface, question.code, question.connector, warehouse) if part)


def _deadlines(catalog: Catalog, answer: Answer, local: tzinfo | None) -> Iterator[str]:
    if answer.level is None:
        yield _row("Promise", "none for this severity; `dfops check` says what is missing")
        return
    for due in answer.dues:
        doubt = f"; holidays after {due.holidays_until} are not known" if due.holidays_until else ""
        yield _row(UNTIL[due.what], f"{when(due.at, local)}  ({due.promise}{doubt})")
    hours = hours_in_words(catalog, answer.level.entity.hours)
    yield _row("The clock runs", f"{hours}; report of {when(answer.at, local)}")


def _people(catalog: Catalog, answer: Answer, local: tzinfo | None) -> Iterator[str]:
    holders = [_person(catalog, str(name)) for name in answer.owner.entity.holders]
    yield _row("Owner", f"{answer.owner.entity.title} ({answer.owner.id}): {', '.join(holders) or 'vacant'}")
    now = answer.on_call
    turns = [f"{_person(catalog, shift.person)} until {when(shift.window.end, local)}" for shift in now.shifts]
    yield _row("On call now", "; ".join(turns) or ("nobody" if now.known else "not known"))
    for shift in now.away:
        yield _row("Away", f"{_person(catalog, shift.person)} until {when(shift.window.end, local)}")
    for one in now.instead:
        people = [_person(catalog, each.person) for each in one.notification.people] if one.notification else []
        yield _row("Paged instead", f"{', '.join(people) or 'nobody'}, by {one.policy}")


def _reply(answer: Answer) -> Iterator[str]:
    """What goes back to the user: words, questions, and what to try."""
    symptom = answer.symptom.entity
    yield from _paragraph("Tell the user", [" ".join(answer.route.entity.tell_user.split())])
    first = do_first(answer.code) if answer.code else ()
    yield from _paragraph("They can do first", [line for request in first for line in _request_lines(request)])
    yield from _paragraph("Ask for", [line for request in symptom.ask for line in _request_lines(request)])
    label = "They can try" if first else "They can try first"
    yield from _paragraph(label, [line for request in symptom.try_first for line in _request_lines(request)])


def _known_issues(catalog: Catalog, answer: Answer) -> Iterator[str]:
    defects = [f"- {_defect(catalog, entry)}" for entry in answer.defects]
    yield from _paragraph("Known already", defects)
    cases = [f"- {entry.entity.title} ({entry.id})" for entry in answer.unsupported]
    yield from _paragraph("Does not work, and is said so", cases)


def _defect(catalog: Catalog, entry: Entry[Defect]) -> str:
    elsewhere = "" if met_of(catalog, entry).is_met else "; reported for other packages, not met here"
    return f"{entry.entity.title} ({entry.entity.severity}, {entry.entity.state}, {entry.id}{elsewhere})"


def _paragraph(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _request_lines(request: Request) -> Iterator[str]:
    yield f"- {request.what}"
    if request.command:
        yield from (f"      {line}" for line in request.command.strip().splitlines())
        for older in older_lines(request.command):
            yield f"    With {older.name}:"
            yield from (f"      {line}" for line in older.text.strip().splitlines())


def _row(label: str, value: str) -> str:
    return f"{label:{WIDTH}}{value}"


def _person(catalog: Catalog, name: str) -> str:
    person = catalog.find(Person, name)
    return person.entity.title if person else name


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _record(catalog: Catalog, answer: Answer, link: str, releases: Releases) -> dict[str, object]:
    route, symptom, question = answer.route.entity, answer.symptom.entity, answer.question
    severity = answer.severity
    return {
        "at": stamp(answer.at),
        "surface": answer.surface.id,
        "symptom": {"id": answer.symptom.id, "title": symptom.title, "seen": symptom.seen},
        "code": question.code or None,
        "diagnostic": code_record(answer.code, releases) if answer.code else None,
        "connector": question.connector or None,
        "warehouse": question.warehouse or None,
        "route": {"id": answer.route.id, "path": answer.route.path},
        "severity": {"id": severity.id, "title": severity.entity.title, "raise_when": route.raise_when},
        "promise": _promise_record(catalog, answer),
        **_people_records(catalog, answer),
        "runbook": {"id": answer.runbook.id, "step": answer.runbook.entity.entry, "link": link},
        "tell_user": route.tell_user,
        "ask": [_request_record(request) for request in symptom.ask],
        "try_first": [_request_record(request) for request in symptom.try_first],
        **_known_issue_records(catalog, answer),
        "status": {"state": answer.status.state, "reason": answer.status.reason} if answer.status else None,
    }


def _promise_record(catalog: Catalog, answer: Answer) -> dict[str, object] | None:
    if answer.level is None:
        return None
    hours = hours_in_words(catalog, answer.level.entity.hours)
    promise: dict[str, object] = {"id": answer.level.id, "hours": hours}
    return promise | {due.what: _due_record(due) for due in answer.dues}


def _due_record(due: Due) -> dict[str, str | None]:
    record = {"within": due.promise, "by": stamp(due.at) if due.at else None}
    return record | ({"holidays_known_until": due.holidays_until.isoformat()} if due.holidays_until else {})


def _people_records(catalog: Catalog, answer: Answer) -> dict[str, object]:
    def named_person(name: str) -> dict[str, str]:
        return {"id": name, "name": _person(catalog, name)}

    return {
        "owner": {"id": answer.owner.id, "holders": [named_person(str(name)) for name in answer.owner.entity.holders]},
        "on_call": [
            {**named_person(shift.person), "rotation": shift.rotation, "until": stamp(shift.window.end)}
            for shift in answer.on_call.shifts
        ],
        "away": [
            {**named_person(shift.person), "rotation": shift.rotation, "until": stamp(shift.window.end)}
            for shift in answer.on_call.away
        ],
        "paged_instead": [
            named_person(each.person)
            for one in answer.on_call.instead
            for each in (one.notification.people if one.notification else ())
        ],
    }


def _known_issue_records(catalog: Catalog, answer: Answer) -> dict[str, object]:
    return {
        "defects": [
            {
                "id": entry.id,
                "title": entry.entity.title,
                "severity": entry.entity.severity,
                "state": entry.entity.state,
                "met_here": met_of(catalog, entry).is_met,
            }
            for entry in answer.defects
        ],
        "unsupported": [{"id": entry.id, "title": entry.entity.title} for entry in answer.unsupported],
    }


def _request_record(request: Request) -> dict[str, object]:
    older = {lines.name: lines.text for lines in older_lines(request.command or "")}
    record: dict[str, object] = {"what": request.what, "command": request.command}
    return record | {"older": older} if older else record
