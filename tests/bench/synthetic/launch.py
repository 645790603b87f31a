"""What a launch needs, what recurs, and the way in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from generators.launch.subject import digest_of

if TYPE_CHECKING:
    from tests.bench.synthetic.world import Fields, World

FOLLOW_UPS = 4
WALKED = 6
STATES = ("open", "in-progress", "accepted", "fixed")
UNTIL = "2027-03-01"
"""Within half a year of the moment that tests ask about."""


def scope_item(world: World, number: int) -> Fields:
    """As many are deferred as there are deferrals; the others show something."""
    deferred = number < world.counts["deferral"]
    shown: Fields = {"deferral": world.name("deferral", number)}
    if not deferred:
        path = f"ops_model/launch/risks/{world.name('risk', number)}.yaml"
        shown = {"evidence": [{"what": world.line(), "path": path}, {"what": world.line(), "condition": "no-findings"}]}
    return {
        "title": f"Synthetic scope {number}",
        "surface": world.surface(number),
        "tier": "launch-adjacent" if deferred else ("launch-critical", "launch-adjacent")[number % 2],
        "owner": world.turn("role"),
        "why": world.prose(),
        "accept": [world.line() for _ in range(2)],
        **shown,
        "risks": world.beside("risk", number, 20),
    }


def deferral(world: World, number: int) -> Fields:
    """Left for later."""
    return {
        "title": f"Synthetic deferral {number}",
        "surface": world.surface(number),
        "reason": world.prose(),
        "risk": world.prose(),
        "until_then": world.line(),
        "follow_up": {"what": world.line(), "owner": world.turn("role"), "review": world.day_ahead()},
    }


def unsupported_case(world: World, number: int) -> Fields:
    """The first third concerns every connector, so that any pack may name it."""
    limited = number >= world.counts["surface"]
    return {
        "title": f"Synthetic unsupported case {number}",
        "surface": world.surface(number),
        "connectors": world.some("connector", 20) if limited else [],
        "warehouses": ["duckdb"],
        "happens": world.prose(),
        "instead": world.prose(),
    }


def risk(world: World, number: int) -> Fields:
    """Hits hard, and is addressed."""
    return {
        "title": f"Synthetic risk {number}",
        "surface": world.surface(number),
        "owner": world.turn("role"),
        "likelihood": "low",
        "impact": "high",
        "no_way_back": world.line(),
        "happens": world.prose(),
        "detection": world.line(),
        "prevention": world.line(),
        "runbook": world.turn("runbook"),
    }


def gate(world: World, number: int) -> Fields:
    """Ten items, four criteria; every role of the first three may approve any gate."""
    attested = [
        {"id": f"criterion-{index}", "statement": world.line(), "role": world.name("role", 0)} for index in range(3)
    ]
    computed = {"id": "computed", "statement": world.line(), "condition": "no-findings", "rules": ["OPS407"]}
    return {
        "title": f"Synthetic gate {number}",
        "purpose": world.prose(),
        "scope": world.some("scope-item", 10),
        "criteria": [*attested, computed],
        "approvers": [world.name("role", 0)],
        "quorum": 1,
    }


def sign_off(world: World, number: int) -> Fields:
    """A yes."""
    return {
        "title": f"Synthetic sign-off {number}",
        "gate": world.name("gate", number),
        "person": world.name("person", number % 6),
        "role": world.name("role", 0),
        "signed": "2026-11-01",
        "expires": "2027-11-01",
        "digest": digest_of({"gate": world.name("gate", number)}),
        "subject": {"gate": world.name("gate", number)},
    }


def attestation(world: World, number: int) -> Fields:
    """Seen."""
    return {
        "title": f"Synthetic attestation {number}",
        "gate": world.name("gate", number),
        "criterion": "criterion-0",
        "person": world.name("person", number % 6),
        "role": world.name("role", 0),
        "attested": "2026-11-01",
        "holds": True,
        "seen": world.prose(),
    }


def run(world: World, number: int) -> Fields:  # noqa: ARG001 - as the others of the table
    """A command that ended well."""
    return {
        "title": f"Synthetic run {number}",
        "command": f"dfops check --max-files {number + 1}",
        "ran": "2026-11-01T12:00:00Z",
        "exit_code": 0,
        "seconds": number % 60,
    }


def launch_record(world: World, number: int) -> Fields:
    """A point of the burn-up."""
    day = (date(2026, 11, 1) - timedelta(days=number)).isoformat()
    count = {"holds": 1, "criteria": 4, "settled": number % 10, "items": 10, "signed": 0, "quorum": 1}
    return {"title": f"Synthetic record {number}", "day": day, "gates": {world.name("gate", 0): count}}


def waiver(world: World, number: int) -> Fields:
    """A criterion less."""
    return {
        "title": f"Synthetic waiver {number}",
        "gate": world.name("gate", number),
        "criterion": "criterion-1",
        "person": world.name("person", number % 6),
        "limits": world.line(),
        "granted": "2026-11-01",
        "approver": world.name("role", 0),
        "reason": world.prose(),
        "expires": "2027-01-30",
    }


def unbound(step: str) -> str:
    """What stands for the digest of a step until its runbook is there."""
    return f"sha256:{int(step.removeprefix('step-')):064x}"


def rehearsal(world: World, number: int) -> Fields:
    """Six steps walked and given up, as they stood then."""
    runbook = world.turn("runbook")
    walked = [
        {
            "step": f"{runbook}/step-{step:02d}",
            "digest": unbound(f"step-{step:02d}"),
            "seconds": 60 + step,
            **({"went": f"step-{step + 1:02d}"} if step < WALKED - 1 else {"note": world.line()}),
        }
        for step in range(WALKED)
    ]
    fixed = {"fixed": {"path": "ops_model/stability", "what": world.line()}}
    return {
        "title": f"Synthetic rehearsal {number}",
        "runbook": runbook,
        "held": world.day(),
        "people": world.some("person", 12),
        "setting": world.prose(),
        "walked": walked,
        "lessons": [
            {"what": world.line(), "step": f"{runbook}/step-00", "owner": world.turn("role"), "due": day, **fixed}
            for day in ("2026-11-01", "2027-11-01")
        ],
    }


def defect_class(world: World, number: int) -> Fields:
    """Of the surface with the same number, and of some more."""
    more = [name for name in world.some("surface", 10) if name != world.surface(number)]
    return {
        "title": f"Synthetic class {number}",
        "surfaces": [world.surface(number), *more],
        "meaning": world.prose(),
        "caught_by": world.line(),
        "runbook": world.turn("runbook"),
    }


def defect(world: World, number: int) -> Fields:
    """In each state in turn; a fixed one has its regression, an accepted one its terms."""
    state = STATES[number % len(STATES)]
    pack = number % world.counts["pack"]
    kept: Fields = {
        "connector": world.name("connector", pack),
        "validation": {"what": world.line(), "regression": world.name("regression", pack), "command": "dfops check"},
    }
    terms: Fields = {"accepted": {"by": world.turn("role"), "why": world.line(), "until": UNTIL, "users": world.line()}}
    days = sorted({world.day() for _ in range(5)})
    return {
        "title": f"Synthetic defect {number}",
        "surface": world.surface(number),
        "defect_class": world.name("defect-class", number),
        "severity": world.severity(number),
        "state": state,
        "owner": world.turn("role"),
        "connector": world.turn("connector"),
        "warehouses": ["duckdb", "postgres"],
        "seen": world.prose(),
        "workaround": world.prose(),
        "first_seen": days[0],
        "occurrences": days,
        "affected_installs": 1 + number % 40,
        "acceptance": world.line(),
        **{"fixed": kept, "accepted": terms}.get(state, {}),
    }


def tranche(world: World, number: int) -> Fields:
    """Eighty defects."""
    return {
        "title": f"Synthetic tranche {number}",
        "owner": world.turn("role"),
        "cadence": world.turn("cadence"),
        "starts": "2026-11-01",
        "ends": "2026-12-01",
        "goal": world.line(),
        "defects": world.some("defect", 80),
    }


def incident(world: World, number: int) -> Fields:
    """Six instants, four follow-ups."""
    follow_ups = [
        {"what": world.line(), "owner": world.turn("role"), "due": world.day_ahead(), "defect": defect}
        for defect in world.beside("defect", number, FOLLOW_UPS)
    ]
    return {
        "title": f"Synthetic incident {number}",
        "surface": world.surface(number),
        "severity": world.severity(number),
        "connector": world.turn("connector"),
        "impact": world.prose(),
        "timeline": [{"at": f"2026-10-01T0{hour}:00:00Z", "what": world.line()} for hour in range(6)],
        "ended": "2026-10-01T06:00:00Z",
        "follow_ups": follow_ups,
    }


def track(world: World, number: int) -> Fields:
    """Six tasks."""
    tasks = [
        {
            "id": f"task-{task}",
            "title": world.line(4),
            "do": world.prose(),
            "done_when": world.line(),
            "minutes": 10,
            "runbook": world.turn("runbook"),
        }
        for task in range(6)
    ]
    return {
        "title": f"Synthetic track {number}",
        "audience": world.line(),
        "leaves_with": world.line(),
        "owner": world.turn("role"),
        "surfaces": world.surfaces,
        "tasks": tasks,
    }


MAKERS = {
    "scope-item": scope_item,
    "deferral": deferral,
    "unsupported-case": unsupported_case,
    "risk": risk,
    "gate": gate,
    "sign-off": sign_off,
    "waiver": waiver,
    "attestation": attestation,
    "run": run,
    "launch-record": launch_record,
    "rehearsal": rehearsal,
    "defect-class": defect_class,
    "defect": defect,
    "tranche": tranche,
    "incident": incident,
    "track": track,
}
