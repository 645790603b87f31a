"""Runtimes as text: which versions packs are proven on, until when, and what is installed here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from generators.report.document import document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RuntimeRow:
    """One runtime: its newest version, the days on which packs are proven on it, and the version installed here."""

    id: str
    title: str
    version: str
    status: str
    since: date
    until: date | None
    installed: str
    remedy: str


def runtimes_text(rows: Sequence[RuntimeRow], at: datetime) -> str:
    """A line a runtime, and the remedy for those that are not installed. `at` is UTC."""
    if not rows:
        return "no runtime is declared below ops_model/operating/runtimes/\n"
    wide = max(len(row.id) for row in rows)
    return "".join(
        f"{row.id:{wide}}  {row.version:8} {row.status:8} {_window(row, at.date())}; {_here(row)}\n" for row in rows
    )


def runtimes_json(rows: Sequence[RuntimeRow]) -> str:
    """For programs: days as ISO 8601, `until` null while no end is planned, `installed` empty where it is not."""
    plain = [
        asdict(row) | {"since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None}
        for row in rows
    ]
    return document(runtimes=plain)


def _window(row: RuntimeRow, today: date) -> str:
    if row.until is None:
        return f"supported since {row.since}"
    return f"supported until {row.until}" if today <= row.until else f"support ended on {row.until}"


def _here(row: RuntimeRow) -> str:
    if not row.installed:
        return f"not installed here: {row.remedy}"
    return "installed" if row.installed == row.version else f"{row.installed} is installed here: {row.remedy}"
