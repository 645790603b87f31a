"""What commands accept: those of the runtimes, `make`, and our own. Nothing is run, nothing is written.

A runtime need not be installed: its command tree and codes were written down, and a test holds them to the real ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from generators.installed.grammar import CommandGrammar, Grammar, LazyGrammar, LiveNode, WrittenNode
from generators.installed.lines import Invocation, Unreadable, invocations, placeholders
from generators.installed.makefile import MakeGrammar, targets
from generators.runtime.actions import has_actions, spelled, written_out
from generators.runtime.releases import Releases, releases
from generators.runtime.snapshots import UnreadableSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.model.runtime import Runtime
    from generators.runtime.actions import Problem
    from generators.runtime.known import KnownRuntime
    from generators.runtime.snapshots import Code, Snapshot

__all__ = [
    "CommandGrammar",
    "Grammar",
    "Installed",
    "Invocation",
    "MakeGrammar",
    "Unknown",
    "Unreadable",
    "installed",
    "invocations",
    "placeholders",
    "targets",
]

# Where the text of a code has a stop before its first sentence ends, its registry gives it a summary of its own.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A runtime, by id, of which no snapshot can be read, and why."""

    runtime: str
    reason: str


@dataclass(frozen=True)
class Installed:
    """The commands a page may name, by program: our own, `make` for one Makefile's text, and those of the runtimes."""

    own: Mapping[str, Any]
    makefile: str
    runtimes: tuple[KnownRuntime, ...] = field(default=())

    @cached_property
    def grammars(self) -> Mapping[str, Grammar]:
        """By the name of the program. Looking at the mapping reads no snapshot."""
        grammars: dict[str, Grammar] = {
            runtime.runtime.program: LazyGrammar(partial(self._written, runtime)) for runtime in self.runtimes
        }
        grammars["make"] = MakeGrammar(targets(self.makefile))
        for program, command in self.own.items():
            grammars[program] = CommandGrammar(program, LiveNode(command, program))
        return MappingProxyType(grammars)

    @cached_property
    def diagnostics(self) -> Mapping[str, str]:
        """Codes that a runtime can report, and when it does; in the words of the current one where it has the code."""
        codes: dict[str, str] = {}
        for _, snapshot in self._snapshots():
            for name, code in snapshot.codes.items():
                codes.setdefault(name, summary_of(code))
        return MappingProxyType(dict(sorted(codes.items())))

    @cached_property
    def releases(self) -> Releases:
        """Which release reports which code."""
        return releases(self.runtimes)

    @property
    def missing_snapshots(self) -> tuple[Unknown, ...]:
        """Runtimes whose snapshot cannot be read, or is not there: their lines pass, their codes are not known."""
        reasons = ((runtime.id, _reason(runtime)) for runtime in self.runtimes)
        return tuple(Unknown(name, reason) for name, reason in reasons if reason)

    def problems(self, snippet: str) -> list[tuple[int, str]]:
        """What keeps the commands of a shell snippet from working as written: line from 0 inside it, one sentence.

        Actions are judged as each runtime spells them. Programs that are not known here are not judged. Raises nothing.
        """
        problems = [problem for text in self._spelled(snippet) for problem in self._refused(text)]
        return sorted(dict.fromkeys(problems), key=lambda pair: pair[0])

    def misspelled(self, snippet: str) -> tuple[Problem, ...]:
        """The actions of a snippet that no runtime knows, or whose operands do not fit."""
        current = self.current
        return spelled(snippet, current, current).problems if current and has_actions(snippet) else ()

    def written_out(self, snippet: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Commands of runtimes for which actions exist: line from 0 inside the snippet, the command, the actions."""
        for item in invocations(snippet):
            if isinstance(item, Invocation):
                for runtime in self.runtimes:
                    if actions := written_out(item.program, item.words, runtime.runtime):
                        yield item.line, " ".join((item.program, *item.words[:1])), actions

    @property
    def current(self) -> Runtime | None:
        """The runtime whose words pages show first."""
        return next((known.runtime for known in self.runtimes if known.is_current), None)

    def _spelled(self, snippet: str) -> Iterator[str]:
        """A snippet as each runtime spells it, each text once."""
        current = self.current
        if current is None or not has_actions(snippet):
            return iter((snippet,))
        return iter(dict.fromkeys(spelled(snippet, known.runtime, current).text for known in self.runtimes))

    def _refused(self, snippet: str) -> Iterator[tuple[int, str]]:
        for item in invocations(snippet):
            if isinstance(item, Unreadable):
                yield item.line, item.sentence
            elif (grammar := self.grammars.get(item.program)) and (problem := grammar.problem(item.words)):
                yield item.line, problem

    def _written(self, runtime: KnownRuntime) -> Grammar | None:
        snapshot = _snapshot(runtime)
        return CommandGrammar(runtime.runtime.program, WrittenNode(snapshot.commands)) if snapshot else None

    def _snapshots(self) -> Iterator[tuple[KnownRuntime, Snapshot]]:
        for runtime in self.runtimes:
            if snapshot := _snapshot(runtime):
                yield runtime, snapshot


def installed(own: Mapping[str, Any], makefile: str, runtimes: tuple[KnownRuntime, ...] = ()) -> Installed:
    """What commands accept: `own` Typer commands by program, the Makefile's text, and runtimes, the current first."""
    return Installed(own=MappingProxyType(dict(own)), makefile=makefile, runtimes=runtimes)


def summary_of(code: Code) -> str:
    """One sentence on when a runtime reports a code."""
    return code.summary or _SENTENCE_END.split(code.doc, maxsplit=1)[0]


def _snapshot(runtime: KnownRuntime) -> Snapshot | None:
    try:
        return runtime.snapshot
    except UnreadableSnapshot:
        return None


def _reason(runtime: KnownRuntime) -> str:
    """Why nothing is known of a runtime; "" where something is."""
    try:
        return "" if runtime.snapshot else f"the commands and codes of {runtime.name} were not written down"
    except UnreadableSnapshot as error:
        return str(error)
