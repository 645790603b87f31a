"""The lines of the model and of pages that would be wrong with another version of a runtime.

They are found by asking the checks twice, with what one version accepts and with what the other does: what only the
second time finds is what changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from generators.checks import commands, launch
from generators.checks.codes import UNKNOWN_CODE
from generators.findings import Finding, Place, in_order, nearest
from generators.model.pack import PackEvidence
from generators.model.runtime import Runtime
from generators.model.runtime_report import RuntimeReport
from generators.runtime.known import KnownRuntime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.catalog import Catalog, Entry, Route
    from generators.checks.facts import Facts
    from generators.model import Entity
    from generators.runtime.snapshots import Snapshot
    from generators.source.document import Tree

JUDGING = (*commands.CHECKS, launch.criteria_can_be_asked)
"""The checks that judge command lines."""
RECORDS = (Runtime, RuntimeReport, PackEvidence)
"""Kinds that say what a version had: they stay true."""

_DEFAULT = re.compile(r"\{([a-z][a-z0-9_]*)=[^{}]*\}")
"""An operand in the line of an action, with what stands there where it is left out."""


@dataclass(frozen=True)
class Pretended(KnownRuntime):
    """A runtime as if it accepted what another version accepts."""

    taken: Snapshot | None = None

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """What was taken of the other version."""
        return self.taken


def pretending(facts: Facts, runtime: str, snapshot: Snapshot) -> Facts:
    """The facts as if a runtime, named by its id, were another version."""
    runtimes = tuple(
        Pretended(known.entry, known.release, known.root, known.environments, snapshot)
        if known.id == runtime
        else known
        for known in facts.installed.runtimes
    )
    return replace(facts, installed=replace(facts.installed, runtimes=runtimes))


@dataclass(frozen=True)
class Lines:
    """The command lines of a runtime in the model and on pages, as one of its versions accepts them."""

    catalog: Catalog
    facts: Facts
    runtime: str
    """Its id. The later version may be one of a runtime that took its place."""
    before: Snapshot

    def refused_by(self, after: Snapshot) -> tuple[Finding, ...]:
        """Every line that the later version refuses and the earlier one accepts, at its place."""
        found = _findings(self.catalog, pretending(self.facts, self.runtime, after))
        return in_order(each for each in found if _spot(each) not in self._wrong)

    @cached_property
    def _wrong(self) -> frozenset[tuple[str, int, int]]:
        found = _findings(self.catalog, pretending(self.facts, self.runtime, self.before))
        return frozenset(map(_spot, found))


def _spot(finding: Finding) -> tuple[str, int, int]:
    """Where a finding stands: a line that was refused before is no news, for whatever reason it is refused now."""
    return finding.place.path, finding.place.line, finding.place.column


def _findings(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    for check in JUDGING:
        yield from check(catalog, facts)
    for entry in catalog.entries_of(Runtime):
        for route, text in _texts(entry.document.tree.get("actions"), ("actions",)):
            for _, sentence in facts.installed.problems(_DEFAULT.sub(r"{\1}", text.replace("[", "").replace("]", ""))):
                yield Finding(entry.at(*route), commands.REFUSED_COMMAND, sentence)


@dataclass(frozen=True, slots=True)
class LostCodes:
    """Codes that a version has no longer, and what it has instead."""

    version: str
    """The runtime with its version, as people call it."""
    gone: tuple[str, ...]
    known: tuple[str, ...]

    def places(self, catalog: Catalog, pages: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
        """Everywhere in the model and on pages written by hand, as path and text, that names one of them."""
        if not self.gone:
            return ()
        names = "|".join(map(re.escape, sorted(self.gone, key=len, reverse=True)))
        wanted = re.compile(rf"(?<![A-Z0-9-])(?:{names})(?![A-Z0-9]|-[A-Z0-9])")
        found = [*self._in_model(catalog, wanted), *self._on_pages(pages, wanted)]
        return in_order(found)

    def _in_model(self, catalog: Catalog, wanted: re.Pattern[str]) -> Iterator[Finding]:
        for entry in catalog.everything():
            if isinstance(entry.entity, RECORDS) or not any(map(entry.document.holds, self.gone)):
                continue
            for route, text in _texts(entry.document.tree, ()):
                for code in wanted.finditer(text):
                    yield self._finding(_place(entry, route, code), code[0])

    def _on_pages(self, pages: Iterable[tuple[str, str]], wanted: re.Pattern[str]) -> Iterator[Finding]:
        for path, text in pages:
            for number, line in enumerate(text.splitlines(), start=1):
                for code in wanted.finditer(line):
                    place = Place(path, number, code.start() + 1, line, len(code[0]))
                    yield self._finding(place, code[0])

    def _finding(self, place: Place, code: str) -> Finding:
        return Finding(place, UNKNOWN_CODE, f"{self.version} has no code '{code}'", nearest(code, self.known))


def _place(entry: Entry[Entity], route: Route, code: re.Match[str]) -> Place:
    return replace(entry.document.at_character(*route, offset=code.start()), width=len(code[0]))


def _texts(tree: Tree, route: Route) -> Iterator[tuple[Route, str]]:
    if isinstance(tree, str):
        yield route, tree
    elif isinstance(tree, (dict, list)):
        for step, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _texts(inner, (*route, step))
