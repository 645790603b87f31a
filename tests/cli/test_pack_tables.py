"""`dfops pack install` and `upgrade` on the tables that a project really has, asked for by its real runtime."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.packs.small import lamps
from tests.published.samples import Sample, manifest
from tests.runtimes import known, needs_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

TABLES = (
    "CREATE SCHEMA lamps",
    'CREATE TABLE lamps.lamp (id VARCHAR, lit_at TIMESTAMPTZ, "order" BIGINT, colour VARCHAR, cost NUMERIC)',
    "ALTER TABLE lamps.lamp ADD COLUMN _fivetran_synced TIMESTAMPTZ",
    "CREATE TABLE lamps.keeper (id VARCHAR, name VARCHAR)",
)
STORM = "CREATE TABLE lamps.storm (id VARCHAR, lamp_id VARCHAR, seen_at TIMESTAMPTZ)"


class Shop:
    """A project with a DuckDB file, and the pack as it stands in a repository."""

    def __init__(self, top: Path, dfops: Dfops) -> None:
        self.root, self.folder, self.dfops = top / "root", top / "shop", dfops
        lamps(self.root)
        self.folder.mkdir()
        (self.folder / "dbt_charts.yml").write_text("sources: {w: {type: duckdb, path: w.duckdb}}\n", encoding="utf-8")

    def run(self, *statements: str) -> None:
        """Change the warehouse."""
        with duckdb.connect(self.folder / "w.duckdb") as connection:
            for statement in statements:
                connection.execute(statement)

    def pack(self, command: str, *arguments: object) -> Ran:
        """A command about its packs."""
        here = ("--project", self.folder, *(("--root", self.root) if command in {"install", "upgrade"} else ()))
        return self.dfops("pack", command, *arguments, *here)

    @property
    def boards(self) -> set[str]:
        """The boards of the pack that are there."""
        return {path.stem for path in (self.folder / "charts/lamps").glob("*.yml")} - {"meta"}


@pytest.fixture
def shop(tmp_path: Path, dfops: Dfops, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """With the current runtime on the PATH."""
    monkeypatch.setenv("PATH", f"{known()[0].environment.python.parent}:{os.environ['PATH']}")
    return Shop(tmp_path, dfops)


@pytest.mark.long
@needs_runtime
def test_boards_come_and_go_with_the_optional_tables(shop: Shop) -> None:
    """Left out and named; a later upgrade adds them, and takes them away where the table is gone again."""
    shop.run(*TABLES)
    ran = shop.pack("install", "lamps")
    assert (ran.code, shop.boards) == (0, {"index", "colours"})
    assert "  left out, until you have storm: storms\n" in ran.out
    assert ", without storms\n" in shop.pack("list").out
    assert shop.pack("verify").code == 0
    shop.run(STORM)
    ran = shop.pack("upgrade")
    assert ran.out == "charts/lamps: Lamps 1.2.0 is brought up to date\n  new: storms.yml\n"
    assert shop.boards == {"index", "colours", "storms"}
    shop.run("DROP TABLE lamps.storm")
    assert "  removed: storms.yml\n" in shop.pack("upgrade").out
    assert shop.boards == {"index", "colours"}


@needs_runtime
@pytest.mark.long
def test_a_pack_that_would_be_broken_is_refused(shop: Shop) -> None:
    """With what is missing, and nothing changed; `--no-check` does it all the same."""
    shop.run(*TABLES, 'ALTER TABLE lamps.lamp DROP COLUMN "order"')
    ran = shop.pack("install", "lamps")
    assert (ran.code, {path.name for path in shop.folder.iterdir()}) == (1, {"dbt_charts.yml", "w.duckdb"})
    assert ran.out.splitlines() == [
        "Lamps 1.2.0: your tables lack what it needs, so nothing was changed; --no-check does it all the same",
        "  index asks for lamp.order",
    ]
    assert shop.pack("install", "lamps", "--no-check").code == 0
    ran = shop.pack("upgrade")
    assert (ran.code, ran.out.startswith("charts/lamps stays at 1.2.0, Lamps 1.2.0: your tables lack")) == (1, True)


@needs_runtime
@pytest.mark.long
def test_a_rollback_asks_for_the_columns_too(shop: Shop, tmp_path: Path) -> None:
    """Where a catalog says which: an earlier version that would be broken now is refused, and nothing changes."""
    catalog = Sample(tmp_path / "catalog")
    reads = {"index": {"lamp": ("id",)}, "storms": {"storm": ("id",)}}
    for version in ("1.1.0", "1.2.0"):
        catalog.add(manifest(version=version, reads=reads, optional={"storm": ()}))
    shop.run(*TABLES, STORM)
    asks = ("--catalog", catalog.folder)
    install = ("pack", "install", "lamps", "--version", "1.1.0", "--project", shop.folder, *asks)
    assert shop.dfops(*install).code == 0
    assert shop.dfops("pack", "upgrade", "--project", shop.folder, *asks).code == 0
    shop.run("ALTER TABLE lamps.lamp DROP COLUMN id")
    ran = shop.pack("rollback", "lamps", *asks)
    assert (ran.code, "your tables lack what it needs" in ran.sentence, "lamp.id" in ran.sentence) == (2, True, True)
    assert "lamps 1.2.0" in shop.pack("list").out
    shop.run("ALTER TABLE lamps.lamp ADD COLUMN id VARCHAR")
    assert shop.pack("rollback", "lamps", *asks).code == 0


def test_what_cannot_be_asked_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack is installed whole, and nobody is told that it was checked."""
    monkeypatch.setenv("PATH", "/nowhere")
    ran = shop.pack("install", "lamps")
    assert (ran.code, shop.boards) == (0, {"index", "colours", "storms"})
    assert "  Not checked against your tables: dct is not on the PATH: install dbt Charts" in ran.out
