"""6xx: what is called done is shown, what is left for later is followed up, and what was signed still holds."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from generators.checks.commands import line_of
from generators.checks.references import missing_path
from generators.findings import Finding, Rule, Severity, nearest
from generators.launch.signatures import in_force, takes_place_of
from generators.model.launch import (
    Attestation,
    Deferral,
    Gate,
    LaunchRecord,
    Rehearsal,
    Risk,
    Run,
    ScopeItem,
    SignOff,
    Waiver,
)
from generators.runbooks.seals import is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model import Entity

DEFERRAL_ELSEWHERE = Rule(
    "OPS603",
    "deferral-of-another-surface",
    Severity.ERROR,
    "A deferral belongs to another surface than the scope item that names it.",
    "Its follow-up would land with people who do not operate the surface.",
    "Give the item a deferral of its own surface.",
)
UNGATED = Rule(
    "OPS604",
    "critical-item-in-no-gate",
    Severity.ERROR,
    "A launch-critical scope item is named by no gate.",
    "The launch could go ahead without it, and nobody would have decided that.",
    "Name it under `scope` of the gate that asks for it, or lower its tier.",
)
UNMET_RISK = Rule(
    "OPS605",
    "unaddressed-risk",
    Severity.WARNING,
    "No scope item addresses a risk that is likely or hits hard.",
    "It is known, and nothing that is planned makes it smaller.",
    "Name the risk in the scope item that does, or add one.",
)
NOT_ENTITLED = Rule(
    "OPS606",
    "approver-not-entitled",
    Severity.ERROR,
    "A gate was signed, attested or waived for a role that may not do so.",
    "The word of someone who may not give it counts for nothing.",
    "Let an approver of the gate sign or waive, and the role of the criterion attest.",
)
UNKNOWN_CRITERION = Rule(
    "OPS607",
    "unknown-criterion",
    Severity.ERROR,
    "A waiver or attestation names a criterion that its gate does not have.",
    "Nothing is waived, and the gate stays shut for a reason that nobody sees.",
    "Use the name in the hint.",
)
CRITERION_TWICE = Rule(
    "OPS608",
    "criterion-twice",
    Severity.ERROR,
    "Two criteria of a gate have the same id.",
    "A waiver or attestation for that id would count for both.",
    "Rename one of them.",
)
PROMISED_COMMAND = Rule(
    "OPS610",
    "refused-evidence-command",
    Severity.ERROR,
    "A command that is named as evidence, gate or criterion is not accepted by the installed command.",
    "What cannot be run proves nothing.",
    "Correct it: `COMMAND --help` and `make help` say what there is.",
)
CRITICAL_LATER = Rule(
    "OPS619",
    "critical-item-put-off",
    Severity.ERROR,
    "A launch-critical scope item is deferred, or a gate waits for one that comes after the launch.",
    "The gate never opens, or the launch goes ahead without what it cannot do without.",
    "Correct the tier, remove the deferral, or take the item out of the gate.",
)
UNKNOWN_LINE = Rule(
    "OPS620",
    "unknown-accept-line",
    Severity.ERROR,
    "Evidence of a scope item names a line under `accept` that is not there.",
    "It shows nothing, and the line that was meant stays without evidence.",
    "Count the lines under `accept` from 1; leave `accepts` out where the evidence shows all of them.",
)
NO_WAY_BACK = Rule(
    "OPS621",
    "high-risk-without-way-back",
    Severity.WARNING,
    "A risk that hits hard names neither what stops the harm and what returns to the state before, nor why there is "
    "none.",
    "When it happens on launch day, someone has to invent it.",
    "Name the runbooks under `kill_switch` and `rollback`, or the reason under `no_way_back`.",
)
CHANGED_RECORD = Rule(
    "OPS622",
    "record-changed-by-hand",
    Severity.ERROR,
    "A record of the launch was changed after it was written, or has no seal.",
    "An approver takes it for what was found, seen or signed on that day.",
    "Restore it from version control, or record it again with the command that wrote it.",
)
AHEAD_OF_TIME = Rule(
    "OPS623",
    "record-ahead-of-time",
    Severity.ERROR,
    "A run, attestation, sign-off, waiver or launch record is dated on a day that has not come.",
    "What has not happened yet would count as proof.",
    "Correct the day, or record it again once it has happened.",
)
CRITERION_CHOSEN = Rule(
    "OPS624",
    "condition-of-gates-alone",
    Severity.ERROR,
    "A scope item is to be shown by a condition that only a gate can ask.",
    "It never holds, so the item is never done.",
    "Name what shows the item itself: a test, a command, or another condition.",
)
WAIVER_OVER = Rule(
    "OPS625",
    "waiver-over",
    Severity.ERROR,
    "A waiver has ended.",
    "The gate is shut again, and whoever counts on the waiver does not know.",
    "Meet the criterion and delete the waiver, or let an approver decide again: `dfops launch waive`.",
)
SUPERSEDES_ANOTHER = Rule(
    "OPS626",
    "supersedes-another",
    Severity.ERROR,
    "A sign-off is to supersede one of another person or gate, or one that is not earlier.",
    "The other record goes on counting, although readers take it for replaced.",
    "Name the person's own earlier sign-off of the gate; `dfops launch sign` does.",
)
RULES = (
    WAIVER_OVER,
    SUPERSEDES_ANOTHER,
    UNKNOWN_LINE,
    NO_WAY_BACK,
    CHANGED_RECORD,
    AHEAD_OF_TIME,
    CRITERION_CHOSEN,
    DEFERRAL_ELSEWHERE,
    UNGATED,
    UNMET_RISK,
    NOT_ENTITLED,
    UNKNOWN_CRITERION,
    CRITERION_TWICE,
    PROMISED_COMMAND,
    CRITICAL_LATER,
)


def deferrals_are_of_the_same_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The deferral that a scope item names belongs to the item's surface."""
    for entry in catalog.entries_of(ScopeItem):
        deferral = catalog.find(Deferral, entry.entity.deferral) if entry.entity.deferral else None
        if deferral and deferral.entity.surface != entry.entity.surface:
            message = f"'{deferral.id}' belongs to surface '{deferral.entity.surface}'"
            yield Finding(entry.at("deferral"), DEFERRAL_ELSEWHERE, message)


def evidence_can_be_checked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Paths and tests that are named as evidence exist, and the installed commands accept the commands."""
    for entry in catalog.entries_of(ScopeItem):
        for index, evidence in enumerate(entry.entity.evidence):
            for field in ("path", "test"):
                path = getattr(evidence, field)
                if path and not facts.exists(path):
                    yield missing_path(entry, path, "evidence", index, field)
            for _, sentence in facts.installed.problems(evidence.command or ""):
                yield Finding(entry.at("evidence", index, "command"), PROMISED_COMMAND, sentence)


def evidence_fits_the_item(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Evidence names lines that there are, and asks what an item can answer."""
    for entry in catalog.entries_of(ScopeItem):
        lines = len(entry.entity.accept)
        for index, evidence in enumerate(entry.entity.evidence):
            for at, number in enumerate(evidence.accepts):
                if number > lines:
                    message = f"there is no line {number} under `accept`; it has {lines}"
                    yield Finding(entry.at("evidence", index, "accepts", at), UNKNOWN_LINE, message)
            if evidence.condition in {"scope-settled", "gates-signed"}:
                message = f"'{evidence.condition}' is a condition of gates"
                yield Finding(entry.at("evidence", index, "condition"), CRITERION_CHOSEN, message)


def hard_risks_have_a_way_back(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A risk that hits hard has a runbook that stops the harm and one that leads back, or says why not."""
    for entry in catalog.entries_of(Risk):
        risk = entry.entity
        if risk.hits_hard and not risk.no_way_back and not (risk.kill_switch and risk.rollback):
            missing = "kill_switch" if not risk.kill_switch else "rollback"
            yield Finding(entry.at("impact"), NO_WAY_BACK, f"'{entry.id}' hits hard and names no {missing}")


RECORDS: tuple[type[Entity], ...] = (SignOff, Attestation, Run, LaunchRecord, Rehearsal)
"""What commands write and seal."""


def records_are_whole(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Records are as they were written."""
    for kind in RECORDS:
        for entry in catalog.entries_of(kind):
            if not is_whole(entry):
                yield Finding(entry.at("seal"), CHANGED_RECORD, f"{entry.kind} '{entry.id}' is not as it was written")


DATED: tuple[tuple[type[Entity], str], ...] = (
    (SignOff, "signed"),
    (Attestation, "attested"),
    (Run, "ran"),
    (LaunchRecord, "day"),
    (Waiver, "granted"),
)
"""Records with the field that says when. Rehearsals have a rule of their own for it."""


def records_are_of_the_past(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Records are of days that have come; days are those of UTC."""
    for kind, field in DATED:
        for entry in catalog.entries_of(kind):
            said: date | datetime = getattr(entry.entity, field)
            moment = said if isinstance(said, datetime) else datetime.combine(said, time(), UTC)
            if moment > facts.at:
                yield Finding(entry.at(field), AHEAD_OF_TIME, f"{entry.kind} '{entry.id}' is dated {said:%Y-%m-%d}")


def critical_items_are_gated(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every launch-critical item is asked for by a gate."""
    gated = {str(item) for gate in catalog.entries_of(Gate) for item in gate.entity.scope} | catalog.mentioned
    for entry in catalog.entries_of(ScopeItem):
        if entry.entity.tier == "launch-critical" and entry.id not in gated:
            yield Finding(entry.at("tier"), UNGATED, f"no gate asks for '{entry.id}'")


def tiers_are_meant(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the launch cannot do without is not put off, and no gate waits for what comes after the launch."""
    for entry in catalog.entries_of(ScopeItem):
        if entry.entity.tier == "launch-critical" and entry.entity.deferral:
            yield Finding(entry.at("deferral"), CRITICAL_LATER, f"'{entry.id}' is launch-critical and deferred")
    for gate in catalog.entries_of(Gate):
        for index, ref in enumerate(gate.entity.scope):
            item = catalog.find(ScopeItem, ref)
            if item and item.entity.tier == "post-launch":
                yield Finding(gate.at("scope", index), CRITICAL_LATER, f"'{ref}' comes after the launch")


def risks_are_addressed(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What is likely or hits hard is made smaller by something in scope."""
    addressed = {str(risk) for item in catalog.entries_of(ScopeItem) for risk in item.entity.risks} | catalog.mentioned
    for entry in catalog.entries_of(Risk):
        if "high" in {entry.entity.likelihood, entry.entity.impact} and entry.id not in addressed:
            yield Finding(entry.at(), UNMET_RISK, f"no scope item names risk '{entry.id}'")


def signatures_count(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Sign-offs that may count and waivers come from approvers, and waivers waive something."""
    for signed in in_force(catalog, facts.at.date()):
        gate = catalog.find(Gate, signed.entity.gate)
        if gate and signed.entity.role not in gate.entity.approvers:
            yield Finding(signed.at("role"), NOT_ENTITLED, f"'{signed.entity.role}' may not approve '{gate.id}'")
    said: tuple[Entry[Waiver] | Entry[Attestation], ...]
    said = (*catalog.entries_of(Waiver), *catalog.entries_of(Attestation))
    for one in said:
        gate = catalog.find(Gate, one.entity.gate)
        if gate:
            yield from _of_a_criterion(one, gate)


def waivers_are_not_over(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A waiver that no longer counts is deleted, or decided again."""
    for waiver in catalog.entries_of(Waiver):
        if waiver.entity.expires <= facts.at.date():
            message = f"ended on {waiver.entity.expires}: '{waiver.entity.gate}' is shut again"
            yield Finding(waiver.at("expires"), WAIVER_OVER, message)


def sign_offs_supersede_their_own(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What a sign-off supersedes is an earlier one of the same person and gate."""
    for entry in catalog.entries_of(SignOff):
        earlier = catalog.find(SignOff, entry.entity.supersedes) if entry.entity.supersedes else None
        if earlier and not takes_place_of(entry, earlier):
            message = f"'{earlier.id}' is no earlier sign-off of '{entry.entity.gate}' by '{entry.entity.person}'"
            yield Finding(entry.at("supersedes"), SUPERSEDES_ANOTHER, message)


def _of_a_criterion(said: Entry[Waiver] | Entry[Attestation], gate: Entry[Gate]) -> Iterator[Finding]:
    """What is waived or attested is a criterion of the gate, and the role is one that may."""
    entity = said.entity
    criteria = {criterion.id: criterion for criterion in gate.entity.criteria}
    if entity.criterion not in criteria:
        message = f"'{gate.id}' has no criterion '{entity.criterion}'"
        yield Finding(said.at("criterion"), UNKNOWN_CRITERION, message, nearest(entity.criterion, criteria))
    elif isinstance(entity, Attestation) and entity.role != criteria[entity.criterion].role:
        yield Finding(said.at("role"), NOT_ENTITLED, f"'{entity.role}' may not attest '{entity.criterion}'")
    if isinstance(entity, Waiver) and entity.approver not in gate.entity.approvers:
        yield Finding(said.at("approver"), NOT_ENTITLED, f"'{entity.approver}' may not approve '{gate.id}'")


def criteria_can_be_asked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Each criterion has its own id, and a computed one a command that is real."""
    for entry in catalog.entries_of(Gate):
        ids: set[str] = set()
        for index, criterion in enumerate(entry.entity.criteria):
            if criterion.id in ids:
                yield Finding(
                    entry.at("criteria", index, "id"), CRITERION_TWICE, f"criterion '{criterion.id}' stands here twice"
                )
            ids.add(criterion.id)
            if criterion.test and not facts.exists(criterion.test):
                yield missing_path(entry, criterion.test, "criteria", index, "test")
            command, route = criterion.command or "", ("criteria", index, "command")
            for line, sentence in facts.installed.problems(command):
                yield Finding(line_of(entry, route, command, line), PROMISED_COMMAND, sentence)


CHECKS = (
    evidence_fits_the_item,
    hard_risks_have_a_way_back,
    records_are_whole,
    records_are_of_the_past,
    deferrals_are_of_the_same_surface,
    evidence_can_be_checked,
    critical_items_are_gated,
    tiers_are_meant,
    risks_are_addressed,
    signatures_count,
    waivers_are_not_over,
    sign_offs_supersede_their_own,
    criteria_can_be_asked,
)
