"""`dfops pack list`: the packs of a project, of a catalog, or of the repository in which they are made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import MODEL, FormatOption, RootOption, Unusable
from generators.cli.pack_origins import require_repository
from generators.cli.pack_places import named, nothing, packs_of, placed
from generators.cli.trust import TrustOption, opened
from generators.published.installed import DBT_PACKAGES
from generators.published.lockfile import LOCK
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.published.manifest import Release

InProjectOption = Annotated[
    Path | None, typer.Option("--project", metavar="DIR", help="The packs that are installed in this project.")
]
InCatalogOption = Annotated[
    str | None, typer.Option("--catalog", metavar="DIR|URL", help="The packs that are published in this catalog.")
]


def list_packs(
    project: InProjectOption = None,
    catalog: InCatalogOption = None,
    trust: TrustOption = None,
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Every pack: of a project what is installed, of a catalog what is published, else those of the repository.

    Without options, in a project outside the repository: what is installed in it.
    """
    if project is not None and catalog is not None:
        raise Unusable("--project lists what is installed, --catalog what is published: leave one out")
    if project is not None:
        sys.stdout.write(_installed(project, form))
    elif catalog is not None:
        sys.stdout.write(_published(catalog, trust, form))
    elif not (root / MODEL).is_dir() and _is_project(Path()):
        sys.stdout.write(_installed(Path(), form))
    else:
        require_repository(root)
        from generators.cli.pack_repository import listed  # noqa: PLC0415 - the model, needed only here

        sys.stdout.write(listed(root, form))


def _is_project(folder: Path) -> bool:
    """Whether packs were installed there."""
    return (folder / LOCK).exists() or (folder / DBT_PACKAGES).is_dir()


def _installed(project: Path, form: str) -> str:
    packs = packs_of(project)
    if form == "text":
        return "".join(f"{named(pack)}\n" for pack in packs) or nothing(project)
    fields = [
        {
            "pack": pack.manifest.pack,
            "version": pack.manifest.version,
            "warehouse": pack.manifest.warehouse,
            "runtime": pack.manifest.runtime.id,
            "how": pack.how,
            "path": pack.path,
            **placed(pack),
        }
        for pack in packs
    ]
    return document(packs=fields)


def _published(catalog: str, trust: Path | None, form: str) -> str:
    releases = list(opened(catalog, trust).newest.values())
    if form == "text":
        return "".join(map(_line, releases)) or f"nothing is published in {printable(catalog)} yet\n"
    fields = [
        {
            "pack": release.pack,
            "version": release.version,
            "released": release.released.isoformat(),
            "warehouses": release.warehouses,
        }
        for release in releases
    ]
    return document(packs=fields)


def _line(release: Release) -> str:
    served = ", ".join(release.warehouses)
    return printable(f"{release.pack} {release.version}, released on {release.released}, for {served}") + "\n"
