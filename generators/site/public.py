"""The public pages, below the public site's source folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generators.catalog import public_part
from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector, ReleaseTrain
from generators.model.pack import Pack, WarehouseSetup
from generators.model.support import CodeGroup, Diagnostic, Route, ServiceLevel, Severity, Symptom
from generators.model.telemetry import Event
from generators.published.manifest import Index
from generators.render.pages import page_with_foot
from generators.runtime.releases import Releases
from generators.runtime.spelling import Spellings
from generators.status.packs import connectors
from generators.views import public
from generators.views.codes import FOLDER, code_index, code_pages
from generators.views.connectors import ConnectorIndex, connector_index, connector_page, connector_tables
from generators.views.provenance import about_itself, of_releases, pack_proofs, provenance, release_dates
from generators.views.published import Published
from generators.views.quickstarts import LostPage, QuickstartPage, picture_path, quickstart_index, quickstart_page
from generators.views.releases import release_page, versions_page
from generators.views.telemetry import telemetry_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from _typeshed import DataclassInstance

    from generators.catalog import Catalog, Entry, Key
    from generators.model import Entity
    from generators.status.packs import PackStatus
    from generators.views.connectors import ConnectorTables
    from generators.views.provenance import Proven, Provenance


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
    tables = connector_tables(catalog, packs, world.at)
    index = connector_index(connectors(catalog), tables)
    published = Published.of(catalog, world.index, world.valid_until)
    feet = _Feet(catalog, pack_proofs(packs.values()))
    releases, versions = release_page(catalog, published, world.at), versions_page(published, world.current)
    trains = feet.of(ReleaseTrain)
    listing: tuple[tuple[str, str, DataclassInstance, Provenance], ...] = (
        ("help/index", "help-index", public.help_index(catalog), feet.of(Symptom, Diagnostic)),
        ("promises", "promises", public.promise_page(catalog), feet.of(ServiceLevel, Severity)),
        ("unsupported", "unsupported", public.unsupported_page(catalog), feet.of(UnsupportedCase)),
        ("releases", "releases", releases, of_releases([one.released for one in releases.published], trains)),
        ("versions", "versions", versions, of_releases([one.released for one in versions.versions])),
        ("telemetry", "telemetry", telemetry_page(catalog, world.spellings), feet.of_events()),
        ("connectors/index", "connector-index", index, feet.of(Connector, Pack)),
    )
    pages = {
        f"{name}.md": page_with_foot(f"public/{template}.md.jinja", view, foot)
        for name, template, view, foot in listing
    }
    pages.update(_symptoms(catalog, feet))
    pages.update(_codes(catalog, world, feet))
    for connector in connectors(catalog):
        page = connector_page(catalog, connector, tables)
        made_from = feet.of_connector(connector, tables)
        pages[f"connectors/{connector.id}.md"] = page_with_foot("public/connector.md.jinja", page, made_from)
    pages.update(_quickstarts(catalog, tables, world, published, feet))
    return pages, index


@dataclass(frozen=True, slots=True)
class _Feet:
    """What public pages are made from, by names and numbers alone."""

    catalog: Catalog
    proofs: Mapping[Key, Proven]

    def of(self, *kinds: type[Entity]) -> Provenance:
        """A page that lists all of some kinds."""
        return provenance([entry for kind in kinds for entry in self.catalog.entries_of(kind)], self.proofs)

    def of_events(self) -> Provenance:
        """The events that users' machines record; how many others there are is internal."""
        events = [event for event in self.catalog.entries_of(Event) if event.entity.recorded_by == "users"]
        return provenance(events, self.proofs)

    def of_connector(self, connector: Entry[Connector], tables: ConnectorTables) -> Provenance:
        """The page of a connector: itself, its pack, cases and defects."""
        status = tables.packs.get(connector.id)
        beside = (*tables.cases.get(connector.id, ()), *tables.defects.get(connector.id, ()))
        entries = (connector, *((status.pack,) if status else ()), *beside)
        declared = ("number of tables", *(release_dates(status) if status else ()))
        return about_itself(provenance(entries, self.proofs, declared=declared))

    def of_quickstart(self, status: PackStatus) -> Provenance:
        """The quickstart of a pack."""
        entries = (status.pack, *self.catalog.entries_of(WarehouseSetup))
        return about_itself(provenance(entries, self.proofs, declared=("what the numbers mean",)))


def _symptoms(catalog: Catalog, feet: _Feet) -> Iterator[tuple[str, str]]:
    for symptom in catalog.entries_of(Symptom):
        routes = [route for route in catalog.entries_of(Route) if route.entity.symptom == symptom.id]
        foot = provenance((symptom, *routes), feet.proofs)
        yield (
            f"help/{symptom.id}.md",
            page_with_foot("public/symptom.md.jinja", public.symptom_page(catalog, symptom), foot),
        )


def _codes(catalog: Catalog, world: World, feet: _Feet) -> Iterator[tuple[str, str]]:
    foot = feet.of(Diagnostic, CodeGroup)
    yield f"{FOLDER}/index.md", page_with_foot("public/code-index.md.jinja", code_index(catalog), foot)
    explaining = {entry.entity.title: entry for entry in catalog.entries_of(Diagnostic)}
    for page in code_pages(catalog, world.releases):
        foot = provenance([explaining[page.code]], feet.proofs)
        yield f"{FOLDER}/{page.code}.md", page_with_foot("public/code.md.jinja", page, foot)


def _quickstarts(
    catalog: Catalog, tables: ConnectorTables, world: World, published: Published, feet: _Feet
) -> Iterator[tuple[str, str]]:
    made: list[QuickstartPage] = []
    for pack_status in tables.packs.values():
        drawn = world.drawn.get(pack_status.pack.id, {})
        page = quickstart_page(catalog, pack_status, tables, drawn, spellings=world.spellings, published=published)
        if page is None:
            continue
        made.append(page)
        yield (
            f"quickstarts/{page.id}.md",
            page_with_foot("public/quickstart.md.jinja", page, feet.of_quickstart(pack_status)),
        )
        for board, svg in drawn.items():
            yield f"quickstarts/{picture_path(page.id, board)}", svg
    index = quickstart_index(made)
    foot = feet.of(Pack)
    yield "quickstarts/index.md", page_with_foot("public/quickstart-index.md.jinja", index, foot)
    yield "404.md", page_with_foot("public/lost.md.jinja", LostPage(index.quickstarts), foot)


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
