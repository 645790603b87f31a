"""A first pack for a connector without one: from its tables to files that are valid and run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from generators.model.pack import ColumnType
from generators.packs.reading.grammars import CURRENT, STAMP
from generators.source.writing import Inline, yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.packs.reading.snapshots import Columns, Snapshot

TYPES = frozenset(ColumnType.__args__)  # type: ignore[attr-defined]
PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
LISTED = 12
"""Tables that a first landing page counts."""
SYNCED, DELETED = "_fivetran_synced", "_fivetran_deleted"
FIVETRAN = "_fivetran"
"""How columns begin that the sync adds."""
SOURCE = "warehouse"
ROWS = 200
"""Synthetic rows of each table."""
CHANGE = "Change this line"


@dataclass(frozen=True, slots=True)
class FirstPack:
    """Text by path below the pack's folder, and the tables and columns whose names a pack cannot hold."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _MainTable:
    """The table of the first trend, and its column of days with its type; no day where no table has one."""

    name: str
    day: str | None
    day_type: str = ""

    @property
    def day_sql(self) -> str:
        """The day in UTC, as SQL."""
        if self.day_type == "timestamp":
            return f"CAST(CAST(\"{self.day}\" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS DATE)"
        return f'CAST("{self.day}" AS DATE)'


def first_pack(connector: str, title: str, owner: str, snapshot: Snapshot, day: str) -> FirstPack:
    """The files of a first pack. `day` is today, as an ISO date; a snapshot without usable tables gives no files."""
    tables, left_out = _usable(snapshot)
    if not tables:
        return FirstPack({}, left_out)
    widest = sorted(tables, key=lambda name: (-len(tables[name]), name))[:LISTED]
    main = _main_table(tables, widest)
    used = {name: _used_columns(tables[name], main.day if name == main.name else None) for name in widest}
    schema = snapshot.schema if PLAIN.fullmatch(snapshot.schema) else connector
    files = {
        "pack.yaml": yaml_text(_pack(connector, title, owner, main)),
        "schema.yaml": yaml_text(_schema(connector, title, schema, used)),
        "fixtures.yaml": yaml_text(_fixtures(connector, title, day, used)),
        "charts/meta.yml": yaml_text({"source": SOURCE}, head="Where these boards read from: a source of the project."),
        "charts/index.yml": yaml_text(_landing(title, schema, used, main), spaced=True),
        "CHANGELOG.md": f"# Changelog\n\n## [0.1.0] - {day}\n\n### Added\n\n- First dashboards of {title}.\n",
    }
    return FirstPack(files, left_out)


def _usable(snapshot: Snapshot) -> tuple[dict[str, Columns], tuple[str, ...]]:
    """The tables and columns whose names a pack can hold, and the names of the others."""
    tables: dict[str, Columns] = {}
    left_out: list[str] = []
    for name, columns in sorted(snapshot.tables.items()):
        if not PLAIN.fullmatch(name):
            left_out.append(name)
            continue
        left_out += (f"{name}.{column}" for column in columns if not PLAIN.fullmatch(column))
        usable = {column: _pack_type(kind) for column, kind in columns.items() if PLAIN.fullmatch(column)}
        if usable:
            tables[name] = usable
    return tables, tuple(left_out)


def _pack_type(kind: str) -> str:
    """A column's type as a pack writes it; a time without a zone is written down as what the pack takes it for."""
    if kind == "naive":
        return "timestamp"
    return kind if kind in TYPES else "string"


def _main_table(tables: Mapping[str, Columns], widest: Sequence[str]) -> _MainTable:
    """The widest table with a column of times, or else of days, other than those of the sync."""
    for wanted in ("timestamp", "date"):
        for name in widest:
            days = [column for column, kind in tables[name].items() if kind == wanted]
            days = [column for column in days if not column.startswith(FIVETRAN)]
            created = [column for column in days if "creat" in column]
            if days:
                return _MainTable(name, (created or days)[0], wanted)
    return _MainTable(widest[0], None)


def _used_columns(columns: Columns, day: str | None) -> Columns:
    """What the landing page reads of a table, and what tells how fresh it is; the first column where it is neither."""
    wanted = [column for column in (SYNCED, DELETED, day) if column in columns] or [next(iter(columns))]
    return {column: columns[column] for column in wanted if column}


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _pack(connector: str, title: str, owner: str, main: _MainTable) -> dict[str, object]:
    kpi = {
        "id": "rows_kept",
        "title": "Rows",
        "board": "index",
        "query": "headline",
        "column": "rows_kept",
        "definition": f"Change this text. Rows of {main.name} that are not deleted.",
        "unit": "rows",
        "time_zone": "None",
        "moved_by": CHANGE,
        "worry_when": CHANGE,
    }
    return {
        "title": title,
        "connector": connector,
        "version": "0.1.0",
        "owner": owner,
        "state": "available",
        "warehouses": [Inline(name="duckdb", proof="executed")],
        "kpis": [kpi],
    }


def _schema(connector: str, title: str, schema: str, used: Mapping[str, Columns]) -> dict[str, object]:
    return {
        "title": f"{title} tables",
        "connector": connector,
        "schema_name": schema,
        "source": CHANGE,
        "freshness": {"warn_after": "72 hours", "error_after": "168 hours"},
        "tables": {table: {"columns": dict(columns)} for table, columns in used.items()},
    }


def _fixtures(connector: str, title: str, day: str, used: Mapping[str, Columns]) -> dict[str, object]:
    return {
        "title": f"{title} rows",
        "connector": connector,
        "seed": 1,
        "last_day": day,
        "tables": {table: Inline(rows=ROWS) for table in used},
    }


def _landing(title: str, schema: str, used: Mapping[str, Columns], main: _MainTable) -> dict[str, object]:
    """The first board: a number, the rows of each table, and a trend where there is a column of days."""
    sql = _sql()
    deleted = {table: DELETED if DELETED in columns else "" for table, columns in used.items()}
    headline = sql.headline(schema, main.name, deleted[main.name])
    queries: dict[str, object] = {
        "headline": {CURRENT.notes: "Rows of the main table.", "sql": headline},
        "tables": {CURRENT.notes: "Rows of each table.", "sql": sql.tables(schema, deleted)},
    }
    charts: dict[str, object] = {
        "rows_kept": {"query": "headline", "type": "kpi", "value": "rows_kept", "label": "Rows"},
        "tables": {"query": "tables", "type": "table", "title": "Rows by table"},
    }
    rows = ["rows_kept", "tables"]
    if main.day is not None:
        monthly = sql.monthly(schema, main.name, deleted[main.name], main.day_sql)
        queries["monthly"] = {CURRENT.notes: "New rows by month (UTC).", "sql": monthly}
        trend = {"query": "monthly", "type": "bar", "x": "month", "y": "rows_kept"}
        charts["monthly"] = {**trend, "title": f"New rows of {main.name} by month"}
        rows.insert(1, "monthly")
    return {
        STAMP: CURRENT.version,
        "title": title,
        CURRENT.notes: "Change this line: what is there, and how it grows.",
        "queries": queries,
        "charts": charts,
        "rows": rows,
    }


@lru_cache(maxsize=1)
def _sql() -> Any:
    """The queries of templates/queries.sql.jinja, one a macro."""
    loader = PackageLoader("generators.scaffold", "templates")
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - SQL
    return environment.get_template("queries.sql.jinja").module
