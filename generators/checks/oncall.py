"""4xx: whoever is paged, somebody is there, and the last step comes before the promise ends."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.oncall import EscalationPolicy, Rotation
from generators.model.organization import Role, Surface
from generators.model.support import Severity as SeverityLevel
from generators.support.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.oncall import Layer, Participant, Target
    from generators.model.support import ServiceLevel

EMPTY_LAYER = Rule(
    "OPS401",
    "layer-of-nobody",
    Severity.ERROR,
    "A layer of a rotation has no participant, or names one twice in a row of the same turn order.",
    "Whoever is paged through it is nobody.",
    "Name each seat once under `participants`, or delete the layer.",
)
STEPS_OUT_OF_ORDER = Rule(
    "OPS402",
    "escalation-out-of-order",
    Severity.ERROR,
    "The steps of an escalation policy do not come later and later.",
    "Minutes count from the page: a step that is not later than the one before it adds nobody in time.",
    "Order the steps by `after_minutes`, each larger than the one before; the first is 0.",
)
TOO_LATE = Rule(
    "OPS403",
    "escalation-after-promise",
    Severity.ERROR,
    "The last step of an escalation policy comes later than the time in which an answer is promised.",
    "The promise would be broken before everybody had been asked.",
    "Bring the last step forward, or change what is promised.",
)
NOBODY_HOLDS = Rule(
    "OPS404",
    "escalation-to-vacant-role",
    Severity.ERROR,
    "A step of an escalation policy notifies a role that nobody holds.",
    "The page would go to no one.",
    "Name a holder of the role, or notify another one.",
)
OTHER_SURFACE = Rule(
    "OPS405",
    "rotation-of-another-surface",
    Severity.ERROR,
    "A surface names a rotation, train or policy that belongs to another surface.",
    "People who do not know the surface would be paged for it.",
    "Name the surface's own, or correct the surface in the other file.",
)
LAYER_TWICE = Rule(
    "OPS406",
    "layer-twice",
    Severity.ERROR,
    "Two layers of a rotation have the same id.",
    "Overrides, calendars and exports name a layer by its id.",
    "Rename one of them.",
)
NO_TURN = Rule(
    "OPS421",
    "participant-without-turn",
    Severity.WARNING,
    "A participant's days lie outside the days of the layer.",
    "The plan says that somebody takes turns, and they never have one.",
    "Correct `from` or `until`, or the layer's `starts` and `ends`.",
)
DAYS_FOR_WEEKS = Rule(
    "OPS422",
    "days-for-weeks",
    Severity.WARNING,
    "A layer that answers on some weekdays only has turns of 7, 14 or more days.",
    "`days` counts the days on which the layer answers: seven weekdays are not a week.",
    "Write the turn in `weeks`, or in the number of days that are served.",
)
WEEK = 7
RULES = (
    EMPTY_LAYER,
    STEPS_OUT_OF_ORDER,
    TOO_LATE,
    NOBODY_HOLDS,
    OTHER_SURFACE,
    LAYER_TWICE,
    NO_TURN,
    DAYS_FOR_WEEKS,
)


def layers_have_people(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each layer has participants, each once; each layer has an id of its own."""
    for entry in catalog.entries_of(Rotation):
        ids: set[str] = set()
        for index, layer in enumerate(entry.entity.layers):
            if not layer.participants:
                yield Finding(
                    entry.at("layers", index, "participants"), EMPTY_LAYER, f"layer '{layer.id}' has nobody in it"
                )
            for number, one in enumerate(layer.order):
                if any(_overlap(one, before) for before in layer.order[:number]):
                    place = entry.at("layers", index, "participants", number)
                    yield Finding(place, EMPTY_LAYER, f"layer '{layer.id}' names '{one.person}' twice")
            if layer.id in ids:
                yield Finding(entry.at("layers", index, "id"), LAYER_TWICE, f"layer '{layer.id}' stands here twice")
            ids.add(layer.id)


def _overlap(one: Participant, other: Participant) -> bool:
    """Whether one person takes turns through both entries at a time."""
    if one.person != other.person:
        return False
    ends_before = one.until is not None and other.from_ is not None and one.until <= other.from_
    begins_after = other.until is not None and one.from_ is not None and other.until <= one.from_
    return not ends_before and not begins_after


def plans_can_happen(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Participants with days have turns within their layer; lengths in days are meant as such."""
    for entry in catalog.entries_of(Rotation):
        for index, layer in enumerate(entry.entity.layers):
            yield from _participants_without_turn(entry, index, layer)
            length = layer.length
            if length.unit == "days" and length.amount % WEEK == 0 and layer.restrictions and _some_days(layer):
                weeks = length.amount // WEEK
                message = f"means {length.amount} days on which the layer answers, not {weeks} weeks"
                yield Finding(entry.at("layers", index, "length"), DAYS_FOR_WEEKS, message)


def _participants_without_turn(entry: Entry[Rotation], index: int, layer: Layer) -> Iterator[Finding]:
    for number, one in enumerate(layer.order):
        place = entry.at("layers", index, "participants", number)
        if one.until is not None and one.until <= layer.starts:
            yield Finding(place, NO_TURN, f"'{one.person}' has no turn until {one.until}: the layer starts later")
        if one.from_ is not None and layer.ends is not None and one.from_ >= layer.ends:
            yield Finding(place, NO_TURN, f"'{one.person}' has no turn from {one.from_} on: the layer has ended")


def _some_days(layer: Layer) -> bool:
    """Whether a layer is restricted to some days of the week."""
    return len({day for limit in layer.restrictions for day in limit.days}) < WEEK


def policies_come_in_time(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Steps get later, the first is at once, and the last comes within every promise that wakes somebody."""
    promises = Promises(catalog)
    surfaces: dict[str, list[str]] = defaultdict(list)
    for surface in catalog.entries_of(Surface):
        surfaces[surface.entity.escalation].append(surface.id)
    for entry in catalog.entries_of(EscalationPolicy):
        before = -1
        for index, step in enumerate(entry.entity.steps):
            if step.after_minutes <= before or (index == 0 and step.after_minutes):
                problem = "is not later than the step before" if index else "is not 0: nobody is notified at once"
                place = entry.at("steps", index, "after_minutes")
                yield Finding(place, STEPS_OUT_OF_ORDER, f"{step.after_minutes} {problem}")
            before = step.after_minutes
        levels = [level for surface in surfaces.get(entry.id, ()) for level in promises.on(surface)]
        yield from _within_promise(catalog, entry, levels)


def _within_promise(
    catalog: Catalog, entry: Entry[EscalationPolicy], levels: Iterable[Entry[ServiceLevel]]
) -> Iterator[Finding]:
    last = len(entry.entity.steps) - 1
    minutes = entry.entity.steps[last].after_minutes
    for level in levels:
        severity = catalog.find(SeverityLevel, level.entity.severity)
        promised = level.entity.acknowledge
        if severity and severity.entity.pages and minutes > promised.minutes:
            message = f"the last step comes after {minutes} minutes; '{level.id}' promises an answer in {promised}"
            yield Finding(entry.at("steps", last, "after_minutes"), TOO_LATE, message)


def policies_reach_people(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Whom a step notifies is held or staffed."""
    for entry in catalog.entries_of(EscalationPolicy):
        for index, step in enumerate(entry.entity.steps):
            for number, target in enumerate(step.notify):
                if _reaches_no_one(catalog, target):
                    place = entry.at("steps", index, "notify", number)
                    yield Finding(place, NOBODY_HOLDS, f"nobody holds '{target.role or target.rotation}'")


def _reaches_no_one(catalog: Catalog, target: Target) -> bool:
    if target.role is not None:
        role = catalog.find(Role, target.role)
        return role is not None and not role.entity.holders
    rotation = catalog.find(Rotation, target.rotation or "")
    return rotation is not None and not any(layer.participants for layer in rotation.entity.layers)


def surfaces_use_their_own(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A surface's rotation and release train name that surface."""
    for entry in catalog.entries_of(Surface):
        for field, ref in (("rotation", entry.entity.rotation), ("release_train", entry.entity.release_train)):
            other = catalog.entry((ref.kind, str(ref)))
            surface = getattr(other.entity, "surface", entry.id) if other else entry.id
            if surface != entry.id:
                yield Finding(entry.at(field), OTHER_SURFACE, f"'{ref}' belongs to surface '{surface}'")


CHECKS = (layers_have_people, plans_can_happen, policies_come_in_time, policies_reach_people, surfaces_use_their_own)
