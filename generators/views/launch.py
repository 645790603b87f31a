"""How the launch stands, for its pages: a line that says go or no-go, and a table that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.launch import TIERS, Gate, ScopeItem
from generators.views.entity import ref_to
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.launch.facts import Answer, Shown
    from generators.launch.readiness import CriterionState, GateState, ItemState, Readiness, Reason
    from generators.launch.signatures import Signature
    from generators.launch.subject import Moved
    from generators.model import Ref
    from generators.model.refs import RoleRef

HEAVIEST = 3
"""Reasons that stand under the line."""
PIECES = 3
"""Pieces of evidence that a row shows; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """What keeps a gate shut."""

    gate: Ref | None
    """None on the gate's own page."""
    what: str
    acts: tuple[RoleRef, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion: whether it holds, on what evidence, who must act, and what would make it hold."""

    id: str
    statement: str
    by: str
    verdict: str
    """`holds`, `does not hold`, or `waived`."""
    shown: tuple[Shown, ...]
    more: int
    """Pieces of evidence that are not listed."""
    missing: tuple[str, ...]
    acts: tuple[RoleRef, ...]
    remedy: str
    waiver: Ref | None
    waived_until: date | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A scope item at a gate."""

    item: Ref
    state: str
    owner: RoleRef
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A sign-off and whether it counts."""

    sign_off: Ref
    person: Ref
    signed: date
    words: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class GateNow:
    """A gate at the moment of the build."""

    id: str
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


def gate_now(ready: Readiness, entry: Entry[Gate], at: datetime) -> GateNow:
    """Of a gate that the readiness, which is of that moment, knows."""
    state = ready.gates[entry.id]
    reasons = state.reasons
    return GateNow(
        entry.id,
        at.date(),
        state.is_open,
        tuple(_reason(None, reason) for reason in reasons[:HEAVIEST]),
        max(0, len(reasons) - HEAVIEST),
        tuple(_criterion(one) for one in state.criteria),
        tuple(_item(one) for one in state.items),
        tuple(_signature(one) for one in state.signatures),
        state.signed,
        state.entry.entity.quorum,
        state.digest,
    )


def _reason(gate: Ref | None, reason: Reason) -> ReasonLine:
    return ReasonLine(gate, reason.what, reason.acts, reason.remedy)


def _criterion(state: CriterionState) -> CriterionRow:
    criterion, answer = state.criterion, state.answer
    verdict = "holds" if answer.holds else "waived" if state.waiver else "does not hold"
    return CriterionRow(
        criterion.id,
        criterion.statement,
        criterion.by,
        verdict,
        answer.shown[:PIECES],
        max(0, len(answer.shown) - PIECES),
        answer.missing[:PIECES],
        answer.acts,
        answer.remedy,
        ref_to("waiver", state.waiver.id) if state.waiver else None,
        state.waiver.entity.expires if state.waiver else None,
    )


def _item(state: ItemState) -> ItemRow:
    entity = state.entry.entity
    return ItemRow(ref_to("scope-item", state.entry.id), state.state, entity.owner, state.missing)


def _signature(one: Signature) -> SignatureRow:
    signed = one.entry.entity
    return SignatureRow(ref_to("sign-off", one.entry.id), signed.person, signed.signed, one.words, one.moved)


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

    state: str
    lines: tuple[AcceptLine, ...]
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
    return ItemNow(state.state, tuple(lines), state.overdue)


# ── the chapter ─────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class TierRow:
    """How far a tier of scope is."""

    tier: str
    done: int
    deferred: int
    total: int
    left: tuple[Ref, ...]
    """Items that are neither done nor deferred, and deferred ones whose follow-up is overdue."""


@dataclass(frozen=True, slots=True)
class GateRow:
    """A gate in one line."""

    gate: Ref
    is_open: bool
    holds: int
    criteria: int
    settled: int
    items: int
    signed: int
    quorum: int


@dataclass(frozen=True, slots=True)
class LaunchBoard:
    """How far the launch is."""

    day: date
    is_go: bool
    reasons: tuple[ReasonLine, ...]
    more: int
    gates: tuple[GateRow, ...]
    tiers: tuple[TierRow, ...]
    deferred: tuple[tuple[Ref, Ref, date], ...]
    """Scope item, its deferral, and the day on which it is looked at again."""
    waived: tuple[tuple[Ref, Ref, date], ...]
    """Gate, waiver, and the first day on which it no longer counts."""


def launch_board(catalog: Catalog, ready: Readiness, at: datetime) -> LaunchBoard:
    """The line, the gates, the tiers, and what is left for later."""
    entries = in_list_order(list(catalog.entries_of(ScopeItem)))
    items = [ready.items[entry.id] for entry in entries]
    tiers = tuple(_tier(tier, [item for item in items if item.entry.entity.tier == tier]) for tier in TIERS)
    gates = tuple(_gate(ready.gates[entry.id]) for entry in in_list_order(list(catalog.entries_of(Gate))))
    deferred = []
    for item in items:
        if item.deferral:
            review = item.deferral.entity.follow_up.review
            deferred.append((ref_to("scope-item", item.entry.id), ref_to("deferral", item.deferral.id), review))
    reasons = ready.reasons
    return LaunchBoard(
        at.date(),
        ready.is_go,
        tuple(_reason(gate, reason) for gate, reason in reasons[:HEAVIEST]),
        max(0, len(reasons) - HEAVIEST),
        gates,
        tiers,
        tuple(deferred),
        tuple(_waived(ready)),
    )


def _waived(ready: Readiness) -> Iterator[tuple[Ref, Ref, date]]:
    for name, gate in ready.gates.items():
        for one in gate.criteria:
            if one.waiver:
                yield ref_to("gate", name), ref_to("waiver", one.waiver.id), one.waiver.entity.expires


def _tier(tier: str, items: list[ItemState]) -> TierRow:
    done = sum(item.state == "done" for item in items)
    deferred = sum(item.state == "deferred" for item in items)
    left = tuple(ref_to("scope-item", item.entry.id) for item in items if not item.is_settled)
    return TierRow(tier, done, deferred, len(items), left)


def _gate(state: GateState) -> GateRow:
    return GateRow(
        ref_to("gate", state.entry.id),
        state.is_open,
        sum(one.passes for one in state.criteria),
        len(state.criteria),
        sum(item.is_settled for item in state.items),
        len(state.items),
        state.signed,
        state.entry.entity.quorum,
    )
