"""Quickstarts: commands in the order of need, one setup a warehouse, no secret in a file."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from generators.catalog import load
from generators.installed import installed
from generators.installed.own import own_commands
from generators.model.pack import WarehouseSetup
from generators.packs.engines import duck
from generators.published.manifest import Client, Index
from generators.runtime.port import Rows
from generators.runtime.spelling import Spellings, spelled_catalog
from generators.site.public import World, public_pages
from generators.source import Repository
from generators.status.state import WAREHOUSE_NAMES
from generators.views.connectors import connector_tables
from generators.views.published import Published
from generators.views.quickstarts import QuickstartPage, quickstart_page
from generators.views.warehouses import Setup, setups
from tests.changes import change
from tests.clock import AT
from tests.runtimes import known, needs_runtimes
from tests.views.test_connectors import world
from tests.views.test_releases import SITE, release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.runtime.known import KnownRuntime

REPOSITORY = Path(__file__).resolve().parents[2]
SUPPORTED = ("duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -32 1012 832" width="1012" height="832"/>'
SETUPS = "ops_model/operating/warehouse_setups"
SYMPTOM = "ops_model/support/symptoms/no-light.yaml"
EXPORTED = {"WAREHOUSE_HTTP_PATH": "/sql/1.0/warehouses/x"}
"""Values that a runtime looks at before it connects."""


def page(
    root: Path, published: Published | None = None, drawn: Mapping[str, str] | None = None
) -> QuickstartPage | None:
    """The quickstart of the miniature's pack."""
    catalog, packs = world(root)
    spellings = Spellings.of(catalog, AT)
    shown, tables = spelled_catalog(catalog, spellings), connector_tables(catalog, packs)
    return quickstart_page(
        shown, packs["oil_feed"], tables, drawn or {}, spellings=spellings, published=published or Published()
    )


def found(root: Path, **drawn: str) -> QuickstartPage:
    """The quickstart, which is there."""
    made = page(root, drawn=drawn)
    assert made
    return made


def setup_of(warehouse: str, runtime: KnownRuntime | None = None) -> Setup:
    """The setup of a warehouse in this repository, for the miniature's pack, as a runtime spells it."""
    catalog, _ = load(Repository(REPOSITORY), [WarehouseSetup])
    shown = spelled_catalog(catalog, Spellings((runtime or known()[0]).runtime))
    (found,) = setups(shown, "oil_feed", "oil_feed", (warehouse,), "")
    return found


def files(setup: Setup) -> Iterator[tuple[str, str]]:
    """The files that a setup writes: name and text."""
    for block in setup.blocks:
        yield from re.findall(r"^cat > (\S+) <<'EOF'\n(.*?\n)EOF$", block.command, re.DOTALL | re.MULTILINE)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_without_a_publication_nothing_is_to_be_downloaded(miniature: Path) -> None:
    """The page says so, and has the commands of whoever has a checkout."""
    made = found(miniature)
    assert made.release is None
    assert made.checkout.prepare.splitlines()[-2:] == [
        'python -m pip install "$DFOPS_ROOT[packs]" "dbt-charts==0.10.0" "dbt-core<1.12" "plotext<6"',
        "dfops runtime install --current",
    ]
    assert made.checkout.install == "dfops pack install oil_feed --project ."
    assert made.checkout.check == "dfops pack check oil_feed --project . --source warehouse"
    assert [setup.name for setup in made.setups] == ["DuckDB", "Snowflake"]
    assert (made.serve, made.remove) == ("dct serve", "rm -r charts/oil_feed")
    assert (made.optional_tables, made.synthetic_until) == (("spout",), "2025-12-31")
    catalog, packs = world(miniature)
    pages, _ = public_pages(catalog, World(packs))
    assert "This pack is not published yet" in pages["quickstarts/oil_feed.md"]
    assert "http" not in pages["quickstarts/oil_feed.md"].replace("http://localhost", "")


CLIENT = Client(file="lamp_ops-1.0.0-py3-none-any.whl", version="1.0.0", size=1, sha256="c" * 64)


def offered(*, client: Client | None = CLIENT, site_url: str = SITE) -> Published:
    """A catalog with one version of the miniature's pack, for DuckDB."""
    index = Index(releases=(release("oil_feed", "0.1.0"),), client=client)
    return Published(index, site_url, "lamp-ops")


def test_published_pack_is_got_from_the_site(miniature: Path) -> None:
    """Every address is one of the site's; the dbt package, the install and the sample are of one version."""
    made = page(miniature, offered())
    assert made
    assert made.release
    (package,) = made.release.packages
    assert package.entry == (
        f"packages:\n  - tarball: {SITE}catalog/packs/oil_feed/0.1.0/a.tar.gz\n    name: oil_feed_boards"
    )
    assert yaml.safe_load(package.entry)
    assert package.driver == 'python -m pip install "dbt-charts==0.10.0"'
    assert made.release.client == f'python -m pip install "lamp-ops @ {SITE}catalog/client/{CLIENT.file}"'
    assert made.release.install == f"dfops pack install oil_feed --catalog {SITE}catalog"
    assert made.release.sample_install.endswith(" --source oil_feed_sample")


def test_distribution_in_the_registry_is_named_alone(miniature: Path) -> None:
    """A wheel of ours is only for as long as there is no other way."""
    published = replace(offered(client=None), in_registry=True)
    made = page(miniature, published)
    assert made
    assert made.release
    assert made.release.client == 'python -m pip install "lamp-ops"'
    assert made.release.client_check == 'python -m pip install "lamp-ops[check]"'


@pytest.mark.parametrize("missing", ["client", "site_url"])
def test_what_cannot_be_got_is_not_promised(miniature: Path, missing: str) -> None:
    """Without an address, and without a way to the command, the page says that nothing is published."""
    published = offered(client=None) if missing == "client" else offered(site_url="")
    made = page(miniature, published)
    assert made
    assert made.release is None


def test_pictures_of_boards(miniature: Path) -> None:
    """Those that were drawn, in the order of the boards, with their size; without any the page has none."""
    made = found(miniature, spouts=SVG, index=SVG)
    assert [(picture.title, picture.path, picture.size) for picture in made.pictures] == [
        ("Oil", "pictures/oil_feed-index.svg", "1012x832"),
        ("Spouts", "pictures/oil_feed-spouts.svg", "1012x832"),
    ]
    assert found(miniature).pictures == ()


def test_numbers_and_how_they_are_made(miniature: Path) -> None:
    """Each narrative names its board as users see it; treatments and cases are the pack's."""
    made = found(miniature)
    assert [(kpi.title, kpi.board, kpi.unit) for kpi in made.kpis] == [("Oil left", "Oil", "litre")]
    assert [(rule.topic, rule.rule) for rule in made.rules] == [
        ("nulls", "A barrel that nobody measured counts as empty.")
    ]
    assert [case.title for case in made.unsupported] == ["Fog"]


def test_codes_lead_to_help(miniature: Path) -> None:
    """The codes that are often met, with what they mean; none where no symptom lists one of them."""
    assert [(link.code, link.meaning) for link in found(miniature).codes] == [
        ("ERR-BINDER-UNKNOWN-COLUMN", "The oil feed does not have a column that the lamp reads."),
        ("WARN-QUERY-RETURNED-ZERO-ROWS", "The barrels are empty."),
    ]
    change(miniature / SYMPTOM, diagnostics=["ERR-INTERNAL"])
    assert found(miniature).codes == ()


def test_withdrawn_pack_has_no_quickstart(miniature: Path) -> None:
    """Nobody is told to install what must not be installed, on no page."""
    change(miniature / "packs/oil_feed/pack.yaml", state="withdrawn", note="Counts twice")
    assert page(miniature) is None
    catalog, packs = world(miniature)
    pages, _ = public_pages(catalog, World(packs, {"oil_feed": {"index": SVG}}))
    assert {path for path in pages if path.startswith("quickstarts/")} == {"quickstarts/index.md"}
    assert "pack install" not in "".join(pages.values())


def test_a_pack_keeps_its_quickstart_where_its_newest_version_alone_is_withdrawn(miniature: Path) -> None:
    """The connector's page says which version to use instead; without one, the pack must not be installed."""
    withdrawal = miniature / "ops_model/operating/withdrawals/oil-feed-0-9-0.yaml"
    change(withdrawal, version="1.0.0", instead="0.8.0")
    catalog, packs = world(miniature)
    pages, _ = public_pages(catalog, World(packs))
    assert "quickstarts/oil_feed.md" in pages
    assert "Use version 0.8.0." in html.unescape(pages["connectors/oil_feed.md"])
    change(withdrawal, instead=None)
    catalog, packs = world(miniature)
    assert "quickstarts/oil_feed.md" not in public_pages(catalog, World(packs))[0]


def test_pages_and_pictures_of_all_quickstarts(miniature: Path) -> None:
    """A page a pack, its pictures beside it, and the list that leads to it."""
    catalog, packs = world(miniature)
    pages, _ = public_pages(catalog, World(packs, {"oil_feed": {"index": SVG}}))
    assert pages["quickstarts/pictures/oil_feed-index.svg"] == SVG
    assert "{ops:picture} pictures/oil_feed-index.svg\n:size: 1012x832\n" in pages["quickstarts/oil_feed.md"]
    assert "{doc}`oil_feed`" in pages["quickstarts/index.md"]


# ── setups ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("warehouse", SUPPORTED)
def test_setup_is_shell_and_yaml(warehouse: str) -> None:
    """Every block can be pasted: bash reads it, the files are YAML, every value that is somebody's own is exported."""
    setup = setup_of(warehouse)
    assert setup.name == WAREHOUSE_NAMES[warehouse]
    script = "\n".join(block.command for block in setup.blocks)
    assert subprocess.run(["bash", "-n"], input=script.encode(), check=False).returncode == 0  # noqa: S607
    exported = set(re.findall(r"export (\w+)", script))
    asked = set(re.findall(r"env_var\('(\w+)'\)", script))
    assert asked == exported
    for _, text in files(setup):
        assert yaml.safe_load(text)


@pytest.mark.parametrize("warehouse", SUPPORTED)
def test_secret_is_in_no_file_and_in_no_history(warehouse: str) -> None:
    """Passwords and tokens come from the environment, and are typed where nobody sees and no shell remembers them."""
    setup = setup_of(warehouse)
    for _, text in files(setup):
        for line in re.findall(r"^\s*(?:password|token|keyfile): (.*)$", text, re.MULTILINE):
            assert line.startswith("\"{{ env_var('WAREHOUSE_")
    script = "\n".join(block.command for block in setup.blocks)
    assert not re.search(r"export \w*(?:PASSWORD|TOKEN)=", script)


@needs_runtimes
@pytest.mark.parametrize("runtime", known(), ids=lambda runtime: runtime.id)
def test_runtime_takes_the_files(runtime: KnownRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sources' fields are those that each runtime knows, with every value from the environment."""
    for warehouse in SUPPORTED:
        project = tmp_path / warehouse
        project.mkdir()
        for name, text in files(setup_of(warehouse, runtime)):
            (project / name).write_text(text, encoding="utf-8")
            for variable in re.findall(r"env_var\('(\w+)'\)", text):
                monkeypatch.setenv(variable, EXPORTED.get(variable, "x"))
    with runtime.port() as port:  # started once the environment holds every value
        opened = {warehouse: port.open(tmp_path / warehouse, "warehouse") for warehouse in SUPPORTED}
    through = {"databricks": "dbt_profile"} if runtime.id == "dataface" else {}
    assert opened == {warehouse: warehouse for warehouse in SUPPORTED} | through


@pytest.mark.long
@needs_runtimes
def test_profile_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the setup through dbt answer a query, here with DuckDB behind the profile instead of Databricks."""
    older = next(runtime for runtime in known() if runtime.id == "dataface")
    setup = setup_of("databricks", older)
    for name, text in files(setup):
        (tmp_path / name).write_text(text, encoding="utf-8")
        for variable in re.findall(r"env_var\('(\w+)'\)", text):
            monkeypatch.setenv(variable, "x")
    profile = yaml.safe_load((tmp_path / "profiles.yml").read_text(encoding="utf-8"))
    profile["warehouse"]["outputs"]["default"] = {"type": "duckdb", "path": "warehouse.duckdb"}
    (tmp_path / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")
    duck.connect(tmp_path / "warehouse.duckdb").close()
    with older.port() as port:
        assert port.open(tmp_path, "warehouse") == "dbt_profile"
        assert port.ask("SELECT 1 AS one", {}).rows == Rows(("one",), ((1,),))


def test_duckdb_comes_first_and_what_has_no_setup_is_left_out(miniature: Path) -> None:
    """A reader without an account finds the setup that needs none."""
    catalog, _ = world(miniature)
    found = setups(catalog, "a", "a", ("snowflake", "sqlite", "duckdb"), "the runtime")
    assert [(one.name, one.driver == "the runtime") for one in found] == [("DuckDB", True), ("Snowflake", False)]
    assert setups(catalog, "a", "a", ("sqlite",), "") == ()


def test_version_is_the_one_that_packs_are_written_for() -> None:
    """Drivers are installed for the version that packs are written for."""
    drivers = [setup.driver for name in SUPPORTED if (setup := setup_of(name)).driver]
    assert len(drivers) == len(SUPPORTED) - 1
    for command in drivers:
        version = re.search(r"dbt-charts\[\w+\]==([\d.]+)", command)
        assert version
        assert version[1] == known()[0].version


@needs_runtimes
def test_every_command_is_one_of_the_installed(miniature: Path) -> None:
    """`dfops` and the runtime accept each line as it stands."""
    made = page(miniature, offered())
    assert made
    assert made.release
    commands = installed(own_commands("dfops"), "", known())
    release, checkout = made.release, made.checkout
    every = [checkout.prepare, checkout.sample, checkout.install, checkout.check, made.serve, release.client]
    every += [release.install, release.elsewhere, release.again, release.sample_install, release.verify]
    every += [text for name in SUPPORTED for text in (setup_of(name).driver, *_commands(setup_of(name)))]
    assert [problem for text in every for problem in commands.problems(text)] == []
    assert commands.missing_snapshots == ()


def _commands(setup: Setup) -> Iterator[str]:
    return (block.command for block in setup.blocks)
