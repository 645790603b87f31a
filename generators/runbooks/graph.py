"""A runbook as a directed graph: what its entry reaches, what reaches an end, and how long the longest way takes."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model.runbook import Runbook

WALKED = 20_000
"""Steps that are walked in search of the longest way through a runbook with loops."""


@dataclass(frozen=True, slots=True)
class StepGraph:
    """Edges by step id, both ways; only edges whose both ends exist."""

    entry: str
    forward: Mapping[str, tuple[str, ...]]
    backward: Mapping[str, tuple[str, ...]]
    minutes: Mapping[str, int]
    ends: frozenset[str]

    def reachable(self) -> frozenset[str]:
        """Steps that can be arrived at from the entry, the entry among them."""
        return _closure({self.entry} & set(self.forward), self.forward)

    def can_end(self) -> frozenset[str]:
        """Steps from which some way leads to an end."""
        return _closure(set(self.ends), self.backward)

    def longest(self) -> tuple[int, tuple[str, ...]]:
        """Minutes of the longest way from the entry that visits no step twice, and its steps.

        Exact without loops. With loops every way is walked, up to WALKED steps in all: enough for any runbook that a
        person could follow; beyond it the longest way found so far counts.
        """
        if self.entry not in self.forward:
            return 0, ()
        try:
            order = tuple(TopologicalSorter(self.forward).static_order())
        except CycleError:
            return self._longest_with_loops()
        best: dict[str, tuple[int, tuple[str, ...]]] = {}
        for step in order:
            rest, path = max((best[after] for after in self.forward[step]), default=(0, ()))
            best[step] = (self.minutes[step] + rest, (step, *path))
        return best[self.entry]

    def _longest_with_loops(self) -> tuple[int, tuple[str, ...]]:
        best: tuple[int, tuple[str, ...]] = (0, ())
        pending: list[tuple[int, tuple[str, ...]]] = [(self.minutes[self.entry], (self.entry,))]
        for _ in range(WALKED):
            if not pending:
                break
            minutes, path = pending.pop()
            best = max(best, (minutes, path))
            onward = (after for after in self.forward[path[-1]] if after not in path)
            pending.extend((minutes + self.minutes[after], (*path, after)) for after in onward)
        return best


def _closure(start: set[str], edges: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    reached = set(start)
    pending = list(start)
    while pending:
        for step in edges.get(pending.pop(), ()):
            if step not in reached:
                reached.add(step)
                pending.append(step)
    return frozenset(reached)


def graph_of(runbook: Runbook) -> StepGraph:
    """The graph of a runbook's steps; the first of two steps with one id counts."""
    steps = {step.id: step for step in reversed(runbook.steps)}
    forward = {name: tuple(b.go for b in step.next if b.go in steps) for name, step in steps.items()}
    backward: dict[str, tuple[str, ...]] = dict.fromkeys(steps, ())
    for name, following in forward.items():
        for after in following:
            backward[after] = (*backward[after], name)
    return StepGraph(
        entry=runbook.entry,
        forward=forward,
        backward=backward,
        minutes={name: step.minutes for name, step in steps.items()},
        ends=frozenset(name for name, step in steps.items() if step.end),
    )
