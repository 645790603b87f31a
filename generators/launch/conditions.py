"""The conditions that are computed: each is a function of the facts and of what it is asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.alerting.standing import Standing, standing
from generators.findings import Severity as Level
from generators.launch.facts import Answer, Shown
from generators.launch.rehearsed import complete_walks, walked_digests
from generators.model.digest import digest
from generators.model.organization import Person, Role
from generators.model.refs import AlertRef, ObjectiveRef, PackRef, RehearsalRef, RoleRef
from generators.model.runbook import Runbook
from generators.model.stability import Defect
from generators.model.support import Severity
from generators.model.telemetry import Alert, Objective
from generators.runbooks.walk import digests_of
from generators.status.packs import OPEN_STATES
from generators.telemetry.summary import LASTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from generators.catalog import Entry
    from generators.findings import Finding
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Proof, Rehearsal
    from generators.model.pack import Pack, PackEvidence
    from generators.status.packs import PackStatus
    from generators.telemetry.summary import ObjectiveState, Summary

    Asked = Callable[[LaunchFacts, Proof], Answer]

NAMED = 3
"""So many things that are missing are named; the rest is counted."""


def some(names: list[str] | tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def is_old(day: date, limit: int | None, facts: LaunchFacts) -> bool:
    """Whether something of a day is older than the limit, in days."""
    return limit is not None and facts.today - day > timedelta(days=limit)


# ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────────
def no_findings(facts: LaunchFacts, proof: Proof) -> Answer:
    """No error and no warning of any rule; of named rules, no finding at all.

    Findings may come by the calendar alone, so a signature binds the rules that are asked and not what they found.
    """
    wanted = frozenset(proof.rules)
    found = [finding for finding in facts.findings if _counts(finding, wanted)]
    accepted = [one for one in facts.accepted if _counts(one.finding, wanted)]
    what = f"No finding of {', '.join(proof.rules)}" if wanted else "No error and no warning of any rule"
    if accepted:
        what += f"; {len(accepted)} accepted by a baseline"
    content = {"rules": ", ".join(sorted(wanted)) or "all"}
    if not found:
        return Answer(holds=True, shown=(Shown(what, "computed"),), content=content)
    places = [f"{one.rule.code} at {one.place.path}:{one.place.line}" for one in found]
    missing = f"{len(found)} finding{'' if len(found) == 1 else 's'}: {some(places)}"
    return Answer(holds=False, missing=(missing,), remedy="Fix what `dfops check` reports.", content=content)


def _counts(finding: Finding, wanted: frozenset[str]) -> bool:
    return finding.rule.code in wanted if wanted else finding.rule.severity in {Level.ERROR, Level.WARNING}


# ── packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def packs_proven(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each pack has evidence of the pack as it is, and all that was found on what it claims is right."""
    names = tuple(map(str, proof.packs)) or facts.public_packs
    missing, shown, acts = [], [], []
    content: dict[str, str] = {}
    lapsed = True
    for name in names:
        pack = facts.packs.get(name)
        reasons, is_lapsed = _unproven(facts, pack, proof.within_days)
        if pack:
            content |= _proofs(name, pack)
        if reasons:
            missing += [f"{pack.pack.entity.title if pack else name}: {reason}" for reason in reasons]
            acts += [pack.pack.entity.owner] if pack else []
            lapsed = lapsed and is_lapsed
        elif pack and pack.evidence:
            shown.append(_shown(name, pack.pack.entity, pack.evidence.entity))
    return Answer(
        holds=not missing and bool(names),
        shown=tuple(shown),
        missing=tuple(missing) if names else ("There is no pack.",),
        remedy="" if not missing else "Run `dfops pack check --record`, and fix what it finds.",
        lapsed=bool(missing) and lapsed,
        acts=tuple(dict.fromkeys(acts)),
        content=content,
    )


def _unproven(facts: LaunchFacts, pack: PackStatus | None, limit: int | None) -> tuple[list[str], bool]:
    """Why a pack is not proven, and whether age is the only reason."""
    if pack is None or pack.evidence is None:
        return ["nothing was recorded"], False
    proof = pack.evidence.entity
    if not pack.counts:
        return ["it changed since it was checked"], False
    reasons = []
    warehouses = {support.name for support in pack.pack.entity.warehouses}
    unasked = sorted(warehouses - {board.warehouse for board in proof.boards})
    if unasked:
        reasons.append(f"never checked for {', '.join(unasked)}")
    wrong = [f"{one.board} on {one.warehouse}" for one in proof.boards if one.verdict in {"broken", "unproven"}]
    if wrong:
        reasons.append(f"not proven: {some(wrong)}")
    undrawn = [f"{one.board} with {one.runtime}" for one in proof.shown if not one.holds]
    if undrawn:
        reasons.append(f"not drawn as it should be: {some(undrawn)}")
    if proof.tests and proof.tests.failed:
        reasons.append(f"regressions fail: {some(proof.tests.failed)}")
    day = proof.checked_at.date()
    if not reasons and is_old(day, limit, facts):
        return [f"last checked on {day}, more than {limit} days before"], True
    return reasons, False


def _proofs(name: str, pack: PackStatus) -> dict[str, str]:
    content = {f"packs.{name}.version": pack.pack.entity.version}
    if pack.folder:
        content[f"packs.{name}.digest"] = pack.folder.digest
    for support in pack.pack.entity.warehouses:
        content[f"packs.{name}.warehouses.{support.name}"] = _strongest(pack, support.name)
    return content


def _strongest(pack: PackStatus, warehouse: str) -> str:
    """The kinds of proof that there are for a warehouse."""
    boards = pack.evidence.entity.boards if pack.evidence else ()
    return ", ".join(sorted({board.proof for board in boards if board.warehouse == warehouse})) or "none"


def _shown(name: str, pack: Pack, evidence: PackEvidence) -> Shown:
    executed = sorted({board.warehouse for board in evidence.boards if board.proof == "executed"})
    others = sorted({board.warehouse for board in evidence.boards} - set(executed))
    what = f"{pack.title} {pack.version}: executed on {', '.join(executed) or 'no warehouse'}"
    if others:
        what += f"; checked without running on {', '.join(others)}"
    return Shown(what, "executed", evidence.checked_at.date(), PackRef(name))


# ── rehearsals ──────────────────────────────────────────────────────────────────────────────────────────────────────
def runbooks_rehearsed(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each runbook was walked to an end, every step as it stands now."""
    missing, shown, acts, content = [], [], [], {}
    lapsed = True
    for ref in proof.runbooks:
        runbook = facts.catalog.find(Runbook, ref)
        if runbook is None:
            missing.append(f"There is no runbook '{ref}'.")
            lapsed = False
            continue
        content[f"runbooks.{ref}.digest"] = digest(runbook.entity)
        walks = complete_walks(facts.catalog, runbook)
        if proof.independent:
            walks = tuple(walk for walk in walks if walk.entity.independent)
        content[f"runbooks.{ref}.rehearsed"] = "yes" if walks else "no"
        fresh = [walk for walk in walks if not is_old(walk.entity.held, proof.within_days, facts)]
        if fresh:
            shown.append(_rehearsed(runbook, fresh[-1]))
            continue
        missing.append(_unrehearsed(runbook, walks, proof))
        acts.append(runbook.entity.owner)
        lapsed = lapsed and bool(walks)
    return Answer(
        holds=not missing,
        shown=tuple(shown),
        missing=tuple(missing),
        remedy="" if not missing else _how_to_rehearse(proof),
        lapsed=bool(missing) and lapsed,
        acts=tuple(dict.fromkeys(acts)),
        content=content,
    )


def _rehearsed(runbook: Entry[Runbook], walk: Entry[Rehearsal]) -> Shown:
    people = ", ".join(walk.entity.people)
    return Shown(f"{runbook.entity.title}: by {people}", "rehearsed", walk.entity.held, RehearsalRef(walk.id))


def _unrehearsed(runbook: Entry[Runbook], walks: tuple[Entry[Rehearsal], ...], proof: Proof) -> str:
    title = runbook.entity.title
    if walks:
        return f"{title}: last rehearsed on {walks[-1].entity.held}, more than {proof.within_days} days before"
    whom = " by anyone who did not write it" if proof.independent else ""
    return f"{title}: never rehearsed to an end as it stands{whom}"


def _how_to_rehearse(proof: Proof) -> str:
    option = " --independent" if proof.independent else ""
    return f"Rehearse it: `dfops rehearse RUNBOOK --as PERSON{option}`."


def alerts_rehearsed(facts: LaunchFacts, proof: Proof) -> Answer:
    """The step that answers each live alert was rehearsed as it stands."""
    walked = walked_digests(facts, proof)
    missing, shown, acts, content = [], [], [], {}
    for entry in facts.catalog.entries_of(Alert):
        if standing(facts.catalog, entry.entity) is not Standing.LIVE:
            continue
        runbook = facts.catalog.find(Runbook, entry.entity.runbook)
        step = str(entry.entity.step).rsplit("/", 1)[-1]
        current = digests_of(runbook.entity).get(step, "") if runbook else ""
        content[f"alerts.{entry.id}.step"] = f"{entry.entity.step} {current}"
        held = walked.get((str(entry.entity.runbook), current))
        if held:
            shown.append(Shown(entry.entity.title, "rehearsed", held, AlertRef(entry.id)))
        else:
            missing.append(f"{entry.entity.title}: step {entry.entity.step} was not rehearsed as it stands")
            acts += [runbook.entity.owner] if runbook else []
    holds = not missing and bool(shown)
    return Answer(
        holds=holds,
        shown=tuple(shown),
        missing=tuple(missing) or (() if holds else ("No alert is live.",)),
        remedy="" if holds else _how_to_rehearse(proof),
        acts=tuple(dict.fromkeys(acts)),
        content=content,
    )


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def roles_filled(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each role has a holder who is a person with a handle on the forge, and has not left."""
    wanted = frozenset(map(str, proof.roles))
    missing, acts, content = [], [], {}
    people = {entry.id: entry.entity for entry in facts.catalog.entries_of(Person)}
    roles = [entry for entry in facts.catalog.entries_of(Role) if not wanted or entry.id in wanted]
    for entry in roles:
        content[f"roles.{entry.id}.holders"] = ", ".join(sorted(entry.entity.holders)) or "vacant"
        present = [people[name] for name in entry.entity.holders if name in people]
        present = [person for person in present if person.left is None or person.left > facts.today]
        if not present:
            missing.append(f"{entry.entity.title} is vacant")
        elif not any(person.handle for person in present):
            missing.append(f"{entry.entity.title} is held by seats that no person fills yet")
        else:
            continue
        acts.append(RoleRef(entry.id))
    what = f"{len(roles)} roles are held by people"
    return Answer(
        holds=not missing and bool(roles),
        shown=(Shown(what, "computed"),) if roles and not missing else (),
        missing=tuple(missing) if roles else ("There is no role.",),
        remedy="" if not missing else "Name the people: `holders` of the role, and `handle` of each person.",
        acts=tuple(acts),
        content=content,
    )


# ── telemetry ───────────────────────────────────────────────────────────────────────────────────────────────────────
def objectives_met(facts: LaunchFacts, proof: Proof) -> Answer:  # noqa: ARG001 - as the others of the table
    """Each objective has error budget left for every pack with enough events, and for one pack at least.

    What is measured moves by itself, so a signature binds the targets and not what was measured.
    """
    content = {f"objectives.{entry.id}.target": entry.entity.target for entry in facts.catalog.entries_of(Objective)}
    summary = facts.telemetry
    why = _says_nothing(summary, facts)
    if summary is None or why:
        remedy = "Ingest events, then run `dfops telemetry summary`."
        return Answer(holds=False, missing=(why,), remedy=remedy, content=content)
    missing, shown = [], []
    for entry in facts.catalog.entries_of(Objective):
        states = _states(summary, entry.id)
        enough = {name: state for name, state in states.items() if not state.is_sparse}
        spent = sorted(name for name, state in enough.items() if state.left.startswith("-") or float(state.left) == 0)
        if not enough:
            missing.append(f"{entry.entity.title}: too few events for any connector")
        elif spent:
            missing.append(f"{entry.entity.title}: error budget spent for {some(spent)}")
        else:
            what = f"{entry.entity.title}: error budget left for {len(enough)} connectors"
            shown.append(Shown(what, "telemetry", summary.at.date(), ObjectiveRef(entry.id)))
    return Answer(
        holds=not missing and bool(shown),
        shown=tuple(shown),
        missing=tuple(missing) or (() if shown else ("There is no objective.",)),
        remedy="" if not missing else "See the connectors' pages for what fails.",
        content=content,
    )


def _says_nothing(summary: Summary | None, facts: LaunchFacts) -> str:
    """Why a summary of telemetry proves nothing; empty where it does."""
    if summary is None:
        return "No telemetry was summed up."
    if summary.synthetic:
        return "The telemetry is synthetic: it proves nothing."
    return f"Telemetry was last summed up on {summary.at.date()}." if facts.at - summary.at > LASTS else ""


def _states(summary: Summary, objective: str) -> Mapping[str, ObjectiveState]:
    """By connector."""
    states = {}
    for name, telemetry in summary.connectors.items():
        for state in telemetry.objectives:
            if state.objective == objective:
                states[name] = state
    return states


# ── defects ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def defects_below(facts: LaunchFacts, proof: Proof) -> Answer:
    """No more open defects of the severity or a worse one than are accepted."""
    limit = facts.catalog.find(Severity, proof.severity or "")
    ranks = {entry.id: entry.entity.rank for entry in facts.catalog.entries_of(Severity)}
    counted = [
        entry
        for entry in facts.catalog.entries_of(Defect)
        if limit and entry.entity.state in OPEN_STATES and ranks.get(entry.entity.severity, 0) <= limit.entity.rank
    ]
    names = ", ".join(sorted(entry.id for entry in counted))
    content = {"defects.open": names or "none"}
    words = f"{len(counted)} open defect{'' if len(counted) == 1 else 's'} of {proof.severity} or worse"
    if limit and len(counted) <= proof.at_most:
        what = f"{words}; {proof.at_most} accepted"
        return Answer(holds=True, shown=(Shown(what, "computed"),), content=content)
    titles = [entry.entity.title for entry in counted]
    return Answer(
        holds=False,
        missing=(f"{words}, and {proof.at_most} accepted: {some(titles)}",) if limit else ("The severity is unknown.",),
        remedy="Fix them with a validation, or accept them with a reason and an end.",
        acts=tuple(dict.fromkeys(entry.entity.owner for entry in counted)),
        content=content,
    )


CONDITIONS: Mapping[str, Asked] = {
    "no-findings": no_findings,
    "packs-proven": packs_proven,
    "runbooks-rehearsed": runbooks_rehearsed,
    "alerts-rehearsed": alerts_rehearsed,
    "roles-filled": roles_filled,
    "objectives-met": objectives_met,
    "defects-below": defects_below,
}
"""Those that need nothing but facts; `scope-settled` and `gates-signed` need the other answers: `readiness`."""
