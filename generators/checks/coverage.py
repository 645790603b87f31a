"""4xx, over the 52 weeks to come: somebody answers at every minute, and is there, once, and not by accident."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from generators.checks.departures import turns_after_departures
from generators.findings import Finding, Rule, Severity
from generators.model.oncall import EscalationPolicy, HolidayCalendar, Rotation
from generators.model.organization import Person, Role
from generators.oncall.coverage import clashes, holiday_handoffs, off_turn, twice
from generators.oncall.intervals import Piece, union, without
from generators.oncall.paging import chain, voids
from generators.oncall.roster import Roster
from generators.oncall.schedule import YEAR
from generators.support.deadlines import known_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.catalog import Catalog, Route
    from generators.checks.facts import Facts
    from generators.model.oncall import Override
    from generators.oncall.coverage import Clash
    from generators.oncall.intervals import Window

GAP = Rule(
    "OPS407",
    "rotation-gap",
    Severity.ERROR,
    "Within the next 52 weeks there is a time at which nobody answers for a rotation.",
    "A page in that time reaches nobody.",
    "Close it with a layer without restrictions below the others, or with an override; declare hours that are meant to "
    "have nobody under `uncovered_hours`, with the reason.",
)
AWAY = Rule(
    "OPS408",
    "on-call-while-away",
    Severity.ERROR,
    "Somebody has a turn in days that they have off, and nobody else answers then.",
    "Nobody is appointed in their place: a page in that time passes on to the next step of the policy.",
    "Exchange the turn by overrides; the finding names a pair that fits everything else, where there is one.",
)
AWAY_COVERED = Rule(
    "OPS418",
    "away-but-covered",
    Severity.NOTE,
    "Somebody has a turn in days that they have off; a lower layer, or another of the same level, answers then.",
    "The person below is on call for longer than the order of turns says.",
    "Keep it where the lower layer is meant to step in; otherwise exchange the turn by overrides.",
)
TWICE = Rule(
    "OPS409",
    "on-call-twice",
    Severity.WARNING,
    "One person answers two rotations, or two layers of one level, at the same time.",
    "Two pages at once reach one person, and two layers that look like double cover are one.",
    "Change the order of the participants, or take one of the turns over by an override.",
)
TOGETHER = Rule(
    "OPS410",
    "double-cover",
    Severity.NOTE,
    "Layers of one level put two people on call together.",
    "Each may think that the other one answers.",
    "Say who answers first by giving the layers levels of their own; keep it where both are meant to answer.",
)
ON_HOLIDAY = Rule(
    "OPS411",
    "handoff-on-holiday",
    Severity.WARNING,
    "A handoff falls on a day that the rotation's calendar knows as a holiday.",
    "Whoever takes over may not be there to be told what is open.",
    "Choose another weekday, or write `on_holidays: keep` at the handoff where the team hands over all the same.",
)
OVERLAP = Rule(
    "OPS412",
    "overlapping-overrides",
    Severity.ERROR,
    "Two overrides of one layer, or of the rotation as a whole, overlap.",
    "Two people each believe that the other's override is the one that counts.",
    "Let the later one begin where the earlier one ends.",
)
NO_LAYER = Rule(
    "OPS413",
    "override-of-no-layer",
    Severity.ERROR,
    "An override names a layer that the rotation does not have.",
    "It changes nothing, and the person who was to be relieved is paged.",
    "Name one of the rotation's layers, or leave `layer` out to override all of them.",
)
VOID = Rule(
    "OPS415",
    "escalation-step-empty",
    Severity.ERROR,
    "Within the next 52 weeks there is a time at which a step of an escalation policy reaches nobody.",
    "Everybody that the step names is away at once.",
    "Notify a rotation or a further role in that step.",
)
CIRCLE = Rule(
    "OPS416",
    "escalation-in-a-circle",
    Severity.ERROR,
    "Escalation policies go on in one another in a circle.",
    "Nobody new is ever reached, and the page never ends.",
    "Let the last policy end: take its `then` out.",
)
OFF_TURN = Rule(
    "OPS419",
    "override-off-turn",
    Severity.WARNING,
    "An override is exactly as long as a turn of its layer, but begins at no handoff.",
    "The handoff was moved after the override was written: it now covers the end of one turn and the start of another.",
    "Move its start and end to the handoffs of the turn that is meant.",
)
NEVER_UNCOVERED = Rule(
    "OPS420",
    "cover-in-declared-hours",
    Severity.WARNING,
    "A rotation declares hours without cover in which somebody answers all through the next 52 weeks.",
    "Readers are told that nobody answers, and somebody is paged.",
    "Remove the entry under `uncovered_hours`, or restrict the layer that answers in these hours.",
)
CALENDAR_ENDS = Rule(
    "OPS417",
    "holiday-calendar-ends",
    Severity.NOTE,
    "A calendar of holidays that is used ends before the next 52 weeks do.",
    "After its last day nothing is a holiday: handoffs and deadlines are worked out as if there were none.",
    "Add the next year's days.",
)
RULES = (
    GAP,
    AWAY,
    TWICE,
    TOGETHER,
    ON_HOLIDAY,
    OVERLAP,
    NO_LAYER,
    VOID,
    CIRCLE,
    CALENDAR_ENDS,
    AWAY_COVERED,
    OFF_TURN,
    NEVER_UNCOVERED,
)


def duties_hold(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """At every minute somebody answers, is not away, and is on call once; each step of a policy reaches somebody.

    One function, because the roster of a year is what costs time.
    """
    roster = Roster.of(catalog, facts.at, YEAR)
    yield from _gaps(catalog, roster)
    yield from _declared_but_covered(catalog, roster)
    yield from _on_call_while_away(catalog, roster)
    yield from _on_call_twice(catalog, roster)
    yield from _double_cover(catalog, roster)
    yield from _holiday_handoffs(catalog, roster)
    yield from _empty_steps(catalog, roster)
    yield from _overrides_off_turn(catalog, roster)
    yield from turns_after_departures(catalog, roster)


def _gaps(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    """Gaps in the order of turns. Where somebody who is away leaves one, the absence is the finding."""
    for entry in catalog.entries_of(Rotation):
        schedule = roster.schedules[entry.id]
        away = union(shift.window for shift in schedule.away)
        gaps = [piece.window for piece in without((Piece(gap, None) for gap in schedule.gaps), away)]
        if gaps and any(layer.participants for layer in entry.entity.layers):
            more = f" and {len(gaps) - 1} times more" if len(gaps) > 1 else ""
            yield Finding(
                entry.at("layers"), GAP, f"nobody answers from {_utc(gaps[0].start)} to {_utc(gaps[0].end)}{more}"
            )


def _declared_but_covered(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for entry in catalog.entries_of(Rotation):
        reasons = {piece.value for piece in roster.schedules[entry.id].uncovered}
        for index, hours in enumerate(entry.entity.uncovered_hours):
            if hours.reason not in reasons:
                message = "somebody answers in these hours all through the next 52 weeks"
                yield Finding(entry.at("uncovered_hours", index), NEVER_UNCOVERED, message)


def _on_call_while_away(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for clash in clashes(roster):
        person = catalog.find(Person, clash.duty.person)
        if person is not None:
            turn = f"{_utc(clash.duty.turn.start)} to {_utc(clash.duty.turn.end)}"
            where = f"'{clash.rotation}'" + (f", layer '{clash.duty.layer}'" if clash.duty.layer else ", an override")
            since = f"away from {_utc(clash.first.start)} on"
            message = f"has a turn in {where} from {turn}, {since}; {_instead(roster, clash)} answers then"
            rule = AWAY_COVERED if clash.covered else AWAY
            yield Finding(person.at("time_off", clash.time_off), rule, message, _overrides_to_add(clash))


def _instead(roster: Roster, clash: Clash) -> str:
    """Who answers at the beginning of the absence."""
    shifts = roster.schedules[clash.rotation].at(clash.first.start)
    return ", ".join(f"'{shift.person}'" for shift in shifts) if clash.covered else "nobody"


def _overrides_to_add(clash: Clash) -> str:
    """The swap, as a hint."""
    if not clash.swap:
        return "nobody of that layer can take the turn; name somebody in an override"
    turns = "; ".join(f"{turn.person} from {_utc(turn.start)} to {_utc(turn.end)}" for turn in clash.swap)
    layer = f"layer: {clash.swap[0].layer}"
    return f"overrides in '{clash.rotation}' with {layer} that fit: {turns}"


def _on_call_twice(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for double in twice(roster):
        entry = catalog.find(Rotation, double.second.rotation)
        if entry is not None:
            message = (
                f"'{double.person}' answers here and in '{double.first.rotation}', layer '{double.first.duty.layer}', "
                f"from {_utc(double.window.start)} to {_utc(double.window.end)}"
            )
            yield Finding(entry.at(*_route_of(entry.entity, double.second.duty.layer)), TWICE, message)


def _double_cover(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for entry in catalog.entries_of(Rotation):
        for shift, after in pairwise(roster.schedules[entry.id].shifts):
            both = shift.window.overlap(after.window)
            if both and shift.person != after.person:
                message = f"'{shift.person}' and '{after.person}' answer together, first from {_utc(both.start)}"
                yield Finding(entry.at(*_route_of(entry.entity, after.duty.layer)), TOGETHER, message)
                break


def _route_of(rotation: Rotation, name: str) -> Route:
    """Where a layer stands; where the overrides do, for the whole rotation."""
    for index, layer in enumerate(rotation.layers):
        if layer.id == name:
            return ("layers", index, "participants")
    return ("overrides",)


def _holiday_handoffs(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    days: dict[tuple[str, int], list[str]] = defaultdict(list)
    for handoff in holiday_handoffs(roster):
        days[handoff.rotation, handoff.layer].append(f"{handoff.day} {handoff.holiday}")
    for (name, layer), holidays in days.items():
        entry = catalog.find(Rotation, name)
        if entry is not None:
            yield Finding(entry.at("layers", layer, "handoff"), ON_HOLIDAY, f"hands over on {', '.join(holidays)}")


def overrides_hold(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Overrides name layers that exist, and none overlaps another of its layer."""
    for entry in catalog.entries_of(Rotation):
        layers = {layer.id for layer in entry.entity.layers}
        latest: dict[str | None, Override] = {}
        for index, override in sorted(enumerate(entry.entity.overrides), key=lambda item: item[1].start):
            if override.layer is not None and override.layer not in layers:
                message = f"'{entry.id}' has no layer '{override.layer}'"
                yield Finding(entry.at("overrides", index, "layer"), NO_LAYER, message)
            before = latest.get(override.layer)
            if before is not None and override.start < before.end:
                message = f"begins before the override for '{before.person}' ends, at {_utc(before.end)}"
                yield Finding(entry.at("overrides", index, "start"), OVERLAP, message)
            if before is None or override.end > before.end:
                latest[override.layer] = override


def _overrides_off_turn(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for entry in catalog.entries_of(Rotation):
        for index, override in enumerate(entry.entity.overrides):
            if turn := off_turn(roster, entry.id, override):
                message = f"is as long as a turn and begins at no handoff; the turn then runs from {_span(turn)}"
                yield Finding(entry.at("overrides", index, "start"), OFF_TURN, message)


def _span(window: Window) -> str:
    return f"{_utc(window.start)} to {_utc(window.end)}"


def _empty_steps(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    for entry in catalog.entries_of(EscalationPolicy):
        for void in voids(catalog, roster, entry.entity):
            step = entry.entity.steps[void.step]
            if any(target.role is not None and _has_holders(catalog, target.role) for target in step.notify):
                message = f"reaches nobody from {_utc(void.window.start)} to {_utc(void.window.end)}"
                yield Finding(entry.at("steps", void.step, "notify"), VOID, message)


def _has_holders(catalog: Catalog, name: str) -> bool:
    """A vacant role, and a rotation with a gap, are findings of their own."""
    role = catalog.find(Role, name)
    return role is not None and bool(role.entity.holders)


def policies_end(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Policies do not go on in one another in a circle."""
    for entry in catalog.entries_of(EscalationPolicy):
        seen = [name for name, _ in chain(catalog, entry.id)]
        last = catalog.find(EscalationPolicy, seen[-1])
        if last is not None and last.entity.then == entry.id:
            yield Finding(entry.at("then"), CIRCLE, f"goes round: {' → '.join((*seen, entry.id))}")


def calendars_reach_ahead(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A calendar that is used knows the holidays of the coming year."""
    horizon = (facts.at + YEAR).date()
    for entry in catalog.entries_of(HolidayCalendar):
        last = known_until(entry.entity)
        used = any(use.by.key != entry.key for use in catalog.used_by(HolidayCalendar.kind, entry.id))
        if last is not None and used and last < horizon:
            yield Finding(entry.at("days"), CALENDAR_ENDS, f"it is known to {last}; 52 weeks from now is {horizon}")


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%MZ}"


CHECKS = (
    duties_hold,
    overrides_hold,
    policies_end,
    calendars_reach_ahead,
)
