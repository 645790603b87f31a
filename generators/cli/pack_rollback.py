"""`dfops pack rollback`: packs of a project as they were before their last upgrade."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from generators.cli.options import Unusable
from generators.cli.pack_folder import take, way_to
from generators.cli.pack_remove import FoldersArgument
from generators.cli.pack_turn import chosen, offer, project_turn
from generators.cli.pack_upgrade import DryOption, ProjectOption
from generators.published.manifest import Unreadable
from generators.published.project_packs import settled
from generators.report.text import printable


def rollback(names: FoldersArgument, project: ProjectOption = Path(), dry_run: DryOption = False) -> None:
    """Bring packs of a project back to what they were before the last upgrade, from what is kept in the project.

    Asks no catalog. Edits since then are merged as by an upgrade. Exit 1 where a conflict is left.
    """
    conflicts = 0
    with project_turn(project) as packs:
        for folder in chosen(packs, names, project):
            locked = packs.lock.packs[folder]
            if locked.before is None:
                raise Unusable(
                    f"{folder} was not upgraded since it was installed; another version comes with "
                    f"`dfops pack upgrade {locked.now.pack} --version V`"
                )
            try:
                files = packs.require_kept(folder, "before").files
            except Unreadable as error:
                raise Unusable(
                    f"{error}: go back with `dfops pack upgrade {locked.now.pack} --version {locked.before.version}`"
                ) from error
            way = way_to(packs, folder, settled(packs, folder), locked.before, files)
            if not dry_run:
                take(packs, way, back=True)
                offer("rollback", "conflicts" if way.conflicts else "done", way.wanted, locked.now.version)
            conflicts += len(way.conflicts)
            would = "would go" if dry_run else "went"
            head = f"{folder}: {way.wanted.title} {would} back from {locked.now.version} to {way.wanted.version}"
            sys.stdout.write("".join(f"{printable(line)}\n" for line in (head, *way.lines())))
    raise typer.Exit(1 if conflicts else 0)
