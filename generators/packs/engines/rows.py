"""What a table holds while it is on its way to an engine."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

Value = str | int | float | bool | Decimal | datetime | date | None
"""One cell: `numeric` is Decimal, instants are aware, `json` is its text."""
Row = dict[str, Value]
"""Value by column."""
Tables = dict[str, list[Row]]
"""Rows by table."""
