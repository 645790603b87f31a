"""The page for users of Dataface: its commands, as they stand, move a project and bring it back."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from generators.packs.engines import duck
from tests.packs.kpis.board import packs, rows_of
from tests.runtimes import ROOT, known, needs_runtimes

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs/public/guides/from-dataface.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
PROVIDED = re.compile(r"^(?:python3 -m venv|\. \.venv-charts|python -m pip install)")
"""Lines that the test stands in for: the environment of the new runtime."""
BOARD = """\
title: Sales
description: Charges by day.
variables:
  status:
    input: text
    description: Which charges to count.
queries:
  by_day:
    sql: |
      SELECT CAST(created AS DATE) AS day, COUNT(*) AS charges
      FROM stripe.charge
      WHERE {{ filter('status', status) }}
      GROUP BY 1 ORDER BY 1
charts:
  by_day:
    type: bar
    query: by_day
    x: day
    y: charges
    style:
      number_format: ",.0f"
rows:
  - by_day
"""


@needs_runtimes
@pytest.mark.long
def test_project_is_moved_and_brought_back(tmp_path: Path) -> None:
    """Each block ends with 0; afterwards the project is what it was."""
    stripe = packs()["stripe"]
    file = tmp_path / "warehouse.duckdb"
    duck.fill(file, stripe.schema_name, stripe.schema.entity.tables, rows_of(stripe, awkward=False))
    source = "sources:\n  warehouse:\n    type: duckdb\n    path: warehouse.duckdb\n"
    (tmp_path / "dataface.yml").write_text(source, encoding="utf-8")
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces/meta.yaml").write_text("source: warehouse\n", encoding="utf-8")
    (tmp_path / "faces/sales.yaml").write_text(BOARD, encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())

    lines = [line for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")) for line in block.splitlines()]
    assert sum(bool(PROVIDED.match(line)) for line in lines) == 3
    script = "\n".join(line for line in lines if not PROVIDED.match(line))
    (tmp_path / ".venv-charts").mkdir()
    environment = {
        "PATH": ":".join([*(str(one.environment.python.parent) for one in known()), "/usr/bin", "/bin"]),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "DO_NOT_TRACK": "1",
    }
    bash = ["/bin/bash", "-euc", script]
    # The page's own commands are what is under test.
    ran = subprocess.run(bash, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 files updated" in ran.stdout
    for made in ("new.json", "old.json"):
        assert '"by_day"' in (tmp_path / made).read_text(encoding="utf-8")
        (tmp_path / made).unlink()
    shutil.rmtree(tmp_path / "renders")
    assert [name for name in sorted(path.name for path in tmp_path.iterdir()) if not name.startswith(".")] == before
    assert (tmp_path / "faces/sales.yaml").read_text(encoding="utf-8") == BOARD
