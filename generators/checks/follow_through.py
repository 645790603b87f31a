"""7xx, continued: a tranche is closed with what became of it, and an incident with what follows from it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.stability import MARKS, Incident, Tranche
from generators.support.known_issues import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

UNACCOUNTED = Rule(
    "OPS725",
    "tranche-not-accounted-for",
    Severity.ERROR,
    "A closed tranche does not say how each of its defects came out, or says nothing of what became of the rest.",
    "What was left open is in no plan any more, and the page cannot compare before and after.",
    "Leave `closed`, `after` and `carried_to` to `dfops stability close TRANCHE`.",
)
FOLLOW_UP_OVERDUE = Rule(
    "OPS726",
    "follow-up-overdue",
    Severity.WARNING,
    "What was to follow from an incident was due on a day that is over, and nothing says that it was done.",
    "The incident can come back the same way.",
    "Write the day under `done`, or agree on a new day with the owner.",
)
MARKS_IN_DISORDER = Rule(
    "OPS727",
    "incident-marks-in-disorder",
    Severity.ERROR,
    "A timeline marks a point of an incident twice, or later points before earlier ones.",
    "Times to acknowledge, mitigate and resolve are worked out from the marks, and would be wrong.",
    "Mark each of paged, acknowledged, mitigated and resolved once, in that order.",
)
RULES = (UNACCOUNTED, FOLLOW_UP_OVERDUE, MARKS_IN_DISORDER)


def closed_tranches_account_for_all(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A closed tranche says how each of its defects stands, and where the unsettled ones went."""
    for entry in catalog.entries_of(Tranche):
        yield from _strangers(entry)
        if entry.entity.closed is not None:
            yield from _outcome(catalog, entry, entry.entity.closed)
        elif entry.entity.after or entry.entity.carried_to:
            field = "after" if entry.entity.after else "carried_to"
            yield Finding(entry.at(field), UNACCOUNTED, f"'{entry.id}' is not closed and says how it came out")


def _outcome(catalog: Catalog, entry: Entry[Tranche], closed: date) -> Iterator[Finding]:
    said = {one.defect for one in entry.entity.after}
    if missing := [name for name in entry.entity.defects if name not in said]:
        yield Finding(entry.at("closed"), UNACCOUNTED, f"says nothing of '{missing[0]}' under `after`")
    elif closed < entry.entity.starts:
        yield Finding(entry.at("closed"), UNACCOUNTED, f"closed before it starts, on {entry.entity.starts}")
    else:
        yield from _rest(catalog, entry)


def _strangers(entry: Entry[Tranche]) -> Iterator[Finding]:
    """What stands under `before` or `after` and is none of the tranche's defects."""
    for field in ("before", "after"):
        for index, one in enumerate(getattr(entry.entity, field)):
            if one.defect not in entry.entity.defects:
                place = entry.at(field, index, "defect")
                yield Finding(place, UNACCOUNTED, f"'{one.defect}' is not among the defects of the tranche")


def _rest(catalog: Catalog, entry: Entry[Tranche]) -> Iterator[Finding]:
    """What is not settled is in the tranche that it was carried over to."""
    left = [one.defect for one in entry.entity.after if one.state not in SETTLED]
    target = entry.entity.carried_to
    if left and target is None:
        yield Finding(entry.at("closed"), UNACCOUNTED, f"'{left[0]}' was left open and carried over to no tranche")
    following = catalog.find(Tranche, target) if target else None
    for name in left if following else ():
        if following and name not in following.entity.defects:
            yield Finding(entry.at("carried_to"), UNACCOUNTED, f"'{target}' does not take '{name}'")


def follow_ups_are_done(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What follows from an incident is done, or has time left; days are those of UTC."""
    today = facts.at.date()
    for entry in catalog.entries_of(Incident):
        for index, part in enumerate(entry.entity.follow_ups):
            if part.done is None and part.due < today:
                message = f"'{part.owner}' was to see to this by {part.due}"
                yield Finding(entry.at("follow_ups", index, "due"), FOLLOW_UP_OVERDUE, message)


def marks_are_in_order(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each point of an incident is marked once, in the order in which points are reached."""
    for entry in catalog.entries_of(Incident):
        marked = [(index, one.mark) for index, one in enumerate(entry.entity.timeline) if one.mark]
        for (_, before), (index, after) in pairwise(marked):
            if MARKS.index(after) <= MARKS.index(before):
                message = f"'{after}' is marked twice" if after == before else f"'{after}' is marked after '{before}'"
                yield Finding(entry.at("timeline", index, "mark"), MARKS_IN_DISORDER, message)


CHECKS = (closed_tranches_account_for_all, follow_ups_are_done, marks_are_in_order)
