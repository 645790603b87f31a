"""Who there is, who answers, and how the work recurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from generators.model.operating import Area

if TYPE_CHECKING:
    from tests.bench.synthetic.world import Fields, World

ZONES = ("Europe/London", "America/Los_Angeles", "Asia/Kolkata", "UTC")
AREAS = get_args(Area)


def person(world: World, number: int) -> Fields:  # noqa: ARG001 - the signature of every maker
    """A seat."""
    return {
        "title": f"Synthetic seat {number}",
        "zone": ZONES[number % len(ZONES)],
        "contacts": [{"channel": "email", "address": f"seat-{number}@example.org"}],
        "time_off": [{"first": "2025-12-01", "last": "2025-12-10"}],
    }


def role(world: World, number: int) -> Fields:
    """A held role."""
    return {
        "title": f"Synthetic role {number}",
        "purpose": world.prose(),
        "responsibilities": [world.line() for _ in range(4)],
        "holders": world.some("person", 6),
        "takes_unrouted_alerts": number == 0,
    }


def team(world: World, number: int) -> Fields:
    """A large team."""
    return {
        "title": f"Synthetic team {number}",
        "purpose": world.prose(),
        "roles": world.some("role", 8),
        "members": world.some("person", world.counts["person"]),
        "surfaces": world.surfaces,
    }


def surface(world: World, number: int) -> Fields:
    """A surface with everything of its own."""
    return {
        "title": f"Synthetic surface {number}",
        "summary": world.prose(),
        "owner": world.turn("role"),
        "rotation": world.name("rotation", number),
        "escalation": world.name("escalation-policy", number),
        "release_train": world.name("release-train", number),
        "runbook_folder": world.surface(number),
        "touchpoints": [{"form": "command", "value": "dft validate charts/", "what": world.line()}],
    }


def rotation(world: World, number: int) -> Fields:
    """Two layers of people who are in no other rotation; each week Monday to Monday, holidays or not."""
    share = world.counts["person"] // world.counts["rotation"]
    people = [world.name("person", share * number + seat) for seat in range(share)]
    layers = [
        {
            "id": f"layer-{layer}",
            "participants": people,
            "starts": "2026-01-05",
            "handoff": {"weekday": "monday", "time": "09:00", "on_holidays": "keep"},
            "length": {"amount": 1, "unit": "weeks"},
        }
        for layer in range(2)
    ]
    return {
        "title": f"Synthetic rotation {number}",
        "surface": world.surface(number),
        "zone": ZONES[number % len(ZONES)],
        "layers": layers,
        "holidays": world.turn("holiday-calendar"),
    }


def holiday_calendar(world: World, number: int) -> Fields:
    """Ten days off in each of the years that a check may look at."""
    days = [
        {"day": f"{year}-{month:02d}-01", "name": world.line(2)} for year in range(2026, 2031) for month in range(1, 11)
    ]
    return {"title": f"Synthetic holidays {number}", "days": days}


def escalation_policy(world: World, number: int) -> Fields:
    """Three steps within a quarter of an hour."""
    rotation_of_it = {"rotation": world.name("rotation", number)}
    steps = [
        {"after_minutes": minutes, "notify": [rotation_of_it, {"role": world.turn("role")}]} for minutes in (0, 5, 10)
    ]
    return {"title": f"Synthetic escalation {number}", "steps": steps, "repeat": 1}


def release_train(world: World, number: int) -> Fields:
    """Three gates."""
    gates = [
        {
            "id": f"gate-{gate}",
            "question": world.line(),
            "owner": world.turn("role"),
            "command": "dfops check --format json",
            "evidence": world.line(),
        }
        for gate in range(3)
    ]
    return {
        "title": f"Synthetic train {number}",
        "surface": world.surface(number),
        "owner": world.turn("role"),
        "cadence": world.turn("cadence"),
        "versioning": world.prose(),
        "gates": gates,
        "changelog": [world.line()],
        "off_schedule": world.prose(),
        "rollback": world.turn("runbook"),
    }


def decision(world: World, number: int) -> Fields:
    """For every surface, so that no area is left undecided anywhere."""
    return {
        "title": f"Synthetic decision {number}",
        "area": AREAS[number % len(AREAS)],
        "surfaces": world.surfaces,
        "owner": world.turn("role"),
        "asked": world.some("role", 40),
        "cadence": world.turn("cadence"),
        "rule": world.prose(),
        "hand_off": {"to": world.turn("role"), "what": world.line()},
        "recorded": {"what": world.line(), "path": "ops_model/operating/cycles/*.yaml"},
        "runbook": world.turn("runbook"),
    }


def cadence(world: World, number: int) -> Fields:
    """A weekly review."""
    return {
        "title": f"Synthetic cadence {number}",
        "surfaces": world.surfaces,
        "owner": world.turn("role"),
        "recurrence": "FREQ=WEEKLY;BYDAY=MO",
        "starts": world.monday(),
        "time": "14:30",
        "zone": ZONES[number % len(ZONES)],
        "minutes": 45,
        "agenda": [world.line() for _ in range(3)],
        "outputs": [world.line()],
        "runbook": world.turn("runbook"),
    }


def cycle(world: World, number: int) -> Fields:
    """A held occurrence, with two changes."""
    changes = [
        {"path": f"ops_model/stability/defects/{world.turn('defect')}.yaml", "what": world.line()} for _ in range(2)
    ]
    return {
        "title": f"Synthetic cycle {number}",
        "cadence": world.turn("cadence"),
        "held": world.day(),
        "attended": world.some("person", 25),
        "outcome": world.prose(),
        "changes": changes,
    }


def connector(world: World, number: int) -> Fields:
    """A connector with scores."""
    scores = dict.fromkeys(("demand", "breadth", "readiness", "upkeep"), 1 + number % 5)
    return {
        "title": f"Synthetic connector {number}",
        "summary": world.prose(),
        "schema_name": f"synthetic_{number}",
        "tables": 1 + number % 90,
        "tables_declared": world.declared(number),
        "source": f"https://example.org/synthetic/{number}",
        "priority": {**scores, "basis": world.line(), "declared": world.declared(number)},
        "watch": [world.line() for _ in range(3)],
    }


MAKERS = {
    "person": person,
    "role": role,
    "team": team,
    "surface": surface,
    "rotation": rotation,
    "holiday-calendar": holiday_calendar,
    "escalation-policy": escalation_policy,
    "release-train": release_train,
    "decision": decision,
    "cadence": cadence,
    "cycle": cycle,
    "connector": connector,
}
