"""6xx: what is called done is shown, what is left for later is followed up, and what was signed still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.checks.commands import line_of
from generators.checks.references import missing_path
from generators.findings import Finding, Rule, Severity, nearest
from generators.model.launch import Deferral, Gate, Risk, ScopeItem, SignOff, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts

NO_EVIDENCE = Rule(
    "OPS601",
    "done-without-evidence",
    Severity.ERROR,
    "A scope item is called done and shows nothing for it.",
    "An approver would sign for a claim.",
    "Name a path, command or address under `evidence`, or take the state back.",
)
DEFERRAL_MISMATCH = Rule(
    "OPS602",
    "deferral-mismatch",
    Severity.ERROR,
    "A scope item is deferred without a deferral, or has a deferral and is not deferred.",
    "A deferral carries the follow-up and the risk; without it, later means never.",
    "Name the deferral, or correct the state.",
)
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
    "A gate was signed or waived for a role that may not approve it.",
    "A signature of somebody who may not sign is none.",
    "Let an approver of the gate sign.",
)
UNKNOWN_CRITERION = Rule(
    "OPS607",
    "unknown-criterion",
    Severity.ERROR,
    "A waiver names a criterion that its gate does not have.",
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
    "Correct the tier or the state, or take the item out of the gate.",
)
RULES = (
    NO_EVIDENCE,
    DEFERRAL_MISMATCH,
    DEFERRAL_ELSEWHERE,
    UNGATED,
    UNMET_RISK,
    NOT_ENTITLED,
    UNKNOWN_CRITERION,
    CRITERION_TWICE,
    PROMISED_COMMAND,
    CRITICAL_LATER,
)


def done_items_have_evidence(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A scope item that is called done names what shows it."""
    for entry in catalog.entries_of(ScopeItem):
        if entry.entity.state == "done" and not entry.entity.evidence:
            yield Finding(entry.at("state"), NO_EVIDENCE, f"'{entry.id}' is called done and names no evidence")


def deferred_items_have_a_deferral(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """A scope item is deferred exactly where it names a deferral."""
    for entry in catalog.entries_of(ScopeItem):
        is_deferred, deferral = entry.entity.state == "deferred", entry.entity.deferral
        if is_deferred and deferral is None:
            yield Finding(entry.at("state"), DEFERRAL_MISMATCH, f"'{entry.id}' is deferred without a deferral")
        if deferral is not None and not is_deferred:
            yield Finding(entry.at("state"), DEFERRAL_MISMATCH, f"'{entry.id}' has a deferral and is not deferred")


def deferrals_are_of_the_same_surface(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """The deferral that a scope item names belongs to the item's surface."""
    for entry in catalog.entries_of(ScopeItem):
        deferral = catalog.find(Deferral, entry.entity.deferral) if entry.entity.deferral else None
        if deferral and deferral.entity.surface != entry.entity.surface:
            message = f"'{deferral.id}' belongs to surface '{deferral.entity.surface}'"
            yield Finding(entry.at("deferral"), DEFERRAL_ELSEWHERE, message)


def evidence_can_be_checked(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Paths that are named as evidence exist, and the installed commands accept the commands."""
    for entry in catalog.entries_of(ScopeItem):
        for index, evidence in enumerate(entry.entity.evidence):
            if evidence.path and not facts.exists(evidence.path):
                yield missing_path(entry, evidence.path, "evidence", index, "path")
            for _, sentence in facts.installed.problems(evidence.command or ""):
                yield Finding(entry.at("evidence", index, "command"), PROMISED_COMMAND, sentence)


def critical_items_are_gated(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every launch-critical item is asked for by a gate."""
    gated = {str(item) for gate in catalog.entries_of(Gate) for item in gate.entity.scope} | catalog.mentioned
    for entry in catalog.entries_of(ScopeItem):
        if entry.entity.tier == "launch-critical" and entry.id not in gated:
            yield Finding(entry.at("tier"), UNGATED, f"no gate asks for '{entry.id}'")


def tiers_are_meant(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """What the launch cannot do without is not put off, and no gate waits for what comes after the launch."""
    for entry in catalog.entries_of(ScopeItem):
        if entry.entity.tier == "launch-critical" and entry.entity.state == "deferred":
            yield Finding(entry.at("state"), CRITICAL_LATER, f"'{entry.id}' is launch-critical and deferred")
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
    """Sign-offs and waivers come from approvers, and waivers waive something."""
    for signed in catalog.entries_of(SignOff):
        gate = catalog.find(Gate, signed.entity.gate)
        if gate and signed.entity.role not in gate.entity.approvers:
            yield Finding(signed.at("role"), NOT_ENTITLED, f"'{signed.entity.role}' may not approve '{gate.id}'")
    for waiver in catalog.entries_of(Waiver):
        gate = catalog.find(Gate, waiver.entity.gate)
        if gate is None:
            continue
        if waiver.entity.approver not in gate.entity.approvers:
            yield Finding(
                waiver.at("approver"), NOT_ENTITLED, f"'{waiver.entity.approver}' may not approve '{gate.id}'"
            )
        names = [criterion.id for criterion in gate.entity.criteria]
        if waiver.entity.criterion not in names:
            hint = nearest(waiver.entity.criterion, names)
            yield Finding(
                waiver.at("criterion"),
                UNKNOWN_CRITERION,
                f"'{gate.id}' has no criterion '{waiver.entity.criterion}'",
                hint,
            )


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
            command, route = criterion.command or "", ("criteria", index, "command")
            for line, sentence in facts.installed.problems(command):
                yield Finding(line_of(entry, route, command, line), PROMISED_COMMAND, sentence)


CHECKS = (
    done_items_have_evidence,
    deferred_items_have_a_deferral,
    deferrals_are_of_the_same_surface,
    evidence_can_be_checked,
    critical_items_are_gated,
    tiers_are_meant,
    risks_are_addressed,
    signatures_count,
    criteria_can_be_asked,
)
