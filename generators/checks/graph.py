"""A runbook as a directed graph: what its entry reaches, what reaches an end, and how long the longest way takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model.runbook import Runbook


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
        """Minutes of the longest way from the entry, and its steps; a loop is walked once."""
        if self.entry not in self.forward:
            return 0, ()
        best: dict[str, tuple[int, tuple[str, ...]]] = {}
        order = self._finishing_order()
        position = {step: index for index, step in enumerate(order)}
        for step in order:
            onward = [best[after] for after in self.forward[step] if position[after] < position[step]]
            rest, way = max(onward, default=(0, ()))
            best[step] = (self.minutes[step] + rest, (step, *way))
        return best[self.entry]

    def _finishing_order(self) -> list[str]:
        """Depth-first post-order from the entry: on a graph without loops, every step after all that follow it."""
        order: list[str] = []
        seen = {self.entry}
        pending = [(self.entry, iter(self.forward[self.entry]))]
        while pending:
            step, following = pending[-1]
            after = next(following, None)
            if after is None:
                order.append(step)
                pending.pop()
            elif after not in seen:
                seen.add(after)
                pending.append((after, iter(self.forward[after])))
        return order


def _closure(start: set[str], edges: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found = set(start)
    pending = list(start)
    while pending:
        for step in edges.get(pending.pop(), ()):
            if step not in found:
                found.add(step)
                pending.append(step)
    return frozenset(found)


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
