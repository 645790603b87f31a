"""Small catalogs of rotations, people and policies, made in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from generators.catalog import Entry
from generators.catalog.entries import catalog_of
from generators.model.oncall import EscalationPolicy, EscalationStep, HolidayCalendar, Rotation, Target
from generators.model.organization import Person, Role, Surface
from generators.model.refs import PersonRef, RoleRef, RotationRef, SurfaceRef
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.model import Entity

START = datetime(2026, 11, 23, tzinfo=UTC)
"""A Monday."""


def catalog(**entities: Mapping[str, Entity]) -> Catalog:
    """Entities by name, under whatever keyword; their files hold nothing."""
    empty = read("empty.yaml", b"title: Empty\n").document
    assert empty is not None
    entries = [
        Entry(entity.kind, name.replace("_", "-"), entity, empty)
        for named in entities.values()
        for name, entity in named.items()
    ]
    return catalog_of(entries)


def person(zone: str = "Europe/London", **more: Any) -> Person:
    """Somebody in London."""
    return Person(title="Somebody", zone=zone, **more)


def weekly(*people: str, zone: str = "Europe/London", **more: Any) -> Rotation:
    """Turns of a week, handed over on Mondays at 09:00 since 2 November 2026."""
    layer = {
        "id": "watch",
        "participants": tuple(PersonRef(name) for name in people),
        "starts": date(2026, 11, 2),
        "handoff": {"weekday": "monday", "time": "09:00"},
        "length": {"amount": 1, "unit": "weeks"},
    }
    return Rotation.model_validate(
        {"title": "Watch", "surface": SurfaceRef("lamp"), "zone": zone, "layers": (layer,), **more}
    )


def policy(*steps: tuple[int, str], **more: Any) -> EscalationPolicy:
    """Steps by minute; a name with `role:` in front is a role, any other a rotation."""
    made = tuple(
        EscalationStep(
            after_minutes=minutes,
            notify=(
                Target(role=RoleRef(name.removeprefix("role:")))
                if name.startswith("role:")
                else Target(rotation=RotationRef(name)),
            ),
        )
        for minutes, name in steps
    )
    return EscalationPolicy(title="Policy", steps=made, **more)


def role(*holders: str) -> Role:
    """A role held by these."""
    return Role(title="Role", purpose="Answers", responsibilities=("Answers",), holders=tuple(map(PersonRef, holders)))


__all__ = ["START", "HolidayCalendar", "Surface", "catalog", "person", "policy", "role", "weekly"]
