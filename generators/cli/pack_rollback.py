"""`dfops pack rollback`: packs of a project as they were before their last upgrade."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable
from generators.cli.pack_attempt import attempting, attempting_each
from generators.cli.pack_folder import take, way_to
from generators.cli.pack_origins import FromCatalog
from generators.cli.pack_remove import FoldersArgument
from generators.cli.pack_tables import Tables, fitted, refusal
from generators.cli.pack_turn import chosen, folder_turn, project_turn
from generators.cli.pack_upgrade import DryOption, ProjectOption
from generators.cli.trust import TrustOption, opened
from generators.published.installed import target_of
from generators.published.manifest import Unreadable
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.cli.pack_attempt import Attempt
    from generators.cli.pack_folder import Way
    from generators.published.catalog import PublishedPacks
    from generators.published.lockfile import Installed
    from generators.published.project_packs import ProjectPacks


AskedOption = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        metavar="DIR|URL",
        help="Ask this catalog first whether the earlier version is withdrawn, and whether it fits your columns.",
        show_default="nobody is asked",
    ),
]


def rollback(
    names: FoldersArgument,
    project: ProjectOption = Path(),
    catalog: AskedOption = None,
    trust: TrustOption = None,
    dry_run: DryOption = False,
) -> None:
    """Bring packs of a project back to what they were before the last upgrade, from what is kept in the project.

    Needs no network. With --catalog a version that is withdrawn, or does not fit your columns, is refused before
    anything changes. Edits since the upgrade are merged as by an upgrade. Exit 1 where a conflict is left.
    """
    said: list[str] = []
    unfinished = False
    with attempting_each("rollback", project, names):
        asked = Asked(opened(catalog, trust), Tables(project, wanted=True)) if catalog else None
    with project_turn(project) as packs:
        for folder in chosen(packs, names, project, each=False):
            try:
                now = packs.lock.packs[folder].now
                with attempting("rollback", project, now.pack, now) as attempt, folder_turn():
                    attempt.is_told = not dry_run
                    way, lines = _rolled_back(packs, folder, asked, attempt, dry=dry_run)
            except Unusable as error:
                if len(names) == 1:
                    raise
                unfinished = True
                said.append(f"{folder}: not rolled back: {error}")
            else:
                unfinished |= bool(way.conflicts)
                said += lines
    sys.stdout.write("".join(f"{printable(line)}\n" for line in said))
    raise typer.Exit(1 if unfinished else 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A catalog, and the tables of the project, that are asked before a version comes back."""

    catalog: PublishedPacks
    tables: Tables

    def require_usable(self, folder: str, before: Installed) -> list[str]:
        """What is said of the version. Raises Unusable where it is withdrawn, or would be broken."""
        if off := self.catalog.index.withdrawal(before.pack, before.version):
            raise Unusable(f"{folder} would go back to what is withdrawn: {off.sentence}")
        origin = FromCatalog.of(self.catalog, before.pack, before.version)
        manifest = origin.contents(before.runtime.id, before.warehouse).manifest
        found = fitted({}, manifest, self.tables.fitting(manifest, target_of(folder, before)))
        if found.broken:
            said = refusal(f"{folder} stays as it is, {before.title} {before.version}", found, "leave out --catalog")
            raise Unusable(" ".join(said.split()))
        return [f"  Not checked against your tables: {found.not_checked}."] if found.not_checked else []


def _rolled_back(
    packs: ProjectPacks, folder: str, asked: Asked | None, attempt: Attempt, *, dry: bool
) -> tuple[Way, list[str]]:
    """The way back, gone unless `dry`, and what is said of it. Raises Unusable."""
    locked = packs.lock.packs[folder]
    now, before = locked.now, locked.before
    if before is None:
        raise Unusable(
            f"{folder} was not upgraded since it was installed; another version comes with "
            f"`dfops pack upgrade {now.pack} --version V --catalog CATALOG`"
        )
    if before.withdrawn:
        how = f"`dfops pack upgrade {now.pack} --version {before.version} --catalog CATALOG` takes it all the same"
        raise Unusable(f"{folder} would go back to what is withdrawn: {before.withdrawn} {how}")
    try:
        files = packs.require_kept(folder, "before").files
    except Unreadable as error:
        how = f"`dfops pack upgrade {now.pack} --version {before.version} --catalog CATALOG`"
        raise Unusable(f"{error}: go back with {how}") from error
    attempt.version, attempt.stage = before.version, "download" if asked else "plan"
    told = asked.require_usable(folder, before) if asked else []
    way = way_to(packs, folder, before, files, back=True)
    attempt.stage = "write"
    if not dry:
        take(packs, way, back=True)
    attempt.ends("conflicts" if way.conflicts else "done")
    would = "would go" if dry else "went"
    head = f"{folder}: {before.title} {would} back from {now.version} to {before.version}"
    return way, [head, *way.lines(dry=dry), *told]
