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
    from generators.model.launch import Walked

State = Literal["walked", "stale", "unrecorded", "never"]
WayName = tuple[str, str, str]
"""A step, where it leads (empty: nowhere), and when (empty: always)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A rehearsal: its id, its day, and who walked."""

    rehearsal: str
    day: date
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a step under a condition, or its end: two conditions with one target are two ways."""

    step: str
    go: str
    """Empty: the step is an end."""
    when: str
    """Empty: always."""
    state: State
    """`stale`: walked, and the step is another one now. `unrecorded`: the step leads there under several conditions,
    and an older record does not say which of them was met."""
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
    """The latest rehearsal of each way: of steps as they stand, and of others; and where the condition is not known."""

    current: dict[WayName, Held]
    outdated: dict[WayName, Held]
    unrecorded: dict[WayName, Held]

    def of(self, way: WayName) -> tuple[State, Held | None]:
        """What is known about a way."""
        if held := self.current.get(way):
            return "walked", held
        if held := self.outdated.get(way):
            return "stale", held
        if held := self.unrecorded.get(way):
            return "unrecorded", held
        return "never", None


def coverage_of(identity: str, runbook: Runbook, rehearsals: Iterable[tuple[str, Rehearsal]]) -> Coverage:
    """The coverage of a runbook by rehearsals of it, as (id, rehearsal). Later days count before earlier ones.

    Where a walk was given up no way was taken, and where a step has other ways now, nothing stands for the old one.
    """
    ordered = sorted(rehearsals, key=lambda pair: (pair[1].held, pair[0]))
    digests = digests_of(runbook) if ordered else {}
    names = tuple(dict.fromkeys(_ways_through(runbook)))
    latest = _Latest({}, {}, {})
    last: Held | None = None
    for name, rehearsal in ordered:
        last = Held(name, rehearsal.held, tuple(map(str, rehearsal.people)))
        for walked in rehearsal.walked:
            step = walked.step.rsplit("/", 1)[-1]
            taken = _taken(names, step, walked)
            if walked.digest != digests.get(step):
                latest.outdated.update(dict.fromkeys(taken, last))
            elif len(taken) == 1:
                latest.current[taken[0]] = last
            else:
                latest.unrecorded.update(dict.fromkeys(taken, last))
    ways = tuple(Way(*way, *latest.of(way)) for way in names)
    return Coverage(identity, ways, last)


def _taken(names: Iterable[WayName], step: str, walked: Walked) -> tuple[WayName, ...]:
    """The way that was taken; all those that lead to the same step where which of them it was is not recorded."""
    go = walked.went or ""
    exact = (step, go, walked.when or "")
    leading = tuple(way for way in names if way[:2] == (step, go))
    return (exact,) if exact in leading else leading


def _ways_through(runbook: Runbook) -> Iterator[WayName]:
    """Every branch; a step without branches is an end and leads nowhere."""
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
