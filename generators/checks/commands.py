"""Every command line that people are told to run is accepted by the parser of the installed command itself."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from generators.findings import Finding, Place, Rule, Severity
from generators.model.onboarding import Track
from generators.model.operating import ReleaseTrain
from generators.model.organization import Surface
from generators.model.pack import WarehouseSetup
from generators.model.runbook import Runbook
from generators.model.support import Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity

    PlacedCommand = tuple[Entry[Entity], Route, str]

REFUSED_COMMAND = Rule(
    "OPS310",
    "refused-command",
    Severity.ERROR,
    "The installed command does not accept a line that this text tells people to run.",
    "A command that fails when pasted costs the trust in every other one.",
    "Correct it by `COMMAND --help`; a command that does not exist yet must not appear.",
)
RULES = (REFUSED_COMMAND,)


def commands_are_real(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Lines in steps, onboarding tasks, release gates, touchpoints, and what users are asked or told to try."""
    for entry, route, command in _commands(catalog):
        for line, sentence in facts.installed.problems(command):
            yield Finding(line_of(entry, route, command, line), REFUSED_COMMAND, sentence)


def line_of(entry: Entry[Entity], route: Route, command: str, line: int) -> Place:
    """The place of one line of a command, counted from 0."""
    text = [*command.split("\n"), *[""] * line][line]
    start = len(text) - len(text.lstrip())
    return entry.document.within(*route, line=line, column=start, width=max(1, len(text.strip())))


def _commands(catalog: Catalog) -> Iterator[PlacedCommand]:
    return chain(
        _in_runbooks(catalog),
        _in_tracks(catalog),
        _in_trains(catalog),
        _in_symptoms(catalog),
        _in_surfaces(catalog),
        _in_setups(catalog),
    )


def _in_runbooks(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(Runbook):
        for index, step in enumerate(entry.entity.steps):
            yield entry, ("steps", index, "command"), step.command or ""


def _in_tracks(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(Track):
        for index, task in enumerate(entry.entity.tasks):
            yield entry, ("tasks", index, "command"), task.command or ""


def _in_trains(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(ReleaseTrain):
        for index, gate in enumerate(entry.entity.gates):
            yield entry, ("gates", index, "command"), gate.command or ""


def _in_symptoms(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(Symptom):
        for field, requests in (("ask", entry.entity.ask), ("try_first", entry.entity.try_first)):
            for index, request in enumerate(requests):
                yield entry, (field, index, "command"), request.command or ""


def _in_surfaces(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(Surface):
        for index, point in enumerate(entry.entity.touchpoints):
            if point.form == "command":
                yield entry, ("touchpoints", index, "value"), point.value


def _in_setups(catalog: Catalog) -> Iterator[PlacedCommand]:
    for entry in catalog.entries_of(WarehouseSetup):
        for index, block in enumerate(entry.entity.blocks):
            yield entry, ("blocks", index, "command"), block.command


def documented_commands_are_real(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Lines in the console blocks of pages that are written by hand."""
    for block in facts.consoles:
        for line, sentence in facts.installed.problems(block.text):
            yield Finding(Place(block.path, block.line + line), REFUSED_COMMAND, sentence)


CHECKS = (commands_are_real, documented_commands_are_real)
