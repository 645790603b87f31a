"""The moment that a build or a command is about. The edges ask the environment and the clock, nothing below them."""

from __future__ import annotations

from datetime import UTC, datetime


def pinned(epoch: str | None) -> datetime | None:
    """What SOURCE_DATE_EPOCH says, in UTC; None where it is not set or no number of seconds."""
    try:
        return datetime.fromtimestamp(int(epoch or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
