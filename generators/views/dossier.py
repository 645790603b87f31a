"""The launch on a few pages of paper: decision, proof, scope, what is deferred, risks, rehearsals, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.launch.signatures import newest_first
from generators.launch.subject import moved
from generators.model.launch import Deferral, Gate, Risk, ScopeItem, UnsupportedCase
from generators.model.runbook import Runbook
from generators.runbooks.coverage import coverages
from generators.views.entity import ref_to
from generators.views.launch import criterion_row, deferred_rows, gate_row, reason_line
from generators.views.pages import in_list_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.launch.readiness import GateState, ItemState, Readiness
    from generators.launch.subject import Moved
    from generators.model import Ref
    from generators.model.refs import RoleRef, RunbookRef
    from generators.runbooks.coverage import Coverage
    from generators.views.launch import CriterionRow, GateRow, ReasonLine

REASONS, RISKS, CHANGES = 5, 6, 5
"""How many are printed; the rest is counted."""
LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class GatePart:
    """A gate: its line, its criteria, and what became of its last signature."""

    row: GateRow
    criteria: tuple[CriterionRow, ...]
    signatures: tuple[tuple[Ref, date, str], ...]
    """Who, when, and whether it counts, in words; superseded ones are left out."""
    since: date | None
    """The day of the last signature; None where nobody has signed."""
    moved: tuple[Moved, ...]
    """Facts that changed since."""
    more: int
    """Changed facts that are not listed."""


@dataclass(frozen=True, slots=True)
class ScopePart:
    """What is in, and what is out."""

    done: tuple[Ref, ...]
    left: tuple[tuple[Ref, str], ...]
    """In and not done, with how many acceptance lines are shown."""
    out: tuple[Ref, ...]
    """After the launch, and neither done nor deferred."""


@dataclass(frozen=True, slots=True)
class DeferralPart:
    """What is left for later, and what that risks."""

    item: Ref
    risk: str
    until_then: str
    owner: RoleRef
    review: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class RiskPart:
    """A risk, how it is noticed, and the way back."""

    risk: Ref
    likelihood: str
    impact: str
    detection: str
    ways: tuple[tuple[str, Ref, date | None], ...]
    """What the runbook is for, the runbook, and the day of its last rehearsal."""
    no_way_back: str


@dataclass(frozen=True, slots=True)
class RehearsedPart:
    """A runbook that was rehearsed."""

    runbook: Ref
    day: date
    walked: int
    ways: int
    changed: int
    """Steps that changed since they were rehearsed."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that an approver reads."""

    day: date
    is_go: bool
    reasons: tuple[ReasonLine, ...]
    more: int
    gates: tuple[GatePart, ...]
    scope: ScopePart
    deferrals: tuple[DeferralPart, ...]
    risks: tuple[RiskPart, ...]
    other_risks: int
    rehearsed: tuple[RehearsedPart, ...]
    runbooks: int
    """In all."""
    limitations: tuple[Ref, ...]


def dossier(catalog: Catalog, ready: Readiness, at: datetime) -> Dossier:
    """The launch at the moment of the readiness."""
    reasons = ready.reasons
    items = [ready.items[entry.id] for entry in in_list_order(list(catalog.entries_of(ScopeItem)))]
    risks = sorted(catalog.entries_of(Risk), key=_severity, reverse=True)
    covered = coverages(catalog)
    return Dossier(
        at.date(),
        ready.is_go,
        tuple(reason_line(one.reason, one.gates) for one in reasons[:REASONS]),
        max(0, len(reasons) - REASONS),
        tuple(_gate(ready.gates[entry.id]) for entry in in_list_order(list(catalog.entries_of(Gate)))),
        _scope(items),
        tuple(_deferrals(catalog, items)),
        tuple(_risk(risk, covered) for risk in risks[:RISKS]),
        max(0, len(risks) - RISKS),
        tuple(_rehearsed(covered.values())),
        sum(1 for _ in catalog.entries_of(Runbook)),
        tuple(
            ref_to("unsupported-case", entry.id)
            for entry in in_list_order(list(catalog.entries_of(UnsupportedCase)))
            if entry.entity.older is None
        ),
    )


def _gate(state: GateState) -> GatePart:
    standing = [one for one in state.signatures if one.state != "superseded"]
    last = next(iter(newest_first([one.entry for one in standing])), None)
    changes = moved(last.entity.subject, state.subject) if last else ()
    return GatePart(
        gate_row(state),
        tuple(criterion_row(state.entry.id, one) for one in state.criteria),
        tuple((one.entry.entity.person, one.entry.entity.signed, one.words) for one in standing),
        last.entity.signed if last else None,
        changes[:CHANGES],
        max(0, len(changes) - CHANGES),
    )


def _scope(items: Iterable[ItemState]) -> ScopePart:
    done, left, out = [], [], []
    for item in items:
        ref = ref_to("scope-item", item.entry.id)
        if item.state == "done":
            done.append(ref)
        elif item.state != "deferred" and item.entry.entity.tier == "post-launch":
            out.append(ref)
        elif item.state != "deferred":
            left.append((ref, item.progress))
    return ScopePart(tuple(done), tuple(left), tuple(out))


def _deferrals(catalog: Catalog, items: Iterable[ItemState]) -> Iterator[DeferralPart]:
    for row in deferred_rows(items):
        entry = catalog.find(Deferral, row.deferral)
        if entry:
            deferral = entry.entity
            yield DeferralPart(row.item, deferral.risk, deferral.until_then, row.owner, row.review, row.overdue)


def _severity(entry: Entry[Risk]) -> tuple[int, int, str]:
    """Impact times likelihood, then impact; the id makes the order certain."""
    impact, likelihood = LEVELS.index(entry.entity.impact) + 1, LEVELS.index(entry.entity.likelihood) + 1
    return impact * likelihood, impact, entry.id


def _risk(entry: Entry[Risk], covered: Mapping[str, Coverage]) -> RiskPart:
    risk = entry.entity
    named: tuple[tuple[str, RunbookRef | None], ...] = (
        ("Stop", risk.kill_switch),
        ("Return", risk.rollback),
        ("Answer", risk.runbook),
    )
    ways: dict[RunbookRef, str] = {}
    for word, runbook in named:
        if runbook:
            ways[runbook] = f"{ways[runbook]} and {word.lower()}" if runbook in ways else word
    return RiskPart(
        ref_to("risk", entry.id),
        risk.likelihood,
        risk.impact,
        risk.detection,
        tuple((word, runbook, _last(covered.get(runbook))) for runbook, word in ways.items()),
        risk.no_way_back or "",
    )


def _last(covered: Coverage | None) -> date | None:
    return covered.last.day if covered and covered.last else None


def _rehearsed(covered: Iterable[Coverage]) -> Iterator[RehearsedPart]:
    """Runbooks that were rehearsed, the least covered first."""
    for one in sorted(covered, key=lambda one: (one.share, one.runbook)):
        if one.last:
            runbook = ref_to("runbook", one.runbook)
            yield RehearsedPart(runbook, one.last.day, one.walked, len(one.ways), len(one.stale_steps))
