"""What recorded runs and attestations say: the two kinds of proof that are not computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.launch.facts import Answer, Shown
from generators.launch.gathered import Gathered, is_old
from generators.launch.signatures import holds
from generators.model.refs import AttestationRef, RunRef

if TYPE_CHECKING:
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Criterion, Proof, Run

RECORD = "Record a run: `dfops launch record --run`."
CHANGED = ("changed by hand", "has a record that was changed after it was written")


def recorded(facts: LaunchFacts, proof: Proof) -> Answer:
    """The last recorded run of a command or file of tests succeeded, and is of the file as it is."""
    asked = proof.command or proof.test or ""
    entry = facts.runs.get(asked)
    current = facts.digest_of(proof.test) if proof.test else None
    found = Gathered(content={"test": current or "none"} if proof.test else {})
    if entry is None:
        found.lacks(f"No run of {asked} is recorded.")
        return found.answer(RECORD, "")
    run, day = entry.entity, entry.entity.ran.date()
    found.content["outcome"], why = _judged(run, current) if facts.is_whole(entry) else CHANGED
    if why:
        found.lacks(f"{asked} {why}")
    elif is_old(day, proof.within_days, facts):
        found.lacks(f"{asked} last passed on {day}, more than {proof.within_days} days before", lapsed=True)
    else:
        found.shown.append(Shown(_outcome(run, asked), "recorded", day, RunRef(entry.id)))
    return found.answer(RECORD, "")


def _judged(run: Run, current: str | None) -> tuple[str, str]:
    """What a signature binds of a run, and why it does not count, as a clause; empty where it does."""
    day = run.ran.date()
    if not run.succeeded:
        return "failed", f"failed on {day}: {_outcome(run, 'the run')}"
    if run.test is not None and run.digest != current:
        return "of another file", f"changed since it passed on {day}"
    return "passed", ""


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
    remedy = f"Check it, and record what you saw: `{command}`."
    entry = facts.attestations.get((gate, criterion.id))
    found = Gathered()
    if entry is None:
        found.lacks("No one has attested it.", role)
        return found.answer(remedy, "")
    said = entry.entity
    is_whole = facts.is_whole(entry)
    # What was said, not when: whoever looks again and sees the same changes nothing that was signed.
    found.content |= {
        "attested.by": f"{said.person} as {said.role}",
        "attested.holds": ("yes" if said.holds else "no") if is_whole else "changed by hand",
        "attested.seen": said.seen,
    }
    if not is_whole:
        found.lacks(f"What {said.person} attested was changed after it was written.", role)
    elif said.role != role or not holds(facts.catalog, said.person, said.role, said.attested):
        found.lacks(f"{said.person} attested it on {said.attested} and does not hold the role {role}.", role)
    elif not said.holds:
        found.lacks(f"{said.person} found on {said.attested} that it does not hold: {said.seen}", role)
    elif is_old(said.attested, criterion.within_days, facts):
        limit = criterion.within_days
        found.lacks(f"Attested on {said.attested}, more than {limit} days before.", role, lapsed=True)
    else:
        words = f"Attested by {said.person}: {said.seen}"
        found.shown.append(Shown(words, "attested", said.attested, AttestationRef(entry.id)))
    return found.answer(remedy, "")
