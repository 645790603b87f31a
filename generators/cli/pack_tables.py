"""A pack against the tables of the project that it goes into, before anything is written."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from generators.published.fit import Fit, fit
from generators.published.projects import NoProject, project_in
from generators.published.warehouse import NotChecked, Where, columns_of
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generators.published.installed import Target
    from generators.published.manifest import PackManifest
    from generators.published.projects import UserProject

CheckOption = Annotated[
    bool,
    typer.Option("--check/--no-check", help="Whether the runtime of the project is asked for your columns first."),
]
NAMED = 3
"""Boards that a sentence names."""


@dataclass(slots=True)
class Tables:
    """The tables of a project's sources, each asked for once."""

    project: Path
    wanted: bool
    """Whether they are asked for at all."""
    _known: dict[Where, Mapping[str, frozenset[str]] | NotChecked] = field(default_factory=dict)

    def fitting(self, manifest: PackManifest, target: Target, reader: UserProject | None = None) -> Fit | NotChecked:
        """How the boards of an archive fit the tables that they would read."""
        if not self.wanted:
            return NotChecked("--no-check")
        if not manifest.reads:
            return NotChecked(f"{manifest.title} {manifest.version} does not say what its boards read")
        tables = tuple(sorted({table for reads in manifest.reads.values() for table in reads}))
        where = Where(target.source, manifest.warehouse, target.place.schema, target.place.database, tables)
        if where not in self._known:
            self._known[where] = self._asked(manifest, where, reader)
        found = self._known[where]
        return found if isinstance(found, NotChecked) else fit(manifest, found)

    def _asked(
        self, manifest: PackManifest, where: Where, reader: UserProject | None
    ) -> Mapping[str, frozenset[str]] | NotChecked:
        try:
            project = reader or project_in(self.project, [manifest.runtime])
        except NoProject as error:
            return NotChecked(str(error))
        if sys.stderr.isatty():
            sys.stderr.write(f"Asking {manifest.runtime.program} for the columns of your tables …\n")
        found = columns_of(project, where, os.environ)  # noqa: TID251 - the edge asks
        if isinstance(found, NotChecked):
            return found
        return found.names or NotChecked(f"schema {where.schema} shows none of the tables that the boards read")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What of an archive goes into a project, and what is said of it."""

    files: dict[str, bytes]
    left_out: dict[str, tuple[str, ...]]
    """Boards that are not written, and the optional tables and columns that are missing."""
    broken: tuple[str, ...]
    """Lines, a board each: what it asks for that is required and missing."""
    not_checked: str = ""
    """Why the tables were not asked for."""

    def lines(self) -> Iterator[str]:
        """What is said where something is installed."""
        for board, missing in self.left_out.items():
            yield f"  left out, until you have {', '.join(missing)}: {board}"
        if self.left_out:
            yield "  A later `dfops pack upgrade` adds what was left out."
        if self.not_checked:
            yield f"  Not checked against your tables: {self.not_checked}."
        yield from self.broken


def fitted(files: dict[str, bytes], manifest: PackManifest, found: Fit | NotChecked) -> Fitted:
    """The files of an archive without the boards that lack optional tables."""
    if isinstance(found, NotChecked):
        reason = "" if found.reason == "--no-check" else found.reason
        return Fitted(files, {}, (), printable(reason))
    suffix = manifest.runtime.suffix
    left_out = {board.board: board.missing for board in found.of("left out")}
    gone = {f"{board}{suffix}" for board in left_out}
    kept = {path: data for path, data in files.items() if path not in gone}
    broken = found.of("broken")
    lines = [f"  {board.board} asks for {', '.join(board.required)}" for board in broken[:NAMED]]
    if len(broken) > NAMED:
        lines.append(f"  and {len(broken) - NAMED} more boards ask for what is missing")
    return Fitted(kept, left_out, tuple(lines))


def refusal(what: str, found: Fitted, otherwise: str = "--no-check does it all the same") -> str:
    """What is said where a pack would be broken on the tables that are there, and how to do it all the same."""
    head = f"{what}: your tables lack what it needs, so nothing was changed; {otherwise}\n"
    return printable(head.rstrip("\n")) + "\n" + "".join(f"{printable(line)}\n" for line in found.broken)
