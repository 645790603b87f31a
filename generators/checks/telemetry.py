"""9xx: an alert leads to the step that answers that very alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert, Event, Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

UNANSWERED = Rule(
    "OPS901",
    "unanswered-alert",
    Severity.ERROR,
    "The step that an alert leads to does not say that it answers this alert.",
    "Whoever is paged lands on a page that is about something else.",
    "Name the alert under `answers` of the step, or lead the alert to the step that does.",
)
OTHER_RUNBOOK = Rule(
    "OPS902",
    "step-of-another-runbook",
    Severity.ERROR,
    "An alert's step does not belong to the alert's runbook.",
    "The link and the page would disagree.",
    "Write the step as `runbook/step` of that runbook.",
)
STRAY_ANSWER = Rule(
    "OPS903",
    "answer-to-another-alert",
    Severity.ERROR,
    "A step says that it answers an alert which leads elsewhere.",
    "The alert's link never gets there.",
    "Drop the answer, or lead the alert to this step.",
)
OTHER_SURFACE = Rule(
    "OPS904",
    "alert-of-another-surface",
    Severity.ERROR,
    "An alert, objective and runbook that belong together are of different surfaces.",
    "The people who are paged do not operate what is broken.",
    "Make the surfaces agree.",
)
ATTRIBUTE_TWICE = Rule(
    "OPS905",
    "attribute-twice",
    Severity.ERROR,
    "Two attributes of an event have the same name.",
    "A record can carry only one of them.",
    "Rename one, or delete it.",
)
RULES = (UNANSWERED, OTHER_RUNBOOK, STRAY_ANSWER, OTHER_SURFACE, ATTRIBUTE_TWICE)


def steps_are_of_the_alerts_runbook(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The step that an alert leads to is one of the runbook that the alert names."""
    for entry in catalog.entries_of(Alert):
        alert = entry.entity
        if alert.step.partition("/")[0] != alert.runbook:
            yield Finding(entry.at("step"), OTHER_RUNBOOK, f"'{alert.step}' is no step of '{alert.runbook}'")


def alerts_are_answered(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The step that an alert leads to says that it answers the alert."""
    for entry in catalog.entries_of(Alert):
        name, _, step_id = entry.entity.step.partition("/")
        runbook = catalog.find(Runbook, name)
        step = next((step for step in runbook.entity.steps if step.id == step_id), None) if runbook else None
        if step and entry.id not in step.answers:
            message = f"step '{entry.entity.step}' does not answer '{entry.id}'"
            yield Finding(entry.at("step"), UNANSWERED, message)


def alerts_are_of_one_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The runbook of an alert's step, and the alert's objective, are of the alert's surface."""
    for entry in catalog.entries_of(Alert):
        alert = entry.entity
        runbook = catalog.find(Runbook, alert.step.partition("/")[0])
        if runbook and runbook.entity.surface != alert.surface:
            message = f"'{runbook.id}' belongs to surface '{runbook.entity.surface}'"
            yield Finding(entry.at("runbook"), OTHER_SURFACE, message)
        objective = catalog.find(Objective, alert.objective) if alert.objective else None
        if objective and objective.entity.surface != alert.surface:
            message = f"'{objective.id}' belongs to surface '{objective.entity.surface}'"
            yield Finding(entry.at("objective"), OTHER_SURFACE, message)


def answers_are_asked_for(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What a step claims to answer leads to that step."""
    for entry in catalog.entries_of(Runbook):
        for index, step in enumerate(entry.entity.steps):
            for number, ref in enumerate(step.answers):
                alert = catalog.find(Alert, ref)
                if alert and alert.entity.step != f"{entry.id}/{step.id}":
                    place = entry.at("steps", index, "answers", number)
                    yield Finding(place, STRAY_ANSWER, f"'{ref}' leads to '{alert.entity.step}'")


def attributes_are_distinct(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each attribute of an event has a name of its own."""
    for entry in catalog.entries_of(Event):
        names = [attribute.name for attribute in entry.entity.attributes]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Finding(
                    entry.at("attributes", index, "name"), ATTRIBUTE_TWICE, f"attribute '{name}' stands here twice"
                )


CHECKS = (
    steps_are_of_the_alerts_runbook,
    alerts_are_answered,
    alerts_are_of_one_surface,
    answers_are_asked_for,
    attributes_are_distinct,
)
