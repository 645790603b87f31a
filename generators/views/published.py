"""What users copy to get a published pack: addresses, and the version behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.model.publication import Publication
from generators.published.catalog import PublishedPacks, Unavailable, archive_path
from generators.published.manifest import Index
from generators.status.state import WAREHOUSE_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.published.manifest import Archive, Release

CATALOG = "catalog"
"""The folder of the public site with the catalog."""


@dataclass(frozen=True, slots=True)
class Published:
    """The catalog that a site is built with, and where it will be served; nothing where either is missing."""

    index: Index = field(default_factory=Index)
    site_url: str = ""
    """Ends with a slash; empty while none is declared."""
    distribution: str = ""
    in_registry: bool = False
    """Whether the distribution is in the registry of Python packages."""
    valid_until: datetime | None = None
    """When the signatures of the catalog end, in UTC."""

    @classmethod
    def of(cls, catalog: Catalog, index: Index, valid_until: datetime | None = None) -> Published:
        """As the model declares it."""
        entry = next(iter(catalog.entries_of(Publication)), None)
        if entry is None:
            return cls(index, valid_until=valid_until)
        said = entry.entity
        return cls(index, said.site_url or "", said.distribution, said.distribution_published, valid_until)

    @property
    def catalog(self) -> str:
        """The address of the catalog."""
        return f"{self.site_url}{CATALOG}"

    @property
    def client(self) -> str:
        """What pip is told to install, so that `dfops` is there; empty while it cannot be had."""
        if self.in_registry:
            return self.distribution
        wheel = self.index.client
        return f"{self.distribution} @ {self.catalog}/client/{wheel.file}" if wheel and self.site_url else ""

    def newest(self, pack: str) -> Release | None:
        """The newest version of a pack that users can get; none while the site has no address."""
        if not self.site_url:
            return None
        try:
            return PublishedPacks(self.catalog, self.index).release(pack)
        except Unavailable:  # withdrawn, or never published
            return None

    def address(self, release: Release, archive: Archive) -> str:
        """Where an archive is got."""
        return f"{self.catalog}/{archive_path(release, archive, self.index)}"


@dataclass(frozen=True, slots=True)
class PublishedArchive:
    """An archive as a page shows it."""

    warehouse: str
    """By its id, which keeps tabs together."""
    name: str
    address: str
    contents: str
    """SHA-256 of its SHA256SUMS."""


def archives_of(published: Published, release: Release, runtime: str) -> tuple[PublishedArchive, ...]:
    """The archives of a release for a runtime, in the usual order of warehouses."""
    by_warehouse = {archive.warehouse: archive for archive in release.archives if archive.runtime == runtime}
    return tuple(
        PublishedArchive(name, title, published.address(release, found), found.contents)
        for name, title in WAREHOUSE_NAMES.items()
        if (found := by_warehouse.get(name))
    )
