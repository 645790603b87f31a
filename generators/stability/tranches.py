"""The next burn-down pass, proposed by severity and score; and the closing of one, with what was left carried over.

Only what is open is proposed. What others maintain cannot be fixed here and is named apart: it is reported to them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from generators.model.refs import CadenceRef, DefectRef, RoleRef
from generators.model.stability import Defect, DefectStanding, Tranche
from generators.model.support import Severity
from generators.source.writing import yaml_text
from generators.stability.ranking import scores
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from generators.catalog import Catalog
    from generators.stability.ranking import Ranked
    from generators.stability.summary import Summary

CAPACITY, PER_OWNER = 8, 5
"""Defects of a tranche, and of one owner in it, where nobody says otherwise."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next tranche takes, and what it does not."""

    taken: tuple[Ranked, ...]
    left: tuple[Ranked, ...]
    """For which there is no room, or whose owner has enough."""
    upstream: tuple[Ranked, ...]
    """Of software that others maintain: to be reported to them."""
    running: tuple[str, ...]
    """Tranches that run; what they take is not proposed again."""


def proposal(  # noqa: PLR0913 - each is a choice of the command line
    catalog: Catalog,
    at: datetime,
    *,
    capacity: int = CAPACITY,
    per_owner: int = PER_OWNER,
    owner: str = "",
    counts: Summary | None = None,
) -> Proposal:
    """The next tranche: of open defects the worst severity first, then the highest score, up to the limits.

    `owner` takes defects of one role alone. An accepted defect is open once its acceptance is over.
    """
    running = [entry for entry in catalog.entries_of(Tranche) if entry.entity.closed is None]
    in_work = {str(name) for entry in running for name in entry.entity.defects}
    here: list[Ranked] = []
    upstream: list[Ranked] = []
    for one in _worst_first(catalog, scores(catalog, at, counts)):
        is_asked = one.defect.id not in in_work and owner in {"", one.defect.owner}
        if is_asked and (defect := catalog.find(Defect, one.defect.id)):
            _sort_in(one, defect.entity, at.date(), here, upstream)
    taken, left = _within(here, capacity, per_owner)
    return Proposal(taken, left, tuple(upstream), tuple(entry.id for entry in running))


def _worst_first(catalog: Catalog, ranked: Iterable[Ranked]) -> list[Ranked]:
    ranks = {entry.id: entry.entity.rank for entry in catalog.entries_of(Severity)}
    return sorted(ranked, key=lambda one: (ranks.get(one.defect.severity, len(ranks) + 1), one.place))


def _sort_in(one: Ranked, defect: Defect, today: date, here: list[Ranked], upstream: list[Ranked]) -> None:
    """To what others maintain, or to what is open; a defect that is accepted for now goes nowhere."""
    is_put_off = defect.state == "accepted" and (defect.accepted is None or defect.accepted.until >= today)
    if defect.upstream is not None:
        upstream.append(one)
    elif not is_put_off:
        here.append(one)


def _within(ranked: Iterable[Ranked], capacity: int, per_owner: int) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """Those that find room, and those that do not."""
    loads: Counter[str] = Counter()
    taken: list[Ranked] = []
    left: list[Ranked] = []
    for one in ranked:
        if len(taken) < capacity and loads[one.defect.owner] < per_owner:
            loads[one.defect.owner] += 1
            taken.append(one)
        else:
            left.append(one)
    return tuple(taken), tuple(left)


def planned_tranche(taken: Sequence[Ranked], owner: str, cadence: str, starts: date, ends: date) -> Tranche:
    """A tranche that takes some defects, with how they stand before it."""
    return Tranche(
        title=f"Tranche of {starts.day} {starts:%B} {starts.year}",
        owner=RoleRef(owner),
        cadence=CadenceRef(cadence),
        starts=starts,
        ends=ends,
        goal="Each of these defects is fixed with a validation that passes, or carried over",
        defects=tuple(DefectRef(one.defect.id) for one in taken),
        before=tuple(_standing(one) for one in taken),
    )


def _standing(one: Ranked) -> DefectStanding:
    return DefectStanding(defect=DefectRef(one.defect.id), state=one.defect.state, score=float(one.score.value))


@dataclass(frozen=True, slots=True)
class Closing:
    """A tranche that is closed, and the one that takes what was left; None where nothing was."""

    closed: Tranche
    next: Tranche | None


def closing(tranche: Tranche, ranked: Iterable[Ranked], today: date, ends: date) -> Closing:
    """A tranche with how its defects stand on a day. `ranked`: every defect with its score, settled ones as well.

    What is not settled is carried over into a tranche of the same owner and cadence, from the next day on, to `ends`.
    Its id is given when it is written: `carried_to` stands empty here.
    """
    by_id = {one.defect.id: one for one in ranked}
    after = tuple(_standing(by_id[name]) for name in tranche.defects if name in by_id)
    left = [by_id[str(one.defect)] for one in after if one.state not in SETTLED]
    closed = tranche.model_copy(update={"closed": today, "after": after})
    if not left:
        return Closing(closed, None)
    starts = today + DAY
    following = planned_tranche(left, str(tranche.owner), str(tranche.cadence), starts, max(ends, starts))
    return Closing(closed, following)


def tranche_text(tranche: Tranche) -> str:
    """A tranche as YAML, for review."""
    record = tranche.model_dump(mode="json", exclude_defaults=True)
    for name in ("starts", "ends", "closed"):
        if day := getattr(tranche, name):
            record[name] = day
    return yaml_text(record, width=100)
