"""What a runbook page and a message need at night, as data: steps, gaps, and who answers in the weeks to come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from generators.model.organization import Person, Role, Surface
from generators.model.support import IncidentState, Message, Severity
from generators.oncall.civil import zone
from generators.oncall.paging import planned_steps
from generators.oncall.roster import Roster
from generators.support.promises import Promises
from generators.views.entity import ref_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generators.catalog import Catalog, Entry
    from generators.model.base import Ref
    from generators.model.oncall import EscalationStep, Rotation
    from generators.model.runbook import Runbook, Step
    from generators.model.support import Placeholder
    from generators.oncall.intervals import Window

WEEKS = timedelta(weeks=26)
"""How far the schedule in a page reaches."""
LISTED = 8
"""Shifts in the table for readers without JavaScript."""
TABLE = timedelta(weeks=12)
MINUTE = timedelta(minutes=1)
Number = int | float


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift in words: who, and from when to when, in the rotation's zone and in UTC."""

    who: str
    start: str
    start_utc: str
    """With the day where it is another one."""
    end: str
    end_utc: str


def shift_rows(catalog: Catalog, entry: Entry[Rotation], at: datetime) -> tuple[ShiftRow, ...]:
    """The shift that runs at a moment, and those after it. Empty where nobody answers for twelve weeks."""
    where = zone(entry.entity.zone)

    def local(moment: datetime) -> str:
        return moment.astimezone(where).strftime("%a %d %b %H:%M")

    def utc(moment: datetime) -> str:
        same_day = moment.astimezone(where).date() == moment.date()
        return moment.strftime("%H:%M" if same_day else "%a %H:%M")

    # A shift that runs already is shown from its beginning: the page must not change from minute to minute.
    worked_out = Roster.of(catalog, at - TABLE, 2 * TABLE, {entry.id}).schedules[entry.id]
    titles = {person.id: person.entity.title for person in catalog.entries_of(Person)}
    coming = [shift for shift in worked_out.shifts if shift.window.end > at][:LISTED]
    return tuple(
        ShiftRow(titles.get(shift.person, shift.person), local(start), utc(start), local(end), utc(end))
        for shift in coming
        for start, end in [(shift.window.start, shift.window.end)]
    )


@dataclass(frozen=True, slots=True)
class StateMessages:
    """The messages of one state of an incident, as a step asks for them."""

    state: str
    messages: tuple[tuple[Ref, str], ...]
    """Each with its audience: users, support, leads."""


def state_messages(catalog: Catalog) -> tuple[StateMessages, ...]:
    """Every state that has messages, in the order in which an incident goes through them."""
    order = ("users", "support", "leads")
    by_state: dict[str, list[tuple[int, Ref, str]]] = {state: [] for state in STATES}
    for entry in catalog.entries_of(Message):
        audience = entry.entity.audience
        by_state[entry.entity.state].append((order.index(audience), ref_to(Message.kind, entry.id), audience))
    return tuple(
        StateMessages(state, tuple((ref, audience) for _, ref, audience in sorted(messages)))
        for state, messages in by_state.items()
        if messages
    )


STATES: tuple[str, ...] = get_args(IncidentState)


def state_named(step: Step) -> tuple[str, ...]:
    """The states that a step's text names: `Send the state mitigated`."""
    text = " ".join(f"{step.do} {step.end.say if step.end else ''}".split())
    return tuple(state for state in STATES if f"state {state}" in text or f"State {state}" in text)


# ── data for scripts ────────────────────────────────────────────────────────────────────────────────────────────────
def inert(value: object) -> str:
    """JSON as one line of ASCII that no HTML parser reads anything into."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def runbook_data(identity: str, runbook: Runbook, severities: Mapping[str, int]) -> str:
    """JSON: ids, minutes and ways of the steps by place, from 0; titles and texts are read from the page itself.

    `severities`: by id, the minutes within which a page is acknowledged; 0 where that depends on business hours.
    """
    places = {step.id: place for place, step in reversed(list(enumerate(runbook.steps)))}
    steps = [
        [step.id, step.minutes, [places[branch.go] for branch in step.next if branch.go in places],
         step.end.outcome if step.end else ""]
        for step in runbook.steps
    ]  # fmt: skip
    parameters = [parameter.name for parameter in runbook.parameters]
    return inert(
        {
            "runbook": identity,
            "surface": runbook.surface,
            "severities": severities,
            "parameters": parameters,
            "steps": steps,
        }
    )


def acknowledge_minutes(catalog: Catalog, surface: str) -> dict[str, int]:
    """By severity, the minutes until a page on a surface has to be acknowledged; 0 where the clock can stand still."""
    promises = Promises(catalog)
    minutes: dict[str, int] = {}
    for severity in catalog.entries_of(Severity):
        level = promises.holding(surface, severity.id)
        if level is not None:
            minutes[severity.id] = 0 if level.entity.hours else level.entity.acknowledge.minutes
    return minutes


def message_data(placeholders: Iterable[Placeholder], minutes: int | None) -> str:
    """JSON: minutes until the next message (0: this is the last), and each gap with its default and computation."""
    gaps = [[gap.name, gap.default or "", gap.computed or ""] for gap in placeholders]
    return inert({"next": minutes or 0, "gaps": gaps})


def shift_scripts(catalog: Catalog, at: datetime) -> Mapping[str, str]:
    """By surface: a script that sets `opsShifts[SURFACE]`, from the Monday of that week (UTC) on, for 26 weeks."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    roster = Roster.of(catalog, midnight - timedelta(days=midnight.weekday()), WEEKS)
    scripts = {}
    for entry in catalog.entries_of(Surface):
        own = [name for name, rotation in roster.rotations.items() if rotation.surface == entry.id]
        name, duty = inert(entry.id), inert(_duty(catalog, roster, str(entry.entity.escalation), own))
        scripts[entry.id] = f"(window.opsShifts = window.opsShifts || {{}})[{name}] = {duty};\n"
    return scripts


def _duty(catalog: Catalog, roster: Roster, policy: str, of_surface: Iterable[str]) -> dict[str, object]:
    """Everything that says who a page on a policy reaches, and who is on call for the rotations of the surface.

    Times are minutes; spans are triples: start, counted from the start before, length, and person by place.
    """
    planned = planned_steps(catalog, policy)
    names = dict.fromkeys((*_rotations([one.step for one in planned], roster), *of_surface))
    people: dict[str, int] = {}

    def place(person: str) -> int:
        return people.setdefault(person, len(people))

    spans = {
        name: _spans(roster.window, [(shift.window, place(shift.person)) for shift in roster.schedules[name].shifts])
        for name in names
    }
    steps = [[one.wait, _targets(catalog, one.step, place)] for one in planned]
    return {
        "from": _minutes(roster.window.start - datetime(1970, 1, 1, tzinfo=UTC)),
        "until": _minutes(roster.window.end - datetime(1970, 1, 1, tzinfo=UTC)),
        "first": planned[0].minutes if planned else 0,
        "steps": steps,
        "people": [roster.title(person) for person in people],
        "rotations": spans,
        "away": _spans(roster.window, _absences(people, roster)),
    }


def _rotations(steps: Iterable[EscalationStep], roster: Roster) -> list[str]:
    """The rotations that steps notify, each once, in order."""
    names = (str(target.rotation) for step in steps for target in step.notify if target.rotation)
    return [name for name in dict.fromkeys(names) if name in roster.schedules]


def _absences(people: Mapping[str, int], roster: Roster) -> list[tuple[Window, int]]:
    """When each of these people cannot answer, within the roster's window, with their places; in order of time."""
    windows = sorted((window, place) for person, place in people.items() for window in roster.absent(person))
    return [(inside, place) for window, place in windows if (inside := window.overlap(roster.window))]


def _targets(catalog: Catalog, step: EscalationStep, place: Callable[[str], int]) -> list[str | list[int]]:
    """A rotation by its id, a role as the places of its holders."""
    targets: list[str | list[int]] = []
    for target in step.notify:
        if target.rotation is not None:
            targets.append(str(target.rotation))
        elif target.role is not None:
            role = catalog.find(Role, target.role)
            targets.append([place(str(holder)) for holder in (role.entity.holders if role else ())])
    return targets


def _spans(within: Window, windows: list[tuple[Window, int]]) -> list[Number]:
    spans: list[Number] = []
    before = within.start
    for window, place in windows:
        spans += [_minutes(window.start - before), _minutes(window.length), place]
        before = window.start
    return spans


def _minutes(span: timedelta) -> Number:
    """Whole where it is: an override may begin at any second."""
    minutes = span / MINUTE
    return int(minutes) if minutes.is_integer() else minutes
