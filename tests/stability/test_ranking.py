"""Counts, scores and trends, held against a calculation in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import ibis
import pytest

from generators.stability.counting import Counting, counted
from generators.stability.ranking import Registered, Score, counted_alone, scored, tallies
from generators.stability.trends import direction, weeks
from tests.stability.recurrence import TODAY, World, order, plainly, world

if TYPE_CHECKING:
    from pathlib import Path

    from generators.stability.summary import Summary


def summed(made: World, path: Path, former: dict[str, str] | None = None) -> Summary:
    """What ours says of a store."""
    connection = ibis.duckdb.connect(made.store(path), read_only=True)
    try:
        return counted(Counting.of(connection, made.defects, TODAY), former or {}, None, synthetic=False)
    finally:
        connection.disconnect()


@pytest.fixture(scope="module", params=[(200, 2_000), pytest.param((2_000, 20_000), marks=pytest.mark.long)])
def many(request: pytest.FixtureRequest) -> World:
    """So many defects and occurrences in a store, and some in the files of the defects."""
    return world(16, *request.param)


@pytest.fixture(scope="module")
def counts(many: World, tmp_path_factory: pytest.TempPathFactory) -> Summary:
    """The store's summary."""
    return summed(many, tmp_path_factory.mktemp("store") / "events.duckdb")


def test_every_count_is_that_of_a_plain_loop(many: World, counts: Summary) -> None:
    """By defect, by week and source, by connector; unassigned reports, and days of the register that the store has."""
    plain = plainly(many)
    found = counts.defects
    assert {name: one.recent for name, one in found.items()} == plain.recent
    assert {name: one.installs for name, one in found.items()} == plain.installs
    assert {name: one.first for name, one in found.items()} == plain.first
    assert {name: one.last for name, one in found.items()} == plain.last
    assert {(one.monday, str(one.source)): one.occurrences for one in counts.weeks} == plain.weeks
    assert counts.unassigned == plain.unassigned > 0
    top = sorted(plain.repeats, key=lambda key: (-plain.repeats[key][0], *key))[:500]
    told = {(one.connector, one.defect): (one.occurrences, one.days, one.installs) for one in counts.repeats}
    assert told == {key: plain.repeats[key] for key in top}
    if len(many.rows) > 2_000:
        assert len(plain.repeats) > 500, "the rows must hold more than are named"


def test_the_order_is_that_of_the_formula(many: World, counts: Summary) -> None:
    """Severity weight × affected installs × occurrences per 30 days, then the older one, then by id."""
    expected = order(many, plainly(many))
    found = scored(many.defects, counts)
    assert [(one.defect.id, Fraction(one.score.exact, 3)) for one in found] == expected
    assert len({score for _, score in expected}) < len(expected), "the rows must hold ties"


def test_weeks_add_up(many: World, counts: Summary) -> None:
    """What is open at the end of a week is what was open before it, and what came, without what was fixed."""
    ranked = scored(many.defects, counts)
    trend = weeks(ranked, counts)
    for week in trend:
        end = week.monday + timedelta(days=6)
        of_week = [one for one in ranked if one.first and week.monday <= one.first <= end]
        done = [one for one in ranked if one.defect.fixed and not one.is_open]
        left = [one for one in ranked if one.is_open and (one.first is None or one.first <= end)]
        waiting = [
            one
            for one in done
            if one.defect.fixed and one.defect.fixed > end and (one.first is None or one.first <= end)
        ]
        early = [one for one in done if one.defect.fixed and one.first and one.defect.fixed <= end < one.first]
        assert week.arrived == len(of_week)
        assert week.open == len(left) + len(waiting) - len(early)
        assert week.fixed == sum(bool(one.defect.fixed and week.monday <= one.defect.fixed <= end) for one in done)
    assert sum(week.occurrences for week in trend) == sum(plainly(many).weeks.values())


def test_a_fix_that_did_not_hold_is_open(many: World, counts: Summary) -> None:
    """Met after the day of its fix, a defect is reopened; on that very day it is not."""
    last = plainly(many).last
    expected = {one.id for one in many.defects if one.fixed and last.get(one.id, one.fixed) > one.fixed}
    found = scored(many.defects, counts)
    assert {one.defect.id for one in found if one.is_reopened} == expected != set()
    assert all(one.is_open for one in found if one.defect.id in expected)


def test_scores_of_a_class_add_up(many: World, counts: Summary) -> None:
    """Open defects alone; the rest is in the total."""
    ranked = scored(many.defects, counts)
    for tally in tallies(ranked, lambda one: one.defect_class):
        own = [one for one in ranked if one.defect.defect_class == tally.name]
        left = [one for one in own if one.is_open]
        exact = sum((Fraction(one.score.exact, 3) for one in left), Fraction())
        assert (tally.open, tally.total) == (len(left), len(own))
        assert abs(Fraction(tally.score) - exact) <= Fraction(1, 200)


def test_register_alone_counts_as_an_empty_store_does(many: World, tmp_path: Path) -> None:
    """Two ways to the same numbers: the days in the files of defects, with an engine and without."""
    stored = summed(World(many.defects, ()), tmp_path / "empty.duckdb")
    assert counted_alone(many.defects, TODAY) == stored.model_copy(update={"stored": False})


def test_counts_of_a_former_id_are_those_of_the_defect(tmp_path: Path) -> None:
    """A defect that is renamed keeps its history."""
    made = world(7, 2, 200)
    now, then = (one.id for one in made.defects)
    whole = summed(made, tmp_path / "store.duckdb", {then: now}).defects
    apart = summed(made, tmp_path / "apart.duckdb").defects
    assert whole[now].recent == apart[now].recent + apart[then].recent > apart[now].recent
    assert whole[now].last == max(apart[now].last, apart[then].last)
    assert then not in whole


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (Score(8, 3, 6), "8 × 3 installs × 2 per 30 days = 48"),
        (Score(1, 1, 1), "1 × 1 install × 0.33 per 30 days = 0.33"),
        (Score(4, 1_200, 5), "4 × 1,200 installs × 1.67 per 30 days = 8,000"),
        (Score(2, 1, 0), "2 × 1 install × 0 per 30 days = 0"),
        (Score(8, 1, 30), "8 × 1 install × 10 per 30 days = 80"),
    ],
)
def test_a_score_says_how_it_came_about(score: Score, text: str) -> None:
    """Each factor, and the product of the exact ones."""
    assert score.formula == text
    assert abs(score.value * 3 - score.exact) <= Decimal("0.02")


def one_defect(*days: date) -> Registered:
    """Met on these days."""
    return Registered("soot", "sev3", 2, "open", days=days)


@pytest.mark.parametrize(
    ("days_ago", "verdict"),
    [
        ([], "too early"),
        ([1], "too early"),
        ([40, 10], "too early"),
        ([49], "too early"),
        ([50], "better"),
        ([70, 40, 41, 10], "better"),
        ([70, 40, 10, 11], "worse"),
        ([70, 40, 10], "unchanged"),
        ([70, 0], "unchanged"),
    ],
)
def test_direction(days_ago: list[int], verdict: str) -> None:
    """Four whole weeks beside four before them; nothing is said before there are as many, or of a week that began."""
    defect = one_defect(*sorted(TODAY - timedelta(days=days) for days in days_ago))
    counts = counted_alone([defect], TODAY)
    assert direction(weeks(scored([defect], counts), counts), counts).verdict == verdict
