"""The tables of one warehouse at one moment: what queries are bound to. Knows no parser and no engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.reading.folder import PackFolder

Columns = dict[str, str]
"""Column name to type."""

Hidden = Literal["denied", "unclear"]
"""Without permission to read; or the warehouse says the same of what is not there and of what may not be read."""

_SYSTEM = """
information_schema sys mysql performance_schema system system_schema account_usage organization_usage snowflake
csv json parquet orc avro text delta iceberg binaryfile temp tempdb
"""
SYSTEM_SCHEMAS = frozenset(_SYSTEM.split())
"""Schemas of warehouses' own tables, and the formats that stand for a schema where a file is read as a table."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Column types by table, lower case, under one schema's name."""

    schema: str
    """As the warehouse spells it, where it was asked."""
    tables: Mapping[str, Columns]
    hidden: Mapping[tuple[str, str | None], Hidden] = field(default_factory=dict)
    """Tables, and columns of tables, that are missing here and may be there: without permission they are not shown."""


def snapshot_of(pack: PackFolder) -> Snapshot:
    """What the pack itself says it relies on."""
    return Snapshot(pack.schema_name, {name: dict(table.columns) for name, table in pack.schema.entity.tables.items()})


def is_system_schema(name: str) -> bool:
    """Whether a schema holds no connector's tables: a warehouse's catalog, or files by their format."""
    return name.lower() in SYSTEM_SCHEMAS or name.lower().startswith("pg_")
