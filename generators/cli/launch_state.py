"""What the commands of the launch share: the state of the gates, who acts and for which role, and the record."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from generators import report
from generators.catalog.shape import shape
from generators.cli.lookup import entry_of
from generators.cli.options import Unusable, moment, repository
from generators.cli.rehearse_files import write_record
from generators.launch.readiness import readiness
from generators.model.launch import Gate
from generators.model.organization import Person, Role
from generators.report.text import printable
from generators.site import launch as launch_of
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from generators.catalog import Catalog, Entry
    from generators.launch.facts import LaunchFacts
    from generators.launch.readiness import GateState, Readiness
    from generators.model import Entity
    from generators.model.launch import Criterion

GateArgument = Annotated[str, typer.Argument(metavar="GATE", help="The gate, by id or title.")]
CriterionArgument = Annotated[str, typer.Argument(metavar="CRITERION", help="The criterion, by its id at the gate.")]
AsOption = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who you are: a seat or person by id.")]
RoleOption = Annotated[
    str | None,
    typer.Option("--role", metavar="ROLE", help="The role you act for; needed where you hold several that may."),
]


@dataclass(frozen=True, slots=True)
class Standing:
    """A repository, and how its launch stands at a moment."""

    top: Path
    facts: LaunchFacts
    ready: Readiness

    @property
    def catalog(self) -> Catalog:
        """The model."""
        return self.facts.catalog

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.facts.today

    def gate(self, name: str) -> GateState:
        """The gate of that name. Raises Unusable."""
        return self.ready.gates[entry_of(self.catalog, Gate, name).id]


def standing(root: Path, at: str | None = None) -> Standing:
    """How the launch stands at the moment asked about. Raises Unusable."""
    top = repository(root)
    _, facts = launch_of(top, moment(at))
    return Standing(top, facts, readiness(facts))


def require_read(catalog: Catalog) -> None:
    """Stop with what cannot be read: nobody approves what nobody knows."""
    if catalog.broken:
        sys.stdout.write(report.report(tuple(catalog.broken.values()), "text"))
        sys.stdout.write("Fix these first: what cannot be read cannot be signed, waived or attested.\n")
        raise typer.Exit(1)


def criterion_of(gate: Entry[Gate], name: str) -> Criterion:
    """The criterion of that id. Raises Unusable with all there are."""
    criteria = {criterion.id: criterion for criterion in gate.entity.criteria}
    if name not in criteria:
        raise Unusable(f"{gate.id} has no criterion {printable(name)!r}; there are: {', '.join(criteria)}")
    return criteria[name]


def actor(state: Standing, person: str, wanted: str | None, allowed: Iterable[str], what: str) -> tuple[str, str]:
    """The person, and the role of the allowed ones that they act for. Raises Unusable for whoever may not.

    `what` completes "The roles that …".
    """
    who = entry_of(state.catalog, Person, person)
    if who.entity.left and who.entity.left <= state.today:
        raise Unusable(f"{who.id} left on {who.entity.left}: someone who is there must do it")
    roles = list(allowed)
    if wanted is not None:
        role = entry_of(state.catalog, Role, wanted)
        if role.id not in roles:
            raise Unusable(f"{role.id} is none of the roles that {what}: {', '.join(roles)}")
        if who.id not in role.entity.holders:
            raise Unusable(f"{who.id} does not hold {role.id}, which {_held_by(role)}")
        return who.id, role.id
    held = [name for name in roles if _holds(state.catalog, who.id, name)]
    if not held:
        holders = "; ".join(f"{name} {_held_by(state.catalog.find(Role, name))}" for name in roles)
        raise Unusable(f"{who.id} holds none of the roles that {what}: {holders}")
    if len(held) > 1:
        raise Unusable(f"{who.id} holds several of the roles that {what}: name one with --role: {', '.join(held)}")
    return who.id, held[0]


def _holds(catalog: Catalog, person: str, name: str) -> bool:
    role = catalog.find(Role, name)
    return role is not None and person in role.entity.holders


def _held_by(role: Entry[Role] | None) -> str:
    return f"is held by {', '.join(role.entity.holders)}" if role and role.entity.holders else "is vacant"


def refuse(sentence: str, lines: Iterable[str] = ()) -> NoReturn:
    """Say why nothing is recorded, and exit 1."""
    sys.stdout.write("".join(f"{printable(line)}\n" for line in (sentence, *lines)))
    raise typer.Exit(1)


def write(top: Path, kind: type[Entity], names: Iterator[str], text: str) -> str:
    """Write a record under the first free name; its path below the root. Raises Unusable for what nobody could read."""
    folder = kind.folder.pattern.rsplit("/", 1)[0]
    require_readable(kind, text)
    return write_record(top, folder, names, text)


def require_readable(kind: type[Entity], text: str) -> None:
    """Raises Unusable with the first thing that the reader would refuse in a record."""
    reading = read(f"the {kind.kind}", text.encode())
    findings = list(reading.findings)
    if reading.document is not None and not findings:
        findings += shape(reading.document, kind)[1]
    if findings:
        raise Unusable(f"this cannot be recorded: {findings[0].message}; nothing was written")
