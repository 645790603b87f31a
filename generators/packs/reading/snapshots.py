"""The tables of one warehouse at one moment: what queries are bound to. Knows no parser and no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.reading.folder import PackFolder

Columns = dict[str, str]
"""Column name to type."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Column types by table, lower case, under one schema's name."""

    schema: str
    tables: Mapping[str, Columns]


def snapshot_of(pack: PackFolder) -> Snapshot:
    """What the pack itself says it relies on."""
    return Snapshot(pack.schema_name, {name: dict(table.columns) for name, table in pack.schema.entity.tables.items()})
