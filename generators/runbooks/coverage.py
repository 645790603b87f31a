"""Which ways of a runbook were walked as they stand, when and by whom, and which changed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.model.launch import Rehearsal
from generators.model.runbook import Runbook
from generators.runbooks.walk import digests_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class _Latest:
    """The latest rehearsal of each way, by the step and where it went on to: of steps as they stand, and of others."""

    current: dict[tuple[str, str], Held]
    outdated: dict[tuple[str, str], Held]

    def of(self, step: str, go: str) -> tuple[State, Held | None]:
        """What is known about a way."""
        if held := self.current.get((step, go)):
            return "walked", held
        if held := self.outdated.get((step, go)):
            return "stale", held
        return "never", None


def coverage_of(identity: str, runbook: Runbook, rehearsals: Iterable[tuple[str, Rehearsal]]) -> Coverage:
    """The coverage of a runbook by rehearsals of it, as (id, rehearsal). Later days count before earlier ones.

    Where a walk was given up no way was taken, and where a step has other ways now, nothing stands for the old one.
    """
    ordered = sorted(rehearsals, key=lambda pair: (pair[1].held, pair[0]))
    digests = digests_of(runbook) if ordered else {}
    latest = _Latest({}, {})
    last: Held | None = None
    for name, rehearsal in ordered:
        last = Held(name, rehearsal.held, tuple(map(str, rehearsal.people)))
        for walked in rehearsal.walked:
            step = walked.step.rsplit("/", 1)[-1]
            walks = latest.current if walked.digest == digests.get(step) else latest.outdated
            walks[step, walked.went or ""] = last
    ways: dict[tuple[str, str], Way] = {}
    for step, go, when in _ways_through(runbook):
        ways.setdefault((step, go), Way(step, go, when, *latest.of(step, go)))
    return Coverage(identity, tuple(ways.values()), last)


def _ways_through(runbook: Runbook) -> Iterator[tuple[str, str, str]]:
    """The step, where it leads, and when: every branch; a step without branches is an end and leads nowhere."""
    for step in runbook.steps:
        for branch in step.next:
            yield step.id, branch.go, branch.when or ""
        if not step.next:
            yield step.id, "", ""


def coverages(catalog: Catalog) -> Mapping[str, Coverage]:
    """The coverage of every runbook, by id, in the catalog's order."""
    held: dict[str, list[tuple[str, Rehearsal]]] = defaultdict(list)
    for entry in catalog.entries_of(Rehearsal):
        held[entry.entity.runbook].append((entry.id, entry.entity))
    return {entry.id: coverage_of(entry.id, entry.entity, held[entry.id]) for entry in catalog.entries_of(Runbook)}
