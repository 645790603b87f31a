"""Which ways of a runbook were walked as they stand, when and by whom, and which changed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.model.launch import Rehearsal
from generators.model.runbook import Runbook
from generators.runbooks.walk import digests_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from generators.catalog import Catalog

State = Literal["walked", "stale", "never"]


@dataclass(frozen=True, slots=True)
class Held:
    """A rehearsal: its id, its day, and who walked."""

    rehearsal: str
    day: date
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a step, or its end."""

    step: str
    go: str
    """Empty: the step is an end."""
    when: str
    """Empty: always."""
    state: State
    """`stale`: walked, and the step is another one now."""
    held: Held | None
    """The latest rehearsal that says so; None when there is none."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What rehearsals say about a runbook."""

    runbook: str
    ways: tuple[Way, ...]
    last: Held | None

    @property
    def walked(self) -> int:
        """Ways that were walked as they stand."""
        return sum(way.state == "walked" for way in self.ways)

    @property
    def share(self) -> float:
        """`walked` in relation to all ways, 0 to 1."""
        return self.walked / len(self.ways) if self.ways else 0.0

    @property
    def stale_steps(self) -> tuple[str, ...]:
        """Steps that changed since somebody walked them, and that nobody has walked since."""
        return tuple(dict.fromkeys(way.step for way in self.ways if way.state == "stale"))


def coverage_of(identity: str, runbook: Runbook, rehearsals: Iterable[tuple[str, Rehearsal]]) -> Coverage:
    """The coverage of a runbook by rehearsals of it, as (id, rehearsal). Later days count before earlier ones.

    Where a walk was given up no way was taken, and where a step has other ways now, nothing stands for the old one.
    """
    held = sorted(rehearsals, key=lambda pair: (pair[1].held, pair[0]))
    now = digests_of(runbook) if held else {}
    fresh: dict[tuple[str, str], Held] = {}
    old: dict[tuple[str, str], Held] = {}
    last: Held | None = None
    for own, rehearsal in held:
        last = Held(own, rehearsal.held, tuple(map(str, rehearsal.people)))
        for walked in rehearsal.walked:
            name = walked.step.rsplit("/", 1)[-1]
            (fresh if walked.digest == now.get(name) else old)[name, walked.went or ""] = last
    ways: dict[tuple[str, str], Way] = {}
    for step in runbook.steps:
        for go, when in [(branch.go, branch.when or "") for branch in step.next] or [("", "")]:
            key = (step.id, go)
            state: State = "walked" if key in fresh else "stale" if key in old else "never"
            ways.setdefault(key, Way(step.id, go, when, state, fresh.get(key) or old.get(key)))
    return Coverage(identity, tuple(ways.values()), last)


def coverages(catalog: Catalog) -> Mapping[str, Coverage]:
    """The coverage of every runbook, by id, in the catalog's order."""
    held: dict[str, list[tuple[str, Rehearsal]]] = defaultdict(list)
    for entry in catalog.entries_of(Rehearsal):
        held[entry.entity.runbook].append((entry.id, entry.entity))
    return {entry.id: coverage_of(entry.id, entry.entity, held[entry.id]) for entry in catalog.entries_of(Runbook)}
