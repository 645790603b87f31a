"""What is counted, in sentences: the same on a terminal and on a page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from generators.measures.words import percent, span

if TYPE_CHECKING:
    from datetime import date

    from generators.stability.standing import Standing
    from generators.stability.trends import Direction, Response


def day_in_words(day: date) -> str:
    """`30 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def recurring_in_words(found: Standing) -> str:
    """How many defects are open, were met, and came back, in sentences."""
    unassigned = found.counts.unassigned
    text = (
        f"Not fixed: {len(found.open):,} of {len(found.ranked):,} defects. "
        f"Met in the last 90 days: {len(found.met):,}. "
        f"Met after their fix: {len(found.reopened):,}."
    )
    return f"{text} Occurrences without a defect: {unassigned:,}." if unassigned else text


def direction_in_words(one: Direction) -> str:
    """Whether it is getting better, with what that rests on."""
    if one.verdict == "too early":
        return "Too early to say: occurrences are on record for fewer than the eight whole weeks that are compared."
    return (
        f"{one.verdict.capitalize()}: {one.occurrences:,} occurrences in the last 4 whole weeks, {one.before:,} in the "
        f"4 before; {one.arrived:,} defects arrived, {one.fixed:,} were fixed."
    )


def mean_in_words(one: Response) -> str:
    """The mean time to a mark: `25 minutes`, `3 hours`, or a dash where no incident reached it."""
    if one.mean is None:
        return "–"
    minutes = round(one.mean / timedelta(minutes=1))
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return span(Decimal(minutes) / 60)


def share(value: Decimal | None) -> str:
    """A share of boards, or a dash where none was drawn."""
    return "–" if value is None else percent(value)
