"""Why the launch does not go: of a gate one reason for each thing that is missing, of the launch as a whole few."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.launch.gathered import counted, some
from generators.model.refs import GateRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.catalog import Entry
    from generators.launch.readiness import CriterionState, GateState, ItemState, Readiness
    from generators.model.launch import Gate
    from generators.model.refs import RoleRef

CRITICAL = "launch-critical"
WEIGHTS = {"computed": 2, "recorded": 4, "attested": 6}
"""A condition that is computed and fails weighs more than a run or a word that is missing."""
UNSIGNED = 9
SUMS = frozenset({"scope-settled", "gates-signed"})
"""Conditions that sum up what other reasons say one by one."""
SHOW = "Add evidence for each line under `accept`, and make it hold"


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps a gate shut, who must act, and what would open it."""

    weight: int
    """Small comes first."""
    what: str
    """One clause, without a full stop."""
    acts: tuple[RoleRef, ...]
    remedy: str
    """An instruction, with commands and fields between backticks."""


@dataclass(frozen=True, slots=True)
class LaunchReason:
    """What keeps the launch from going, and the gates that it keeps shut."""

    reason: Reason
    gates: tuple[GateRef, ...]


def of_criterion(state: CriterionState) -> Reason:
    """Why a criterion that does not pass keeps its gate shut."""
    criterion, answer = state.criterion, state.answer
    weight = WEIGHTS[criterion.by] + (1 if answer.lapsed else 0)
    return Reason(weight, f"{criterion.statement}: {answer.summary}", answer.acts, answer.remedy)


def of_item(item: ItemState) -> Reason:
    """Why a scope item that is not settled keeps its gate shut."""
    entity = item.entry.entity
    is_critical = entity.tier == CRITICAL
    what = f"{entity.title}: {item.words}"
    remedy = f"{SHOW}." if is_critical else f"{SHOW}, or defer it with a follow-up."
    return Reason(1 if is_critical else 5, what, (entity.owner,), remedy)


def of_unknown(gate: Entry[Gate], name: str) -> Reason:
    """That a gate names a scope item that is not there."""
    what = f"There is no scope item {name} that can be read"
    return Reason(0, what, gate.entity.approvers, "Fix what `dfops check` reports.")


def of_signatures(state: GateState) -> Iterator[Reason]:
    """That signatures are missing, where they are."""
    gate = state.entry.entity
    if state.signed >= gate.quorum:
        return
    void = [one for one in state.signatures if not one.counts and one.state != "superseded"]
    what = f"{state.signed} of {gate.quorum} signatures count"
    if void:
        what += f" ({some([f'{one.entry.entity.person}: {one.words}' for one in void])})"
    remedy = f"Approvers sign once the rest holds: `dfops launch sign {state.entry.id} --as PERSON`."
    yield Reason(UNSIGNED, what, gate.approvers, remedy)


def launch_reasons(ready: Readiness) -> tuple[LaunchReason, ...]:
    """What keeps the launch from going, what weighs most first; none where it goes.

    Of one weight, what shuts more gates comes first, then what needs more roles to act. Scope items and signatures are
    one reason each; the pages of the gates name them.
    """
    if ready.is_go:
        return ()
    if not ready.gates and not ready.unread:
        what = "No gate is defined, so nothing says what must be true before the launch"
        return (LaunchReason(Reason(0, what, (), "Add one: `dfops new gate ID`."), ()),)
    shut = [gate for gate in ready.gates.values() if not gate.is_open]
    found = [*_unread(ready), *_criteria(shut), *_scope(shut), *_unsigned(shut)] or _each(shut)
    return tuple(sorted(found, key=lambda one: (one.reason.weight, -len(one.gates), -len(one.reason.acts))))


def _unread(ready: Readiness) -> Iterator[LaunchReason]:
    for path in ready.unread:
        what = f"{path} cannot be read, so nobody knows what the gate asks"
        yield LaunchReason(Reason(0, what, (), "Fix what `dfops check` reports."), ())


def _criteria(gates: Iterable[GateState]) -> Iterator[LaunchReason]:
    """Each criterion that does not pass, once whatever the number of gates that ask for it; sums are left out."""
    of_gates: dict[str, list[GateRef]] = defaultdict(list)
    reasons: dict[str, Reason] = {}
    for gate in gates:
        own = [of_criterion(one) for one in gate.criteria if not one.passes and one.criterion.condition not in SUMS]
        own += [of_unknown(gate.entry, name) for name in gate.unknown]
        for reason in own:
            reasons.setdefault(reason.what, reason)
            of_gates[reason.what].append(GateRef(gate.entry.id))
    for what, reason in reasons.items():
        yield LaunchReason(reason, tuple(of_gates[what]))


def _scope(gates: Iterable[GateState]) -> Iterator[LaunchReason]:
    """The scope items that are not settled, as one reason for the critical ones and one for the others."""
    items: dict[str, ItemState] = {}
    asking: dict[str, list[GateRef]] = defaultdict(list)
    for gate in gates:
        for item in gate.items:
            items[item.entry.id] = item
            asking[item.entry.id].append(GateRef(gate.entry.id))
    for word, weight in ((CRITICAL, 1), ("other", 5)):
        own = [item for item in items.values() if (item.entry.entity.tier == CRITICAL) == (word == CRITICAL)]
        left = [item for item in own if not item.is_settled]
        if left:
            names = [name for item in left for name in asking[item.entry.id]]
            owners = tuple(dict.fromkeys(item.entry.entity.owner for item in left))
            what = f"{len(left)} of {len(own)} {word} scope items are not done"
            yield LaunchReason(Reason(weight, what, owners, f"{SHOW}."), tuple(dict.fromkeys(names)))


def _unsigned(gates: Iterable[GateState]) -> Iterator[LaunchReason]:
    lacking = [gate for gate in gates if list(of_signatures(gate))]
    if lacking:
        approvers = tuple(dict.fromkeys(role for gate in lacking for role in gate.entry.entity.approvers))
        what = f"{counted(len(lacking), 'gate')} without enough signatures"
        remedy = "Approvers sign once the rest holds: `dfops launch sign GATE --as PERSON`."
        gates_ = tuple(GateRef(gate.entry.id) for gate in lacking)
        yield LaunchReason(Reason(UNSIGNED, what, approvers, remedy), gates_)


def _each(gates: Iterable[GateState]) -> list[LaunchReason]:
    """Everything that the gates say: for what only a sum says."""
    return [LaunchReason(reason, (GateRef(gate.entry.id),)) for gate in gates for reason in gate.reasons]
