"""4xx, continued: rotations and roles do not count on people who left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.model.oncall import Rotation
from generators.model.organization import Person, Role
from generators.oncall.civil import local_day, zone
from generators.oncall.coverage import departed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.oncall.coverage import Departed
    from generators.oncall.roster import Roster

LEFT = Rule(
    "OPS414",
    "person-who-left",
    Severity.ERROR,
    "A rotation or role counts on somebody after the day on which they left.",
    "Pages and questions go to a person who is not there.",
    "Take them out, and name somebody else where nobody is left.",
)
RULES = (LEFT,)


def turns_after_departures(catalog: Catalog, roster: Roster) -> Iterator[Finding]:
    """Turns and shadows of people whose last day has come by the roster's start. A last day ahead is a plan."""
    at = roster.window.start
    open_turns = {(one.rotation, one.layer, one.person): one for one in departed(roster)}
    for entry in catalog.entries_of(Rotation):
        for index, layer in enumerate(entry.entity.layers):
            for number, one in enumerate(layer.order):
                turns = open_turns.get((entry.id, layer.id, one.person))
                if turns and _has_left(roster, one.person, at):
                    message = f"'{one.person}' left; {_stretches(turns)} until {roster.window.end:%Y-%m-%d} have nobody"
                    yield Finding(entry.at("layers", index, "participants", number), LEFT, message)
            for number, shadow in enumerate(layer.shadows):
                if _has_left(roster, shadow, at):
                    place = entry.at("layers", index, "shadows", number)
                    yield Finding(place, LEFT, f"the shadow '{shadow}' left")


def _has_left(roster: Roster, person: str, at: datetime) -> bool:
    departure = roster.departure(person)
    return departure is not None and departure <= at


def _stretches(turns: Departed) -> str:
    first = f"{turns.first.start:%Y-%m-%d %H:%MZ}"
    return f"a turn from {first}" if turns.count == 1 else f"{turns.count} stretches from {first}"


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
    departed_people_are_replaced_in_overrides,
    departed_people_are_replaced_in_roles,
)
