"""2xx: every reference leads somewhere, everything is used, what is named exists, every decision has an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.operating import Cycle, Decision
from generators.model.organization import Role, Surface
from generators.model.runbook import Runbook
from generators.model.support import Symptom
from generators.model.text import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.source import Tree

UNKNOWN_REFERENCE = Rule(
    "OPS201",
    "unknown-reference",
    Severity.ERROR,
    "A reference names an entity that does not exist.",
    "A link that leads nowhere is found by whoever needs it most, when they need it.",
    "Use the name in the hint, or add the file; `dfops new` writes one.",
)
UNUSED = Rule(
    "OPS202",
    "unused-entity",
    Severity.WARNING,
    "Nothing refers to this entity.",
    "What nobody refers to is not maintained, and readers cannot tell.",
    "Refer to it from where it belongs, or delete the file.",
)
OPEN_DECISION = Rule(
    "OPS203",
    "open-decision",
    Severity.WARNING,
    "A recurring decision leaves open who decides, when, who receives the outcome, or where it is written down.",
    "What is unclear here is decided by whoever happens to be there.",
    "Fill in the field that the message names.",
)
UNDECIDED_AREA = Rule(
    "OPS204",
    "undecided-area",
    Severity.WARNING,
    "A surface has no recurring decision in an area that other surfaces decide in.",
    "The gap shows as work that falls to whoever is available.",
    "Add a decision for that area, or name the surface in one that exists.",
)
VACANT_ROLE = Rule(
    "OPS205",
    "vacant-role",
    Severity.NOTE,
    "A role has no holder.",
    "What it owns has nobody behind it; the ownership gate does not pass.",
    "Name a seat under `holders`.",
)
MISSING_PATH = Rule(
    "OPS206",
    "missing-path",
    Severity.ERROR,
    "A path into this repository leads to nothing.",
    "Evidence and records that cannot be opened prove nothing.",
    "Correct the path; it is relative to the root, and `*` stands for any name.",
)
COMPARISONS = 10_000
"""Names compared for hints in one run, a tenth of a millisecond each: where that is not enough, a folder is missing."""
SAMPLE_LEFT = Rule(
    "OPS207",
    "sample-text-left",
    Severity.NOTE,
    "An entity still has the sample text that it was written with.",
    "It would be read on a page, by the public too.",
    "Write what is meant.",
)
REACHED_OTHERWISE = frozenset({Runbook.kind, Symptom.kind})
"""Kinds whose own rules ask how one gets there: OPS305, OPS501."""
RULES = (UNKNOWN_REFERENCE, UNUSED, OPEN_DECISION, UNDECIDED_AREA, VACANT_ROLE, MISSING_PATH, SAMPLE_LEFT)


def references_lead_somewhere(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each reference is known; a file that exists but is malformed counts as known."""
    comparisons = COMPARISONS
    for key, uses in catalog.uses.items():
        if catalog.knows(uses[0].ref):
            continue
        names = catalog.names_of(key[0]) if comparisons > 0 else []
        comparisons -= len(names)
        hint = nearest(key[1], names)
        for use in uses:
            yield Finding(use.place, UNKNOWN_REFERENCE, f"unknown {key[0]} '{key[1]}'", hint)


def everything_is_used(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Kinds that are not read for themselves are referred to by something else."""
    for entry in catalog.everything():
        if entry.entity.stands_alone or entry.id in catalog.mentioned or entry.kind in REACHED_OTHERWISE:
            continue
        if all(use.by is entry for use in catalog.used_by(entry.kind, entry.id)):
            yield Finding(entry.at(), UNUSED, f"nothing refers to {entry.kind} '{entry.id}'")


def decisions_are_clear(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Owner, time, hand-off and record of each decision are said."""
    for entry in catalog.entries_of(Decision):
        decision = entry.entity
        gaps = (
            (decision.owner is None, "who decides (owner)"),
            (decision.cadence is None and decision.trigger is None, "when (cadence or trigger)"),
            (decision.hand_off is None, "who receives the outcome (hand_off)"),
            (decision.recorded is None, "where it is written down (recorded)"),
        )
        for is_open, what in gaps:
            if is_open:
                yield Finding(entry.at(), OPEN_DECISION, f"leaves open {what}")


def every_area_is_decided(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What is decided for one surface is decided for each."""
    decided = {
        (entry.entity.area, str(surface)) for entry in catalog.entries_of(Decision) for surface in entry.entity.surfaces
    }
    areas = sorted({area for area, _ in decided})
    for surface in catalog.entries_of(Surface):
        for area in areas:
            if (area, surface.id) not in decided:
                yield Finding(surface.at(), UNDECIDED_AREA, f"'{surface.id}' has no decision in '{area}'")


def roles_are_held(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A role without a holder is said to be vacant."""
    for entry in catalog.entries_of(Role):
        if not entry.entity.holders:
            yield Finding(entry.at("holders"), VACANT_ROLE, f"'{entry.id}' has no holder")


def paths_exist(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Records and changes point at files of this repository."""
    for decision in catalog.entries_of(Decision):
        recorded = decision.entity.recorded
        if recorded and recorded.path and not facts.exists(recorded.path):
            yield missing_path(decision, recorded.path, "recorded", "path")
    for cycle in catalog.entries_of(Cycle):
        for index, change in enumerate(cycle.entity.changes):
            if not facts.exists(change.path):
                yield missing_path(cycle, change.path, "changes", index, "path")


def samples_are_replaced(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What `dfops new` wrote was filled in."""
    for entry in catalog.everything():
        if entry.document.holds(SAMPLE):
            for route, text in _texts(entry.document.tree, ()):
                if text.startswith(SAMPLE):
                    name = ".".join(str(step) for step in route if isinstance(step, str))
                    yield Finding(entry.at(*route), SAMPLE_LEFT, f"'{name}' is still sample text")


def _texts(node: Tree, route: Route) -> Iterator[tuple[Route, str]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if isinstance(node, str):
        yield route, node
    for step, part in inner:
        yield from _texts(part, (*route, step))


def missing_path(entry: Entry[Any], path: str, *route: str | int) -> Finding:
    """The finding for a path that leads to nothing."""
    return Finding(entry.at(*route), MISSING_PATH, f"nothing at '{path}'")


CHECKS = (
    references_lead_somewhere,
    everything_is_used,
    decisions_are_clear,
    every_area_is_decided,
    roles_are_held,
    paths_exist,
    samples_are_replaced,
)
