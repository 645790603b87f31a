"""What a change to the model changes for its readers: consequences of facts, not lines of YAML.

Two catalogs, one moment, no files and no clock. One module a topic; what no topic speaks of is told field by field, so
that no change of a fact is silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.changes import (
    alerts,
    boards,
    duties,
    fields,
    gates,
    losses,
    numbers,
    promises,
    releases,
    routing,
    states,
)
from generators.changes.change import READERS, WEIGHTS, Change, Reader, Weight
from generators.changes.explaining import explained
from generators.changes.renaming import with_present_ids
from generators.changes.sides import Facts, Sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

TOPICS: tuple[Callable[[Sides], Iterator[Change]], ...] = (
    promises.promises,
    duties.duties,
    alerts.alerts,
    states.states,
    gates.gates,
    releases.releases,
    routing.routing,
    losses.losses,
    numbers.numbers,
    boards.boards,
)
"""In the order in which changes of one weight are listed."""


def compare(before: Facts, after: Facts, at: datetime) -> tuple[Change, ...]:
    """Everything that changes, by reader, what got weaker first. `at` is aware: states and deadlines are those of then.

    What cannot be read on one side is not compared: nothing says what it was or is.
    """
    sides = Sides(with_present_ids(before, after.catalog), after, at)
    told = [change for topic in TOPICS for change in topic(sides)]
    told += fields.remaining(sides, told)
    return tuple(sorted(explained(sides, told), key=_order))


def _order(change: Change) -> tuple[int, int, bool]:
    """Sorting keeps the order of topics among equals."""
    return READERS.index(change.reader), WEIGHTS.index(change.weight), bool(change.explained_by)


__all__ = ["READERS", "WEIGHTS", "Change", "Facts", "Reader", "Weight", "compare"]
