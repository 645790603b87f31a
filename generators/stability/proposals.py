"""Reports that nobody has assigned, beside the reviewed defects that they may be: proposed, and decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, utils

from generators.model.stability import Defect
from generators.source.writing import yaml_text
from generators.stability.codes import codes_in, codes_of_defects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.catalog import Catalog, Entry
    from generators.stability.reports import Report

MOST: Final = 1_000
"""Reports that are compared, the newest ones: more is no work for a reviewer."""
CANDIDATES: Final = 3
ALIKE: Final = 60
"""Percent from which two titles are alike."""
CODE, CONNECTOR, CLASS = 40, 15, 10
"""What a shared code, the same connector and the same class add to the likeness of the titles."""
SHOWN: Final = 200
"""Characters of a title."""
HEAD: Final = """Written by `dfops stability import`: reports that nobody has assigned to a defect. For each that is
one of the candidates, add `REFERENCE: DEFECT` under `assigned` of the mapping, and import again. Nothing is merged
before that."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A defect that a report may be, and why."""

    defect: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A report and what it may be, the likeliest first; without candidates it may be a new defect."""

    report: Report
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """A defect, with what is compared."""

    entry: Entry[Defect]
    title: str
    codes: frozenset[str]


def proposals(catalog: Catalog, reports: Sequence[Report]) -> tuple[Proposal, ...]:
    """For each report without a defect, of the newest ones: those with candidates first, then by reference."""
    codes = codes_of_defects(catalog)
    known = [
        _Known(entry, utils.default_process(entry.entity.title), codes.get(entry.id, frozenset()))
        for entry in catalog.entries_of(Defect)
    ]
    open_ones = [report for report in reports if not report.occurrence.defect]
    open_ones.sort(key=lambda one: (-one.occurrence.day.toordinal(), one.occurrence.reference))
    made = [Proposal(report, _candidates(report, known)) for report in open_ones[:MOST]]
    return tuple(sorted(made, key=lambda one: (not one.candidates, one.report.occurrence.reference)))


def _candidates(report: Report, known: Sequence[_Known]) -> tuple[Candidate, ...]:
    title, codes = utils.default_process(report.title), codes_in(f"{report.title}\n{report.body}")
    found = [candidate for one in known if (candidate := _candidate(report, title, codes, one))]
    return tuple(sorted(found, key=lambda one: (-one.score, one.defect))[:CANDIDATES])


def _candidate(report: Report, title: str, codes: frozenset[str], known: _Known) -> Candidate | None:
    defect, connector = known.entry.entity, report.occurrence.connector
    if not _same_place(defect.connector, connector):
        return None
    alike = round(fuzz.token_sort_ratio(title, known.title))
    shared = sorted(codes & known.codes)
    if alike < ALIKE and not shared:
        return None
    likenesses = (
        (CODE, f"same code {', '.join(shared)}", bool(shared)),
        (CONNECTOR, "same connector", bool(connector) and defect.connector == connector),
        (CLASS, "same class", defect.defect_class == report.defect_class),
    )
    found = [(weight, reason) for weight, reason, holds in likenesses if holds]
    why = ", ".join([*(reason for _, reason in found), f"titles {alike} % alike"])
    return Candidate(known.entry.id, alike + sum(weight for weight, _ in found), why)


def _same_place(one: str | None, other: str) -> bool:
    """Whether two connectors are the same, or one is not known."""
    return not one or not other or one == other


def proposals_text(found: Sequence[Proposal], left: int) -> str:
    """The file for review. `left`: reports that were not compared because there are too many."""
    fields: dict[str, object] = {"proposals": [dict(_fields(one)) for one in found]}
    if left:
        fields["not_compared"] = left
    return yaml_text(fields, head=HEAD)


def _fields(one: Proposal) -> Iterator[tuple[str, object]]:
    occurrence = one.report.occurrence
    yield "reference", occurrence.reference
    yield "day", occurrence.day
    facts: Mapping[str, str] = {
        "title": printable_part(one.report.title),
        "connector": occurrence.connector,
        "warehouse": occurrence.warehouse,
        "severity": one.report.severity,
        "defect_class": one.report.defect_class,
    }
    yield from ((name, value) for name, value in facts.items() if value)
    yield "candidates", [{"defect": each.defect, "score": each.score, "why": each.why} for each in one.candidates]


def printable_part(title: str) -> str:
    """A title as one line that can do nothing to a terminal or a page."""
    return "".join(char if char.isprintable() else " " for char in title)[:SHOWN].strip()
