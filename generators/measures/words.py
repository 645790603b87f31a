"""Shares and times as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


def percent(share: Decimal) -> str:
    """A share with up to two decimals: `99.95 %`."""
    text = f"{share * 100:.2f}".rstrip("0").rstrip(".")
    return f"{text} %"


def span(hours: Decimal) -> str:
    """A time as people say it."""
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"  # noqa: PLR2004 - two days
