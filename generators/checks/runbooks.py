"""3xx: no runbook step is orphaned, every way ends, every command is real, and the time boxes keep the promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.organization import Surface
from generators.model.refs import RunbookRef
from generators.model.runbook import Runbook
from generators.model.support import Route
from generators.model.telemetry import Alert
from generators.runbooks.graph import graph_of
from generators.support.promises import Promises, minutes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts

UNKNOWN_STEP = Rule(
    "OPS301",
    "unknown-step",
    Severity.ERROR,
    "The entry or a branch of a runbook names a step that it does not have.",
    "The reader would be sent to a heading that is not there.",
    "Use the name in the hint, or add the step.",
)
ORPHAN_STEP = Rule(
    "OPS302",
    "orphan-step",
    Severity.ERROR,
    "A step cannot be reached from the runbook's entry.",
    "Nobody is ever sent there, so what it says is never done.",
    "Send a branch to it, or delete it.",
)
NO_END = Rule(
    "OPS303",
    "step-without-outcome",
    Severity.ERROR,
    "From a step no way leads to an end.",
    "A reader who gets there is left standing, or walks in a circle.",
    "Give the step an `end`, or a branch that leads to one.",
)
END_AND_NEXT = Rule(
    "OPS304",
    "end-with-branches",
    Severity.ERROR,
    "A step has both an end and branches.",
    "It would be over and go on at once.",
    "Move the end to a step of its own, and send the branch there.",
)
UNREACHED_RUNBOOK = Rule(
    "OPS305",
    "unreached-runbook",
    Severity.ERROR,
    "Nothing leads to this runbook: no alert, route, risk, cadence, decision, nor a runbook that they lead to.",
    "Nobody arrives at it when it is needed.",
    "Name it where the trouble starts: in a route, risk, alert, cadence or decision.",
)
NO_CONDITION = Rule(
    "OPS306",
    "branch-without-condition",
    Severity.ERROR,
    "A step has several ways on, and one does not say when it is taken, or two say the same.",
    "The reader has to guess, at the moment when guessing is worst.",
    "Write `when:` on each branch, each different.",
)
NO_OWNER = Rule(
    "OPS307",
    "step-without-owner",
    Severity.ERROR,
    "A step does not say which role does it.",
    "Two people think that the other one is on it.",
    "Add `owner:` with a role.",
)
OVER_TIME = Rule(
    "OPS311",
    "over-time",
    Severity.ERROR,
    "The longest way through a runbook takes more time than the promise to mitigate leaves where it is used.",
    "Following the runbook to the letter would break the promise.",
    "Shorten time boxes, end a branch earlier by escalating, or change the promise.",
)
WRONG_FOLDER = Rule(
    "OPS312",
    "runbook-in-wrong-folder",
    Severity.ERROR,
    "A runbook lies in another folder than its surface's runbooks.",
    "People look for it by folder.",
    "Move the file, or correct `surface`.",
)
TWICE = Rule(
    "OPS313",
    "step-twice",
    Severity.ERROR,
    "Two steps of a runbook have the same id.",
    "Links to that id would lead to either.",
    "Rename one of them, and the branches that mean it.",
)
RULES = (
    UNKNOWN_STEP,
    ORPHAN_STEP,
    NO_END,
    END_AND_NEXT,
    UNREACHED_RUNBOOK,
    NO_CONDITION,
    NO_OWNER,
    OVER_TIME,
    WRONG_FOLDER,
    TWICE,
)


def steps_exist(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The entry and every branch lead to a step; no two steps share an id."""
    for entry in catalog.entries_of(Runbook):
        names = [step.id for step in entry.entity.steps]
        if entry.entity.entry not in names:
            yield _unknown_step(entry, entry.entity.entry, names, "entry")
        for index, step in enumerate(entry.entity.steps):
            if step.id in names[:index]:
                yield Finding(entry.at("steps", index, "id"), TWICE, f"step '{step.id}' stands here twice")
            for number, branch in enumerate(step.next):
                if branch.go not in names:
                    yield _unknown_step(entry, branch.go, names, "steps", index, "next", number, "go")


def _unknown_step(entry: Entry[Runbook], name: str, names: list[str], *route: str | int) -> Finding:
    return Finding(entry.at(*route), UNKNOWN_STEP, f"unknown step '{name}'", nearest(name, names))


def steps_are_reached(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No step is orphaned."""
    for entry in catalog.entries_of(Runbook):
        names = {step.id for step in entry.entity.steps}
        if entry.entity.entry not in names:
            continue
        reached = graph_of(entry.entity).reachable()
        for index, step in enumerate(entry.entity.steps):
            if step.id not in reached:
                yield Finding(
                    entry.at("steps", index, "id"),
                    ORPHAN_STEP,
                    f"no way from '{entry.entity.entry}' leads to step '{step.id}'",
                )


def steps_come_to_an_end(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """From every step some way leads to an end, and an end is an end."""
    for entry in catalog.entries_of(Runbook):
        names = {step.id for step in entry.entity.steps}
        ending = graph_of(entry.entity).can_end()
        for index, step in enumerate(entry.entity.steps):
            if step.end and step.next:
                yield Finding(
                    entry.at("steps", index, "next", key=True), END_AND_NEXT, f"step '{step.id}' ends and goes on"
                )
            lost = any(branch.go not in names for branch in step.next)
            if step.id not in ending and not lost:
                yield Finding(entry.at("steps", index, "id"), NO_END, f"from step '{step.id}' nothing leads to an end")


def branches_have_conditions(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Where there is a choice, each way says when it is taken."""
    for entry in catalog.entries_of(Runbook):
        for index, step in enumerate(entry.entity.steps):
            if len(step.next) < 2:  # noqa: PLR2004 - one way on is no choice
                continue
            conditions: set[str] = set()
            for number, branch in enumerate(step.next):
                condition = (branch.when or "").casefold().rstrip(".")
                if not condition or condition in conditions:
                    problem = "says the same as another branch" if condition else "does not say when it is taken"
                    yield Finding(
                        entry.at("steps", index, "next", number), NO_CONDITION, f"the way to '{branch.go}' {problem}"
                    )
                conditions.add(condition)


def steps_have_owners(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each step names a role."""
    for entry in catalog.entries_of(Runbook):
        for index, step in enumerate(entry.entity.steps):
            if step.owner is None:
                yield Finding(entry.at("steps", index), NO_OWNER, f"step '{step.id}' has no owner")


def runbooks_are_reached(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Something that is not a runbook leads to each, or to one that hands over to it."""
    reached: set[str] = set()
    pending = [entry for entry in catalog.entries_of(Runbook) if _is_named_outside_runbooks(catalog, entry.id)]
    while pending:
        entry = pending.pop()
        if entry.id not in reached:
            reached.add(entry.id)
            pending.extend(_handed_over_to(catalog, entry.entity))
    for entry in catalog.entries_of(Runbook):
        if entry.id not in reached and entry.id not in catalog.mentioned:
            yield Finding(entry.at(), UNREACHED_RUNBOOK, f"nothing leads to runbook '{entry.id}'")


def _is_named_outside_runbooks(catalog: Catalog, name: str) -> bool:
    """Whether anything but a runbook, or the record of a rehearsal, refers to the runbook."""
    return any(use.by.kind not in (Runbook.kind, "rehearsal") for use in catalog.used_by(RunbookRef.kind, name))


def _handed_over_to(catalog: Catalog, runbook: Runbook) -> Iterator[Entry[Runbook]]:
    """The runbooks with which steps of this one end."""
    for step in runbook.steps:
        following = catalog.find(Runbook, step.end.to) if step.end and step.end.to else None
        if following:
            yield following


def runbooks_lie_with_their_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The folder says the surface."""
    for entry in catalog.entries_of(Runbook):
        surface = catalog.find(Surface, entry.entity.surface)
        folder = entry.path.split("/")[-2]
        if surface and surface.entity.runbook_folder != folder:
            message = f"runbooks of '{surface.id}' live in 'runbooks/{surface.entity.runbook_folder}/'"
            yield Finding(entry.at("surface"), WRONG_FOLDER, message)


def time_boxes_keep_the_promise(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Wherever a runbook is used, its longest way fits the time to mitigate that is promised there."""
    promises = Promises(catalog)
    for use, severity, symptom in _uses_with_promise(catalog):
        runbook = catalog.find(Runbook, use.runbook)
        level = promises.holding(use.surface, severity, symptom)
        if runbook is None or level is None:
            continue
        minutes, steps = graph_of(runbook.entity).longest()
        allowed = minutes_of(level.entity.mitigate, level.entity.hours)
        if minutes > allowed:
            message = (
                f"{' → '.join(steps)} takes {minutes} minutes; '{level.id}' promises relief in {level.entity.mitigate}"
            )
            yield Finding(runbook.at("steps", key=True), OVER_TIME, message)


def _uses_with_promise(catalog: Catalog) -> Iterator[tuple[Route | Alert, str, str]]:
    for route in catalog.entries_of(Route):
        yield route.entity, route.entity.severity, route.entity.symptom
    for alert in catalog.entries_of(Alert):
        yield alert.entity, alert.entity.severity, ""


CHECKS = (
    steps_exist,
    steps_are_reached,
    steps_come_to_an_end,
    branches_have_conditions,
    steps_have_owners,
    runbooks_are_reached,
    runbooks_lie_with_their_surface,
    time_boxes_keep_the_promise,
)
