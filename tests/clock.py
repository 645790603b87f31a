"""The moment at which the tests ask: all in the miniature has begun, its evidence holds, no override is in force."""

from __future__ import annotations

from datetime import UTC, datetime

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
EPOCH = str(int(AT.timestamp()))
"""The same for SOURCE_DATE_EPOCH."""
