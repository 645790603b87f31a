"""What a condition gathers while it looks at one thing after the other, and the answer that this makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.launch.facts import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from generators.launch.facts import LaunchFacts, Shown
    from generators.model.refs import RoleRef

NAMED = 3
"""So many things that are missing are named; the rest is counted."""


@dataclass
class Gathered:
    """Filled while things are looked at."""

    shown: list[Shown] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    acts: list[RoleRef] = field(default_factory=list)
    content: dict[str, str] = field(default_factory=dict)
    lapsed: bool = True
    """Whether age is all that anything lacks, of what is missing so far."""

    def lacks(self, sentence: str, *acts: RoleRef, lapsed: bool = False) -> None:
        """Something is missing; `lapsed` where only its age is wrong."""
        self.missing.append(sentence)
        self.acts += acts
        self.lapsed = self.lapsed and lapsed

    def answer(self, remedy: str, nothing: str, headline: str = "") -> Answer:
        """Holds when nothing is missing and something was shown; `nothing` says that there was nothing to look at.

        `headline` is the outcome in one clause, where several things were looked at.
        """
        looked = bool(self.missing or self.shown)
        if not looked:
            self.lacks(nothing)
        return Answer(
            holds=not self.missing,
            shown=tuple(self.shown),
            missing=tuple(self.missing),
            headline=headline if looked else "",
            remedy=remedy if self.missing else "",
            lapsed=bool(self.missing) and self.lapsed,
            acts=tuple(dict.fromkeys(self.acts)),
            content=self.content,
        )


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def is_old(day: date, limit: int | None, facts: LaunchFacts) -> bool:
    """Whether something of a day is older than the limit, in days."""
    return limit is not None and facts.today - day > timedelta(days=limit)
