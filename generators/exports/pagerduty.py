"""Schedules, escalation policies and services for PagerDuty, as Terraform JSON.

Argument names are those of the PagerDuty provider's documentation (resources pagerduty_schedule,
pagerduty_escalation_policy, pagerduty_service). What the model says and PagerDuty cannot hold is a remark: a comment
in the file, and a line for whoever runs the export.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generators.exports.pagerduty_schedules import Plans, escaped, label, plans
from generators.exports.table import Made
from generators.model.oncall import EscalationPolicy
from generators.model.organization import Person, Role, Surface
from generators.model.support import ServiceLevel, Severity
from generators.oncall.paging import round_minutes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.exports.table import Sources
    from generators.model.oncall import EscalationStep

FILE = "pagerduty.tf.json"
MARK = "Written by `dfops export pagerduty`"
NEVER = "null"
"""As text: how the provider writes that a service's timeout is off."""
TARGETS = 10
"""Users and schedules that one rule of an escalation policy may have."""
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Definitions:
    """The file's text, and what it could not say: each remark a sentence that begins with what it is about."""

    text: str
    remarks: tuple[str, ...]


def definitions(catalog: Catalog, at: datetime) -> Definitions:
    """The definitions as of a moment: what is over by then is left out."""
    made = plans(catalog, at)
    policies = {label(entry.id): _policy(catalog, entry, made, at) for entry in catalog.entries_of(EscalationPolicy)}
    services = {label(entry.id): _service(catalog, entry) for entry in catalog.entries_of(Surface)}
    document = {
        "//": f"{MARK} from the model: change it there, then export again.",
        "terraform": {"required_providers": {"pagerduty": {"source": "PagerDuty/pagerduty", "version": ">= 3.0"}}},
        "variable": {"pagerduty_users": _people(made, policies)},
        "resource": {
            kind: resources
            for kind, resources in (
                ("pagerduty_schedule", made.resources),
                ("pagerduty_escalation_policy", policies),
                ("pagerduty_service", services),
            )
            if resources
        },
    }
    remarks = [
        f"{block['name']}: {remark}"
        for blocks in (made.resources, policies, services)
        for block in blocks.values()
        for remark in block.get("//", ())
    ]
    return Definitions(json.dumps(document, indent=2, ensure_ascii=False) + "\n", tuple(remarks))


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _people(made: Plans, policies: dict[str, Block]) -> Block:
    """One variable: the ids that people have in PagerDuty, by their ids here. Nobody's address is made up."""
    targets = {target["id"] for policy in policies.values() for rule in policy["rule"] for target in rule["target"]}
    people = sorted({user.split('"')[1] for user in targets | made.users if user.startswith("${var.")})
    return {
        "description": "PagerDuty's id of each person, such as PXXXXXX, by the person's id in the model.",
        "type": "map(string)",
        "validation": {
            "condition": f"${{length(setsubtract({json.dumps(people)}, keys(var.pagerduty_users))) == 0}}",
            "error_message": f"Needs an id for each of: {', '.join(people)}.",
        },
    }


# ── escalation ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _policy(catalog: Catalog, entry: Entry[EscalationPolicy], made: Plans, at: datetime) -> Block:
    policy, remarks, rules = entry.entity, [], []
    steps = policy.steps
    for index, step in enumerate(steps):
        ends = steps[index + 1].after_minutes if index + 1 < len(steps) else round_minutes(policy)
        targets = list(_targets(catalog, step, made, at))
        if not targets:
            remarks.append(f"step {index + 1} reaches nobody and is left out; the step after it comes at once.")
            continue
        if len(targets) > TARGETS:
            remarks.append(f"step {index + 1} has {len(targets)} targets; PagerDuty takes {TARGETS} in a rule.")
        rules.append({"escalation_delay_in_minutes": max(ends - step.after_minutes, 1), "target": targets})
    if policy.then is not None:
        remarks.append(
            f"the policy '{policy.then}' that goes on afterwards is not expressed: in PagerDuty nobody is notified "
            "after the last repeat."
        )
    block: Block = {"//": remarks} if remarks else {}
    return block | {"name": escaped(policy.title), "num_loops": policy.repeat, "rule": rules}


def _targets(catalog: Catalog, step: EscalationStep, made: Plans, at: datetime) -> Iterator[Block]:
    """Schedules and people of a step, each once."""
    seen: set[str] = set()
    for target in step.notify:
        if target.rotation is not None:
            ids = [("schedule_reference", f"${{pagerduty_schedule.{name}.id}}") for name in made.of(target.rotation)]
        else:
            role = catalog.find(Role, target.role or "")
            holders = role.entity.holders if role else ()
            ids = [made.holder(holder) for holder in holders if not _has_left(catalog, holder, at)]
        for kind, identity in ids:
            if identity not in seen:
                seen.add(identity)
                yield {"type": kind, "id": identity}


def _has_left(catalog: Catalog, name: str, at: datetime) -> bool:
    """Whether somebody's last day has come: no target is made for them."""
    person = catalog.find(Person, name)
    return bool(person and person.entity.left and person.entity.left <= at.date())


# ── services ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _service(catalog: Catalog, entry: Entry[Surface]) -> Block:
    """A surface as a service. What is acknowledged stays so, and only people say that something is over."""
    levels = [level.entity for level in catalog.entries_of(ServiceLevel) if level.entity.surface == entry.id]
    severities = [catalog.find(Severity, level.severity) for level in levels]
    quiet = sorted({severity.id for severity in severities if severity and not severity.entity.pages})
    urgency = "severity_based" if quiet else "high"
    block: Block = {}
    if quiet:
        remark = (
            f"{', '.join(quiet)} wake nobody: send them with a severity that PagerDuty reads as low urgency, or to a "
            "queue instead; low urgency does not escalate."
        )
        block["//"] = [remark]
    return block | {
        "name": escaped(entry.entity.title),
        "description": escaped(" ".join(entry.entity.summary.split()))[:1024],
        "escalation_policy": f"${{pagerduty_escalation_policy.{label(entry.entity.escalation)}.id}}",
        "alert_creation": "create_alerts_and_incidents",
        "acknowledgement_timeout": NEVER,
        "auto_resolve_timeout": NEVER,
        "incident_urgency_rule": {"type": "constant", "urgency": urgency},
    }


def make_export(sources: Sources) -> Made:
    """The file, and what it cannot say."""
    made = definitions(sources.catalog, sources.at)
    return Made({FILE: made.text}, remarks=made.remarks)
