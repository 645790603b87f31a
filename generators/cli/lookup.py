"""What people name on a command line, looked up; a name that is none is answered with the nearest one, or with all."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from generators import report
from generators.cli.options import Unusable
from generators.findings import Severity
from generators.findings.naming import Unanswerable, named
from generators.model import KINDS, Entity
from generators.packs.reading.decoding import BadExport
from generators.packs.reading.tables import Asked, read_export
from generators.published.names import name_trouble
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generators.catalog import Catalog, Entry
    from generators.findings import Finding
    from generators.packs.reading.collection import Packs
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Snapshot
    from generators.runtime.known import KnownRuntime

E = TypeVar("E", bound=Entity)
SHOWN = 80
"""Characters of what was typed that a refusal repeats."""


def name_of(what: str, name: str, titles: Mapping[str, str]) -> str:
    """The id that was meant, by itself or by its title. Raises Unusable with the nearest name, or all there are."""
    try:
        return named(what, name, titles)
    except Unanswerable as problem:
        raise Unusable(str(problem)) from None


def entry_of(catalog: Catalog, kind: type[E], name: str) -> Entry[E]:
    """The entity of that name. Raises Unusable as above, and for one whose file cannot be read, with the place."""
    if broken := catalog.broken.get((kind.kind, name)):
        place = f"{broken.place.path}:{broken.place.line}:{broken.place.column}"
        raise Unusable(f"{kind.kind} {name} cannot be read: {place}: {broken.message}")
    entries = {entry.id: entry for entry in catalog.entries_of(kind)}
    return entries[name_of(kind.kind, name, {key: entry.entity.title for key, entry in entries.items()})]


def kind_of(name: str) -> type[Entity]:
    """The kind of that name. Raises Unusable as above."""
    kinds = {kind.kind: kind for kind in KINDS}
    return kinds[name_of("kind", name, {key: key for key in kinds})]


# ── packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def selected(packs: Packs, names: list[str] | None) -> list[PackFolder]:
    """The packs that were asked for, all of them by default. Raises Unusable for a name that is none."""
    titles = {name: folder.pack.entity.title for name, folder in packs.folders.items()}
    chosen = [name_of("pack", name, titles) for name in names or packs.folders]
    return [packs.folders[name] for name in dict.fromkeys(chosen)]


def valid_packs(root: Path, names: list[str] | None) -> tuple[Packs, list[PackFolder]]:
    """All packs, and those that were asked for. Stops with the errors in them; raises Unusable for an unknown name."""
    from generators.packs.reading.collection import packs_at  # noqa: PLC0415 - on call nobody waits for its parser

    packs = packs_at(root)
    require_valid(packs.findings)
    return packs, selected(packs, names)


def require_valid(findings: Iterable[Finding], *folders: str) -> None:
    """Stop with the errors in what a command reads, below these folders or anywhere: what it means is not known."""
    errors = [finding for finding in findings if finding.rule.severity is Severity.ERROR]
    found = tuple(finding for finding in errors if finding.place.path.startswith(folders or ("",)))
    if found:
        sys.stdout.write(report.report(found, "text"))
        raise typer.Exit(1)


def named_in_warehouse(option: str, name: str | None) -> str | None:
    """A schema or database as its warehouse may spell it. Raises Unusable for what no warehouse allows."""
    if name is not None and (sentence := name_trouble(name)):
        raise Unusable(f"{option} {printable(name[:SHOWN])!r} {sentence}: write the name as the warehouse spells it")
    return name


def export_of(file: Path, default: str, tables: Iterable[str], asked: Asked) -> Snapshot:
    """The tables in somebody's export. Raises Unusable with file, line and remedy."""
    try:
        return read_export(file, default, tables, asked)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror or error}") from error
    except BadExport as error:
        where = f":{error.line}:" if error.line else ""
        raise Unusable(f"{file}{where} {printable(error.sentence)}") from error


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Project:
    """A user's project, and the runtime that reads it."""

    folder: Path
    runtime: KnownRuntime


def project_at(folder: Path, runtimes: Sequence[KnownRuntime]) -> Project:
    """A user's project: the first of the runtimes whose project file lies in the folder.

    A dbt project is one as well where a runtime says so. Raises Unusable where there is none.
    """
    marks = [(runtime, mark) for runtime in runtimes for mark in runtime.runtime.words.project_files]
    try:
        found = next((runtime for runtime, mark in marks if (folder / mark).is_file()), None)
    except OSError as error:
        raise Unusable(f"{folder} cannot be read: {error.strerror}") from error
    if found is None:
        names = " or ".join(dict.fromkeys(mark for _, mark in marks))
        init = next((f"run `{runtime.runtime.program} init` there" for runtime in runtimes), "make one")
        raise Unusable(f"{folder} has no {names}; {init}, or name the project with --project DIR")
    return Project(folder.resolve(), found)  # a runtime works in a folder of its own
