"""The conditions that are computed: each is a function of the facts and of what it is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Severity as Level
from generators.launch.facts import Answer, Shown
from generators.launch.gathered import Gathered, counted, some
from generators.launch.packs import packs_proven
from generators.launch.rehearsed import alerts_rehearsed, runbooks_rehearsed
from generators.model.organization import Person, Role
from generators.model.refs import ObjectiveRef, RoleRef
from generators.model.stability import Defect
from generators.model.support import Severity
from generators.model.telemetry import Objective
from generators.status.met import met_of
from generators.status.packs import OPEN_STATES
from generators.telemetry.summary import LASTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generators.catalog import Entry
    from generators.findings import Finding
    from generators.launch.facts import LaunchFacts
    from generators.model.launch import Proof
    from generators.telemetry.summary import ObjectiveState, Summary

    Asked = Callable[[LaunchFacts, Proof], Answer]


# ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────────
def no_findings(facts: LaunchFacts, proof: Proof) -> Answer:
    """No error and no warning of any rule; of named rules, no finding at all.

    Findings may come by the calendar alone, so a signature binds the rules that are asked and not what they found.
    """
    wanted = frozenset(proof.rules)
    content = {"rules": ", ".join(sorted(wanted)) or "all"}
    if found := [finding for finding in facts.findings if _counts(finding, wanted)]:
        places = [f"{one.rule.code} at {one.place.path}:{one.place.line}" for one in found]
        number = counted(len(found), "finding")
        return Answer(
            holds=False,
            missing=(f"{number}: {some(places)}",),
            headline=f"{number} to fix",
            remedy="Fix what `dfops check` reports.",
            content=content,
        )
    what = f"No finding of {', '.join(proof.rules)}" if wanted else "No error and no warning of any rule"
    if accepted := [one for one in facts.accepted if _counts(one.finding, wanted)]:
        what += f"; {len(accepted)} accepted by a baseline"
    return Answer(holds=True, shown=(Shown(what, "computed"),), content=content)


def _counts(finding: Finding, wanted: frozenset[str]) -> bool:
    return finding.rule.code in wanted if wanted else finding.rule.severity in {Level.ERROR, Level.WARNING}


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def roles_filled(facts: LaunchFacts, proof: Proof) -> Answer:
    """Each role has a holder who is a person with a handle on the forge, and has not left."""
    found = Gathered()
    every = list(facts.catalog.entries_of(Role))
    roles = [role for role in every if role.id in proof.roles] if proof.roles else every
    for name in sorted(set(map(str, proof.roles)) - {role.id for role in roles}):
        found.lacks(f"There is no role '{name}'")
    for role in roles:
        found.content[f"roles.{role.id}.holders"] = _holders(facts, role.entity)
        if why := _unfilled(facts, role.entity):
            found.lacks(f"{role.entity.title} {why}", RoleRef(role.id))
    if roles and not found.missing:
        found.shown.append(Shown(f"{counted(len(roles), 'role')} held by people", "computed"))
    filled = f"{len(roles) - len(found.acts)} of {len(roles)} roles are filled"
    remedy = "Name a person under `holders` of each role, and give that person a `handle`."
    return found.answer(remedy, "There is no role.", filled)


def _holders(facts: LaunchFacts, role: Role) -> str:
    """Who holds a role, as a signature binds it: each with what keeps them from answering for it."""
    words = []
    for name in sorted(role.holders):
        person = facts.catalog.find(Person, name)
        handle = "" if person and person.entity.handle else " (no handle)"
        words.append(f"{name}{handle}" + (f" (until {person.entity.left})" if person and person.entity.left else ""))
    return ", ".join(words) or "vacant"


def _unfilled(facts: LaunchFacts, role: Role) -> str:
    """Why nobody answers for a role, as a clause; empty where a person does."""
    entries = [facts.catalog.find(Person, name) for name in role.holders]
    people = [entry.entity for entry in entries if entry]
    present = [person for person in people if person.left is None or person.left > facts.today]
    if not present:
        return "is vacant"
    return "" if any(person.handle for person in present) else "is held by seats that no person fills yet"


# ── telemetry ───────────────────────────────────────────────────────────────────────────────────────────────────────
def objectives_met(facts: LaunchFacts, proof: Proof) -> Answer:  # noqa: ARG001 - as the others of the table
    """Each objective has error budget left for every pack with enough events, and for one pack at least.

    What is measured moves by itself, so a signature binds the targets and not what was measured.
    """
    objectives = list(facts.catalog.entries_of(Objective))
    found = Gathered(content={f"objectives.{one.id}.target": one.entity.target for one in objectives})
    summary = facts.telemetry
    why = _says_nothing(summary, facts)
    if summary is None or why:
        found.lacks(why)
        return found.answer("Ingest events, then run `dfops telemetry summary`.", "")
    for objective in objectives:
        _ask_objective(found, objective, summary)
    met = f"{len(found.shown)} of {len(objectives)} objectives have error budget left"
    return found.answer("Fix what fails: each connector's page says what does.", "There is no objective.", met)


def _ask_objective(found: Gathered, objective: Entry[Objective], summary: Summary) -> None:
    title = objective.entity.title
    enough = {name: state for name, state in _states(summary, objective.id) if not state.is_sparse}
    spent = sorted(name for name, state in enough.items() if float(state.left) <= 0)
    if not enough:
        found.lacks(f"{title}: too few events for any connector")
    elif spent:
        found.lacks(f"{title}: error budget spent for {some(spent)}")
    else:
        what = f"{title}: error budget left for {counted(len(enough), 'connector')}"
        found.shown.append(Shown(what, "telemetry", summary.at.date(), ObjectiveRef(objective.id)))


def _says_nothing(summary: Summary | None, facts: LaunchFacts) -> str:
    """Why a summary of telemetry proves nothing; empty where it does."""
    if summary is None:
        return "No telemetry was summed up."
    if summary.synthetic:
        return "The telemetry is synthetic: it proves nothing."
    return f"Telemetry was last summed up on {summary.at.date()}." if facts.at - summary.at > LASTS else ""


def _states(summary: Summary, objective: str) -> Iterator[tuple[str, ObjectiveState]]:
    """Connector and how the objective stands for it."""
    for name, telemetry in summary.connectors.items():
        for state in telemetry.objectives:
            if state.objective == objective:
                yield name, state


# ── defects ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def defects_below(facts: LaunchFacts, proof: Proof) -> Answer:
    """No more open defects of the severity or a worse one than are accepted."""
    limit = facts.catalog.find(Severity, proof.severity or "")
    if limit is None:
        return Answer(holds=False, missing=("The severity is unknown.",))
    severe = _severe(facts, limit.entity.rank)
    found = Gathered(content={"defects.open": ", ".join(sorted(entry.id for entry in severe)) or "none"})
    words = f"{counted(len(severe), 'open defect')} of {proof.severity} or worse, {proof.at_most} accepted"
    if len(severe) <= proof.at_most:
        found.shown.append(Shown(words, "computed"))
    else:
        titles = [entry.entity.title for entry in severe]
        found.lacks(f"{words}: {some(titles)}", *(entry.entity.owner for entry in severe))
    return found.answer("Fix them with a validation, or accept them with a reason and an end.", "", words)


def _severe(facts: LaunchFacts, rank: int) -> list[Entry[Defect]]:
    """Open defects of a severity with this rank or a worse one that were met here: a case shows them."""
    ranks = {entry.id: entry.entity.rank for entry in facts.catalog.entries_of(Severity)}
    opened = [entry for entry in facts.catalog.entries_of(Defect) if entry.entity.state in OPEN_STATES]
    severe = [entry for entry in opened if ranks.get(entry.entity.severity, 0) <= rank]
    return [entry for entry in severe if met_of(facts.catalog, entry).is_met]


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
