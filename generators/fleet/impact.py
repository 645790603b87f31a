"""What a version of a pack means for a fleet: who breaks and on what, who only loses boards, beside another version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.fleet.gathering import Fleet
    from generators.fleet.running import Results
    from generators.packs.engines.parquet import Found

State = Literal["broken", "unproven", "unavailable", "ok"]
STATES: tuple[State, ...] = ("broken", "unproven", "unavailable", "ok")
"""Of an installation, worst first: a board is broken; its times have no zone; it only loses boards; all is well."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many installations, which have so many schemas."""

    installations: int = 0
    schemas: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.installations + other.installations, self.schemas + other.schemas)


@dataclass(frozen=True, slots=True)
class Cause:
    """A name whose lack breaks boards, or makes them unavailable, and for whom."""

    verdict: str
    name: str
    """`table` or `table.column`; empty where a query fails whatever the schema has."""
    boards: tuple[str, ...]
    warehouses: tuple[str, ...]
    count: Count
    new: Count
    """Those of them on which a board is broken, or unavailable, by it that was not in the other version."""
    example: Found
    """A query that fails for it, on the schema that most installations have."""


@dataclass(frozen=True, slots=True)
class Impact:
    """A version on a fleet."""

    total: Count
    states: Mapping[State, Count]
    unsupported: Mapping[str, Count]
    """Installations on warehouses that the version does not support."""
    unknown: int
    """Installations whose schema was not sent."""
    newly_broken: Count
    """Installations with a board that is broken and was not; without another version, with any broken board."""
    newly_fixed: Count
    """Installations whose broken boards all work again, or are gone."""
    newly_without: Count
    """Installations that lose boards that worked, and break on none."""
    causes: tuple[Cause, ...]
    """Those that break first, then by installations."""
    is_compared: bool
    """Whether there is another version beside it."""


def impact_of(fleet: Fleet, results: Results, before: Results | None, optional: Iterable[str]) -> Impact:
    """Add up what was found. `before` are the results of the other version; `optional` the names that may be missing.

    A schema that the other version does not support counts as one on which nothing was broken.
    """
    states = dict.fromkeys(STATES, Count())
    unsupported: dict[str, Count] = {}
    broken = fixed = without = Count()
    for digest, sent in fleet.schemas.items():
        one = Count(fleet.installations[digest], 1)
        if digest not in results:
            unsupported[sent.warehouse] = unsupported.get(sent.warehouse, Count()) + one
            continue
        now, then = _boards(results[digest]), _boards((before or {}).get(digest, ()))
        states[_state(results[digest])] += one
        if now["broken"] - then["broken"]:
            broken += one
        elif then["broken"] and not now["broken"]:
            fixed += one
        if not now["broken"] and now["unavailable"] - then["unavailable"] - then["broken"]:
            without += one
    causes = _causes(fleet, results, before, frozenset(optional))
    total = Count(fleet.total, len(fleet.schemas))
    compared = before is not None
    return Impact(total, states, unsupported, fleet.unknown, broken, fixed, without, causes, compared)


def _boards(rows: Iterable[Found]) -> dict[str, frozenset[str]]:
    """Boards by the verdict of any of their queries; one that is broken is not unavailable as well."""
    found: dict[str, set[str]] = {state: set() for state in STATES}
    for row in rows:
        found[row.verdict].add(row.board)
    found["unavailable"] -= found["broken"]
    return {state: frozenset(boards) for state, boards in found.items()}


def _state(rows: Iterable[Found]) -> State:
    verdicts = {row.verdict for row in rows}
    return next((state for state in STATES if state in verdicts), "ok")


@dataclass(slots=True)
class _Tally:
    boards: set[str]
    warehouses: set[str]
    count: Count
    new: Count
    example: Found
    largest: int


def _causes(fleet: Fleet, results: Results, before: Results | None, optional: frozenset[str]) -> tuple[Cause, ...]:
    tallies: dict[tuple[str, str], _Tally] = {}
    for digest, rows in results.items():
        installations = fleet.installations[digest]
        then = {(row.verdict, row.board) for row in (before or {}).get(digest, ())}
        for cause, found in _by_cause(rows, optional).items():
            tally = tallies.setdefault(cause, _Tally(set(), set(), Count(), Count(), found[0], 0))
            tally.boards |= {row.board for row in found}
            tally.warehouses.add(fleet.schemas[digest].warehouse)
            tally.count += Count(installations, 1)
            if any((row.verdict, row.board) not in then for row in found):
                tally.new += Count(installations, 1)
            if installations > tally.largest:
                tally.example, tally.largest = found[0], installations
    return tuple(sorted(map(_cause, tallies, tallies.values()), key=_weight))


def _by_cause(rows: Iterable[Found], optional: frozenset[str]) -> dict[tuple[str, str], list[Found]]:
    found: dict[tuple[str, str], list[Found]] = {}
    for row in rows:
        for name in _deciding(row, optional):
            found.setdefault((row.verdict, name), []).append(row)
    return found


def _cause(key: tuple[str, str], tally: _Tally) -> Cause:
    verdict, name = key
    boards, warehouses = tuple(sorted(tally.boards)), tuple(sorted(tally.warehouses))
    return Cause(verdict, name, boards, warehouses, tally.count, tally.new, tally.example)


def _deciding(row: Found, optional: frozenset[str]) -> Iterator[str]:
    """The names that decide a verdict: where a query is broken, those that must not be missing."""
    if not row.missing:
        yield ""
    for name in row.missing:
        if row.verdict != "broken" or not (name in optional or name.partition(".")[0] in optional):
            yield name


def _weight(cause: Cause) -> tuple[int, int, str]:
    return STATES.index(cause.verdict), -cause.count.installations, cause.name
