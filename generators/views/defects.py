"""Where a defect stands, for its page: whether what validates its fix passed, and on what terms it is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.stability.validation import Standing, Validated
from generators.status.met import met_of
from generators.views.met import MetLine, met_line

if TYPE_CHECKING:
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.model.stability import Acceptance, Defect
    from generators.stability.validation import Verdict

VERDICTS: dict[Verdict, str] = {
    "passed": "passed",
    "failed": "failed",
    "not-run": "exists; not run in this build",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """A test or regression that validates a fix, and how it went."""

    name: str
    went: str
    day: date | None


@dataclass(frozen=True, slots=True)
class DefectNow:
    """A defect at the moment of a build."""

    met: MetLine
    reopened: str
    """Since when, for one that is called fixed and whose validation failed; empty for others."""
    runs: tuple[RunRow, ...]
    accepted: Acceptance | None
    is_over: bool
    """Whether the day is over until which it was accepted."""


def defect_now(catalog: Catalog, entry: Entry[Defect], validated: Validated, at: datetime) -> DefectNow:
    """What the page of a defect says of a moment."""
    stands, terms = validated.standings.get(entry.id, Standing(())), entry.entity.accepted
    return DefectNow(
        met=met_line(met_of(catalog, entry)),
        reopened=_reopened(stands) if entry.id in validated.reopened else "",
        runs=tuple(RunRow(run.name, VERDICTS[run.verdict], run.day) for run in stands.runs),
        accepted=terms,
        is_over=terms is not None and terms.until < at.date(),
    )


def _reopened(stands: Standing) -> str:
    on = stands.failed_on
    return "Reopened: its validation failed" + (f" on {on.day} {on:%B} {on.year}" if on else "")
