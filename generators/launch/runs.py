"""What recorded runs and attestations say: the two kinds of proof that are not computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.launch.conditions import is_old
from generators.launch.facts import Answer, Shown
from generators.model.digest import digest
from generators.model.organization import Person, Role
from generators.model.refs import AttestationRef, RunRef

if TYPE_CHECKING:
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Attestation, Criterion, Proof, Run

RECORD = "Record a run: `dfops launch record --run`."


def recorded(facts: LaunchFacts, proof: Proof) -> Answer:
    """The last recorded run of a command or file of tests succeeded, and is of the file as it is."""
    asked = proof.command or proof.test or ""
    entry = facts.runs.get(asked)
    current = facts.digest_of(proof.test) if proof.test else None
    content = {"test": current or "none"} if proof.test else {}
    if entry is None:
        return Answer(holds=False, missing=(f"No run of {asked} is recorded.",), remedy=RECORD, content=content)
    run, day = entry.entity, entry.entity.ran.date()
    content["outcome"] = "passed" if run.succeeded else "failed"
    shown = (Shown(_outcome(run, asked), "recorded", day, RunRef(entry.id)),)
    if not run.succeeded:
        missing = f"{asked} failed on {day}: {_outcome(run, asked)}"
        return Answer(holds=False, missing=(missing,), remedy="Fix what fails. " + RECORD, content=content)
    if day > facts.today:
        return Answer(holds=False, missing=(f"{asked} is recorded for {day}, which has not come.",), content=content)
    if proof.test and run.digest != current:
        content["outcome"] = "of another file"
        missing = f"{asked} changed since it passed on {day}"
        return Answer(holds=False, missing=(missing,), remedy=RECORD, content=content)
    if is_old(day, proof.within_days, facts):
        missing = f"{asked} last passed on {day}, more than {proof.within_days} days before"
        return Answer(holds=False, shown=shown, missing=(missing,), remedy=RECORD, lapsed=True, content=content)
    return Answer(holds=True, shown=shown, content=content)


def _outcome(run: Run, asked: str) -> str:
    commit = f" at {run.commit[:12]}" if run.commit else " on files that no commit has"
    if run.test is None:
        return f"{asked}: exit code {run.exit_code}{commit}"
    counts = f"{run.passed or 0} passed, {run.failed or 0} failed, {run.skipped or 0} skipped"
    return f"{asked}: {counts}{commit}"


def attested(facts: LaunchFacts, gate: str, criterion: Criterion) -> Answer:
    """The newest attestation says that it holds, and comes from somebody who may say so."""
    role = criterion.role
    assert role is not None  # noqa: S101 - the model says so of what is attested
    command = f"dfops launch attest {gate} {criterion.id} --as PERSON"
    remedy = f"A holder of the role looks at it and says what they saw: `{command}`."
    entry = facts.attestations.get((gate, criterion.id))
    if entry is None:
        return Answer(holds=False, missing=("No one has attested it.",), remedy=remedy, acts=(role,))
    said = entry.entity
    content = {"attestation": digest(said)}
    shown = (Shown(f"Attested by {said.person}: {said.seen}", "attested", said.attested, AttestationRef(entry.id)),)
    if said.role != role or not is_entitled(facts, said):
        missing = f"{said.person} attested it on {said.attested} and does not hold the role {role}."
        return Answer(holds=False, missing=(missing,), remedy=remedy, acts=(role,), content=content)
    if not said.holds:
        missing = f"{said.person} found on {said.attested} that it does not hold: {said.seen}"
        return Answer(holds=False, shown=shown, missing=(missing,), remedy=remedy, acts=(role,), content=content)
    if is_old(said.attested, criterion.within_days, facts):
        missing = f"Attested on {said.attested}, more than {criterion.within_days} days before."
        return Answer(False, shown, (missing,), remedy, lapsed=True, acts=(role,), content=content)  # noqa: FBT003
    return Answer(holds=True, shown=shown, content=content)


def is_entitled(facts: LaunchFacts, said: Attestation) -> bool:
    """Whether the person holds the role and had not left on the day."""
    role = facts.catalog.find(Role, said.role)
    person = facts.catalog.find(Person, said.person)
    if role is None or person is None or said.person not in role.entity.holders:
        return False
    return person.entity.left is None or said.attested < person.entity.left
