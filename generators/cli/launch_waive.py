"""`dfops launch waive` and `attest`: what an approver says of one criterion of a gate."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.launch_state import (
    AsOption,
    CriterionArgument,
    GateArgument,
    RoleOption,
    actor,
    criterion_of,
    refuse,
    require_read,
    standing,
    write,
)
from generators.cli.options import RootOption, Unusable
from generators.launch.records import attestation_title, names_of, text_of, waiver_title
from generators.model.launch import LONGEST_WAIVER, Attestation, Waiver
from generators.model.refs import GateRef, PersonRef, RoleRef

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the gate may open without it.")]
LimitsOption = Annotated[
    str, typer.Option("--limits", metavar="TEXT", help="What the waiver covers, and what it does not: one line.")
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="DAY", help="The first day on which it no longer counts: 2026-12-31.")
]
SeenOption = Annotated[str, typer.Option("--seen", metavar="TEXT", help="What you looked at, where, and what you saw.")]
FailsOption = Annotated[bool, typer.Option("--does-not-hold", help="What you saw is that the criterion does not hold.")]


def waive(
    gate: GateArgument,
    criterion: CriterionArgument,
    person: AsOption,
    reason: ReasonOption,
    limits: LimitsOption,
    until: UntilOption,
    role: RoleOption = None,
    root: RootOption = Path(),
) -> None:
    """Let a gate open without one of its criteria, until a day.

    Only a holder of a role that approves the gate may, for 90 days at most. The waiver stands on the page of the gate;
    on the day on which it ends the gate is shut again, and `dfops check` fails until it is deleted. Sign-offs of the
    gate go stale: they were given without it. Exit 1 for a criterion that holds.
    """
    state = standing(root)
    require_read(state.catalog)
    asked = state.gate(gate)
    chosen = criterion_of(asked.entry, criterion)
    who, acts_for = actor(state, person, role, asked.entry.entity.approvers, f"approve {asked.entry.id}")
    ends = _end(until, state.today)
    now = next(one for one in asked.criteria if one.criterion.id == chosen.id)
    if now.answer.holds:
        refuse(f"{chosen.id} holds at {asked.entry.id}: there is nothing to waive")
    record = Waiver.model_construct(
        title=waiver_title(asked.entry, chosen, ends),
        gate=GateRef(asked.entry.id),
        criterion=chosen.id,
        person=PersonRef(who),
        approver=RoleRef(acts_for),
        reason=reason.strip(),
        limits=limits.strip(),
        granted=state.today,
        expires=ends,
    )
    path = write(state.top, Waiver, names_of(state.today, asked.entry.id, chosen.id), text_of(record))
    sys.stdout.write(f"Waived at {asked.entry.id} until {ends}: {chosen.statement}\nRecorded: {path}\n")
    sys.stdout.write("Read it, run dfops check, and commit it.\n")


def attest(
    gate: GateArgument,
    criterion: CriterionArgument,
    person: AsOption,
    seen: SeenOption,
    role: RoleOption = None,
    does_not_hold: FailsOption = False,
    root: RootOption = Path(),
) -> None:
    """Record what you saw of a criterion that cannot be computed.

    Only a holder of the role that the criterion names may. A later attestation takes the place of an earlier one,
    whoever it is by; both stay.
    """
    state = standing(root)
    require_read(state.catalog)
    asked = state.gate(gate)
    chosen = criterion_of(asked.entry, criterion)
    if chosen.role is None:
        raise Unusable(f"{chosen.id} is {chosen.by}, not attested: its gate's page says what shows it")
    who, acts_for = actor(state, person, role, (chosen.role,), f"attest {chosen.id} at {asked.entry.id}")
    record = Attestation.model_construct(
        title=attestation_title(asked.entry, chosen, state.today),
        gate=GateRef(asked.entry.id),
        criterion=chosen.id,
        person=PersonRef(who),
        role=RoleRef(acts_for),
        attested=state.today,
        holds=not does_not_hold,
        seen=seen.strip(),
    )
    path = write(state.top, Attestation, names_of(state.today, asked.entry.id, chosen.id), text_of(record))
    verdict = "does not hold" if does_not_hold else "holds"
    sys.stdout.write(f"Attested by {who}: {chosen.statement}: {verdict}.\nRecorded: {path}\n")
    sys.stdout.write("Read it, run dfops check, and commit it.\n")


def _end(until: str, today: date) -> date:
    """The day on which a waiver ends. Raises Unusable for one that is over, too far away, or none."""
    try:
        ends = date.fromisoformat(until)
    except ValueError:
        raise Unusable(f"--until: {until!r} is no day; write it like 2026-12-31") from None
    first, last = today + timedelta(days=1), today + timedelta(days=LONGEST_WAIVER)
    if not first <= ends <= last:
        raise Unusable(f"--until: {ends} is not within {LONGEST_WAIVER} days; name a day from {first} to {last}")
    return ends
