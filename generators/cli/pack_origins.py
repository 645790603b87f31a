"""Where a pack comes from that somebody installs: a catalog, or the repository in which it is made."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from generators.cli.options import MODEL, Unusable
from generators.cli.trust import asking, opened
from generators.published.catalog import Contents, PublishedPacks
from generators.published.manifest import Release, RuntimeNeeded
from generators.report.text import printable

if TYPE_CHECKING:
    from pathlib import Path

CatalogOption = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        envvar="DFOPS_CATALOG",
        metavar="DIR|URL",
        help="The catalog with the published packs.",
        show_default="the repository",
    ),
]
VersionOption = Annotated[
    str | None, typer.Option("--version", help="The version to take.", show_default="the newest published")
]


class Origin(Protocol):
    """What an install asks of where its pack comes from."""

    @property
    def runtimes(self) -> tuple[RuntimeNeeded, ...]:
        """Those that the pack is written for, the current one first."""

    @property
    def warehouses(self) -> tuple[str, ...]:
        """Those that the pack supports."""

    def contents(self, runtime: str, warehouse: str) -> Contents:
        """The files for both. Raises Unusable."""


@dataclass(frozen=True, slots=True)
class FromCatalog:
    """A published version."""

    packs: PublishedPacks
    release: Release

    @classmethod
    def open(cls, where: str, pack: str, version: str | None, trust: Path | None = None) -> FromCatalog:
        """A version of a pack in the catalog there. `trust`: a file with root metadata. Raises Unusable."""
        return cls.of(opened(where, trust), pack, version)

    @classmethod
    def of(cls, packs: PublishedPacks, pack: str, version: str | None) -> FromCatalog:
        """A version of a pack in a catalog that was opened. Raises Unusable."""
        with asking():
            found = cls(packs, packs.release(pack, version))
        if off := packs.index.withdrawal(pack, found.release.version):
            sys.stderr.write(f"warning: {printable(off.sentence)}\n")
        return found

    @property
    def runtimes(self) -> tuple[RuntimeNeeded, ...]:
        """As the release names them."""
        return self.release.runtimes

    @property
    def warehouses(self) -> tuple[str, ...]:
        """Those of any of its archives."""
        return self.release.warehouses

    def contents(self, runtime: str, warehouse: str) -> Contents:
        """An archive, once it was compared with the index."""
        with asking():
            return self.packs.contents(self.release, self.packs.archive(self.release, runtime, warehouse))


def require_repository(root: Path) -> None:
    """Raises Unusable where there is no repository: whoever uses packs has a catalog instead."""
    if not (root / MODEL).is_dir():
        raise Unusable("name the catalog of published packs with --catalog DIR or URL; the quickstart of a pack has it")


def from_repository(root: Path, pack: str, version: str | None) -> Origin:
    """A pack as it stands in a repository. Raises Unusable, also where there is neither repository nor catalog."""
    from generators.cli.pack_built import Built  # noqa: PLC0415 - a parser, needed only here

    require_repository(root)
    if version is not None:
        raise Unusable("--version is one of a catalog's: name the catalog with --catalog DIR or URL")
    return Built.open(root, pack)
