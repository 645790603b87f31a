from __future__ import annotations

from pathlib import Path

from generators.fleet.gathering import Fleet, Sent
from generators.fleet.impact import Cause, Count, Impact, impact_of
from generators.packs.engines.parquet import Found

NUMBERS = {"a": 1000, "b": 200, "c": 30, "d": 4}
FLEET = Fleet({digest: Sent(Path(digest), "duckdb") for digest in NUMBERS}, NUMBERS, 5)
OPTIONAL = ["storm", "lamp.colour"]


def broken(digest: str, board: str, *missing: str, query: str = "q") -> Found:
    """A query that lacks something required."""
    return Found(digest, board, query, "broken", missing or ("lamp.id",))


def without(digest: str, board: str, missing: str = "storm") -> Found:
    """A query that lacks something optional."""
    return Found(digest, board, "q", "unavailable", (missing,))


def judged(*rows: Found) -> dict[str, tuple[Found, ...]]:
    """Results of the whole fleet."""
    return {digest: tuple(row for row in rows if row.digest == digest) for digest in NUMBERS}


def impact(now: tuple[Found, ...], then: tuple[Found, ...]) -> Impact:
    """One version beside another."""
    return impact_of(FLEET, judged(*now), judged(*then), OPTIONAL)


def test_what_was_broken_before_is_not_new() -> None:
    """The same board broken on another name, or left out before: only the second is new."""
    found = impact(
        (broken("a", "index"), broken("b", "index", "lamp.cost")), (broken("a", "index"), without("b", "index"))
    )
    assert (found.states["broken"], found.newly_broken) == (Count(1200, 2), Count(200, 1))
    assert [(cause.name, cause.new.installations) for cause in found.causes] == [("lamp.id", 0), ("lamp.cost", 200)]


def test_who_is_fixed() -> None:
    """Where no board is broken any more; one of two that still is, is no fix."""
    found = impact((broken("b", "index"),), (broken("a", "index"), broken("b", "index"), broken("b", "storms")))
    assert (found.newly_fixed, found.newly_broken) == (Count(1000, 1), Count())


def test_who_only_loses_boards() -> None:
    """A board that worked and is left out now; who breaks is counted there alone."""
    found = impact(
        (without("a", "storms"), without("b", "storms"), broken("b", "index"), without("c", "storms")),
        (without("c", "storms"),),
    )
    assert found.states == {
        "broken": Count(200, 1),
        "unproven": Count(),
        "unavailable": Count(1030, 2),
        "ok": Count(4, 1),
    }
    assert (found.newly_without, found.newly_broken, found.unknown) == (Count(1000, 1), Count(200, 1), 5)
    assert found.total == Count(1239, 4)


def test_causes_name_what_must_not_be_missing() -> None:
    """Not the optional names that a broken query lacks as well; an installation counts once for each name."""
    rows = (
        broken("a", "index", "lamp.colour", "lamp.id", "storm.id"),
        broken("a", "index", "lamp.id", query="other"),
        broken("b", "storms", "lamp.id"),
    )
    (cause,) = impact_of(FLEET, judged(*rows), None, OPTIONAL).causes
    count = Count(1200, 2)
    assert cause == Cause("broken", "lamp.id", ("index", "storms"), ("duckdb",), count, count, rows[0])


def test_without_another_version_all_that_breaks_counts() -> None:
    """For the budget of a first release; warehouses that it does not support break nothing."""
    found = impact_of(FLEET, {"a": (broken("a", "index"),), "b": ()}, None, ())
    assert (found.newly_broken, found.is_compared) == (Count(1000, 1), False)
    assert found.unsupported == {"duckdb": Count(34, 2)}


def test_a_query_that_no_schema_helps() -> None:
    """Has no name that is missing."""
    (cause,) = impact_of(FLEET, judged(Found("c", "index", "q", "broken", ())), None, ()).causes
    assert (cause.name, cause.count) == ("", Count(30, 1))
