"""The public pages, below the public site's source folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.catalog import public_part
from generators.model.operating import Connector
from generators.model.pack import Pack
from generators.model.support import Symptom
from generators.published.manifest import Index
from generators.render import render
from generators.runtime.releases import Releases
from generators.runtime.spelling import Spellings
from generators.status.packs import connectors
from generators.views import public
from generators.views.codes import FOLDER, code_index, code_pages
from generators.views.connectors import ConnectorIndex, connector_index, connector_page, connector_tables
from generators.views.published import Published
from generators.views.quickstarts import LostPage, QuickstartPage, picture_path, quickstart_index, quickstart_page
from generators.views.releases import release_page, versions_page
from generators.views.telemetry import telemetry_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from generators.catalog import Catalog
    from generators.model import Entity
    from generators.status.packs import PackStatus
    from generators.views.connectors import ConnectorTables


@dataclass(frozen=True, slots=True)
class World:
    """What the public pages are made of besides the catalog. `drawn` is SVG by pack and board."""

    packs: Mapping[str, PackStatus] = field(default_factory=dict)
    drawn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    releases: Releases = field(default_factory=Releases)
    """Which release reports which code."""
    spellings: Spellings = field(default_factory=Spellings)
    """How the runtimes of users spell what the pages tell them to run."""
    index: Index = field(default_factory=Index)
    """The published packs."""
    at: datetime | None = None
    """Aware: the releases that come after it are shown; without it none."""
    valid_until: datetime | None = None
    """When the signatures of the catalog end, in UTC."""

    @property
    def current(self) -> str:
        """The id of the runtime that packs are written for; empty where there is none."""
        return self.spellings.name


def public_pages(catalog: Catalog, world: World) -> tuple[dict[str, str], ConnectorIndex]:
    """Path below the public source folder to MyST text, or SVG for pictures; and the list of all connectors.

    Of both, what is internal is left out here: nothing below this line has it.
    """
    catalog = public_part(catalog)
    packs = {name: status for name, status in world.packs.items() if catalog.find(Pack, name)}
    tables = connector_tables(catalog, packs)
    index = connector_index(connectors(catalog), tables)
    published = Published.of(catalog, world.index, world.valid_until)
    pages = {
        "help/index.md": render("public/help-index.md.jinja", public.help_index(catalog)),
        "promises.md": render("public/promises.md.jinja", public.promise_page(catalog)),
        "unsupported.md": render("public/unsupported.md.jinja", public.unsupported_page(catalog)),
        "releases.md": render("public/releases.md.jinja", release_page(catalog, published, world.at)),
        "versions.md": render("public/versions.md.jinja", versions_page(published, world.current)),
        "telemetry.md": render("public/telemetry.md.jinja", telemetry_page(catalog, world.spellings)),
        "connectors/index.md": render("public/connector-index.md.jinja", index),
    }
    for symptom in catalog.entries_of(Symptom):
        page = public.symptom_page(catalog, symptom)
        pages[f"help/{symptom.id}.md"] = render("public/symptom.md.jinja", page)
    pages.update(_codes(catalog, world))
    for connector in connectors(catalog):
        view = connector_page(catalog, connector, tables)
        pages[f"connectors/{connector.id}.md"] = render("public/connector.md.jinja", view)
    pages.update(_quickstarts(catalog, tables, world, published))
    return pages, index


def _codes(catalog: Catalog, world: World) -> Iterator[tuple[str, str]]:
    yield f"{FOLDER}/index.md", render("public/code-index.md.jinja", code_index(catalog))
    for page in code_pages(catalog, world.releases):
        yield f"{FOLDER}/{page.code}.md", render("public/code.md.jinja", page)


def _quickstarts(
    catalog: Catalog, tables: ConnectorTables, world: World, published: Published
) -> Iterator[tuple[str, str]]:
    made: list[QuickstartPage] = []
    for pack_status in tables.packs.values():
        drawn = world.drawn.get(pack_status.pack.id, {})
        page = quickstart_page(catalog, pack_status, tables, drawn, spellings=world.spellings, published=published)
        if page is None:
            continue
        made.append(page)
        yield f"quickstarts/{page.id}.md", render("public/quickstart.md.jinja", page)
        for board, svg in drawn.items():
            yield f"quickstarts/{picture_path(page.id, board)}", svg
    index = quickstart_index(made)
    yield "quickstarts/index.md", render("public/quickstart-index.md.jinja", index)
    yield "404.md", render("public/lost.md.jinja", LostPage(index.quickstarts))


def public_moved(catalog: Catalog, pages: Mapping[str, str]) -> dict[str, str]:
    """The former document of each public page whose symptom, connector or pack had another id, to the present one."""
    folders: tuple[tuple[type[Entity], str], ...] = (
        (Symptom, "help"),
        (Connector, "connectors"),
        (Pack, "quickstarts"),
    )
    return {
        f"{folder}/{former}": f"{folder}/{entry.id}"
        for kind, folder in folders
        for entry in catalog.entries_of(kind)
        if f"{folder}/{entry.id}.md" in pages
        for former in entry.entity.former
    }
