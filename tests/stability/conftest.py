"""A file, a mapping and a store, and the command that brings them together in the miniature repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.cli.conftest import dfops  # noqa: F401 - a fixture
from tests.packs.kpis.board import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Dfops, Ran

SITE = ROOT / "tests/site"
MAPPING = """
labels:
  oil: {connector: oil_feed}
  felt: {severity: sev3}
  redshift: {warehouse: redshift}
  snowflake: {warehouse: snowflake}
  soot: {defect_class: soot}
  question: {ignored: true}
columns: {body: Body}
"""


@pytest.fixture
def imported(dfops: Dfops, tmp_path: Path) -> Callable[..., Ran]:  # noqa: F811 - the fixture
    """Import a text or bytes as a file with a mapping into the store of a test, at the end of November 2026."""

    def run(data: str | bytes, *options: object, mapping: str = MAPPING, name: str = "reports.csv") -> Ran:
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
        files = ("--mapping", tmp_path / "map.yaml", "--proposals", tmp_path / "proposals.yaml")
        where = ("--store", tmp_path / "s.duckdb", "--root", SITE, "--at", "2026-11-30T12:00Z")
        return dfops("stability", "import", tmp_path / name, *files, *where, *options)

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[], list[tuple[object, ...]]]:
    """What the store of the test holds, without ids; nothing where there is none."""

    def read() -> list[tuple[object, ...]]:
        path = tmp_path / "s.duckdb"
        if not path.exists():
            return []
        with duckdb.connect(str(path), read_only=True) as connection:
            sql = "SELECT * EXCLUDE (id) REPLACE (CAST(day AS VARCHAR) AS day) FROM occurrences ORDER BY ALL"
            return connection.execute(sql).fetchall()

    return read
