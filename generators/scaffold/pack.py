"""A first pack for a connector nobody has seen: from its tables to files that are valid and run."""

# ruff: noqa: S608 - the names were matched against PLAIN

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.model.pack import ColumnType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.packs.reading.snapshots import Snapshot

TYPES = frozenset(ColumnType.__args__)  # type: ignore[attr-defined]
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
LISTED = 12
"""Tables that a first landing page counts."""
SYNCED, DELETED = "_fivetran_synced", "_fivetran_deleted"


@dataclass(frozen=True, slots=True)
class FirstPack:
    """Text by path below the pack's folder, and the tables and columns whose names a pack cannot hold."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Main:
    """The table a first trend is drawn of, and its column of days; no day where no table has one."""

    table: str
    day: str | None
    kind: str


def first_pack(connector: str, title: str, owner: str, snapshot: Snapshot, day: str) -> FirstPack:
    """The files of a first pack. `day` is today, as an ISO date; a snapshot without usable tables gives no files."""
    tables, left_out = _usable(snapshot)
    if not tables:
        return FirstPack({}, left_out)
    chosen = sorted(tables, key=lambda name: (-len(tables[name]), name))[:LISTED]
    main = _main(tables, chosen)
    used = _used(tables, chosen, main)
    schema = snapshot.schema if PLAIN.fullmatch(snapshot.schema) else connector
    files = {
        "pack.yaml": _pack(connector, title, owner, main),
        "schema.yaml": _schema(connector, title, schema, used),
        "fixtures.yaml": _fixtures(connector, title, day, used),
        "faces/meta.yaml": "# Where these faces read from: a source of dataface.yml.\nsource: warehouse\n",
        "faces/index.yaml": _face(title, schema, used, main),
        "CHANGELOG.md": f"# Changelog\n\n## [0.1.0] - {day}\n\n### Added\n\n- First dashboards of {title}.\n",
    }
    return FirstPack(files, left_out)


def _usable(snapshot: Snapshot) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    tables: dict[str, dict[str, str]] = {}
    left_out: list[str] = []
    for name, columns in sorted(snapshot.tables.items()):
        if not PLAIN.fullmatch(name):
            left_out.append(name)
            continue
        # A time without a zone is written down as what the pack takes it for.
        kept = {c: ("timestamp" if k == "naive" else k) for c, k in columns.items() if PLAIN.fullmatch(c)}
        left_out += (f"{name}.{column}" for column in columns if column not in kept)
        if kept:
            tables[name] = {column: kind if kind in TYPES else "string" for column, kind in kept.items()}
    return tables, tuple(left_out)


def _main(tables: Mapping[str, Mapping[str, str]], chosen: Sequence[str]) -> _Main:
    for wanted in ("timestamp", "date"):
        for name in chosen:
            days = [c for c, kind in tables[name].items() if kind == wanted and not c.startswith("_fivetran")]
            if days:
                created = [column for column in days if "creat" in column]
                return _Main(name, (created or days)[0], wanted)
    return _Main(chosen[0], None, "")


def _used(tables: Mapping[str, Mapping[str, str]], chosen: Sequence[str], main: _Main) -> dict[str, dict[str, str]]:
    """What the first face reads, and what tells how fresh a table is."""
    used = {}
    for name in chosen:
        names = [c for c in (SYNCED, DELETED, main.day if name == main.table else None) if c in tables[name]]
        names = names or [next(iter(tables[name]))]
        used[name] = {column: tables[name][column] for column in names if column}
    return used


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pack(connector: str, title: str, owner: str, main: _Main) -> str:
    return f"""\
title: {_word(title)}
connector: {_key(connector)}
version: 0.1.0
owner: {owner}
state: available
warehouses:
  - {{name: duckdb, proof: executed}}
kpis:
  - id: rows_kept
    title: Rows
    face: index
    query: headline
    column: rows_kept
    definition: Change this text. Rows of {main.table} that are not deleted.
    unit: rows
    time_zone: None
    moved_by: Change this line
    worry_when: Change this line
"""


def _schema(connector: str, title: str, schema: str, used: Mapping[str, Mapping[str, str]]) -> str:
    lines = [
        f"title: {_word(title + ' tables')}",
        f"connector: {_key(connector)}",
        f"schema_name: {_key(schema)}",
        "source: Change this line",
        "freshness:",
        "  warn_after: 72 hours",
        "  error_after: 168 hours",
        "tables:",
    ]
    for table, columns in used.items():
        lines += [f"  {_key(table)}:", "    columns:"]
        lines += [f"      {_key(column)}: {kind}" for column, kind in columns.items()]
    return "\n".join(lines) + "\n"


def _fixtures(connector: str, title: str, day: str, used: Mapping[str, Mapping[str, str]]) -> str:
    tables = "".join(f"  {_key(table)}: {{rows: 200}}\n" for table in used)
    head = f"title: {_word(title + ' rows')}\nconnector: {_key(connector)}\nseed: 1\n"
    return f'{head}last_day: "{day}"\ntables:\n{tables}'


def _key(name: str) -> str:
    """A name as YAML that every reader takes for text."""
    return _word(name) if name in {"y", "n", "yes", "no", "on", "off", "true", "false", "null"} else name


def _face(title: str, schema: str, used: Mapping[str, Mapping[str, str]], main: _Main) -> str:
    counts = "\n      UNION ALL\n".join(
        f"      SELECT '{table}' AS table_name, COUNT(*) AS rows_kept\n      FROM {_rows(schema, table, columns)}"
        for table, columns in used.items()
    )
    queries = f"""\
title: {_word(title)}
description: "Change this line: what is there, and how it grows."

queries:
  headline:
    description: Rows of the main table.
    sql: |
      SELECT COUNT(*) AS rows_kept
      FROM {_rows(schema, main.table, used[main.table])}

  tables:
    description: Rows of each table.
    sql: |
{counts}
      ORDER BY rows_kept DESC, table_name
"""
    charts = """
charts:
  rows_kept:
    query: headline
    type: kpi
    value: rows_kept
    label: Rows
  tables:
    query: tables
    type: table
    title: Rows by table
"""
    layout = "\nrows:\n  - rows_kept\n  - tables\n"
    if main.day is not None:
        day = f'CAST("{main.day}" AS DATE)'
        if main.kind == "timestamp":
            day = f"CAST(CAST(\"{main.day}\" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE)"
        queries += f"""
  monthly:
    description: New rows by month (UTC).
    sql: |
      WITH days AS (
        SELECT CAST(DATE_TRUNC('month', {day}) AS DATE) AS month
        FROM {_rows(schema, main.table, used[main.table])}
      )
      SELECT month, COUNT(*) AS rows_kept
      FROM days
      WHERE month IS NOT NULL
      GROUP BY month
      ORDER BY month
"""
        charts += f"""\
  monthly:
    query: monthly
    type: bar
    x: month
    y: rows_kept
    title: {_word("New rows of " + main.table + " by month")}
"""
        layout = "\nrows:\n  - rows_kept\n  - monthly\n  - tables\n"
    return queries + charts + layout


def _rows(schema: str, table: str, columns: Mapping[str, str]) -> str:
    """A table less its deleted rows."""
    kept = f"\n      WHERE NOT COALESCE(CAST({DELETED} AS BOOLEAN), FALSE)" if DELETED in columns else ""
    return f'{schema}."{table}"{kept}'
