"""The launch: criteria and approvers of gates, scope, deferrals, waivers, risks, and baselines of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.changes.sides import Pair, parted, weight_of
from generators.launch.facts import LaunchFacts
from generators.launch.readiness import readiness
from generators.model.launch import TIERS, Criterion, Deferral, Gate, Risk, ScopeItem, SignOff, Waiver
from generators.model.operating import Baseline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from generators.changes.change import Change, Weight
    from generators.changes.sides import Sides
    from generators.launch.readiness import GateState
    from generators.model.launch import Evidence


def gates(sides: Sides) -> Iterator[Change]:
    """What stands between the model and a launch."""
    for gate in sides.changed(Gate):
        yield from _gate(gate)
    for item in sides.changed(ScopeItem):
        yield from _item(item, *item.both) if item.both else ()
    for kind in (Deferral, Waiver, SignOff):
        yield from _there(sides, kind)
    yield from _days(sides)
    yield from _readiness(sides)
    for baseline in sides.changed(Baseline):
        yield from _baseline(baseline)
    for risk in sides.changed(Risk):
        yield from _risk(risk, *risk.both) if risk.both else ()


def _days(sides: Sides) -> Iterator[Change]:
    """Until when something is left for later, or allowed."""
    for deferral in sides.changed(Deferral):
        if deferral.both:
            days = [one.follow_up.review for one in deferral.both]
            yield from _later(deferral, "is looked at again on", ("follow_up", "review"), days)
    for waiver in sides.changed(Waiver):
        if waiver.both:
            yield from _later(waiver, "holds until", ("expires",), [one.expires for one in waiver.both])


def _readiness(sides: Sides) -> Iterator[Change]:
    """What is done, holds and is open by the evidence of each side. The findings of neither side are known."""
    was, now = (readiness(LaunchFacts(side.catalog, sides.at, side.packs)) for side in (sides.before, sides.after))
    for item in sides.pairs(ScopeItem):
        if item.both:
            states = (was.items[item.entry.id].state, now.items[item.entry.id].state)
            what = f"Scope item '{item.entry.entity.title}': state by its evidence"
            yield from _moved(item, what, states, STATES)
    for gate in sides.pairs(Gate):
        if gate.both:
            yield from _holding(gate, was.gates[gate.entry.id], now.gates[gate.entry.id])


def _holding(pair: Pair[Gate], was: GateState, now: GateState) -> Iterator[Change]:
    name = f"Gate '{pair.entry.entity.title}'"
    before, after = ({one.criterion.id: one for one in state.criteria} for state in (was, now))
    for criterion in before.keys() & after.keys():
        verdicts = [HOLDS[one[criterion].passes] for one in (before, after)]
        yield from _moved(pair, f"{name}, {criterion}: by its evidence", verdicts, HOLDS)
    counts = [state.signed for state in (was, now)]
    if counts[0] != counts[1]:
        weight = weight_of(*counts)
        told = pair.told("approvers", weight, f"{name}: signatures that count", before=counts[0], after=counts[1])
        yield told.standing(pair.at())
    yield from _moved(pair, name, [OPEN[state.is_open] for state in (was, now)], OPEN)


def _moved(
    pair: Pair[Gate] | Pair[ScopeItem], what: str, states: Sequence[str], order: Sequence[str]
) -> Iterator[Change]:
    """Of a state that is derived: the fact that moved it is told beside it."""
    before, after = states
    if before != after:
        weight = weight_of(order.index(before), order.index(after))
        yield pair.told("approvers", weight, what, before=before, after=after).standing(pair.at())


STATES = ("deferred", "open", "in-progress", "done")
"""Of a scope item, least first."""
HOLDS = ("does not hold", "holds")
OPEN = ("shut", "open")


def _gate(pair: Pair[Gate]) -> Iterator[Change]:
    name = f"Gate '{pair.entry.entity.title}'"
    if pair.both is None:
        yield pair.told("approvers", pair.arrival, f"{name} is {'new' if pair.after else 'gone'}")
        return
    was, now = pair.both
    yield from _criteria(pair, name, was, now)
    for field, words in (("approvers", "who may approve"), ("scope", "scope that it waits for")):
        lost, gained = parted(*(map(str, getattr(gate, field)) for gate in (was, now)))
        if lost or gained:
            weight: Weight = "weaker" if lost else "stronger"
            yield pair.told("approvers", weight, f"{name}: {words}", field, before=lost or None, after=gained or None)
    if was.quorum != now.quorum:
        what = f"{name}: approvals that it needs"
        weight = weight_of(was.quorum, now.quorum)
        yield pair.told("approvers", weight, what, "quorum", before=was.quorum, after=now.quorum)


def _criteria(pair: Pair[Gate], name: str, was: Gate, now: Gate) -> Iterator[Change]:
    before, after = ({one.id: one for one in gate.criteria} for gate in (was, now))
    places = {one.id: index for index, one in enumerate(now.criteria)}
    for criterion in dict.fromkeys((*before, *after)):
        one, other = before.get(criterion), after.get(criterion)
        if other is None:
            yield pair.told("approvers", "weaker", f"{name}: criterion", "criteria", before=one and one.statement)
        elif one is None:
            yield pair.told(
                "approvers", "stronger", f"{name}: criterion", "criteria", places[criterion], after=other.statement
            )
        elif one != other:
            yield from _criterion(pair, f"{name}, {criterion}", places[criterion], one, other)


def _criterion(pair: Pair[Gate], name: str, place: int, was: Criterion, now: Criterion) -> Iterator[Change]:
    if was.by != now.by:
        weight: Weight = "weaker" if now.by == "attested" else "stronger"
        field = next(iter(now.ways), "role")
        yield pair.told("approvers", weight, f"{name}: is", "criteria", place, field, before=was.by, after=now.by)
    for field in Criterion.model_fields:
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            words = ASKED.get(field, field)
            yield pair.told(
                "approvers",
                _limit(field, before, after),
                f"{name}: {words}",
                "criteria",
                place,
                field,
                before=_plain(before),
                after=_plain(after),
            )


ASKED = {
    "statement": "what must hold",
    "condition": "the condition that is computed",
    "command": "the command that proves it",
    "test": "the tests that prove it",
    "role": "who attests it",
    "within_days": "how old the proof may be, in days",
    "at_most": "how many open defects are accepted",
    "independent": "whether only people count who did not write the runbook",
}
"""Fields of a criterion, in words."""


def _limit(field: str, before: object, after: object) -> Weight:
    """What a changed limit weighs: a longer or larger one is weaker, and so is none at all."""
    if field == "independent":
        return "stronger" if after else "weaker"
    if field not in {"within_days", "at_most"}:
        return "changed"
    sizes = [float("inf") if value is None else float(str(value)) for value in (before, after)]
    return weight_of(sizes[1], sizes[0])


def _plain(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _item(pair: Pair[ScopeItem], was: ScopeItem, now: ScopeItem) -> Iterator[Change]:
    name = f"Scope item '{now.title}'"
    if bool(was.deferral) != bool(now.deferral):
        weight: Weight = "weaker" if now.deferral else "stronger"
        what = f"{name}: left for later"
        yield pair.told("approvers", weight, what, "deferral", before=was.deferral, after=now.deferral)
    if was.tier != now.tier:
        weight = weight_of(TIERS.index(now.tier), TIERS.index(was.tier))
        yield pair.told("approvers", weight, f"{name}: tier", "tier", before=was.tier, after=now.tier)
    yield from _lists(pair, f"{name}: how one tells that it is done", "accept", [item.accept for item in (was, now)])
    shown = [[_asked(one) for one in item.evidence] for item in (was, now)]
    yield from _lists(pair, f"{name}: what shows it", "evidence", shown)


def _asked(evidence: Evidence) -> str:
    """What a piece of evidence asks, in words."""
    fields = evidence.model_dump(mode="json", exclude_defaults=True, exclude={"what"})
    return ", ".join(f"{name}: {value}" for name, value in fields.items())


def _lists(pair: Pair[ScopeItem], what: str, field: str, sides: Sequence[Sequence[str]]) -> Iterator[Change]:
    """What a list of conditions or proofs lost and gained."""
    lost, gained = parted(*sides)
    if lost or gained:
        weight = weight_of(len(sides[0]), len(sides[1]))
        yield pair.told("approvers", weight, what, field, before=lost or None, after=gained or None)


def _there(sides: Sides, kind: type[Deferral | Waiver | SignOff]) -> Iterator[Change]:
    """New ones and those that are gone. A deferral or waiver is an explanation itself, and nothing that got weaker."""
    for pair in sides.changed(kind):
        if pair.both is None:
            weight: Weight = pair.arrival if kind is SignOff else "changed"
            what = f"{kind.kind.capitalize()} '{pair.entry.entity.title}' is {'new' if pair.after else 'gone'}"
            yield pair.told("approvers", weight, what)


def _later(
    pair: Pair[Deferral] | Pair[Waiver], words: str, route: tuple[str, ...], days: Sequence[date]
) -> Iterator[Change]:
    was, now = days
    if was != now:
        weight: Weight = "weaker" if now > was else "stronger"
        what = f"{pair.entry.kind.capitalize()} '{pair.entry.entity.title}' {words}"
        yield pair.told("approvers", weight, what, *route, before=was, after=now)


def _baseline(pair: Pair[Baseline]) -> Iterator[Change]:
    """Findings that are accepted, and until when."""
    was, now = (
        {(one.code, one.path): one.count for one in entry.entity.accepted} if entry else {}
        for entry in (pair.before, pair.after)
    )
    name = f"Baseline '{pair.entry.entity.title}'"
    if was != now:
        before, after = sum(was.values()), sum(now.values())
        what, weight = f"{name}: findings that are accepted", weight_of(after, before)
        yield pair.told("approvers", weight, what, "accepted", before=before, after=after)
    if pair.both and pair.both[0].until != pair.both[1].until:
        weight = "weaker" if pair.both[1].until > pair.both[0].until else "stronger"
        yield pair.told(
            "approvers", weight, f"{name}: accepted until", "until", before=pair.both[0].until, after=pair.both[1].until
        )


def _risk(pair: Pair[Risk], was: Risk, now: Risk) -> Iterator[Change]:
    for field in ("likelihood", "impact", "runbook"):
        before, after = getattr(was, field), getattr(now, field)
        if before != after:
            yield pair.told("approvers", "changed", f"Risk '{now.title}': {field}", field, before=before, after=after)
