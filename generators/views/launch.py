"""How the launch stands, for its pages: a line that says go or no-go, and a table that says why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generators.launch.reasons import SUMS, of_criterion
from generators.model.launch import TIERS, Gate, LaunchRecord, ScopeItem
from generators.views.burn_up import burn_up
from generators.views.entity import ref_to, shortened
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.launch.facts import Answer, Shown
    from generators.launch.readiness import CriterionState, GateState, ItemState, Readiness
    from generators.launch.reasons import Reason
    from generators.launch.signatures import Signature
    from generators.launch.subject import Moved
    from generators.model import Ref
    from generators.model.refs import RoleRef
    from generators.views.burn_up import BurnUp

HEAVIEST = 3
"""Reasons that stand under the line."""
MOVED = 5
"""Changed facts that a signature lists; the rest is counted."""
NAMED_ROLES = 3
"""Roles that a reason lists; the rest is counted."""
VERDICTS = ("No", "Waived", "Yes")
"""What a criterion says, in the order in which rows stand."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """What keeps a gate shut."""

    gates: tuple[Ref, ...]
    """Empty on the gate's own page."""
    what: str
    acts: tuple[RoleRef, ...]
    more: int
    """Roles that must act as well."""
    remedy: str
    """With commands and fields between backticks."""


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion: whether it holds, on what evidence, who must act, and what would open it."""

    id: str
    """`GATE-CRITERION`, as the anchor of its evidence has it."""
    gates: tuple[Ref, ...]
    """Empty on the gate's own page."""
    statement: str
    by: str
    verdict: str
    """One of VERDICTS."""
    summary: str
    oldest: date | None
    """The day of the oldest evidence; None where nothing has a day."""
    evidence: Ref | None
    """The one thing to read, where there is one."""
    acts: tuple[RoleRef, ...]
    more: int
    """Roles that must act as well."""
    remedy: str
    waiver: Ref | None
    waived_until: date | None
    shown: tuple[Shown, ...]
    missing: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        """Whether the table has said it all."""
        return len(self.shown) + len(self.missing) <= 1


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A scope item at a gate."""

    item: Ref
    is_settled: bool
    words: str
    owner: RoleRef


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A sign-off and whether it counts."""

    sign_off: Ref
    person: Ref
    signed: date
    counts: bool
    words: str
    moved: tuple[Moved, ...]
    more: int
    """Changed facts that are not listed."""


@dataclass(frozen=True, slots=True)
class GateNow:
    """A gate at the moment of the build."""

    id: str
    purpose: str
    day: date
    is_open: bool
    reasons: tuple[ReasonLine, ...]
    more: int
    """Reasons that are not listed."""
    criteria: tuple[CriterionRow, ...]
    items: tuple[ItemRow, ...]
    signatures: tuple[SignatureRow, ...]
    signed: int
    quorum: int
    digest: str
    has_details: bool
    """Whether a criterion rests on several things."""


def gate_now(ready: Readiness, entry: Entry[Gate], at: datetime) -> GateNow:
    """Of a gate that the readiness, which is of that moment, knows."""
    state = ready.gates[entry.id]
    reasons = state.reasons
    criteria = tuple(sorted((criterion_row(entry.id, one) for one in state.criteria), key=_rank))
    return GateNow(
        entry.id,
        entry.entity.purpose,
        at.date(),
        state.is_open,
        tuple(reason_line(reason) for reason in reasons[:HEAVIEST]),
        max(0, len(reasons) - HEAVIEST),
        criteria,
        tuple(_item(one) for one in state.items),
        tuple(_signature(one) for one in state.signatures),
        state.signed,
        state.entry.entity.quorum,
        state.digest,
        not all(row.is_short for row in criteria),
    )


def reason_line(reason: Reason, gates: tuple[Ref, ...] = ()) -> ReasonLine:
    """A reason in a line."""
    return ReasonLine(gates, reason.what, *_acting(reason.acts), reason.remedy)


def _acting(roles: tuple[RoleRef, ...]) -> tuple[tuple[RoleRef, ...], int]:
    return roles[:NAMED_ROLES], max(0, len(roles) - NAMED_ROLES)


def criterion_row(gate: str, state: CriterionState) -> CriterionRow:
    """A criterion of a gate."""
    criterion, answer = state.criterion, state.answer
    verdict = "Yes" if answer.holds else "Waived" if state.waiver else "No"
    only = answer.shown[0] if len(answer.shown) == 1 else None
    return CriterionRow(
        f"{gate}-{criterion.id}",
        (),
        criterion.statement,
        criterion.by,
        verdict,
        shortened(answer.summary),
        answer.proven,
        only.ref if only else None,
        *_acting(answer.acts),
        answer.remedy,
        ref_to("waiver", state.waiver.id) if state.waiver else None,
        state.waiver.entity.expires if state.waiver else None,
        answer.shown,
        answer.missing,
    )


def _rank(row: CriterionRow) -> int:
    return VERDICTS.index(row.verdict)


def _item(state: ItemState) -> ItemRow:
    return ItemRow(ref_to("scope-item", state.entry.id), state.is_settled, state.words, state.entry.entity.owner)


def _signature(one: Signature) -> SignatureRow:
    signed = one.entry.entity
    more = max(0, len(one.moved) - MOVED)
    ref = ref_to("sign-off", one.entry.id)
    return SignatureRow(ref, signed.person, signed.signed, one.counts, one.words, one.moved[:MOVED], more)


# ── a scope item ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence: what it is for, whether it holds, and what it rests on."""

    what: str
    reference: str
    """A path or address to read; then nothing is proven."""
    is_address: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class AcceptLine:
    """A line under `accept` and what shows it."""

    text: str
    holds: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ItemNow:
    """A scope item at the moment of the build."""

    word: str
    state: str
    progress: str
    lines: tuple[AcceptLine, ...]
    review: date | None
    """When its deferral is looked at again."""
    overdue: bool


def item_now(ready: Readiness, entry: Entry[ScopeItem], at: datetime) -> ItemNow:  # noqa: ARG001 - as of a gate
    """Of an item that the readiness knows."""
    state = ready.items[entry.id]
    lines = []
    for line in state.lines:
        pieces = []
        for one in line.shows:
            evidence = one.evidence
            reference = evidence.path or evidence.url or ""
            pieces.append(Piece(evidence.what, reference, evidence.url is not None, one.answer))
        lines.append(AcceptLine(line.text, line.holds, tuple(pieces)))
    review = state.deferral.entity.follow_up.review if state.deferral else None
    word = state.state.replace("-", " ").capitalize()
    return ItemNow(word, state.state, state.progress, tuple(lines), review, state.overdue)


# ── the chapter ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class TierRow:
    """How far a tier of scope is."""

    tier: str
    done: int
    deferred: int
    total: int
    left: tuple[ItemRow, ...]
    """Items that are neither done nor deferred, and deferred ones whose follow-up is overdue."""


@dataclass(frozen=True, slots=True)
class GateRow:
    """A gate in one line."""

    gate: Ref
    is_open: bool
    holds: int
    waived: int
    """Criteria that do not hold, and for which a waiver stands."""
    criteria: int
    settled: int
    items: int
    signed: int
    quorum: int


@dataclass(frozen=True, slots=True)
class DeferredRow:
    """A scope item that is left for later."""

    item: Ref
    deferral: Ref
    owner: RoleRef
    review: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class LaunchBoard:
    """How far the launch is."""

    day: date
    is_go: bool
    reasons: tuple[ReasonLine, ...]
    more: int
    gates: tuple[GateRow, ...]
    criteria: tuple[CriterionRow, ...]
    """Of all gates, each once: what does not hold first."""
    holding: int
    """How many of them hold or are waived."""
    tiers: tuple[TierRow, ...]
    deferred: tuple[DeferredRow, ...]
    """Those that are overdue first."""
    waived: tuple[tuple[Ref, Ref, date], ...]
    """Gate, waiver, and the first day on which it no longer counts."""
    burn_up: BurnUp


def launch_board(catalog: Catalog, ready: Readiness, at: datetime) -> LaunchBoard:
    """The line, the gates, the criteria, the tiers, and what is left for later."""
    entries = in_list_order(list(catalog.entries_of(ScopeItem)))
    items = [ready.items[entry.id] for entry in entries]
    gates = [ready.gates[entry.id] for entry in in_list_order(list(catalog.entries_of(Gate)))]
    reasons = ready.reasons
    criteria = criterion_rows(gates)
    return LaunchBoard(
        at.date(),
        ready.is_go,
        tuple(reason_line(one.reason, one.gates) for one in reasons[:HEAVIEST]),
        max(0, len(reasons) - HEAVIEST),
        tuple(gate_row(state) for state in gates),
        criteria,
        sum(row.verdict != "No" for row in criteria),
        tuple(_tier(tier, [item for item in items if item.entry.entity.tier == tier]) for tier in TIERS),
        deferred_rows(items),
        tuple(_waived(ready)),
        burn_up(entry.entity for entry in catalog.entries_of(LaunchRecord)),
    )


def criterion_rows(gates: Iterable[GateState]) -> tuple[CriterionRow, ...]:
    """The criteria of gates, each once with all gates that ask for it: what does not hold first, by its weight."""
    rows: dict[tuple[str, str, str, date | None], CriterionRow] = {}
    asking: dict[tuple[str, str, str, date | None], list[Ref]] = defaultdict(list)
    weights = {}
    for gate in gates:
        for one in gate.criteria:
            row = criterion_row(gate.entry.id, one)
            key = (row.statement, row.verdict, row.summary, row.waived_until)
            rows.setdefault(key, row)
            weights[key] = of_criterion(one).weight + (one.criterion.condition in SUMS)
            asking[key].append(ref_to("gate", gate.entry.id))
    ordered = sorted(rows, key=lambda key: (_rank(rows[key]), weights[key], -len(asking[key])))
    return tuple(replace(rows[key], gates=tuple(asking[key])) for key in ordered)


def deferred_rows(items: Iterable[ItemState]) -> tuple[DeferredRow, ...]:
    """Scope items that are left for later, by the day of their follow-up: overdue ones come first."""
    rows = []
    for item in items:
        if item.deferral:
            follow_up = item.deferral.entity.follow_up
            refs = ref_to("scope-item", item.entry.id), ref_to("deferral", item.deferral.id)
            rows.append(DeferredRow(*refs, follow_up.owner, follow_up.review, item.overdue))
    return tuple(sorted(rows, key=lambda row: row.review))


def _waived(ready: Readiness) -> Iterator[tuple[Ref, Ref, date]]:
    for name, gate in ready.gates.items():
        for one in gate.criteria:
            if one.waiver:
                yield ref_to("gate", name), ref_to("waiver", one.waiver.id), one.waiver.entity.expires


def _tier(tier: str, items: list[ItemState]) -> TierRow:
    done = sum(item.state == "done" for item in items)
    deferred = sum(item.state == "deferred" for item in items)
    left = tuple(_item(item) for item in items if not item.is_settled)
    return TierRow(tier, done, deferred, len(items), left)


def gate_row(state: GateState) -> GateRow:
    """A gate in one line."""
    return GateRow(
        ref_to("gate", state.entry.id),
        state.is_open,
        sum(one.answer.holds for one in state.criteria),
        sum(one.passes and not one.answer.holds for one in state.criteria),
        len(state.criteria),
        sum(item.is_settled for item in state.items),
        len(state.items),
        state.signed,
        state.entry.entity.quorum,
    )
