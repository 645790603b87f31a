"""What people name on a command line, looked up: packs by name, and a file with somebody's tables."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from generators import report
from generators.cli.options import Unusable, writing
from generators.findings import fails, nearest
from generators.packs.reading.tables import BadExport, read_export

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generators.packs.reading.collection import Packs
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Snapshot


def selected(packs: Packs, names: list[str] | None) -> list[PackFolder]:
    """The packs that were asked for, all of them by default. Raises Unusable for a name that is none."""
    for name in names or ():
        if name not in packs.folders:
            hint = nearest(name, packs.folders)
            known = hint or f"there are: {', '.join(packs.folders) or 'none'}"
            raise Unusable(f"there is no pack {report.printable(name)}; {known}")
    return [packs.folders[name] for name in dict.fromkeys(names or packs.folders)]


def require_valid(packs: Packs) -> None:
    """Stop with the findings when the packs' own files are malformed: what they mean is not known."""
    if fails(packs.findings):
        sys.stdout.write(report.report(packs.findings, "text"))
        raise typer.Exit(1)


def project_at(folder: Path) -> Path:
    """A Dataface project's folder. Raises Unusable where there is none."""
    try:
        found = (folder / "dataface.yml").is_file()
    except OSError as error:
        raise Unusable(f"{folder} cannot be read: {error.strerror}") from error
    if not found:
        raise Unusable(f"{folder} has no dataface.yml; run `dft init` there, or name the project with --project DIR")
    return folder


def unoccupied(path: Path, remedy: str) -> None:
    """Nothing may be there yet, not even a link that leads nowhere. Raises Unusable with the remedy."""
    with writing(path):
        there = path.exists() or path.is_symlink()
    if there:
        raise Unusable(f"{path} is already there; {remedy}")


def within(path: Path, folder: Path) -> bool:
    """Whether a path stays in a folder, whatever links are on the way; one that leads back to itself does not."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # the latter is what Python 3.11 and 3.12 raise for such a link
        return False


def export_of(file: Path, default: str, tables: Iterable[str], name: str | None, warehouse: str) -> Snapshot:
    """The tables in somebody's export. Raises Unusable with file, line and remedy."""
    try:
        return read_export(file, default, tables, name, warehouse)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror or error}") from error
    except BadExport as error:
        raise Unusable(f"{file}{f':{error.line}:' if error.line else ''} {error.sentence}") from error
