"""Budgets of objectives and rows of metrics, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from generators.measures.words import percent, span
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.measures.objectives import Budget

SCHEMA_VERSION = 1
HEADS = ("connector", "events", "good", "target", "budget left", "burn, last day", "empty in")
NO_TELEMETRY = "no telemetry"


@dataclass(frozen=True, slots=True)
class Measurement:
    """The rows of a metric over a window."""

    id: str
    title: str
    window: str
    rows: Sequence[Mapping[str, Any]]


def budgets_text(budgets: Sequence[Budget], titles: Mapping[str, str], basis: Mapping[str, str]) -> str:
    """Each objective with its connectors, worst first; those without an event say so."""
    lines: list[str] = []
    for objective, title in titles.items():
        own = sorted((one for one in budgets if one.objective == objective), key=lambda one: (one.left, one.place))
        target = f", target {basis[objective]}" if basis[objective] != "measured" else ""
        lines.append(f"{title} ({objective}{target})")
        lines += table(HEADS, [_cells(one) for one in own]) if own else [f"  {NO_TELEMETRY}"]
    return "".join(f"{line}\n" for line in lines)


def _cells(budget: Budget) -> tuple[str, ...]:
    share = percent(Decimal(budget.whole.good) / budget.whole.events) if budget.whole.events else "–"
    head = (budget.place or "–", f"{budget.whole.events:,}", share, percent(budget.target))
    if budget.is_sparse:
        return (*head, f"fewer than {budget.minimum} events", "–", "–")
    hours = budget.hours_left
    empty = "spent" if budget.left <= 0 else "–" if hours is None else span(hours)
    return (*head, percent(budget.left), f"{budget.burn:.1f}", empty)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns, two blanks in front."""
    whole = [tuple(heads), *rows]
    widths = [max(len(row[index]) for row in whole) for index in range(len(heads))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in whole
    ]


def measurements_text(measurements: Sequence[Measurement], most: int) -> str:
    """Each metric with its rows; so many of them at most."""
    lines: list[str] = []
    for one in measurements:
        lines.append(f"{one.title}, last {one.window} ({one.id})")
        if not one.rows:
            lines.append(f"  {NO_TELEMETRY}")
            continue
        heads = list(one.rows[0])
        rows = [[printable(_cell(row[name])) for name in heads] for row in one.rows[:most]]
        lines += table([name.replace("_", " ") for name in heads], rows)
        if len(one.rows) > most:
            lines.append(f"  … and {len(one.rows) - most} more: --format json prints all")
    return "".join(f"{line}\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def report_json(
    budgets: Sequence[Budget], measurements: Sequence[Measurement], at: datetime, *, synthetic: bool
) -> str:
    """Both for programs; shares are decimals as text."""
    made = {
        "schema_version": SCHEMA_VERSION,
        "at": at.isoformat(),
        "synthetic": synthetic,
        "objectives": [_budget(one) for one in budgets],
        "metrics": [
            {"id": one.id, "window": one.window, "rows": [dict(row) for row in one.rows]} for one in measurements
        ],
    }
    return json.dumps(made, indent=1, default=_plain) + "\n"


def _budget(one: Budget) -> dict[str, object]:
    return {
        "objective": one.objective,
        "connector": one.place,
        "events": one.whole.events,
        "good": one.whole.good,
        "target": str(one.target),
        "is_sparse": one.is_sparse,
        "budget_left": f"{one.left:.6f}",
        "burn_last_day": f"{one.burn:.6f}",
        "hours_until_empty": None if one.hours_left is None else f"{one.hours_left:.2f}",
        "newest_event": one.newest.isoformat() if one.newest else None,
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
