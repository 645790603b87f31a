"""A runbook with a choice, a loop, parameters and two ends, and a pure terminal that walks it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.runbook import Runbook
from generators.runbooks import Walk
from generators.runbooks import journal as told
from generators.runbooks.answers import Now, Refused, understood
from generators.runbooks.journal import line_of, read_journal
from generators.runbooks.walk import digests_of
from tests.clock import AT

if TYPE_CHECKING:
    from generators.runbooks.journal import Answer

ROLES = frozenset({"keeper", "owner-of-oil"})
RUNBOOK = Runbook.model_validate_json("""{
  "title": "The lamp is out", "surface": "lamp", "owner": "keeper", "summary": "Light it.", "use_when": ["It is dark"],
  "parameters": [
    {"name": "lamp", "meaning": "Which lamp", "example": "east"},
    {"name": "kind", "meaning": "Which kind of oil", "example": "whale (old)"}
  ],
  "entry": "look",
  "steps": [
    {"id": "look", "title": "Look", "owner": "keeper", "do": "Look at {lamp}.", "command": "dft validate {lamp}",
     "minutes": 5, "next": [{"when": "Oil", "go": "light"}, {"when": "No oil", "go": "fill"}]},
    {"id": "fill", "title": "Fill", "owner": "owner-of-oil", "do": "Take {kind}.", "minutes": 20,
     "next": [{"when": "Full", "go": "look"}, {"when": "No barrel", "go": "ask"}]},
    {"id": "light", "title": "Light", "do": "Strike a match.", "minutes": 5,
     "end": {"outcome": "resolved", "say": "{lamp} burns."}},
    {"id": "ask", "title": "Ask", "owner": "keeper", "do": "Notification the owner.", "minutes": 5,
     "end": {"outcome": "escalated", "say": "Oil is on its way."}}
  ]
}""")
IDENTITY = "lamp-out"


def begun(runbook: Runbook = RUNBOOK) -> told.Begun:
    """The first line of a journal."""
    return told.Begun(at=AT, runbook=IDENTITY, people=("keeper-seat-1",), digests=digests_of(runbook))


class Terminal:
    """Lines in, a journal as bytes out; one second passes with every line."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data or line_of(begun())
        self.refused: list[str] = []

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the journal says."""
        return read_journal(self.data).answers

    @property
    def walk(self) -> Walk:
        """Where the walk stands."""
        return Walk.of(IDENTITY, RUNBOOK, self.answers)

    def enter(self, line: str) -> None:
        """One line, ended by Enter."""
        walk = self.walk
        if walk.over:
            return
        now = Now(AT + timedelta(seconds=len(self.answers)), 1000)
        answer = understood(walk, line, now, ROLES)
        if isinstance(answer, Refused):
            self.refused.append(answer.why)
        elif not isinstance(answer, str):
            self.data += line_of(answer)


def walked(*lines: str) -> Walk:
    """The walk after these lines, the setting said."""
    terminal = Terminal()
    for line in ("A calm day", *lines):
        terminal.enter(line)
    return terminal.walk


def changed(runbook: Runbook, step: str, **fields: object) -> Runbook:
    """The runbook with another step in place of one."""
    steps = tuple(one.model_copy(update=fields) if one.id == step else one for one in runbook.steps)
    return runbook.model_copy(update={"steps": steps})
