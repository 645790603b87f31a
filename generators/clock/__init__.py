"""The moment that a build or a command is about. The edges ask here, with the environment; nothing below them asks."""

from __future__ import annotations

from datetime import UTC, datetime

CALENDAR_YEARS = range(1970, 2200)
"""Years in which dates of the model may lie."""
ANSWERABLE = CALENDAR_YEARS[1:-2]
"""Years of moments that may be asked about: the 52 weeks after them are worked out too."""


def pinned(epoch: str | None) -> datetime | None:
    """What SOURCE_DATE_EPOCH says, in UTC; None where it is no number of seconds of the years 1971 to 2197."""
    try:
        found = datetime.fromtimestamp(int(epoch or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in ANSWERABLE else None


def now(epoch: str | None) -> datetime:
    """What SOURCE_DATE_EPOCH holds still for builds that must repeat, else now. UTC."""
    return pinned(epoch) or datetime.now(UTC)  # noqa: TID251 - the one place
