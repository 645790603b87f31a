"""The small pack with a board whose queries build on shared ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.catalog import load
from generators.model import KINDS
from generators.packs.reading.folder import read_packs
from generators.source import Repository
from tests.packs.small import lamps

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder

SHARED = """\
source: warehouse
queries:
  lit:
    notes: Lamps that were lit.
    sql: |
      SELECT id, colour, cost
      FROM lamps.lamp
      WHERE lit_at IS NOT NULL
  costs:
    sql: |
      SELECT lit.colour, SUM(lit.cost) AS cost
      FROM {{ queries.lit }}
      GROUP BY lit.colour
"""
BOARD = """\
title: Costs
queries:
  lit: _shared.yml.queries.lit
  costs: _shared.yml.queries.costs
  by_colour:
    sql: |
      SELECT costs.colour, costs.cost
      FROM {{ queries.costs }}
      ORDER BY 1
charts:
  by_colour: {query: by_colour, type: bar, x: colour, y: cost}
rows: [by_colour]
"""


def pack(root: Path, board: str = BOARD, shared: str = SHARED) -> PackFolder:
    """The small pack with a file of shared queries and a board that builds on them."""
    lamps(root)
    charts = root / "packs" / "lamps" / "charts"
    (charts / "_shared.yml").write_text(shared, encoding="utf-8")
    (charts / "costs.yml").write_text(board, encoding="utf-8")
    repository = Repository(root)
    catalog, _ = load(repository, KINDS)
    return read_packs(catalog, repository)["lamps"]
