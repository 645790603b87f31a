"""4xx, continued: rotations and roles do not count on people who left or are about to leave."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.oncall import Rotation
from generators.model.organization import Person, Role
from generators.oncall.civil import local_day, zone
from generators.oncall.schedule import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts

LEFT = Rule(
    "OPS414",
    "person-who-left",
    Severity.ERROR,
    "A rotation or role counts on somebody after the day on which they left.",
    "Pages and questions go to a person who is not there.",
    "Take them out, and name somebody else where nobody is left.",
)
RULES = (LEFT,)


def departed_people_are_replaced_in_layers(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No participant or shadow of a layer leaves within the 52 weeks ahead."""
    horizon = (facts.at + YEAR).date()
    departures = {person: day for person, day in _departures(catalog).items() if day <= horizon}
    for entry in catalog.entries_of(Rotation):
        for route, person in _people_of_layers(entry.entity):
            if person in departures:
                yield _departed(entry, route, person, departures[person])


def _people_of_layers(rotation: Rotation) -> Iterator[tuple[Route, str]]:
    """Every participant and shadow, with the place in the file."""
    for index, layer in enumerate(rotation.layers):
        for field in ("participants", "shadows"):
            for number, person in enumerate(getattr(layer, field)):
                yield ("layers", index, field, number), person


def departed_people_are_replaced_in_overrides(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Whoever takes a turn over is there until the override ends; days are those of the rotation's zone."""
    departures = _departures(catalog)
    for entry in catalog.entries_of(Rotation):
        where = zone(entry.entity.zone)
        for index, override in enumerate(entry.entity.overrides):
            left = departures.get(override.person)
            if left and left <= local_day(override.end - timedelta(microseconds=1), where):
                yield _departed(entry, ("overrides", index, "person"), override.person, left)


def departed_people_are_replaced_in_roles(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """No holder of a role has left by now."""
    today = facts.at.date()
    departures = {person: day for person, day in _departures(catalog).items() if day <= today}
    for entry in catalog.entries_of(Role):
        for number, person in enumerate(entry.entity.holders):
            if person in departures:
                yield _departed(entry, ("holders", number), person, departures[person])


def _departures(catalog: Catalog) -> Mapping[str, date]:
    """The day from which on a person is not there, for everybody who left or will leave."""
    return {entry.id: entry.entity.left for entry in catalog.entries_of(Person) if entry.entity.left}


def _departed(entry: Entry[Rotation] | Entry[Role], route: Route, person: str, left: date) -> Finding:
    return Finding(entry.at(*route), LEFT, f"'{person}' is not there from {left} on")


CHECKS = (
    departed_people_are_replaced_in_layers,
    departed_people_are_replaced_in_overrides,
    departed_people_are_replaced_in_roles,
)
