"""The conditions that rehearsals answer: walks of a whole runbook, and of single steps, as they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.alerting.standing import Standing, standing
from generators.launch.facts import Shown
from generators.launch.gathered import Gathered, is_old
from generators.model.digest import digest
from generators.model.launch import Rehearsal
from generators.model.refs import AlertRef, RehearsalRef
from generators.model.runbook import Runbook
from generators.model.telemetry import Alert
from generators.runbooks.walk import digests_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Entry
    from generators.launch.facts import Answer, LaunchFacts
    from generators.model.launch import Proof


def runbooks_rehearsed(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each runbook was rehearsed to an end, every step as it stands now."""
    found = Gathered()
    for ref in proof.runbooks:
        runbook = facts.catalog.find(Runbook, ref)
        if runbook is None:
            found.lacks(f"There is no runbook '{ref}'.")
        else:
            _ask(found, facts, runbook, proof)
    whom = " by others" if proof.independent else ""
    walked = f"{len(found.shown)} of {len(proof.runbooks)} runbooks are rehearsed as they stand{whom}"
    return found.answer(_how_to(proof), "No runbook is named.", walked)


def _ask(found: Gathered, facts: LaunchFacts, runbook: Entry[Runbook], proof: Proof) -> None:
    walks = complete_walks(facts, runbook, independent=proof.independent)
    found.content[f"runbooks.{runbook.id}.digest"] = digest(runbook.entity)
    found.content[f"runbooks.{runbook.id}.rehearsed"] = "yes" if walks else "no"
    title, owner = runbook.entity.title, runbook.entity.owner
    if not walks:
        whom = " by anyone who did not write it" if proof.independent else ""
        found.lacks(f"{title}: never rehearsed to an end as it stands{whom}", owner)
        return
    last = walks[-1]
    held = last.entity.held
    if is_old(held, proof.within_days, facts):
        found.lacks(f"{title}: last rehearsed on {held}, more than {proof.within_days} days before", owner, lapsed=True)
    else:
        people = ", ".join(last.entity.people)
        found.shown.append(Shown(f"{title}: by {people}", "rehearsed", held, RehearsalRef(last.id)))


def held_rehearsals(facts: LaunchFacts) -> Iterator[Entry[Rehearsal]]:
    """Those that were held by the moment of asking, and whose record is as it was written."""
    for entry in facts.catalog.entries_of(Rehearsal):
        if entry.entity.held <= facts.today and facts.is_whole(entry):
            yield entry


def complete_walks(
    facts: LaunchFacts, runbook: Entry[Runbook], *, independent: bool = False
) -> tuple[Entry[Rehearsal], ...]:
    """Rehearsals from the entry to an end in which every step was as it stands now, oldest first.

    `independent`: only those by people who did not write the runbook.
    """
    digests = digests_of(runbook.entity)
    entries = [entry for entry in held_rehearsals(facts) if entry.entity.runbook == runbook.id]
    walks = [entry for entry in entries if _is_complete(entry.entity, runbook.entity, digests)]
    chosen = [entry for entry in walks if entry.entity.independent or not independent]
    return tuple(sorted(chosen, key=lambda entry: (entry.entity.held, entry.id)))


def _is_complete(rehearsal: Rehearsal, runbook: Runbook, digests: dict[str, str]) -> bool:
    """Whether it went from the entry to an end: one that was given up has no next step either."""
    walked = rehearsal.walked
    names = [one.step.rsplit("/", 1)[-1] for one in walked]
    as_it_stands = all(digests.get(name) == one.digest for name, one in zip(names, walked, strict=True))
    ends = {step.id for step in runbook.steps if step.end}
    return names[0] == runbook.entry and names[-1] in ends and as_it_stands


def alerts_rehearsed(facts: LaunchFacts, proof: Proof) -> Answer:
    """The step that answers each live alert was rehearsed as it stands."""
    found = Gathered()
    walked = _walked(facts, proof)
    for entry in facts.catalog.entries_of(Alert):
        if standing(facts.catalog, entry.entity) is Standing.LIVE:
            _ask_alert(found, facts, entry, walked, proof.within_days)
    lives = len(found.shown) + len(found.missing)
    answered = f"{len(found.shown)} of {lives} live alerts have a rehearsed step"
    return found.answer(_how_to(proof), "No alert is live.", answered)


def _ask_alert(
    found: Gathered, facts: LaunchFacts, entry: Entry[Alert], walked: dict[tuple[str, str], date], limit: int | None
) -> None:
    alert = entry.entity
    runbook = facts.catalog.find(Runbook, alert.runbook)
    step = str(alert.step).rsplit("/", 1)[-1]
    current = digests_of(runbook.entity).get(step, "") if runbook else ""
    found.content[f"alerts.{entry.id}.step"] = f"{alert.step} {current}"
    held = walked.get((str(alert.runbook), current))
    owners = (runbook.entity.owner,) if runbook else ()
    if held and is_old(held, limit, facts):
        why = f"was last rehearsed on {held}, more than {limit} days before"
        found.lacks(f"{alert.title}: step {alert.step} {why}", *owners, lapsed=True)
    elif held:
        found.shown.append(Shown(alert.title, "rehearsed", held, AlertRef(entry.id)))
    else:
        found.lacks(f"{alert.title}: step {alert.step} was not rehearsed as it stands", *owners)


def _walked(facts: LaunchFacts, proof: Proof) -> dict[tuple[str, str], date]:
    """By runbook and digest of a step: the last day on which it was walked, of rehearsals that the proof accepts."""
    walked: dict[tuple[str, str], date] = {}
    for entry in held_rehearsals(facts):
        rehearsal = entry.entity
        if proof.independent and not rehearsal.independent:
            continue
        for one in rehearsal.walked:
            key = (str(rehearsal.runbook), one.digest)
            walked[key] = max(rehearsal.held, walked.get(key, rehearsal.held))
    return walked


def _how_to(proof: Proof) -> str:
    option = " --independent" if proof.independent else ""
    return f"Rehearse it: `dfops rehearse RUNBOOK --as PERSON{option}`."
