"""What is said of sign-offs on a terminal and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.launch.subject import moved
from generators.report.document import document
from generators.source.characters import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from generators.catalog import Entry
    from generators.launch.readiness import GateState
    from generators.launch.signatures import Signature
    from generators.launch.subject import Moved
    from generators.launch.vanished import History
    from generators.model.launch import SignOff

REASONS, MOVED, LONGEST = 3, 20, 160
"""Reasons and changed facts that are listed, and characters of a value; programs get all."""


def reason_lines(state: GateState) -> Iterator[str]:
    """The reasons that weigh most, each with its remedy; then how many more there are. Signatures are no reason."""
    reasons = state.unready
    for number, reason in enumerate(reasons[:REASONS], start=1):
        yield f"  {number}. {_cut(reason.what)}"
        yield f"     {_cut(reason.remedy)}"
    if len(reasons) > REASONS:
        yield f"  and {len(reasons) - REASONS} more"


def signing_text(state: GateState, record: SignOff, earlier: Entry[SignOff] | None) -> str:
    """What is about to be signed: the gate, its verdict, how many facts, and what changed since the last time."""
    gate = state.entry.entity
    counted = {one.entry.entity.person for one in state.signatures if one.counts} | {record.person}
    outcome = "go" if len(counted) >= gate.quorum else "still no-go"
    lines = [
        f"{gate.title} ({state.entry.id}): {verdict(state)}. {gate.purpose}",
        f"  By {record.person} as {record.role}, from {record.signed} until {record.expires}",
        f"  With it {len(counted)} of {gate.quorum} people have signed: {outcome}",
        f"  {len(record.subject)} facts, {record.digest}",
    ]
    if earlier is None:
        lines.append("  You have not signed this gate before.")
    else:
        changes = moved(earlier.entity.subject, state.subject)
        lines.append(f"  {_counted(changes)} changed since your sign-off of {earlier.entity.signed} ({earlier.id})")
        lines += moved_lines(changes, "    ")
    return "".join(f"{printable(line)}\n" for line in lines)


def verdict(state: GateState) -> str:
    """Go or no-go."""
    return "go" if state.is_open else "no-go"


def _counted(changes: Sequence[Moved]) -> str:
    return "1 fact" if len(changes) == 1 else f"{len(changes) or 'no'} facts"


def moved_lines(changes: Sequence[Moved], indent: str) -> Iterator[str]:
    """Path, old and new; the first ones, and how many more there are."""
    for one in changes[:MOVED]:
        yield f"{indent}{one.path}: {_cut(one.before or 'not there')} → {_cut(one.after or 'not there')}"
    if len(changes) > MOVED:
        yield f"{indent}and {len(changes) - MOVED} more; --format json has all"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def verified_text(gates: Iterable[GateState], history: History, at: datetime) -> str:
    """Each gate with its quorum, and below it each sign-off with its state."""
    lines = [f"As of {at:%Y-%m-%d %H:%M} UTC"]
    for state in gates:
        lines += ["", f"{state.entry.entity.title} ({state.entry.id}): {_quorum(state)}"]
        for one in state.signatures:
            lines += _signature_lines(one)
    lines += ["", *_history_lines(history)] if history.vanished or history.note else []
    return "".join(f"{printable(line)}\n" for line in lines)


def _quorum(state: GateState) -> str:
    quorum = state.entry.entity.quorum
    if state.signed >= quorum:
        return f"quorum reached: {state.signed} of {quorum}"
    return f"quorum missing: {state.signed} of {quorum}"


def _signature_lines(one: Signature) -> Iterator[str]:
    signed = one.entry.entity
    yield f"  {one.entry.id}: {one.words}"
    yield f"    {signed.person} as {signed.role}, from {signed.signed} until {signed.expires}"
    yield from moved_lines(one.moved, "    ")


def _history_lines(history: History) -> Iterator[str]:
    for one in history.vanished:
        how = f"removed by commit {one.commit[:12]}" if one.commit else "removed, and not committed yet"
        yield f"{one.path} has vanished: {how}. Sign-offs are superseded, never deleted: restore it."
    if history.note:
        yield history.note


def verified_json(gates: Iterable[GateState], history: History, at: datetime) -> str:
    """The same for programs, with every changed fact."""
    return document(
        at=at.isoformat(),
        gates=[
            {
                "gate": state.entry.id,
                "digest": state.digest,
                "quorum": state.entry.entity.quorum,
                "signed": state.signed,
                "sign_offs": [_signature_object(one) for one in state.signatures],
            }
            for state in gates
        ],
        vanished=[one._asdict() for one in history.vanished],
        history=history.note,
    )


def _signature_object(one: Signature) -> dict[str, object]:
    signed = one.entry.entity
    return {
        "id": one.entry.id,
        "state": one.state,
        "counts": one.counts,
        "person": signed.person,
        "role": signed.role,
        "signed": signed.signed.isoformat(),
        "expires": signed.expires.isoformat(),
        "changed": [change._asdict() for change in one.moved],
    }
