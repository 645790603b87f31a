"""How the launch stands: the state of each scope item, of each criterion and of each gate, and what weighs most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from generators.launch.conditions import CONDITIONS
from generators.launch.facts import Answer, Shown
from generators.launch.gathered import Gathered, some
from generators.launch.reasons import (
    CRITICAL,
    LaunchReason,
    Reason,
    launch_reasons,
    of_criterion,
    of_item,
    of_signatures,
    of_unknown,
)
from generators.launch.runs import attested, recorded
from generators.launch.signatures import Signature, holds, signatures
from generators.launch.subject import UNBOUND, digest_of, item_facts, question_of, subject_of
from generators.model.launch import Deferral, Gate, Proof, ScopeItem, Waiver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Entry
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Criterion, Evidence

State = Literal["open", "in-progress", "done", "deferred"]


@dataclass(frozen=True, slots=True)
class Shows:
    """A piece of evidence of a scope item with its answer; a reference has none."""

    evidence: Evidence
    answer: Answer | None

    @property
    def holds(self) -> bool:
        """Whether it shows what it is named for."""
        return self.answer is not None and self.answer.holds

    @property
    def stands(self) -> bool:
        """As `holds`, the calendar left out."""
        moving = self.evidence.condition in UNBOUND
        return self.answer is not None and (self.answer.holds or self.answer.lapsed or moving)


@dataclass(frozen=True, slots=True)
class LineState:
    """A line under `accept`, and what shows it."""

    text: str
    shows: tuple[Shows, ...]

    @property
    def holds(self) -> bool:
        """Whether evidence shows it, and all of it holds."""
        asked = [one for one in self.shows if one.answer is not None]
        return bool(asked) and all(one.holds for one in asked)

    @property
    def stands(self) -> bool:
        """As `holds`, the calendar left out."""
        asked = [one for one in self.shows if one.answer is not None]
        return bool(asked) and all(one.stands for one in asked)


@dataclass(frozen=True, slots=True)
class ItemState:
    """A scope item: its state is what its evidence says."""

    entry: Entry[ScopeItem]
    lines: tuple[LineState, ...]
    deferral: Entry[Deferral] | None
    overdue: bool
    """Whether it is deferred, and the day of its follow-up is over."""

    @property
    def state(self) -> State:
        """As of the moment of asking."""
        return self._state([line.holds for line in self.lines])

    @property
    def bound_state(self) -> State:
        """As a signature binds it: the calendar left out."""
        return self._state([line.stands for line in self.lines])

    def _state(self, lines: list[bool]) -> State:
        if self.entry.entity.deferral:
            return "deferred"
        if all(lines):
            return "done"
        return "in-progress" if any(lines) else "open"

    @property
    def is_settled(self) -> bool:
        """Done, or left for later with a follow-up that is not overdue."""
        return self.state == "done" or (self.state == "deferred" and self.deferral is not None and not self.overdue)

    @property
    def words(self) -> str:
        """The state and how much is shown, as a clause."""
        if self.state == "deferred":
            return "deferred, and its follow-up is overdue" if self.overdue else "deferred"
        return f"{self.state.replace('-', ' ')}, {self.progress}"

    @property
    def progress(self) -> str:
        """`2 of 3 lines shown`."""
        shown = sum(line.holds for line in self.lines)
        return f"{shown} of {len(self.lines)} lines shown"

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences: what keeps it from being settled."""
        if self.state == "deferred":
            return ("The follow-up of its deferral is overdue.",) if self.overdue else ()
        sentences = []
        for line in self.lines:
            if line.holds:
                continue
            reasons = [reason for one in line.shows if one.answer for reason in one.answer.missing]
            sentences.append(f"{line.text}: {some(reasons) if reasons else 'no evidence is named'}")
        return tuple(sentences)


@dataclass(frozen=True, slots=True)
class CriterionState:
    """A criterion with its answer, and the waiver that stands for it."""

    criterion: Criterion
    answer: Answer
    waiver: Entry[Waiver] | None
    """The one in force that ends last."""
    waivers: tuple[Entry[Waiver], ...] = ()
    """All that are written for it, in force or not."""

    @property
    def passes(self) -> bool:
        """Whether the gate may open as far as it is concerned."""
        return self.answer.holds or self.waiver is not None


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate: open only when every criterion passes, every item is settled, and enough approvers have signed."""

    entry: Entry[Gate]
    criteria: tuple[CriterionState, ...]
    items: tuple[ItemState, ...]
    subject: Mapping[str, str]
    """What a signature binds: path to value."""
    digest: str
    signatures: tuple[Signature, ...]
    """Newest first."""
    unknown: tuple[str, ...] = ()
    """Names under `scope` of which there is no item that can be read."""

    @property
    def signed(self) -> int:
        """People whose signature counts."""
        return len({one.entry.entity.person for one in self.signatures if one.counts})

    @property
    def is_ready(self) -> bool:
        """Whether nothing but signatures may be missing."""
        is_known = not self.unknown
        return is_known and all(one.passes for one in self.criteria) and all(item.is_settled for item in self.items)

    @property
    def is_open(self) -> bool:
        """Go."""
        return self.is_ready and self.signed >= self.entry.entity.quorum

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that keeps it shut, what weighs most first."""
        return tuple(sorted((*self.unready, *self.unsigned), key=lambda reason: reason.weight))

    @property
    def unsigned(self) -> tuple[Reason, ...]:
        """That signatures are missing, where they are."""
        return tuple(of_signatures(self))

    @property
    def unready(self) -> tuple[Reason, ...]:
        """Everything but missing signatures that keeps it shut, what weighs most first."""
        reasons = [of_criterion(one) for one in self.criteria if not one.passes]
        reasons += [of_item(item) for item in self.items if not item.is_settled]
        reasons += [of_unknown(self.entry, name) for name in self.unknown]
        return tuple(sorted(reasons, key=lambda reason: reason.weight))


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole launch. Gates and items by id, in the catalog's order."""

    gates: Mapping[str, GateState]
    items: Mapping[str, ItemState]
    unread: tuple[str, ...] = ()
    """Files of gates that cannot be read: nobody knows what they ask."""

    @property
    def is_go(self) -> bool:
        """Whether every gate is open; without gates nobody decided anything."""
        return bool(self.gates) and not self.unread and all(gate.is_open for gate in self.gates.values())

    @property
    def reasons(self) -> tuple[LaunchReason, ...]:
        """What keeps the launch from going, what weighs most first."""
        return launch_reasons(self)


def readiness(facts: LaunchFacts) -> Readiness:
    """How the launch stands at the moment of the facts."""
    asking = _Asking(facts)
    items = {entry.id: asking.item(entry) for entry in facts.catalog.entries_of(ScopeItem)}
    gates: dict[str, GateState] = {}
    entries = list(facts.catalog.entries_of(Gate))
    # A gate that waits for the others is asked after them; two that wait for each other both stay shut.
    for entry in sorted(entries, key=_waits):
        gates[entry.id] = asking.gate(entry, items, gates)
    broken = facts.catalog.broken.items()
    unread = tuple(found.place.path for (kind, name), found in broken if kind == Gate.kind and name not in gates)
    return Readiness({entry.id: gates[entry.id] for entry in entries}, items, unread)


def _waits(gate: Entry[Gate]) -> bool:
    return any(criterion.condition == "gates-signed" for criterion in gate.entity.criteria)


class _Asking:
    """Answers, each computed once."""

    def __init__(self, facts: LaunchFacts) -> None:
        self.facts = facts
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._waivers: dict[tuple[str, str], list[Entry[Waiver]]] = defaultdict(list)
        for waiver in facts.catalog.entries_of(Waiver):
            self._waivers[waiver.entity.gate, waiver.entity.criterion].append(waiver)
        self._facts: dict[str, Mapping[str, str]] = {}
        self._signed = signatures(facts)

    def answer(self, proof: Proof) -> Answer:
        """Of a proof that is computed or recorded."""
        question = question_of(proof)
        if question not in self._answers:
            condition = CONDITIONS.get(proof.condition or "")
            self._answers[question] = condition(self.facts, proof) if condition else recorded(self.facts, proof)
        return self._answers[question]

    def item(self, entry: Entry[ScopeItem]) -> ItemState:
        """The state of a scope item."""
        shows = [Shows(evidence, self._of_evidence(evidence)) for evidence in entry.entity.evidence]
        lines = []
        for number, text in enumerate(entry.entity.accept, start=1):
            lines.append(LineState(text, tuple(one for one in shows if _is_about(one.evidence, number))))
        deferral = self.facts.catalog.find(Deferral, entry.entity.deferral) if entry.entity.deferral else None
        overdue = deferral is not None and deferral.entity.follow_up.review < self.facts.today
        return ItemState(entry, tuple(lines), deferral, overdue)

    def _of_evidence(self, evidence: Evidence) -> Answer | None:
        if evidence.is_reference:
            return None
        if evidence.condition in {"scope-settled", "gates-signed"}:
            return Answer(holds=False, missing=(f"{evidence.condition} is a condition of gates alone.",))
        return self.answer(evidence)

    def gate(self, entry: Entry[Gate], items: Mapping[str, ItemState], others: Mapping[str, GateState]) -> GateState:
        """The state of a gate; `others` are the gates that were asked before it."""
        own = tuple(items[name] for name in entry.entity.scope if name in items)
        states = []
        for criterion in entry.entity.criteria:
            answer = self._of_criterion(entry, criterion, items, others)
            waivers = tuple(self._waivers.get((entry.id, criterion.id), ()))
            states.append(CriterionState(criterion, answer, self._in_force(entry, waivers), waivers))
        criteria = tuple(states)
        unknown = tuple(str(name) for name in entry.entity.scope if name not in items)
        subject = subject_of(entry, criteria, [self._facts_of(item) for item in own], unknown)
        signed = self._signed(entry, subject)
        return GateState(entry, criteria, own, subject, digest_of(subject), signed, unknown)

    def _facts_of(self, item: ItemState) -> Mapping[str, str]:
        if item.entry.id not in self._facts:
            self._facts[item.entry.id] = item_facts(item)
        return self._facts[item.entry.id]

    def _in_force(self, gate: Entry[Gate], waivers: tuple[Entry[Waiver], ...]) -> Entry[Waiver] | None:
        """The waiver of an approver that holds at the moment and ends last."""
        today, standing = self.facts.today, []
        for entry in waivers:
            waiver = entry.entity
            is_approver = waiver.approver in gate.entity.approvers
            may = is_approver and holds(self.facts.catalog, waiver.person, waiver.approver, waiver.granted)
            if may and waiver.granted <= today < waiver.expires:
                standing.append(entry)
        return max(standing, key=lambda one: one.entity.expires, default=None)

    def _of_criterion(
        self,
        gate: Entry[Gate],
        criterion: Criterion,
        items: Mapping[str, ItemState],
        others: Mapping[str, GateState],
    ) -> Answer:
        if criterion.by == "attested":
            return attested(self.facts, gate.id, criterion)
        if criterion.condition == "scope-settled":
            return _settled(gate, items)
        if criterion.condition == "gates-signed":
            waiting = [one for one in self.facts.catalog.entries_of(Gate) if one.id != gate.id]
            return _signed(waiting, others)
        return self.answer(criterion)


def _is_about(evidence: Evidence, number: int) -> bool:
    return not evidence.accepts or number in evidence.accepts


def _settled(gate: Entry[Gate], items: Mapping[str, ItemState]) -> Answer:
    """Every item of the gate is settled; of a gate without scope every launch-critical one, whatever the gate."""
    wanted = _asked_about(gate, items)
    left = [item for item in wanted if not item.is_settled]
    found = Gathered(content={f"scope.{item.entry.id}": item.bound_state for item in wanted})
    if left:
        titles = some([item.entry.entity.title for item in left])
        owners = [item.entry.entity.owner for item in left]
        found.lacks(f"{len(left)} of {len(wanted)} items are not settled: {titles}", *owners)
    elif wanted:
        found.shown.append(Shown(f"{len(wanted)} items are settled", "computed"))
    settled = f"{len(wanted) - len(left)} of {len(wanted)} scope items are done or deferred"
    return found.answer("Open the page of each item: it says what is missing.", "There is no item.", settled)


def _asked_about(gate: Entry[Gate], items: Mapping[str, ItemState]) -> list[ItemState]:
    if gate.entity.scope:
        return [items[name] for name in gate.entity.scope if name in items]
    return [item for item in items.values() if item.entry.entity.tier == CRITICAL]


def _signed(waiting: list[Entry[Gate]], others: Mapping[str, GateState]) -> Answer:
    """Every other gate is open."""
    known = {entry.id: others[entry.id] for entry in waiting if entry.id in others}
    shut = [entry for entry in waiting if entry.id not in known or not known[entry.id].is_open]
    found = Gathered(content={f"gates.{name}": state.digest for name, state in known.items()})
    if shut:
        titles = some([entry.entity.title for entry in shut])
        approvers = chain.from_iterable(entry.entity.approvers for entry in shut)
        found.lacks(f"{len(shut)} of {len(waiting)} gates are shut: {titles}", *approvers)
    elif waiting:
        found.shown.append(Shown(f"{len(waiting)} gates are open", "computed"))
    opened = f"{len(waiting) - len(shut)} of {len(waiting)} other gates are open"
    return found.answer("Open each of them: its page says what keeps it shut.", "There is no other gate.", opened)


__all__ = ["CriterionState", "GateState", "ItemState", "LaunchReason", "Readiness", "Reason", "readiness"]
