"""A pack's quickstart for users: from an empty folder to its dashboards by copying commands, then what they mean.

Public: made by naming what users may read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.operating import Connector
from generators.views.codes import often_met
from generators.views.connectors import Unsupported, unsupported
from generators.views.pack_state import PackState, board_titles, pack_state
from generators.views.warehouses import SOURCE, Setup, install, setups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.catalog import Catalog
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.spelling import Spellings
    from generators.status.packs import PackStatus
    from generators.views.codes import CodeLink
    from generators.views.connectors import ConnectorTables

_SIZE = re.compile(r'viewBox="[^"\s]+ [^"\s]+ (?P<width>[0-9.]+) (?P<height>[0-9.]+)"')

INSTALL = """\
export DFOPS_ROOT=~/dataface-ops   # where you keep a checkout of this project
python3 -m venv .venv
. .venv/bin/activate
python -m pip install "$DFOPS_ROOT[packs]" "@{distribution}==@{version}" "dbt-core<1.12" "plotext<6"
dfops runtime install --current
"""
"""The second list of packages is what draws the boards; the last line makes what asks a warehouse in a check."""


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
class NamedCheck:
    """The command that checks a project where its source does not say which warehouse it is."""

    warehouse: str
    command: str


@dataclass(frozen=True, slots=True)
class QuickstartPage:
    """The quickstart of a pack."""

    id: str
    title: str
    connector: str
    """Id of the connector, which names its page."""
    pack: PackState
    schema_name: str
    optional_tables: tuple[str, ...]
    install: str
    setups: tuple[Setup, ...]
    own_schema: str
    check: str
    named_checks: tuple[NamedCheck, ...]
    synthetic_until: str
    """The last day of the synthetic rows: `2025-12-31`; empty where there are none."""
    look: str
    serve: str
    folder: str
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


def quickstart_page(
    catalog: Catalog,
    pack_status: PackStatus,
    tables: ConnectorTables,
    pictures: Mapping[str, str],
    *,
    spellings: Spellings,
) -> QuickstartPage | None:
    """The quickstart of a pack, None where users may not install it. `pictures` are SVG by board.

    The setups of warehouses are shown as the catalog spells them.
    """
    folder, state = pack_status.folder, pack_state(pack_status)
    if folder is None or not state.quickstart:
        return None
    pack, name = pack_status.pack.entity, folder.id
    setups_here = setups(catalog, name, folder.schema_name, (support.name for support in pack.warehouses))
    check = f"dfops pack check {name} --project . --source {SOURCE}"
    fixtures = folder.fixtures
    return QuickstartPage(
        id=name,
        title=connector_title(catalog, pack_status),
        connector=str(pack.connector) if catalog.find(Connector, pack.connector) else "",
        pack=state,
        schema_name=folder.schema_name,
        optional_tables=tuple(sorted(table for table, shape in folder.schema.entity.tables.items() if shape.optional)),
        install=spellings.spell(INSTALL.rstrip("\n")),
        setups=setups_here,
        own_schema=f"{install(name, pack.warehouses[0].name)} --schema NAME",
        check=check,
        named_checks=tuple(
            NamedCheck(setup.name, f"{check} --warehouse {setup.warehouse}")
            for setup in setups_here
            if setup.through_dbt
        ),
        synthetic_until=str(fixtures.entity.last_day) if fixtures else "",
        look=spellings.spell(f"@validate {name}\n@draw {name}/index"),
        serve=spellings.spell("@serve"),
        folder=spellings.spell(f"@{{folder}}/{name}/"),
        remove=spellings.spell(f"rm -r @{{folder}}/{name}"),
        pictures=tuple(_pictures(folder, pictures)),
        kpis=tuple(_kpis(folder)),
        rules=tuple(Rule(treatment.topic, treatment.rule) for treatment in pack.treatments),
        unsupported=tuple(unsupported(catalog, case) for case in tables.cases.get(str(pack.connector), ())),
        codes=often_met(catalog),
    )


def _pictures(folder: PackFolder, drawn: Mapping[str, str]) -> Iterator[Picture]:
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
    """Where a board's picture lies, relative to the quickstarts."""
    return f"pictures/{pack}-{board.replace('/', '-')}.svg"


def _size(svg: str) -> str:
    found = _SIZE.search(svg)
    return f"{round(float(found['width']))}x{round(float(found['height']))}" if found else ""


def quickstart_index(pages: list[QuickstartPage]) -> QuickstartIndex:
    """The list of quickstarts, by title."""
    ordered = sorted(pages, key=lambda page: (page.title.casefold(), page.id))
    lines = (QuickstartLine(page.id, f"{page.pack.word}. {page.pack.reason}") for page in ordered)
    return QuickstartIndex(tuple(lines), tuple(page.id for page in ordered))
