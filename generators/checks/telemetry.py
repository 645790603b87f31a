"""9xx: an alert leads to the step that answers that very alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.alerting.burning import BURNS, plain, possible
from generators.alerting.routing import unrouted_owners
from generators.catalog import public_part
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.organization import Role
from generators.model.pack import Pack
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert, Event, Objective

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.findings import Place
    from generators.model.telemetry import Attribute

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
UNKNOWN_FIELD = Rule(
    "OPS906",
    "field-no-event-has",
    Severity.ERROR,
    "An objective or an example names a field that its event does not have, or a value that the field never takes.",
    "Nothing would match: the objective counts no event, and its alert never fires.",
    "Use a field and a value of the event's contract.",
)
UNFIT_QUERY = Rule(
    "OPS907",
    "query-cannot-be-asked",
    Severity.ERROR,
    "The query of an alert is not a single SELECT over events and priorities in standard SQL.",
    "The condition is asked of other engines as well, and must reach nothing but the events.",
    "Read only `events` and `priorities`, and call only functions that every engine has.",
)
NEVER_REACHED = Rule(
    "OPS908",
    "burn-rate-never-reached",
    Severity.ERROR,
    "The target of an objective leaves so much error budget that an alert on its burn rate can never fire.",
    "The threshold is an error ratio of 1 or more, and no error ratio is above 1.",
    "Raise the target, or alert on a slower burn.",
)
UNROUTED = Rule(
    "OPS909",
    "unrouted-alerts-not-owned",
    Severity.ERROR,
    "Not exactly one role takes the alerts that no route fits.",
    "An alert whose surface or severity is not known would reach a receiver that no one watches.",
    "Write `takes_unrouted_alerts: true` in the file of one role.",
)
RULES = (
    UNANSWERED,
    OTHER_RUNBOOK,
    STRAY_ANSWER,
    OTHER_SURFACE,
    ATTRIBUTE_TWICE,
    UNKNOWN_FIELD,
    UNFIT_QUERY,
    NEVER_REACHED,
    UNROUTED,
)


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


def fields_are_those_of_the_event(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What objectives count, and what examples of alerts are made of, is in the contract of the event."""
    packs = {entry.id: str(entry.entity.connector) for entry in public_part(catalog).entries_of(Pack)}
    listed = {"pack": tuple(packs), "connector": tuple(packs.values())}
    for objective in catalog.entries_of(Objective):
        event = catalog.find(Event, objective.entity.event)
        for name in ("counted", "good") if event else ():
            for index, match in enumerate(getattr(objective.entity, name)):
                for number, value in enumerate(match.values):
                    field, place = objective.at(name, index, "field"), objective.at(name, index, "values", number)
                    yield from _objection(listed, event, (match.field, field), (value, place))
    for alert in catalog.entries_of(Alert):
        for index, example in enumerate(alert.entity.examples):
            for number, events in enumerate(example.events):
                event = catalog.find(Event, events.event)
                for which, one in enumerate(events.data if event else ()):
                    at = ("examples", index, "events", number, "data", which)
                    field, place = alert.at(*at, "field"), alert.at(*at, "value")
                    yield from _objection(listed, event, (one.field, field), (one.value, place))


def _objection(
    listed: Mapping[str, tuple[str, ...]],
    event: Entry[Event] | None,
    field: tuple[str, Place],
    value: tuple[str, Place],
) -> Iterator[Finding]:
    """What is wrong with a field and a value of an event, each with its place; `listed` are the values by what of."""
    attributes = {attribute.name: attribute for attribute in event.entity.attributes} if event else {}
    name, said = field[0], value[0]
    attribute = attributes.get(name)
    if attribute is None:
        message = f"'{event.id if event else ''}' has no field '{name}'"
        yield Finding(field[1], UNKNOWN_FIELD, message, nearest(name, attributes))
        return
    possible_values = _values(listed, attribute)
    if possible_values and said not in possible_values:
        yield Finding(value[1], UNKNOWN_FIELD, f"'{name}' is never '{said}'", nearest(said, possible_values))


def _values(listed: Mapping[str, tuple[str, ...]], attribute: Attribute) -> tuple[str, ...]:
    """The closed list of a field's values; empty where there is none, or the events say it."""
    if attribute.form == "boolean":
        return ("true", "false")
    return attribute.values or listed.get(attribute.values_of or "", ())


def queries_can_be_asked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The query of an alert is a single SELECT over what a condition may read."""
    for entry in catalog.entries_of(Alert):
        try:
            objection = _unfit(entry.entity.query) if entry.entity.query else ""
        except ModuleNotFoundError:  # without the parser no query is asked here either
            return
        if objection:
            yield Finding(entry.at("query"), UNFIT_QUERY, objection)


def _unfit(query: str) -> str:
    """Why a query cannot be asked; empty where it can."""
    from generators.measures.conditions import Condition, UnfitQuery  # noqa: PLC0415 - a parser, where it is needed

    try:
        Condition.of(query)
    except UnfitQuery as error:
        return f"the query {error}"
    return ""


def burn_rates_can_be_reached(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Some error ratio makes an alert on an objective fire."""
    for entry in catalog.entries_of(Alert):
        burn = entry.entity.burn
        objective = catalog.find(Objective, entry.entity.objective) if entry.entity.objective else None
        if burn and objective and not possible(burn, objective.entity.target):
            least = min(one.threshold(objective.entity.target) for one in BURNS[burn])
            message = f"it would fire above an error ratio of {plain(least)}; the target is {objective.entity.target}"
            yield Finding(entry.at("burn"), NEVER_REACHED, message)


def unrouted_alerts_are_owned(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """One role takes the alerts that no route fits."""
    owners = unrouted_owners(catalog)
    if len(owners) == 1:
        return
    if not owners:
        for entry in tuple(catalog.entries_of(Alert))[:1]:
            yield Finding(entry.at(), UNROUTED, "no role takes the alerts that no route fits")
    for name in owners[1:]:
        role = catalog.find(Role, name)
        if role:
            message = f"'{owners[0]}' takes the alerts that no route fits as well"
            yield Finding(role.at("takes_unrouted_alerts"), UNROUTED, message)


CHECKS = (
    steps_are_of_the_alerts_runbook,
    alerts_are_answered,
    alerts_are_of_one_surface,
    answers_are_asked_for,
    attributes_are_distinct,
    fields_are_those_of_the_event,
    queries_can_be_asked,
    burn_rates_can_be_reached,
    unrouted_alerts_are_owned,
)
