"""`dfops pack upgrade`: another version of packs in a project, with the edits of its users."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import RootOption, Unusable
from generators.cli.pack_attempt import attempting, attempting_each
from generators.cli.pack_folder import placed_files, take, way_to
from generators.cli.pack_origins import CatalogOption, FromCatalog, VersionOption, from_repository, require_repository
from generators.cli.pack_tables import CheckOption, Fitted, Tables, fitted, refusal
from generators.cli.pack_turn import chosen, folder_turn, project_turn, remember, require_settled
from generators.cli.trust import TrustOption, opened
from generators.published.catalog import order
from generators.published.installed import installed, target_of
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.cli.pack_attempt import Attempt
    from generators.cli.pack_folder import Way
    from generators.cli.pack_origins import Origin
    from generators.published.catalog import PublishedPacks
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
    trust: TrustOption = None,
    check: CheckOption = True,
    dry_run: DryOption = False,
    root: RootOption = Path(),
) -> None:
    """Bring packs of a project to the newest published version, or to the one that --version names.

    Files that were edited are merged. Where both sides changed the same lines, the project's file stays, and what is to
    be merged lies beside it as FILE.conflict. Your columns are asked for first, as by `dfops pack install`.
    `dfops pack rollback` goes back. Exit 1 where a conflict is left, or a pack would be broken and stays as it was.
    """
    if version is not None and (not names or len(names) != 1):
        raise Unusable("--version is of one pack: name the pack too")
    if catalog is None:
        require_repository(root)
    with attempting_each("upgrade", project, names):
        asked = opened(catalog, trust) if catalog else None
    run = _Run(Tables(project, check), asked, version, root, dry_run)
    with project_turn(project) as packs:
        if run.catalog:
            remember(packs, run.catalog)
        said = [line for folder in chosen(packs, names, project) for line in run.tried(packs, folder)]
    sys.stdout.write("".join(f"{printable(line)}\n" for line in said))
    raise typer.Exit(1 if run.unfinished else 0)


@dataclass(slots=True)
class _Run:
    """One folder after the other."""

    tables: Tables
    catalog: PublishedPacks | None
    version: str | None
    root: Path
    dry: bool
    unfinished: bool = False
    """Whether a conflict is left, or a folder was not upgraded because it would be broken."""

    def tried(self, packs: ProjectPacks, folder: str) -> list[str]:
        """What is said of a folder; one in trouble does not stop the others."""
        try:
            now = packs.lock.packs[folder].now
            with attempting("upgrade", self.tables.project, now.pack, now) as attempt, folder_turn():
                attempt.is_told = not self.dry
                return self.upgraded(packs, folder, attempt)
        except Unusable as error:
            if self.version is not None:  # of one pack, so there are no others that would go on
                raise
            self.unfinished = True
            return [f"{folder}: not upgraded: {error}"]

    def upgraded(self, packs: ProjectPacks, folder: str, attempt: Attempt) -> list[str]:
        """What is said of a folder. Raises Unusable."""
        now = require_settled(packs, folder)
        attempt.stage = "download"
        origin = self._origin(now)
        contents = origin.contents(now.runtime.id, now.warehouse)
        said = contents.manifest
        off = self.catalog.index.withdrawal(now.pack, now.version) if self.catalog else None
        if self.version is None and off is None and order(said.version) < order(now.version):
            return [f"{folder}: {now.title} {now.version} is newer than what is published"]
        attempt.version, attempt.stage = said.version, "validate"
        target = target_of(folder, now)
        found = fitted(placed_files(contents, target), said, self.tables.fitting(said, target))
        wanted = installed(contents, target, "catalog" if self.catalog else "repository", found)
        if found.broken:
            attempt.ends("refused", "validate")
            return self._refused(folder, now, f"{said.title} {said.version}", found)
        if wanted == now.model_copy(update={"conflicts": {}, "orphans": {}}):
            what = "is installed already" if self.version else "is the newest"
            return [f"{folder}: {now.title} {now.version} {what}", *found.lines()]
        way = way_to(packs, folder, wanted, found.files)
        attempt.stage = "write"
        told = self._taken(packs, way, now, off.sentence if off else "")
        attempt.ends("conflicts" if way.conflicts else "done")
        return [*told, *found.lines()]

    def _taken(self, packs: ProjectPacks, way: Way, now: Installed, withdrawn: str) -> list[str]:
        """What is said of a version that is brought; `withdrawn` is the sentence where the one before was."""
        if not self.dry:
            take(packs, way, withdrawn=withdrawn)
        self.unfinished |= bool(way.conflicts)
        reason = [f"  {withdrawn}"] if withdrawn and way.wanted.version != now.version else []
        return [_head(way, now, dry=self.dry), *reason, *way.lines(dry=self.dry)]

    def _refused(self, folder: str, now: Installed, version: str, found: Fitted) -> list[str]:
        """A version that would be broken on the tables that are there."""
        self.unfinished = True
        return refusal(f"{folder} stays at {now.version}, {version}", found).splitlines()

    def _origin(self, now: Installed) -> Origin:
        if self.catalog:
            return FromCatalog.of(self.catalog, now.pack, self.version)
        return from_repository(self.root, now.pack, self.version)


def _head(way: Way, now: Installed, *, dry: bool) -> str:
    wanted = way.wanted
    if wanted.version == now.version:
        return f"{way.folder}: {wanted.title} {now.version} {'would be' if dry else 'is'} brought up to date"
    return f"{way.folder}: {wanted.title} {'would go' if dry else 'went'} from {now.version} to {wanted.version}"
