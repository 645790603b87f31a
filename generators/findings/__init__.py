"""What an author wrote wrong, as a value: a rule that was broken, the place, and what would fix it.

Nothing here raises. Every layer above yields findings, the command line sorts them once and prints them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class IncompleteKindError(Exception):
    """The engine has a kind of entity that it cannot show: one sentence on what to add. Nobody's YAML is wrong."""


class Severity(StrEnum):
    """How much a finding weighs: notes are shown and never fail a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise the repository keeps, with a stable code that scripts and pages may name."""

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    remedy: str

    @property
    def number(self) -> int:
        """What rules are sorted by: the digits of the code."""
        return int(self.code.removeprefix("OPS"))


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a file: path relative to the root, line and column from 1, and the line's text.

    A very long line is cut to a window; `shift` characters of it are missing to the left of `excerpt`. `width` is that
    of the caret.
    """

    path: str
    line: int = 1
    column: int = 1
    excerpt: str = ""
    width: int = 1
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place. `hint` names the nearest right spelling, where there is one."""

    place: Place
    rule: Rule
    message: str
    hint: str = ""

    @property
    def order(self) -> tuple[str, int, int, int, str, str]:
        """By place, then code: the same faults always print in the same order."""
        return (self.place.path, self.place.line, self.place.column, self.rule.number, self.message, self.hint)


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding that a baseline accepts."""

    finding: Finding
    baseline: str
    until: date
    """The last day on which it is."""


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """All findings of a run, each once, sorted by place and code."""
    return tuple(sorted(set(findings), key=lambda finding: finding.order))


def fails(findings: Iterable[Finding], *, strict: bool = False) -> bool:
    """Whether any finding is an error, or with `strict` a warning."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(finding.rule.severity in failing for finding in findings)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint naming the known spelling closest to `word`, or an empty string when none is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
