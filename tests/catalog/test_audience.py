"""An internal pack with all that belongs to it, beside a public one: the team has it, nothing that leaves the team."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generators.catalog import load, public_part
from generators.cli.telemetry_store import Measured
from generators.exports import alerts
from generators.exports.contracts import contracts_of
from generators.exports.issue_forms import issue_forms
from generators.exports.status_feeds import feeds
from generators.exports.table import Sources
from generators.model import KINDS
from generators.model.launch import UnsupportedCase
from generators.model.operating import Connector
from generators.model.pack import Pack
from generators.packs.pictures.cache import Pictures
from generators.packs.reading.folder import read_packs
from generators.site import Site, check, prepare
from generators.site.public import World, public_pages
from generators.source import Repository
from generators.status.packs import pack_statuses
from tests.changes import change, tree, write
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Catalog
    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime

REPOSITORY = Path(__file__).parents[2]
CANARY = "quetzal"
"""In every id and title of what is internal."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><title>{}</title></svg>'
TOLD = (
    "ops_model/stability/incidents/dark-on-the-first-of-november.yaml",
    "ops_model/stability/defects/soot-on-the-east-pane.yaml",
    "ops_model/operating/status_overrides/new-barrels.yaml",
    "ops_model/operating/withdrawals/oil-feed-0-9-0.yaml",
    "ops_model/launch/unsupported/fog.yaml",
)
"""What names the public pack, and is copied for the internal one."""


@pytest.fixture
def both(miniature: Path) -> Path:
    """The miniature with the pack of a connector that is internal: a copy of the public one under other names."""
    shutil.copytree(miniature / "packs/oil_feed", miniature / f"packs/{CANARY}_log")
    own = [path for path in (miniature / f"packs/{CANARY}_log").rglob("*") if path.is_file()]
    for told in TOLD:
        own.append((miniature / told).with_stem(f"{CANARY}-{Path(told).stem}"))
        shutil.copy(miniature / told, own[-1])
    for path in own:
        text = path.read_text(encoding="utf-8").replace("oil_feed", f"{CANARY}_log").replace("Oil", f"{CANARY} oil")
        path.write_text(text.replace("title: ", f"title: {CANARY} ", 1), encoding="utf-8")
        if path.parent.name == "regressions":
            change(path, defect=f"{CANARY}-soot-on-the-east-pane")
            path.rename(path.with_stem(f"{CANARY}-{path.stem}"))
    public = tree(miniature / "ops_model/operating/connectors/oil_feed.yaml")
    private = {"title": f"{CANARY} log", "summary": f"The {CANARY}'s own.", "audience": "internal"}
    kept = {name: public[name] for name in ("schema_name", "tables", "tables_declared", "watch")}
    write(miniature / f"ops_model/operating/connectors/{CANARY}_log.yaml", kept | private)
    change(miniature / f"packs/{CANARY}_log/pack.yaml", audience="internal", unsupported=[f"{CANARY}-fog"])
    return miniature


def loaded(root: Path) -> Catalog:
    """All entities of a repository."""
    return load(Repository(root), KINDS)[0]


def site(root: Path, audience: str) -> Site:
    """The pages of an audience, with a picture of each board of each pack."""

    def draw(packs: Mapping[str, PackFolder], _: KnownRuntime) -> dict[str, Pictures]:
        return {
            name: Pictures({board.id: SVG.format(f"{name} {board.id}") for board in pack.boards})
            for name, pack in packs.items()
        }

    return prepare(root, audience, AT, draw=draw)


def with_canary(texts: Mapping[str, str]) -> list[str]:
    """The files that name what is internal, in their name or their text."""
    return sorted(name for name, text in texts.items() if CANARY in f"{name} {text}".lower())


def test_repository_is_sound(both: Path) -> None:
    """What the other tests look for is accepted: nothing is missing because it was refused."""
    found = check(both, AT)
    own = [finding for finding in found.findings if CANARY in finding.place.path]
    assert {finding.rule.code for finding in own} == {"OPS809", "OPS830"}, "never proven under this name, nor published"
    assert f"{CANARY}_log" in found.packs


def test_nothing_public_knows_of_it(both: Path) -> None:
    """No page, no picture, no list, no feed; the team's own copy of the public pages is the same."""
    made = site(both, "public")
    assert with_canary(made.pages) == []
    assert with_canary(feeds(made.connectors, "https://example.org/")) == []
    assert with_canary(made.moved) == []
    assert made.pages["connectors/oil_feed.md"]
    inner = site(both, "internal").pages
    assert with_canary({name: text for name, text in inner.items() if name.startswith("public/")}) == []


def test_team_has_its_page_with_pictures(both: Path) -> None:
    """The pack's page links to no public page, since there is none, and shows what a quickstart would."""
    pages = site(both, "internal").pages
    page = pages[f"packs/packs/{CANARY}_log.md"]
    assert f"pictures/{CANARY}_log-index.svg" in page
    assert "public/connectors" not in page
    assert pages[f"packs/packs/pictures/{CANARY}_log-index.svg"] == SVG.format(f"{CANARY}_log index")
    assert "pictures/" not in pages["packs/packs/oil_feed.md"]
    assert f"operating/connectors/{CANARY}_log.md" in pages


def test_users_reports_are_never_about_it(both: Path) -> None:
    """Neither the page of support nor the forms of the forge offer it."""
    assert with_canary({"page": site(both, "internal").pages["support/i-see-an-error.md"]}) == []
    assert with_canary(issue_forms(loaded(both))) == []


def test_events_and_alerts_do_not_name_it(both: Path) -> None:
    """The contracts' closed lists, the priorities of conditions, and the places that are counted."""
    catalog: Any = loaded(both)
    contracts = contracts_of(catalog)
    assert with_canary({"contracts": contracts.model_dump_json()}) == []
    assert set(contracts.connectors) == {"oil_feed"}
    nothing: Any = None
    asked = Measured(catalog, nothing, nothing)  # the model alone is asked
    assert asked.priorities() == ["oil_feed"]
    assert with_canary({"places": str(asked.places())}) == []


def test_what_belongs_to_it_goes_with_it(both: Path) -> None:
    """Defects, incidents, overrides, withdrawals, regressions; a case of two connectors stays one of the public one."""
    before, after = loaded(both), public_part(loaded(both))
    gone = {entry.key for entry in before.everything()} - {entry.key for entry in after.everything()}
    assert all(CANARY in name for _, name in gone)
    assert [entry.key for entry in after.everything() if CANARY in entry.id] == []
    assert {"connector", "pack", "defect", "incident", "status-override", "withdrawal", "regression"} < {
        k for k, _ in gone
    }
    path = both / f"ops_model/launch/unsupported/{CANARY}-fog.yaml"
    for named, kept in ((["oil_feed", f"{CANARY}_log"], ("oil_feed",)), ([f"{CANARY}_log"], None)):
        change(path, connectors=named)
        case = public_part(loaded(both)).find(UnsupportedCase, f"{CANARY}-fog")
        assert (case.entity.connectors if case else None) == kept


def test_catalog_without_anything_internal_is_the_same(miniature: Path) -> None:
    """Most repositories have nothing internal, and pay nothing."""
    catalog = loaded(miniature)
    assert public_part(catalog) is catalog


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"priority": None}, "needs source and priority, unless its audience is internal"),
        ({"source": None}, "needs source and priority, unless its audience is internal"),
        ({"audience": "internal"}, "has a priority, which only connectors of users have"),
    ],
)
def test_connector_without_what_its_audience_needs(miniature: Path, fields: dict[str, Any], sentence: str) -> None:
    """A public connector is ranked among the others and has a reference; an internal one is not ranked."""
    change(miniature / "ops_model/operating/connectors/oil_feed.yaml", **fields)
    found = [f.message for f in check(miniature, AT).findings if f.place.path.endswith("connectors/oil_feed.yaml")]
    assert any(sentence in message for message in found), found


def test_internal_packs_of_this_repository_are_in_nothing_public() -> None:
    """Their ids and titles stand in no committed export for users and on no public page."""
    catalog = loaded(REPOSITORY)
    inner = [(e.id, e.entity.title) for e in catalog.entries_of(Connector) if e.entity.audience == "internal"]
    inner += [(e.id, e.entity.title) for e in catalog.entries_of(Pack) if e.entity.audience == "internal"]
    assert inner
    folders = read_packs(catalog, Repository(REPOSITORY))
    texts = dict(public_pages(catalog, World(pack_statuses(catalog, folders, {}, AT), at=AT))[0])
    texts |= {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / ".github/ISSUE_TEMPLATE").iterdir()}
    texts |= alerts.make_export(Sources(catalog, folders, AT)).files
    texts["contracts.json"] = (REPOSITORY / "ops_model/telemetry/contracts.json").read_text(encoding="utf-8")
    for name in {name for pair in inner for name in pair}:
        assert [path for path, text in texts.items() if name in f"{path} {text}"] == [], name
