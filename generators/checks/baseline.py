"""Baselines: findings that are accepted until a day are set aside; what no longer fits is a finding itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.findings import AcceptedFinding, Finding, Rule, Severity
from generators.model.operating import Baseline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.model.operating import Accepted

EXPIRED = Rule(
    "OPS230",
    "baseline-expired",
    Severity.ERROR,
    "The day until which a baseline accepts findings has passed.",
    "What was accepted for a while would be accepted for good.",
    "Resolve the findings, which are reported again, and delete the file; or agree on another day.",
)
GONE = Rule(
    "OPS231",
    "accepted-finding-gone",
    Severity.ERROR,
    "A baseline accepts more findings of a rule in a file than there are.",
    "The entry would hide the next finding of that kind.",
    "Lower `count` to the number that is left, or delete the entry.",
)
NOT_ACCEPTABLE = Rule(
    "OPS232",
    "finding-not-acceptable",
    Severity.ERROR,
    "A baseline accepts a rule that does not exist, or one whose findings no site can be built with.",
    "A file that cannot be read, or a reference that leads nowhere, leaves a hole in pages, schedules and exports.",
    "Resolve the finding; a baseline holds findings of other rules, and none about baselines.",
)
RULES = (EXPIRED, GONE, NOT_ACCEPTABLE)
CHECKS = ()
"""Baselines are held against the findings of all other checks: see `applied`."""
FIRST_ACCEPTABLE = 202
"""Below are rules about files that cannot be read, fields, and references that lead nowhere."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Findings after the baselines: those that stand, with what is wrong in baselines, and those set aside."""

    findings: tuple[Finding, ...]
    accepted: tuple[AcceptedFinding, ...]


def is_acceptable(rule: Rule) -> bool:
    """Whether a baseline can hold findings of a rule."""
    return rule.number >= FIRST_ACCEPTABLE and rule not in RULES


def applied(catalog: Catalog, findings: Iterable[Finding], rules: Iterable[Rule], at: datetime) -> Applied:
    """Hold the baselines of a catalog against all findings of a run. Days are those of UTC."""
    left: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        left[finding.rule.code, finding.place.path].append(finding)
    acceptable = {rule.code for rule in rules if is_acceptable(rule)}
    accepted: list[AcceptedFinding] = []
    wrong: list[Finding] = []
    for entry in catalog.entries_of(Baseline):
        if entry.entity.until < at.date():
            message = f"accepted {len(entry.entity.accepted)} kinds of findings until {entry.entity.until}"
            wrong.append(Finding(entry.at("until"), EXPIRED, message))
            continue
        for index, one in enumerate(entry.entity.accepted):
            if one.code not in acceptable:
                wrong.append(Finding(entry.at("accepted", index, "code"), NOT_ACCEPTABLE, f"{one.code} cannot wait"))
                continue
            found = left[one.code, one.path]
            accepted += (AcceptedFinding(finding, entry.id, entry.entity.until) for finding in found[: one.count])
            wrong += _gone(entry, index, one, len(found))
            left[one.code, one.path] = found[one.count :]
    standing = [finding for found in left.values() for finding in found]
    return Applied((*standing, *wrong), tuple(accepted))


def _gone(entry: Entry[Baseline], index: int, one: Accepted, found: int) -> Iterator[Finding]:
    if found < one.count:
        message = f"{one.path} has {found} findings of {one.code}, not {one.count}"
        yield Finding(entry.at("accepted", index, "count"), GONE, message)
