"""What users meet, what is measured, and the runbooks that answer."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, get_args

from generators.model.support import Audience, IncidentState
from tests.bench.synthetic.world import SEVERITIES

if TYPE_CHECKING:
    from tests.bench.synthetic.world import Fields, World

STEPS = 12
CONVERSATIONS = tuple(product(get_args(IncidentState), get_args(Audience)))
PROMISES = (("15 minutes", "2 hours", "1 day"), ("30 minutes", "4 hours", "3 days"))
RELAXED = (("4 hours", "2 days", "10 days"), ("2 days", "10 days", "60 days"))
HOURS = {"days": ["monday", "tuesday", "friday"], "start": "09:00", "end": "17:00", "zone": "Europe/London"}
COMMANDS = (
    "dft validate charts/{connector}",
    "dft render charts/{connector}/overview.yml",
    "git log --oneline -5 -- packs/synthetic-NUMBER\ndfops check --format json",
    "dft query synthetic_NUMBER_STEP 'select count(*) from synthetic' --validate",
)


def severity(world: World, number: int) -> Fields:
    """Rank and weight of their own; the worst two wake people."""
    return {
        "title": f"Synthetic severity {number}",
        "rank": number + 1,
        "meaning": world.prose(),
        "examples": [world.line()],
        "weight": 8 - 2 * number,
        "pages": number < len(PROMISES),
    }


def service_level(world: World, number: int) -> Fields:
    """One for each surface and severity."""
    rank = number % SEVERITIES
    acknowledge, mitigate, resolve = (*PROMISES, *RELAXED)[rank]
    hours = {} if rank < len(PROMISES) else {"hours": {**HOURS, "holidays": world.turn("holiday-calendar")}}
    return {
        "title": f"Synthetic promise {number}",
        "surface": world.surface(number // SEVERITIES),
        "severity": world.severity(rank),
        "acknowledge": acknowledge,
        "mitigate": mitigate,
        "resolve": resolve,
        **hours,
    }


def symptom(world: World, number: int) -> Fields:
    """The codes are dealt out, so that each has its symptom."""
    return {
        "title": f"Synthetic symptom {number}",
        "surfaces": [world.surface(number)],
        "seen": world.prose(),
        "ask": [{"what": world.line()}, {"what": world.line(), "command": "dfops check --strict"}],
        "try_first": [{"what": world.line()}],
        "diagnostics": list(world.diagnostics[number :: world.counts["symptom"]]),
    }


def diagnostic(world: World, number: int) -> Fields:
    """One for each code."""
    return {
        "title": world.diagnostics[number],
        "meaning": world.line(),
        "do_first": [{"what": world.line()}, {"what": world.line(), "command": "dfops check"}],
    }


def code_group(world: World, number: int) -> Fields:
    """Two codes that nobody meets."""
    return {
        "title": f"Synthetic code group {number}",
        "reason": world.prose(),
        "symptom": world.name("symptom", number),
        "codes": [f"WARN-SYNTHETIC-{number:05d}-{which}" for which in ("A", "B")],
    }


def route(world: World, number: int) -> Fields:
    """One for each symptom."""
    return {
        "title": f"Synthetic route {number}",
        "surface": world.surface(number),
        "symptom": world.name("symptom", number),
        "severity": world.severity(number),
        "owner": world.turn("role"),
        "runbook": world.turn("runbook"),
        "tell_user": world.prose(),
    }


def message(world: World, number: int) -> Fields:
    """One for each state and audience."""
    state, audience = CONVERSATIONS[number]
    following: Fields = {"note": "This is the last one"} if state == "resolved" else {"minutes": 20}
    return {
        "title": f"Synthetic message {number}",
        "state": state,
        "audience": audience,
        "subject": "About {connector}",
        "body": f"{world.prose()} It concerns {{connector}}.",
        "placeholders": [{"name": "connector", "meaning": world.line(), "example": "synthetic"}],
        "next_update": following,
    }


def event(world: World, number: int) -> Fields:
    """Six attributes."""
    attributes = [
        {"name": f"field_{field}", "form": "word", "required": True, "meaning": world.line()} for field in range(6)
    ]
    return {
        "title": f"Synthetic event {number}",
        "surface": world.surface(number),
        "version": 1,
        "recorded_by": "team",
        "meaning": world.prose(),
        "attributes": attributes,
        "never": [world.line()],
    }


def objective(world: World, number: int) -> Fields:
    """A share of events."""
    return {
        "title": f"Synthetic objective {number}",
        "surface": world.surface(number),
        "event": world.turn("event"),
        "meaning": world.line(),
        "counted": [{"field": "field_0", "values": ["tried", "done"]}],
        "good": [{"field": "field_0", "values": ["done"]}],
        "basis": "proposed",
        "declared": world.declared(number),
        "target": "0.995",
        "window_days": 30,
        "minimum_events": 20,
    }


def alert(world: World, number: int) -> Fields:
    """Answered by the first step of the runbook with the same number."""
    runbook_of_it = world.name("runbook", number)
    return {
        "title": f"Synthetic alert {number}",
        "surface": world.surface(number),
        "severity": world.severity(number),
        "objective": world.name("objective", number),
        "burn": "page" if number % SEVERITIES < len(PROMISES) else "ticket",
        "runbook": runbook_of_it,
        "step": f"{runbook_of_it}/step-00",
    }


def runbook(world: World, number: int) -> Fields:
    """Twelve steps: a way to the end, and from every other step one to whoever is paged next."""
    return {
        "title": f"Synthetic runbook {number}",
        "surface": world.surface(number),
        "owner": world.turn("role"),
        "summary": world.prose(),
        "use_when": [world.line()],
        "parameters": [{"name": "connector", "meaning": world.line(), "example": "synthetic"}],
        "entry": "step-00",
        "steps": [_step(world, number, step) for step in range(STEPS)],
    }


def _step(world: World, number: int, step: int) -> Fields:
    fields: Fields = {
        "id": f"step-{step:02d}",
        "title": world.line(4),
        "owner": world.turn("role"),
        "do": f"{world.prose(2)}\n\nLook at {{connector}}.\n",
        "command": _command(number, step),
        "expect": world.line(),
        "minutes": 5,
    }
    if step == 0 and number < world.counts["alert"]:
        fields["answers"] = [world.name("alert", number)]
    if step == STEPS - 1:
        say = {"outcome": "escalated", "say": world.line(), "to": world.turn("runbook")}
        return {**fields, "end": say}
    if step == STEPS - 2:
        return {**fields, "end": {"outcome": "resolved", "say": world.line()}}
    onward = [{"when": "It is as expected", "go": f"step-{step + 1:02d}"}]
    aside = [{"when": "It is not", "go": f"step-{STEPS - 1:02d}"}] if step % 2 == 0 else []
    return {**fields, "next": [*onward, *aside]}


def _command(number: int, step: int) -> str:
    """Half of them are the same in every runbook, half in none other."""
    return COMMANDS[step % len(COMMANDS)].replace("NUMBER", f"{number}").replace("STEP", f"{step}") + "\n"


MAKERS = {
    "severity": severity,
    "service-level": service_level,
    "symptom": symptom,
    "route": route,
    "diagnostic": diagnostic,
    "code-group": code_group,
    "message": message,
    "event": event,
    "objective": objective,
    "alert": alert,
    "runbook": runbook,
}
