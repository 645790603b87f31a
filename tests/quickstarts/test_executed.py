"""The quickstarts, executed: what a user copies from the built site, over HTTP, in an empty folder.

Lines of pip are left out: the programs are those of the environments here. What a wheel alone brings has its own test.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import duckdb
import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from tests.changes import change
from tests.packs.kpis.board import packs
from tests.published.signing import sign
from tests.runtimes import HERE, ROOT, known, needs_runtimes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.runtime.known import KnownRuntime

pytestmark = [pytest.mark.long, pytest.mark.minutes]
DAY = "2026-11-21"
"""On which the packs' changelogs say that they are published."""
WHEEL = "client/dataface_ops-0.1.0-py3-none-any.whl"
DBT, FOLDER, SAMPLE = "install-with-dbt", "install-into-a-folder", "try-it-on-sample-data"


class Quiet(SimpleHTTPRequestHandler):
    """A web server that writes no log."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Site:
    """The public site with a catalog, served on loopback."""

    address: str

    def quickstart(self, pack: str) -> BeautifulSoup:
        """The quickstart of a pack as a browser gets it."""
        return self.page(f"quickstarts/{pack}")

    def page(self, name: str) -> BeautifulSoup:
        """A page as a browser gets it."""
        with urllib.request.urlopen(f"{self.address}{name}.html") as answer:  # noqa: S310 - loopback
            return BeautifulSoup(answer.read(), "lxml")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Built from a copy of this repository that declares the address, with all packs published."""
    top = tmp_path_factory.mktemp("published")
    root, catalog, served = top / "repository", top / "catalog", top / "served"
    left = shutil.ignore_patterns("build", ".venv", ".git", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=left, symlinks=True)
    (catalog / WHEEL).parent.mkdir(parents=True)
    (catalog / WHEEL).write_bytes(b"What pip would install.")
    served.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served / "public"))) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        _publish(root, catalog, served, address)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(address)
        server.shutdown()


def _publish(root: Path, catalog: Path, served: Path, address: str) -> None:
    """Every pack into the catalog, and the public site with it."""
    change(root / "ops_model/operating/publications/packs.yaml", site_url=address)
    environment = os.environ | {"DFOPS_RUNTIMES": str(root / "none")}  # without runtimes no picture is drawn
    publish = ["pack", "publish", "--into", str(catalog), "--at", DAY]
    build = ["build", "--audience", "public", "--out", str(served), "--catalog", str(catalog)]
    run([sys.executable, "-m", "generators.cli", *publish, "--root", str(root)], ROOT, environment)
    sign(catalog)
    run([sys.executable, "-m", "generators.cli", *build, "--root", str(root)], ROOT, environment)


def run(command: list[str] | str, folder: Path, environment: dict[str, str]) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(  # noqa: S603 - what the page says
        command if isinstance(command, list) else ["bash", "-ec", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout + done.stderr


@dataclass(frozen=True)
class Shell:
    """Where a user types: an empty folder, with the programs that the page has them install."""

    folder: Path
    runtime: KnownRuntime

    @property
    def environment(self) -> dict[str, str]:
        """The runtime's programs first, then `dfops`."""
        programs = self.folder.parent / "programs"
        if not programs.exists():
            programs.mkdir()
            line = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m generators.cli "$@"\n'
            (programs / "dfops").write_text(line, encoding="utf-8")
            (programs / "dfops").chmod(0o755)
        path = os.pathsep.join([str(programs), str(self.runtime.environment.python.parent), os.environ["PATH"]])
        return os.environ | {"PATH": path, "DO_NOT_TRACK": "1", "DFOPS_RUNTIMES": str(HERE)}

    def run(self, command: str) -> str:
        """What a line prints, in the folder."""
        return run(command, self.folder, self.environment)

    def draw(self, pattern: str) -> None:
        """Every board has rows, without an error; the server would show it, and so would this."""
        boards = sorted(board for board in self.folder.glob(pattern) if board.stem != "meta")
        (self.folder / "rows").mkdir(exist_ok=True)
        where = " ".join(shlex.quote(str(board.relative_to(self.folder))) for board in boards)
        program = self.runtime.runtime.program
        self.run(f"{program} render {where} --format data --no-cache --output 'rows/{{stem}}.json'")
        for board in boards:
            drawn = json.loads((self.folder / f"rows/{board.stem}.json").read_text(encoding="utf-8"))
            assert all(query["rows"] for query in drawn["queries"].values())


def commands(page: BeautifulSoup, section: str, tab: str = "DuckDB") -> list[str]:
    """The blocks to copy of a section, in order; of tabs those of one, without what is folded away."""
    found = page.find(id=section)
    assert isinstance(found, Tag), section
    blocks = []
    for block in found.find_all("pre"):
        panel = block.find_parent(class_="sd-tab-content")
        label = panel.find_previous_sibling("label") if isinstance(panel, Tag) else None
        folded = block.find_parent("details")
        if (label is None or label.get_text(strip=True) == tab) and folded is None:
            blocks.append(block.get_text().rstrip("\n"))
    return blocks


def typed(blocks: list[str]) -> list[str]:
    """Without pip's lines, and without the server, which does not end."""
    kept = ["\n".join(line for line in block.splitlines() if "pip install" not in line) for block in blocks]
    return [block for block in kept if block.strip() and not re.search(r"\b(?:dct|dft) serve", block)]


PROFILES = """\
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, schema: main, threads: 1}
"""
CURRENT = [runtime for runtime in known() if runtime.is_current]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@needs_runtimes
@pytest.mark.parametrize("pack", packs())
def test_as_a_dbt_package(site: Site, empty: Path, pack: str) -> None:
    """The entry, `dbt deps`, `dbt parse`: each board draws, next to a package of the shape of Fivetran's own."""
    shell = Shell(empty, CURRENT[0])
    shell.run(f"dfops pack sample {pack} --root {ROOT} --out warehouse.duckdb")
    (empty / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    (empty / "dbt_project.yml").write_text("name: shop\nversion: 1.0.0\nprofile: shop\n", encoding="utf-8")
    entry, *rest = typed(commands(site.quickstart(pack), DBT))
    beside = yaml.safe_load(entry)
    beside["packages"].append({"local": str(fivetran_shaped(empty.parent, pack))})
    (empty / "packages.yml").write_text(yaml.safe_dump(beside), encoding="utf-8")
    assert rest == ["dbt deps", "dbt parse"]
    assert "Installed from tarball" in shell.run(rest[0])
    shell.run(rest[1])
    (folder,) = (path for path in (empty / "dbt_packages").iterdir() if path.name.endswith("_boards"))
    shell.run(f"cd {folder} && sha256sum --check --quiet SHA256SUMS")
    shell.draw(f"dbt_packages/{folder.name}/charts/*.yml")


def fivetran_shaped(folder: Path, pack: str) -> Path:
    """A dbt package with the name, the source and the variables that Fivetran's package for a connector has."""
    package = folder / pack
    (package / "models").mkdir(parents=True)
    (package / "dbt_project.yml").write_text(f"name: {pack}\nversion: 1.0.0\n", encoding="utf-8")
    source = {"name": pack, "schema": f"{{{{ var('{pack}_schema', '{pack}') }}}}", "tables": [{"name": "account"}]}
    text = yaml.safe_dump({"version": 2, "sources": [source]})
    (package / f"models/src_{pack}.yml").write_text(text, encoding="utf-8")
    return package


@needs_runtimes
@pytest.mark.parametrize("runtime", known(), ids=lambda runtime: runtime.id)
@pytest.mark.parametrize("pack", packs())
def test_into_a_folder(site: Site, empty: Path, pack: str, runtime: KnownRuntime) -> None:
    """The source, then the install: each board draws, with each runtime."""
    shell = Shell(empty, runtime)
    shell.run(f"dfops pack sample {pack} --root {ROOT} --out warehouse.duckdb")
    connect, *rest = typed(commands(site.quickstart(pack), FOLDER))
    project = runtime.runtime.words.project_file
    shell.run(connect.replace("dbt_charts.yml", project))
    assert len(rest) == 1
    words = runtime.runtime.words
    assert f"{words.folder}/{pack}: {len(packs()[pack].boards)} {words.boards} of " in shell.run(rest[0])
    shell.draw(f"{words.folder}/{pack}/*{words.suffix}")


@needs_runtimes
def test_two_packs_on_sample_data(site: Site, empty: Path) -> None:
    """In one project, with a source each."""
    shell = Shell(empty, CURRENT[0])
    for pack in ("stripe", "github"):
        for command in typed(commands(site.quickstart(pack), SAMPLE)):
            shell.run(command)
        shell.draw(f"charts/{pack}/*.yml")
    assert set(yaml.safe_load((empty / "dbt_charts.yml").read_text())["sources"]) == {"stripe_sample", "github_sample"}


@needs_runtimes
def test_tables_in_a_schema_of_another_name(site: Site, empty: Path) -> None:
    """By a dbt variable, and by an option: with a hyphen, and with capitals and a space."""
    shell = Shell(empty, CURRENT[0])
    shell.run(f"dfops pack sample stripe --root {ROOT} --out warehouse.duckdb")
    with duckdb.connect(str(empty / "warehouse.duckdb")) as database:
        tables = database.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'stripe'")
        for schema in ('"stripe-prod"', '"Stripe Prod"'):
            database.execute(f"CREATE SCHEMA {schema}")
            for (table,) in tables.fetchall():
                database.execute(f"CREATE TABLE {schema}.{table} AS FROM stripe.{table}")
        database.execute("DROP SCHEMA stripe CASCADE")
    (empty / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    project = "name: shop\nversion: 1.0.0\nprofile: shop\nvars: {stripe_schema: stripe-prod}\n"
    (empty / "dbt_project.yml").write_text(project, encoding="utf-8")
    page = site.quickstart("stripe")
    entry, *rest = typed(commands(page, DBT))
    (empty / "packages.yml").write_text(entry, encoding="utf-8")
    for command in rest:
        shell.run(command)
    shell.draw("dbt_packages/stripe_boards/charts/index.yml")
    connect, install = typed(commands(page, FOLDER))
    shell.run(connect)
    shell.run(f"{install} --schema 'Stripe Prod'")
    shell.draw("charts/stripe/index.yml")


@needs_runtimes
def test_upgrade_go_back_and_remove(site: Site, empty: Path) -> None:
    """Each command of the page about installed packs, and the last one of the quickstart; one version is published."""
    shell = Shell(empty, CURRENT[0])
    shell.run(f"dfops pack sample stripe --root {ROOT} --out warehouse.duckdb")
    page = site.quickstart("stripe")
    connect, install = typed(commands(page, FOLDER))
    shell.run(connect)
    shell.run(install)
    lines = "\n".join(commands(site.page("guides/installed-packs"), "in-a-folder")).splitlines()
    names = [line.split()[2] for line in lines]
    assert names == ["upgrade", "upgrade", "diff", "rollback", "upgrade", "remove", "verify"]
    said = {}
    for line in lines:
        here = line.replace("https://packs.example.org/", site.address)
        name = line.split()[2]
        if name != "remove":
            said[line] = shell.run(f"! {here}" if name == "rollback" else here)
    assert "stripe was not upgraded since it was installed" in "".join(said.values())
    assert "as published" in said[lines[-1]]
    assert [block for block in commands(page, "take-it-away") if "remove" in block] == ["dfops pack remove stripe"]
    shell.run("dfops pack remove stripe")
    assert not (empty / "charts/stripe").exists()


@needs_runtimes
def test_server_shows_a_package(site: Site, empty: Path) -> None:
    """The last command of the page, at the address that the page names."""
    shell = Shell(empty, CURRENT[0])
    shell.run(f"dfops pack sample stripe --root {ROOT} --out warehouse.duckdb")
    connect, install = typed(commands(site.quickstart("stripe"), FOLDER))
    shell.run(connect)
    shell.run(install)
    line = "dct serve --port 18971"
    with subprocess.Popen(  # noqa: S603 - what the page says
        shlex.split(line), cwd=empty, env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        printed = iter(process.stdout.readline, "")
        found = next(line for line in printed if "URL: http://localhost:" in line)
        next(line for line in printed if "Uvicorn running" in line)
        address = found.split("URL: ")[1].strip()
        try:
            with urllib.request.urlopen(f"{address}/stripe/", timeout=60) as answer:  # noqa: S310 - loopback
                assert answer.status == 200
        finally:
            process.kill()
