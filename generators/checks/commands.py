"""Every command line that people are told to run is accepted by the parser of the installed command itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.findings import Finding, Place, Rule, Severity
from generators.model.onboarding import Track
from generators.model.operating import ReleaseTrain
from generators.model.organization import Surface
from generators.model.runbook import Runbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity

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
    """Lines in steps, onboarding tasks, release gates and touchpoints."""
    for entry, route, command in _commands(catalog):
        for _, sentence in facts.installed.problems(command):
            yield Finding(entry.at(*route), REFUSED_COMMAND, sentence)


def _commands(catalog: Catalog) -> Iterator[tuple[Entry[Entity], Route, str]]:
    for runbook in catalog.entries_of(Runbook):
        for index, step in enumerate(runbook.entity.steps):
            yield runbook, ("steps", index, "command"), step.command or ""
    for track in catalog.entries_of(Track):
        for index, task in enumerate(track.entity.tasks):
            yield track, ("tasks", index, "command"), task.command or ""
    for train in catalog.entries_of(ReleaseTrain):
        for index, gate in enumerate(train.entity.gates):
            yield train, ("gates", index, "command"), gate.command or ""
    for surface in catalog.entries_of(Surface):
        for index, point in enumerate(surface.entity.touchpoints):
            if point.form == "command":
                yield surface, ("touchpoints", index, "value"), point.value


def documented_commands_are_real(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Lines in the console blocks of pages that are written by hand."""
    for block in facts.consoles:
        for line, sentence in facts.installed.problems(block.text):
            yield Finding(Place(block.path, block.line + line), REFUSED_COMMAND, sentence)


CHECKS = (commands_are_real, documented_commands_are_real)
