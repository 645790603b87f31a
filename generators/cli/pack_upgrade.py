"""`dfops pack upgrade`: another version of packs in a project, with the edits of its users."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import RootOption, Unusable
from generators.cli.pack_folder import placed_files, take, way_to
from generators.cli.pack_origins import CatalogOption, FromCatalog, VersionOption, from_repository
from generators.cli.pack_turn import chosen, offer, project_turn, require_settled
from generators.published.catalog import order
from generators.published.installed import installed, target_of
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.cli.pack_folder import Way
    from generators.cli.pack_origins import Origin
    from generators.published.lockfile import Installed
    from generators.published.project_packs import ProjectPacks

NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PACK]…", help="Packs or their folders.", show_default="all installed")
]
ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project with the packs.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


def upgrade(
    names: NamesArgument = None,
    project: ProjectOption = Path(),
    catalog: CatalogOption = None,
    version: VersionOption = None,
    dry_run: DryOption = False,
    root: RootOption = Path(),
) -> None:
    """Bring packs of a project to the newest published version, or to the one that --version names.

    Files that were edited are merged. Where both sides changed the same lines, the project's file stays, and what is to
    be merged lies beside it as FILE.conflict. `dfops pack rollback` goes back. Exit 1 where a conflict is left.
    """
    if version is not None and (not names or len(names) != 1):
        raise Unusable("--version is of one pack: name the pack too")
    conflicts = 0
    with project_turn(project) as packs:
        for folder in chosen(packs, names, project):
            now = require_settled(packs, folder)
            origin = _origin(catalog, now, version, root)
            way = _way(packs, folder, now, origin, version)
            if way is None:
                sys.stdout.write(f"{printable(folder)}: {now.title} {now.version} is the newest\n")
                continue
            if not dry_run:
                take(packs, way)
                offer("upgrade", "conflicts" if way.conflicts else "done", way.wanted, now.version)
            conflicts += len(way.conflicts)
            sys.stdout.write(_said(way, now, dry_run=dry_run))
    raise typer.Exit(1 if conflicts else 0)


def _origin(catalog: str | None, now: Installed, version: str | None, root: Path) -> Origin:
    return FromCatalog.open(catalog, now.pack, version) if catalog else from_repository(root, now.pack, version)


def _way(packs: ProjectPacks, folder: str, now: Installed, origin: Origin, version: str | None) -> Way | None:
    """The way to the version of an origin; None where there is nothing to change. Raises Unusable."""
    contents = origin.contents(now.runtime.id, now.warehouse)
    if version is None and order(contents.manifest.version) < order(now.version):
        return None
    target = target_of(folder, now)
    files = placed_files(contents, target)
    wanted = installed(contents, target, "catalog" if isinstance(origin, FromCatalog) else "repository", files)
    if wanted == now:
        return None
    return way_to(packs, folder, now, wanted, files)


def _said(way: Way, now: Installed, *, dry_run: bool) -> str:
    wanted = way.wanted
    would = "would go" if dry_run else "went"
    lines = [f"{way.folder}: {wanted.title} {would} from {now.version} to {wanted.version}", *way.lines()]
    return "".join(f"{printable(line)}\n" for line in lines)
