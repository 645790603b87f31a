"""A small pack in a folder of its own: two required tables, one optional, three boards."""

from __future__ import annotations

import shutil
from pathlib import Path

from generators.catalog import load
from generators.model import KINDS
from generators.packs.reading.folder import PackFolder, read_packs
from generators.source import Repository

RUNTIMES = Path(__file__).parents[2] / "ops_model/operating/runtimes"
PACK = """\
title: Lamps
connector: lamps
version: 1.2.0
owner: keeper
state: available
warehouses:
  - {name: duckdb, proof: executed}
  - {name: snowflake, proof: static}
kpis:
  - {id: lit, title: Lit, board: index, query: total, column: lit, definition: Lamps lit., unit: lamps,
     time_zone: UTC, moved_by: Nights, worry_when: None is lit}
"""
SCHEMA = """\
title: Lamp tables
connector: lamps
schema_name: lamps
source: written for a test
freshness: {warn_after: 24 hours, error_after: 48 hours}
tables:
  lamp:
    key: [id]
    columns:
      {id: string, lit_at: timestamp, "order": integer, colour: string, cost: numeric, _fivetran_synced: timestamp}
    optional_columns: [colour]
  keeper:
    key: [id]
    columns: {id: string, name: string}
  storm:
    optional: true
    key: [id]
    columns: {id: string, lamp_id: string, seen_at: timestamp}
"""
FIXTURES = """\
title: Lamp rows
connector: lamps
seed: 3
last_day: "2025-12-31"
tables:
  lamp: {rows: 120, columns: {colour: {values: [red, green]}, cost: {low: 1, high: 90}}}
  keeper: {rows: 4}
  storm: {rows: 30, columns: {lamp_id: {references: lamp.id}, seen_at: {}}}
"""
INDEX = """\
title: Lamps
variables:
  since: {input: date}
queries:
  total:
    sql: |
      SELECT COUNT(*) AS lit
      FROM lamps.lamp
  nightly:
    sql: |
      WITH nights AS (
        SELECT
          CAST(CAST(lit_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE) AS night,
          CAST(CAST(CAST(lit_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE) AS VARCHAR) AS night_text,
          CAST("order" AS BIGINT) AS number
        FROM lamps.lamp
        WHERE lit_at IS NOT NULL
      )
      SELECT night, COUNT(*) AS lamps, SUM(number) AS numbers
      FROM nights
      WHERE {{ filter('night_text', since, '>=') }}
      GROUP BY night
      ORDER BY night
charts:
  lit: {query: total, type: kpi, value: lit}
  nightly: {query: nightly, type: line, x: night, y: lamps}
rows: [lit, nightly]
"""
COLOURS = """\
title: Colours
queries:
  colours:
    sql: |
      SELECT COALESCE(colour, 'none') AS colour, COUNT(*) AS lamps
      FROM lamps.lamp
      GROUP BY 1
      ORDER BY 1
charts:
  colours: {query: colours, type: bar, x: colour, y: lamps}
rows: [colours]
"""
STORMS = """\
title: Storms
queries:
  storms: "SELECT l.id, COUNT(s.id) AS n FROM lamps.lamp AS l LEFT JOIN lamps.storm AS s ON s.lamp_id = l.id GROUP BY 1"
charts:
  storms: {query: storms, type: table}
rows: [storms]
"""
FILES = {
    "pack.yaml": PACK,
    "schema.yaml": SCHEMA,
    "fixtures.yaml": FIXTURES,
    "charts/meta.yml": "source: warehouse\n",
    "charts/index.yml": INDEX,
    "charts/colours.yml": COLOURS,
    "charts/storms.yml": STORMS,
}


def lamps(root: Path, **changes: tuple[str, str]) -> PackFolder:
    """The pack, written below `root`; a change names a file (`index`, `schema` …) and replaces a text in it.

    `__` in a name stands for `/`: `regressions__gone=("", text)` adds a file.
    """
    files = dict(FILES)
    for name, (old, new) in changes.items():
        path = next((known for known in files if known in {f"{name}.yaml", f"charts/{name}.yml"}), None)
        if path is None:
            added = name.replace("__", "/")
            files[f"{added}{'.yml' if added.startswith('charts/') else '.yaml'}"] = new
            continue
        assert old in files[path], f"{path} has no {old!r}"
        files[path] = files[path].replace(old, new)
    for path, text in files.items():
        file = root / "packs" / "lamps" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    entity = RUNTIMES / "dbt-charts.yaml"
    (root / "ops_model/operating/runtimes").mkdir(parents=True, exist_ok=True)
    shutil.copy(entity, root / "ops_model/operating/runtimes" / entity.name)
    return read_lamps(root)


def read_lamps(root: Path) -> PackFolder:
    """The pack as it lies there."""
    repository = Repository(root)
    catalog, findings = load(repository, KINDS)
    assert not findings, findings
    return read_packs(catalog, repository)["lamps"]
