"""A pack's quickstart for users: from what they have to its dashboards by copying commands, then what they mean.

Public: made by naming what users may read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.operating import Connector
from generators.packs.reading.catalogs import columns_query
from generators.views.codes import often_met
from generators.views.connectors import Unsupported, unsupported
from generators.views.pack_state import PackState, board_titles, pack_state
from generators.views.published import Published, PublishedArchive, archives_of
from generators.views.warehouses import SOURCE, Setup, setups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from generators.catalog import Catalog
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.spelling import Spellings
    from generators.status.packs import PackStatus
    from generators.views.codes import CodeLink
    from generators.views.connectors import ConnectorTables

_SIZE = re.compile(r'viewBox="[^"\s]+ [^"\s]+ (?P<width>[0-9.]+) (?P<height>[0-9.]+)"')

RUNTIME = 'python -m pip install "@{distribution}==@{version}"'
CHECKOUT = """\
export DFOPS_ROOT=~/dataface-ops   # where your checkout of this project is
python3 -m venv .venv
. .venv/bin/activate
python -m pip install "$DFOPS_ROOT[packs]" "@{distribution}==@{version}" "dbt-core<1.12" "plotext<6"
dfops runtime install --current
"""
"""While nothing is published. The last line makes what asks a warehouse in a check."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A board as it is drawn on synthetic rows."""

    board: str
    title: str
    path: str
    """Relative to the page."""
    size: str
    """Width and height in px: `1012x1368`."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A number on a board and what it means."""

    id: str
    title: str
    board: str
    definition: str
    unit: str
    time_zone: str
    moved_by: str
    worry_when: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How rows are treated that make numbers wrong when nobody thinks of them."""

    topic: str
    rule: str


@dataclass(frozen=True, slots=True)
class Package:
    """The pack as a dbt package for one warehouse."""

    warehouse: str
    name: str
    driver: str
    """What installs the runtime beside dbt."""
    entry: str
    """What is added to packages.yml."""


@dataclass(frozen=True, slots=True)
class ColumnQuery:
    """What is run on a warehouse to see which columns it has, and the check of the answer."""

    warehouse: str
    name: str
    sql: str
    check: str


@dataclass(frozen=True, slots=True)
class Release:
    """The version that users get, and the commands that get it."""

    version: str
    released: date
    package: str
    """What dbt calls the package, and part of the address of its boards."""
    packages: tuple[Package, ...]
    vars: str
    """What a dbt project says where the tables are elsewhere."""
    verify: str
    """What prints the digest of a package."""
    client: str
    """What installs the command."""
    client_check: str
    """What installs the command with all that a check needs."""
    install: str
    elsewhere: str
    """The install where the tables are in another schema or database."""
    again: str
    """The install of a second copy."""
    sample: str
    sample_install: str
    columns: tuple[ColumnQuery, ...]


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commands of whoever has a checkout, while nothing is published."""

    prepare: str
    sample: str
    install: str
    check: str


@dataclass(frozen=True, slots=True)
class QuickstartPage:
    """The quickstart of a pack."""

    id: str
    title: str
    connector: str
    """Id of the connector, which names its page."""
    pack: PackState
    runtime: str
    """What draws the dashboards, with its version."""
    board_folder: str
    """Where a project keeps its boards."""
    project_file: str
    """What names the sources and the settings of a project."""
    boards: int
    schema_name: str
    optional_tables: tuple[str, ...]
    release: Release | None
    """None while nothing is published."""
    checkout: Checkout
    setups: tuple[Setup, ...]
    synthetic_until: str
    """The last day of the synthetic rows: `2025-12-31`; empty where there are none."""
    serve: str
    remove: str
    pictures: tuple[Picture, ...]
    kpis: tuple[Kpi, ...]
    rules: tuple[Rule, ...]
    unsupported: tuple[Unsupported, ...]
    codes: tuple[CodeLink, ...]
    """Those that are often met."""


@dataclass(frozen=True, slots=True)
class QuickstartLine:
    """A quickstart in the list."""

    docname: str
    about: str


@dataclass(frozen=True, slots=True)
class QuickstartIndex:
    """Every quickstart, by title."""

    quickstarts: tuple[QuickstartLine, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostPage:
    """What a user with a link that leads nowhere probably wanted."""

    quickstarts: tuple[QuickstartLine, ...]


def quickstart_page(  # noqa: PLR0913 - each is one fact of the page
    catalog: Catalog,
    pack_status: PackStatus,
    tables: ConnectorTables,
    pictures: Mapping[str, str],
    *,
    spellings: Spellings,
    published: Published,
) -> QuickstartPage | None:
    """The quickstart of a pack, None where users may not install it. `pictures` are SVG by board.

    The setups of warehouses are shown as the catalog spells them.
    """
    folder, state = pack_status.folder, pack_state(pack_status)
    if folder is None or not state.quickstart:
        return None
    pack, name = pack_status.pack.entity, folder.id
    driver = spellings.spell(RUNTIME)
    warehouses = setups(catalog, name, folder.schema_name, (support.name for support in pack.warehouses), driver)
    fixtures, runtime = folder.fixtures, spellings.current
    return QuickstartPage(
        id=name,
        title=connector_title(catalog, pack_status),
        connector=str(pack.connector) if catalog.find(Connector, pack.connector) else "",
        pack=state,
        runtime=f"{runtime.title} {runtime.newest.version}" if runtime else "",
        board_folder=runtime.words.folder if runtime else "",
        project_file=runtime.words.project_file if runtime else "",
        boards=len(folder.boards),
        schema_name=folder.schema_name,
        optional_tables=tuple(sorted(table for table, shape in folder.schema.entity.tables.items() if shape.optional)),
        release=_release(published, folder, warehouses),
        checkout=_checkout(name, spellings),
        setups=warehouses,
        synthetic_until=str(fixtures.entity.last_day) if fixtures else "",
        serve=spellings.spell("@serve"),
        remove=spellings.spell(f"rm -r @{{folder}}/{name}"),
        pictures=tuple(pictures_of(folder, pictures)),
        kpis=tuple(_kpis(folder)),
        rules=tuple(Rule(treatment.topic, treatment.rule) for treatment in pack.treatments),
        unsupported=tuple(unsupported(catalog, case) for case in tables.cases.get(str(pack.connector), ())),
        codes=often_met(catalog),
    )


def _release(published: Published, folder: PackFolder, warehouses: tuple[Setup, ...]) -> Release | None:
    release, name = published.newest(folder.id), folder.id
    if release is None or not published.client:
        return None
    drivers = {setup.warehouse: setup.driver for setup in warehouses}
    through_dbt = next((runtime.id for runtime in release.runtimes if len(runtime.project_files) > 1), "")
    archives = archives_of(published, release, through_dbt)
    at = f"dfops pack install {name} --catalog {published.catalog}"
    wheel = published.client.removeprefix(published.distribution)
    return Release(
        version=release.version,
        released=release.released,
        package=release.package,
        packages=tuple(_package(release.package, archive, drivers.get(archive.warehouse, "")) for archive in archives),
        vars=f"vars:\n  {name}_schema: NAME\n  {name}_database: NAME",
        verify=f"(cd dbt_packages/{release.package} && sha256sum --check --quiet SHA256SUMS && sha256sum SHA256SUMS)",
        client=f'python -m pip install "{published.client}"',
        client_check=f'python -m pip install "{published.distribution}[check]{wheel}"',
        install=at,
        elsewhere=f"{at} --schema NAME --database NAME",
        again=f"{at} --schema NAME --as {name}_eu",
        sample=f"dfops pack sample {name} --catalog {published.catalog} --project .",
        sample_install=f"{at} --source {name}_sample",
        columns=tuple(
            ColumnQuery(
                archive.warehouse,
                archive.name,
                f"{columns_query(archive.warehouse, folder.schema_name)};",
                f"dfops pack check {name} --catalog {published.catalog} --schema columns.csv "
                f"--warehouse {archive.warehouse}",
            )
            for archive in archives
        ),
    )


def _package(package: str, archive: PublishedArchive, driver: str) -> Package:
    entry = f"packages:\n  - tarball: {archive.address}\n    name: {package}"
    return Package(archive.warehouse, archive.name, driver, entry)


def _checkout(name: str, spellings: Spellings) -> Checkout:
    return Checkout(
        prepare=spellings.spell(CHECKOUT.rstrip("\n")),
        sample=f"dfops pack sample {name} --out warehouse.duckdb",
        install=f"dfops pack install {name} --project .",
        check=f"dfops pack check {name} --project . --source {SOURCE}",
    )


def pictures_of(folder: PackFolder, drawn: Mapping[str, str]) -> Iterator[Picture]:
    """The pictures of a pack's boards, the landing page first; `drawn` is SVG by board."""
    for board, title in board_titles(folder).items():
        if board in drawn:
            yield Picture(board, title, picture_path(folder.id, board), _size(drawn[board]))


def _kpis(folder: PackFolder) -> Iterator[Kpi]:
    titles = board_titles(folder)
    for kpi in folder.pack.entity.kpis:
        board = titles.get(kpi.board, kpi.board)
        yield Kpi(kpi.id, kpi.title, board, kpi.definition, kpi.unit, kpi.time_zone, kpi.moved_by, kpi.worry_when)


def connector_title(catalog: Catalog, pack_status: PackStatus) -> str:
    """What users call the connector."""
    connector = catalog.find(Connector, pack_status.pack.entity.connector)
    return connector.entity.title if connector else pack_status.pack.entity.title


def picture_path(pack: str, board: str) -> str:
    """Where a board's picture lies, relative to the page that shows it."""
    return f"pictures/{pack}-{board.replace('/', '-')}.svg"


def _size(svg: str) -> str:
    found = _SIZE.search(svg)
    return f"{round(float(found['width']))}x{round(float(found['height']))}" if found else ""


def quickstart_index(pages: list[QuickstartPage]) -> QuickstartIndex:
    """The list of quickstarts, by title."""
    ordered = sorted(pages, key=lambda page: (page.title.casefold(), page.id))
    lines = (QuickstartLine(page.id, f"{page.pack.word}. {page.pack.reason}") for page in ordered)
    return QuickstartIndex(tuple(lines), tuple(page.id for page in ordered))
