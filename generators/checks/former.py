"""OPS220, OPS314: an id that something had before is never used again, so that old links keep leading to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.runbook import Runbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

ID_USED_AGAIN = Rule(
    "OPS220",
    "id-used-again",
    Severity.ERROR,
    "An id that an entity had before is the id of another entity of its kind, or a former id of two.",
    "Links in old alerts, tickets and messages would open something else than they meant.",
    "Give the new entity another id; keep a former id with the one entity that took its place.",
)
STEP_ID_USED_AGAIN = Rule(
    "OPS314",
    "step-id-used-again",
    Severity.ERROR,
    "An id that a step had before, or that was retired, is the id of a step, or stands twice.",
    "An alert that still links to the old step would open another one.",
    "Give the new step an id that this runbook never had.",
)
RULES = (ID_USED_AGAIN, STEP_ID_USED_AGAIN)


def former_ids_stay_former(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No entity has an id that another one of its kind had before, and no two had the same."""
    owners: dict[tuple[str, str], str] = {}
    for entry in catalog.everything():
        for index, former in enumerate(entry.entity.former):
            place = entry.at("former", index)
            other = owners.setdefault((entry.kind, former), entry.id)
            if catalog.find(type(entry.entity), former):
                yield Finding(place, ID_USED_AGAIN, f"{entry.kind} '{former}' exists")
            elif other != entry.id or former in entry.entity.former[:index]:
                yield Finding(place, ID_USED_AGAIN, f"'{former}' is a former id of {entry.kind} '{other}' already")


def former_steps_stay_former(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No step has an id that was given up in its runbook."""
    for entry in catalog.entries_of(Runbook):
        present = {step.id for step in entry.entity.steps}
        seen: set[str] = set()
        for route, gone in _given_up(entry):
            if gone in present:
                yield Finding(entry.at(*route), STEP_ID_USED_AGAIN, f"'{gone}' is the id of a step")
            elif gone in seen:
                yield Finding(entry.at(*route), STEP_ID_USED_AGAIN, f"'{gone}' stands here twice")
            seen.add(gone)


def _given_up(entry: Entry[Runbook]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each former and each retired id of a step, with the route to it."""
    for number, step in enumerate(entry.entity.steps):
        yield from ((("steps", number, "former", index), former) for index, former in enumerate(step.former))
    yield from ((("retired", index), gone) for index, gone in enumerate(entry.entity.retired))


CHECKS = (former_ids_stay_former, former_steps_stay_former)
