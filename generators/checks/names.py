"""What a name, an address or a first day says is what the field beside it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.launch import Rehearsal
from generators.model.operating import Cadence, Cycle
from generators.model.stability import Defect
from generators.oncall.occurrences import planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

OTHER_DAY = Rule(
    "OPS233",
    "held-on-another-day",
    Severity.ERROR,
    "The name of a file begins with another day than the one on which its rehearsal or cycle was held.",
    "Lists and links show the day in the name; what is counted by age takes the other one.",
    "Correct `held`, or rename the file.",
)
OTHER_START = Rule(
    "OPS234",
    "starts-without-occurrence",
    Severity.WARNING,
    "A cadence starts on a day that its recurrence does not have.",
    "One of the two is wrong, and pages announce the other. Some calendars also show a meeting on the first day.",
    "Write the day of the first meeting under `starts`, or correct `recurrence`.",
)
OTHER_ISSUE = Rule(
    "OPS720",
    "issue-of-another-number",
    Severity.ERROR,
    "The number of an upstream issue is not the one in its address.",
    "Whoever follows the link reads about another defect, and a watch of the tracker looks at the wrong one.",
    "Correct `issue` or `url`.",
)
RULES = (OTHER_DAY, OTHER_START, OTHER_ISSUE)
NAMED_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=-|$)")
ISSUE = re.compile(r"/issues/([0-9]+)$")


def days_are_those_of_the_name(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Where the name of a file begins with a day, it is the day on which it was held."""
    held: tuple[Entry[Rehearsal] | Entry[Cycle], ...]
    held = (*catalog.entries_of(Rehearsal), *catalog.entries_of(Cycle))
    for entry in held:
        named = NAMED_DAY.match(entry.id)
        if named and named[0] != entry.entity.held.isoformat():
            yield Finding(entry.at("held"), OTHER_DAY, f"the file is named after {named[0]}")


def cadences_start_on_an_occurrence(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The first day of a cadence is a day of its recurrence."""
    for entry in catalog.entries_of(Cadence):
        first = next(planned(entry.entity), None)
        if first and first.day != entry.entity.starts:
            message = (
                f"it first comes on {first.day:%A}, {first.day}; {entry.entity.starts} is a {entry.entity.starts:%A}"
            )
            yield Finding(entry.at("starts"), OTHER_START, message)


def issues_have_the_number_of_their_address(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """An address of a tracker ends in the number of the issue."""
    for entry in catalog.entries_of(Defect):
        upstream = entry.entity.upstream
        named = ISSUE.search(upstream.url) if upstream and upstream.url else None
        if upstream and named and upstream.issue is not None and int(named[1]) != upstream.issue:
            yield Finding(entry.at("upstream", "issue"), OTHER_ISSUE, f"the address is of issue {named[1]}")


CHECKS = (days_are_those_of_the_name, cadences_start_on_an_occurrence, issues_have_the_number_of_their_address)
