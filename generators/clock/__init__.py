"""The moment that a build or a command is about. The edges ask the environment and the clock, nothing below them."""

from __future__ import annotations

from datetime import UTC, datetime

from generators.model.text import CALENDAR_YEARS


def pinned(epoch: str | None) -> datetime | None:
    """What SOURCE_DATE_EPOCH says, in UTC; None where it is no number of seconds of the years 1971 to 2197."""
    try:
        found = datetime.fromtimestamp(int(epoch or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in CALENDAR_YEARS[1:-2] else None
