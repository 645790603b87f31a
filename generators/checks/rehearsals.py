"""6xx, continued: a rehearsal walked its runbook as it stands, and what it taught was done."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from generators.checks.references import missing_path
from generators.findings import Finding, Rule, Severity
from generators.model.launch import Rehearsal, Walked
from generators.model.organization import Person, Surface
from generators.model.runbook import Runbook
from generators.runbooks.coverage import coverages
from generators.runbooks.walk import digests_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.runbook import Step

WRONG_WALK = Rule(
    "OPS609",
    "rehearsal-of-other-steps",
    Severity.ERROR,
    "A rehearsal lists a step of another runbook than the one it rehearsed.",
    "Coverage would be credited to the wrong runbook.",
    "Record one rehearsal for each runbook.",
)
NO_WAY = Rule(
    "OPS611",
    "rehearsal-off-the-way",
    Severity.ERROR,
    "A rehearsal goes from one step to another where the runbook has no such way.",
    "A walk that nobody can repeat proves nothing about the runbook.",
    "Record the steps in the order in which they were walked; `dfops rehearse` does. `went` names the step that "
    "stands next, and is left out at the last; `when` is the condition in that step's own words.",
)
STALE = Rule(
    "OPS612",
    "rehearsal-stale",
    Severity.NOTE,
    "A step changed since it was rehearsed, and nobody has walked it since.",
    "The walk proved the step as it stood, not as it stands.",
    "Walk it again: `dfops rehearse RUNBOOK --as PERSON`.",
)
OVERDUE = Rule(
    "OPS613",
    "lesson-overdue",
    Severity.WARNING,
    "What a rehearsal taught was to be done by a day that is over, and nothing says that it was.",
    "The next person meets the same trouble, at night.",
    "Fix it and name the file under `fixed`, or set a new day.",
)
LEFT = Rule(
    "OPS614",
    "rehearsed-after-leaving",
    Severity.ERROR,
    "A rehearsal was walked by somebody who had left by then.",
    "The day or the name is wrong, and the record proves nothing until it is known which.",
    "Correct `held` or `people`.",
)
UNREHEARSED = Rule(
    "OPS615",
    "surface-without-rehearsal",
    Severity.NOTE,
    "No runbook of a surface was ever rehearsed.",
    "Whoever is paged first finds out whether the steps can be followed.",
    "Walk the runbook that the worst risk names: `dfops rehearse RUNBOOK --as PERSON`.",
)
AHEAD = Rule(
    "OPS616",
    "rehearsal-ahead-of-time",
    Severity.ERROR,
    "A rehearsal was held on a day that has not come.",
    "What is only planned would count as proof.",
    "Correct `held`, or record the rehearsal once it was walked.",
)
RULES = (WRONG_WALK, NO_WAY, STALE, OVERDUE, LEFT, UNREHEARSED, AHEAD)


def rehearsals_walk_their_runbook(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The steps walked, and those that lessons are about, are the runbook's, and each leads to the next."""
    for entry in catalog.entries_of(Rehearsal):
        rehearsal = entry.entity
        named = [(("walked", at, "step"), part.step) for at, part in enumerate(rehearsal.walked)]
        named += [(("lessons", at, "step"), part.step) for at, part in enumerate(rehearsal.lessons)]
        foreign = [(route, step) for route, step in named if step.split("/")[0] != rehearsal.runbook]
        for route, step in foreign:
            yield Finding(entry.at(*route), WRONG_WALK, f"'{step}' is no step of '{rehearsal.runbook}'")
        runbook = catalog.find(Runbook, rehearsal.runbook)
        if runbook and not foreign:
            yield from _steps_follow_branches(entry, runbook.entity)


def _steps_follow_branches(entry: Entry[Rehearsal], runbook: Runbook) -> Iterator[Finding]:
    """What a changed step led to is not known any more: it is not judged."""
    steps = {f"{entry.entity.runbook}/{step.id}": step for step in reversed(runbook.steps)}
    digests = digests_of(runbook)
    walked = entry.entity.walked
    for index, (here, after) in enumerate(pairwise(walked)):
        following = after.step.split("/")[-1]
        if here.went != following:
            went = f"goes on to '{here.went}'" if here.went else "goes nowhere"
            message = f"'{here.step}' {went}, and '{following}' was walked next"
            yield Finding(entry.at("walked", index, "went" if here.went else "step"), NO_WAY, message)
        elif _as_walked(steps, digests, here.step, here.digest) and not _leads(steps[here.step], following):
            message = f"no way leads from '{here.step}' to '{following}'"
            yield Finding(entry.at("walked", index, "went"), NO_WAY, message)
        elif here.when and _as_walked(steps, digests, here.step, here.digest) and not _asks(steps[here.step], here):
            message = f"'{here.step}' does not lead to '{following}' on this condition"
            yield Finding(entry.at("walked", index, "when"), NO_WAY, message)
    if walked[-1].went:
        message = f"the walk goes on to '{walked[-1].went}', which is not listed"
        yield Finding(entry.at("walked", len(walked) - 1, "went"), NO_WAY, message)


def _as_walked(steps: Mapping[str, Step], digests: Mapping[str, str], name: str, digest: str) -> bool:
    return name in steps and digests[steps[name].id] == digest


def _leads(step: Step, following: str) -> bool:
    return any(branch.go == following for branch in step.next)


def _asks(step: Step, walked: Walked) -> bool:
    """Whether a step leads where the walk went, under the condition that was answered."""
    return any((branch.go, branch.when) == (walked.went, walked.when) for branch in step.next)


def rehearsals_are_fresh(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A step that changed is walked again; the note stands in the latest record of each of its ways."""
    noted = set()
    for covered in coverages(catalog).values():
        for way in covered.ways:
            entry = catalog.find(Rehearsal, way.held.rehearsal) if way.state == "stale" and way.held else None
            if entry is None:
                continue
            name = f"{covered.runbook}/{way.step}"
            index = max(at for at, walked in enumerate(entry.entity.walked) if walked.step == name)
            if (entry.id, index) not in noted:
                noted.add((entry.id, index))
                yield Finding(entry.at("walked", index, "digest"), STALE, f"step '{name}' changed since it was walked")


def lessons_are_learned(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What was to be fixed is, where the record says so, or has time left; days are those of UTC."""
    today = facts.at.date()
    for entry in catalog.entries_of(Rehearsal):
        for index, lesson in enumerate(entry.entity.lessons):
            if lesson.fixed is None and lesson.due < today:
                message = f"'{lesson.owner}' was to see to this by {lesson.due}"
                yield Finding(entry.at("lessons", index, "due"), OVERDUE, message)
            if lesson.fixed and not facts.exists(lesson.fixed.path):
                yield missing_path(entry, lesson.fixed.path, "lessons", index, "fixed", "path")


def rehearsals_were_held(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """On a day that has come, by people who were there; days are those of UTC."""
    for entry in catalog.entries_of(Rehearsal):
        held = entry.entity.held
        if held > facts.at.date():
            yield Finding(entry.at("held"), AHEAD, f"{held} has not come; it is {facts.at.date()}")
        for index, name in enumerate(entry.entity.people):
            person = catalog.find(Person, name)
            if person and person.entity.left and person.entity.left <= held:
                message = f"'{name}' left on {person.entity.left}, and the rehearsal was held on {held}"
                yield Finding(entry.at("people", index), LEFT, message)


def surfaces_are_rehearsed(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each surface with runbooks has had one of them walked."""
    surfaces: dict[str, bool] = {}
    for name, covered in coverages(catalog).items():
        if runbook := catalog.find(Runbook, name):
            surface = str(runbook.entity.surface)
            surfaces[surface] = surfaces.get(surface, False) or covered.last is not None
    for entry in catalog.entries_of(Surface):
        if not surfaces.get(entry.id, True):
            yield Finding(entry.at(), UNREHEARSED, f"no runbook of '{entry.id}' was rehearsed")


CHECKS = (
    rehearsals_walk_their_runbook,
    rehearsals_are_fresh,
    lessons_are_learned,
    rehearsals_were_held,
    surfaces_are_rehearsed,
)
