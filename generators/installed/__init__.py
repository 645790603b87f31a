"""What the installed commands accept: `dft`, `make`, and commands of our own. Nothing is run, nothing is written.

Dataface takes more than a second to import, so that is done when its first line is judged or its codes are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from generators.installed import dataface
from generators.installed.dataface import Diagnostic, Missing
from generators.installed.grammar import CommandGrammar, Grammar, LazyGrammar
from generators.installed.lines import Invocation, Unreadable, invocations, placeholders
from generators.installed.makefile import MakeGrammar, targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer._click.core import Command

__all__ = [
    "CommandGrammar",
    "Diagnostic",
    "Grammar",
    "Installed",
    "Invocation",
    "MakeGrammar",
    "Missing",
    "Unreadable",
    "installed",
    "invocations",
    "placeholders",
    "targets",
]


@dataclass(frozen=True)
class Installed:
    """The commands a page may name, by program: those of our own, `make` for one Makefile's text, and `dft`."""

    own: Mapping[str, Command]
    makefile: str

    @cached_property
    def grammars(self) -> Mapping[str, Grammar]:
        """By the name of the program. Looking at the mapping imports nothing."""
        own: dict[str, Grammar] = {program: CommandGrammar(program, command) for program, command in self.own.items()}
        make = MakeGrammar(targets(self.makefile))
        return MappingProxyType({"dft": LazyGrammar(self._dft), "make": make, **own})

    @cached_property
    def diagnostics(self) -> Mapping[str, str]:
        """Dataface's diagnostic codes and when each is reported; empty where they could not be looked up."""
        codes = self._codes
        return MappingProxyType({} if isinstance(codes, Missing) else {code.code: code.summary for code in codes})

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What could not be looked up so far: read it after the questions.

        An absent package is known at once, one that fails to import only when it was needed.
        """
        answers = [dataface.version(), *(vars(self).get(name) for name in ("_command", "_codes"))]
        return tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, Missing)))

    def problems(self, snippet: str) -> list[tuple[int, str]]:
        """What keeps the commands of a shell snippet from working as written: line from 0 inside it, one sentence.

        Programs that are not known here are not judged. Raises nothing.
        """
        problems: list[tuple[int, str]] = []
        for item in invocations(snippet):
            if isinstance(item, Unreadable):
                problems.append((item.line, item.sentence))
            elif (grammar := self.grammars.get(item.program)) and (problem := grammar.problem(item.words)):
                problems.append((item.line, problem))
        return sorted(problems, key=lambda pair: pair[0])

    @cached_property
    def _command(self) -> Command | Missing:
        return dataface.command()

    @cached_property
    def _codes(self) -> tuple[Diagnostic, ...] | Missing:
        return dataface.diagnostic_codes()

    def _dft(self) -> Grammar | None:
        command = self._command
        return None if isinstance(command, Missing) else CommandGrammar("dft", command, dataface.idle_groups())


def installed(own: Mapping[str, Command], makefile: str) -> Installed:
    """The installed commands, with `own` Typer commands by program name and the text of the Makefile at the root."""
    return Installed(own=MappingProxyType(dict(own)), makefile=makefile)
