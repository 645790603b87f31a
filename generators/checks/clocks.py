"""5xx: while the clock of a milder severity runs, that of a worse one runs as well."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.organization import Surface
from generators.model.support import Severity as SeverityLevel
from generators.support.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.support import Hours, ServiceLevel

SHORTER_HOURS = Rule(
    "OPS525",
    "fewer-hours-when-worse",
    Severity.ERROR,
    "The clock of a severity stands still at a time when that of a milder severity on the same surface runs.",
    "The milder report is worked on while the worse one waits, and its deadline comes later than the one promised.",
    "Give the worse severity at least the days and hours of the milder one, in the same zone.",
)
RULES = (SHORTER_HOURS,)
Levels = tuple["Entry[ServiceLevel]", "Entry[ServiceLevel]"]


def worse_clocks_run_longer(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """From one severity to the next milder one, the clock runs at no other times. Each of the two may be wrong."""
    for worse, milder in _pairs(catalog):
        if worse.entity.hours and milder.entity.hours:
            yield from _compared(worse, worse.entity.hours, milder, milder.entity.hours)


def _compared(
    worse: Entry[ServiceLevel], hours: Hours, milder: Entry[ServiceLevel], others: Hours
) -> Iterator[Finding]:
    """By what the worse one runs less, at the lines of both."""
    for index, day in enumerate(others.days):
        if day not in hours.days:
            yield Finding(
                worse.at("hours", "days"), SHORTER_HOURS, f"'{milder.id}', which is milder, has {day} as well"
            )
            yield Finding(
                milder.at("hours", "days", index), SHORTER_HOURS, f"'{worse.id}', which is worse, has no {day}"
            )
    fewer = {
        "zone": hours.zone != others.zone,
        "start": hours.start > others.start,
        "end": hours.end < others.end,
    }
    for field in (field for field, is_less in fewer.items() if is_less):
        said, other = getattr(hours, field), getattr(others, field)
        yield Finding(worse.at("hours", field), SHORTER_HOURS, f"'{milder.id}', which is milder, has {other}")
        yield Finding(milder.at("hours", field), SHORTER_HOURS, f"'{worse.id}', which is worse, has {said}")


def _pairs(catalog: Catalog) -> list[Levels]:
    """The promises of neighbouring severities on each surface, for each symptom with one of its own; each pair once."""
    promises = Promises(catalog)
    ranked = sorted(catalog.entries_of(SeverityLevel), key=lambda entry: (entry.entity.rank, entry.id))
    pairs: dict[tuple[str, str], Levels] = {}
    for surface in catalog.entries_of(Surface):
        for symptom in sorted({"", *(str(level.entity.symptom or "") for level in promises.on(surface.id))}):
            held = [promises.holding(surface.id, severity.id, symptom) for severity in ranked]
            for worse, milder in itertools.pairwise(filter(None, held)):
                pairs[worse.id, milder.id] = (worse, milder)
    return list(pairs.values())


CHECKS = (worse_clocks_run_longer,)
