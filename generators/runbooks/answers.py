"""What a typed line means where the walk stands: an answer for the journal, a word to the command, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from generators.clock import CALENDAR_YEARS
from generators.findings.naming import hint_for
from generators.model.digest import digest
from generators.runbooks import journal
from generators.runbooks.placeholders import bad_line, bad_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from generators.model.runbook import Step
    from generators.runbooks.journal import Answer
    from generators.runbooks.walk import Walk

DAYS = 14
"""From a finding to the day by which it is done, unless another day is named."""
Word = Literal["pause", "help", "time"]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a line is no answer here, as a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Now:
    """When a line was entered, UTC, and how long the step has been open since the answer before."""

    at: datetime
    ms: int


def understood(walk: Walk, line: str, now: Now, roles: Collection[str]) -> Answer | Word | Refused:
    """What `line` means. `roles`: who may own a finding."""
    text = line.strip()
    if text in {"q", "?"}:
        return "pause" if text == "q" else "help"
    asked = walk.asks
    if asked == "owner":
        return _owner(walk, text, now, roles)
    if asked == "nothing":
        return Refused("the walk is over")
    if asked == "setting":
        return _setting(text, now)
    return _WALKING[asked](walk, text, now)


def default_owner(walk: Walk) -> str:
    """Who sees to what is found at this step: its owner, else the runbook's."""
    return str((walk.step and walk.step.owner) or walk.runbook.owner)


def _setting(text: str, now: Now) -> Answer | Refused:
    if not text:
        return Refused("the record needs it: one line, such as: a broken board in a copy of the pack, on test tables")
    problem = bad_line(text)
    return Refused(f"this line {problem}") if problem else journal.Setting(at=now.at, ms=now.ms, text=text)


def _parameter(walk: Walk, text: str, now: Now) -> Answer | Word | Refused:
    if text == "b" or text[:2] in LETTERED:  # no value has a space; who wants the value b says s name=b
        return _at_step(walk, text, now)
    name = walk.open_parameter
    if not text:
        return journal.Skipped(at=now.at, ms=now.ms, name=name)
    return set_parameter(walk, name, text, now)


def set_parameter(walk: Walk, name: str, value: str, now: Now) -> Answer | Refused:
    """A value for a parameter, or why it cannot be."""
    problem = bad_value(walk.runbook, name, value)
    return Refused(problem) if problem else journal.Set(at=now.at, ms=now.ms, name=name, value=value)


def _owner(walk: Walk, text: str, now: Now, roles: Collection[str]) -> Answer | Refused:
    role = text or walk.findings[-1].owner
    if role not in roles:
        return Refused(f"there is no role '{role}'; {hint_for(role, roles)}")
    return journal.Owned(at=now.at, ms=now.ms, owner=role)


def _due(walk: Walk, text: str, now: Now) -> Answer | Refused:
    try:
        day = date.fromisoformat(text) if text else walk.findings[-1].due
    except ValueError:
        return Refused(f"'{text}' is no day; write it like {walk.findings[-1].due}")
    if day < now.at.date() or day.year not in CALENDAR_YEARS:
        return Refused(f"{day} is {'in the past' if day < now.at.date() else 'too far away'}")
    return journal.Due(at=now.at, ms=now.ms, due=day)


def _at_step(walk: Walk, text: str, now: Now) -> Answer | Word | Refused:
    step = walk.step
    if step is None:
        return Refused(f"the runbook no longer has step '{walk.here.step}': q pauses, --restart begins anew")
    if not text:
        return "time"
    if text == "b":
        return journal.Back(at=now.at, ms=now.ms) if walk.visits else Refused("this is the first step of the walk")
    if text.isascii() and text.isdigit():
        return _onward(step, int(text[:6]), now)
    letter, _, rest = text.partition(" ")
    if letter in NEEDS:
        return _lettered(walk, step, letter, rest.strip(), now)
    last = len(step.next) or 1
    return Refused(f"no such answer; it is {'1' if last == 1 else f'1 to {last}'}, or ? for all there are")


def _onward(step: Step, number: int, now: Now) -> Answer | Refused:
    if step.end and number == 1:
        return journal.Ended(at=now.at, ms=now.ms, step=step.id, digest=digest(step))
    if not 1 <= number <= len(step.next):
        return Refused(f"there is no way {number} from here")
    way = step.next[number - 1]
    return journal.Went(at=now.at, ms=now.ms, step=step.id, digest=digest(step), go=way.go, when=way.when)


LETTERED = ("n ", "f ", "s ", "x ")
NEEDS = {
    "n": "n is followed by the note: n the second command asks for a password",
    "f": "f is followed by what was found: f the expected line differs from what is printed",
    "s": "s is followed by a parameter and its value: s name=value",
    "x": "x gives the walk up for good and is followed by why: x the test tables are gone; q only pauses",
}


def _lettered(walk: Walk, step: Step, letter: str, rest: str, now: Now) -> Answer | Refused:
    if not rest:
        return Refused(NEEDS[letter])
    if letter == "s":
        name, sign, value = (part.strip() for part in rest.partition("="))
        return set_parameter(walk, name, value, now) if sign and name and value else Refused(NEEDS["s"])
    if problem := bad_line(rest):
        return Refused(f"this line {problem}")
    if letter == "n":
        return journal.Noted(at=now.at, ms=now.ms, text=rest)
    if letter == "x":
        return journal.GaveUp(at=now.at, ms=now.ms, step=step.id, digest=digest(step), why=rest)
    due = now.at.date() + timedelta(days=DAYS)
    return journal.Found(at=now.at, ms=now.ms, text=rest, owner=default_owner(walk), due=due)


_WALKING: dict[Literal["parameter", "due", "step"], Callable[[Walk, str, Now], Answer | Word | Refused]] = {
    "parameter": _parameter,
    "due": _due,
    "step": _at_step,
}
