"""How far a tranche is, and what changed about its defects since it was closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.stability import Defect
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model import Ref
    from generators.model.refs import DefectRef
    from generators.model.stability import DefectStanding, Tranche


@dataclass(frozen=True, slots=True)
class SinceRow:
    """A defect that stands otherwise now than the tranche says."""

    defect: Ref
    said: str
    now: str


@dataclass(frozen=True, slots=True)
class TrancheNow:
    """A tranche at a moment."""

    settled: int
    total: int
    is_closed: bool
    is_late: bool
    """Whether its last day is over and it is not closed."""
    since: tuple[SinceRow, ...]
    score_before: str
    score_after: str
    """Of what was left when it was closed; empty while it is open."""


def tranche_now(catalog: Catalog, entry: Entry[Tranche], at: datetime) -> TrancheNow:
    """What is settled is counted at the end of a closed tranche, and by today's register in an open one."""
    tranche = entry.entity
    states, said = _states(catalog, tranche), {one.defect: one.state for one in tranche.after}
    is_closed = tranche.closed is not None
    return TrancheNow(
        settled=sum(state in SETTLED for state in (said if is_closed else states).values()),
        total=len(tranche.defects),
        is_closed=is_closed,
        is_late=not is_closed and tranche.ends < at.date(),
        since=tuple(_since(states, said)),
        score_before=_total(tranche.before),
        score_after=_total(one for one in tranche.after if one.state not in SETTLED) if is_closed else "",
    )


def _states(catalog: Catalog, tranche: Tranche) -> dict[DefectRef, str]:
    """The present state of each defect that can be read."""
    found = {name: catalog.find(Defect, name) for name in tranche.defects}
    return {name: defect.entity.state for name, defect in found.items() if defect}


def _since(states: Mapping[DefectRef, str], said: Mapping[DefectRef, str]) -> Iterator[SinceRow]:
    for name, state in states.items():
        if said.get(name, state) != state:
            yield SinceRow(name, said[name], state)


def _total(standings: Iterable[DefectStanding]) -> str:
    return f"{sum(one.score for one in standings):g}"
