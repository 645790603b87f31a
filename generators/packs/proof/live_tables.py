"""The tables of somebody's schema, asked through their project: what is there, and what may not be read."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.reading.catalogs import columns_query, one_row_query, readable_query
from generators.packs.reading.dialects import Untranslatable, same_name, stored
from generators.packs.reading.snapshots import Snapshot
from generators.packs.reading.tables import column_type
from generators.published.names import TEMPLATE_SIGNS, is_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.packs.proof.live import LiveWarehouse
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Columns, Hidden

OPEN = frozenset({"duckdb", "sqlite"})
"""Warehouses without permissions: what they do not show is not there."""
_YES = frozenset({"true", "t", "1"})
_UNCLEAR = re.compile(r"does(?:n't| not) exist or not auth|or perhaps it does not exist", re.IGNORECASE)
_DENIED = re.compile(r"permission|not authori[sz]ed|denied|privilege|forbidden", re.IGNORECASE)
_GONE = re.compile(r"not[ _]found|does(?:n't| not) exist|no such|unknown|cannot be resolved", re.IGNORECASE)
"""What warehouses say of a table: that it is not there or may not be read, that it may not be read, or is not there."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that a warehouse knows of, in lower case below its schema; `readable` is None where that is not said."""

    schema: str
    table: str
    name: str
    kind: str
    readable: bool | None = None


def live_snapshot(warehouse: LiveWarehouse, pack: PackFolder, asked: str | None) -> Snapshot | str:
    """The tables of a pack's schema, or of the one that is asked for; a sentence when the warehouse does not say.

    What the pack needs and the warehouse does not show is asked for once more: without permission tables are not shown.
    """
    schema = asked or pack.schema_name
    if is_template(schema):
        return f"a schema whose name holds {' or '.join(TEMPLATE_SIGNS)} cannot stand in a query"
    try:
        reply = warehouse.ask(columns_query(warehouse.warehouse, schema), {})
    except Untranslatable as error:
        return str(error)
    if reply.error:
        return reply.error
    shown = [_Column(str(s), str(t).lower(), str(c).lower(), str(k)) for _, s, t, c, k in reply.rows.rows]
    judged = _judged(warehouse, schema)
    spellings = _spellings({column.schema for column in (*shown, *(judged or ()))}, schema, asked, warehouse.warehouse)
    if sentence := _spelling_trouble(spellings, schema, warehouse.warehouse):
        return sentence
    return _of_schema(warehouse, pack, spellings[0], shown, judged)


def _of_schema(
    warehouse: LiveWarehouse, pack: PackFolder, spelled: str, shown: Sequence[_Column], judged: list[_Column] | None
) -> Snapshot:
    """What is shown of one schema, and what is known of the rest."""
    columns = [column for column in shown if column.schema == spelled]
    if judged is not None:
        return _as_permitted(spelled, columns, [column for column in judged if column.schema == spelled])
    tables = _tables(columns, warehouse.warehouse)
    return Snapshot(spelled, tables, _hidden(warehouse, pack, spelled, tables))


# ── the schema's name ───────────────────────────────────────────────────────────────────────────────────────────────
def _spellings(names: set[str], schema: str, asked: str | None, warehouse: str) -> list[str]:
    """The schemas that a name may mean: the one that SQL finds by it where it was given, else in any case."""
    meant = stored(schema, warehouse)
    return [meant] if asked and meant in names else sorted(name for name in names if name.lower() == schema.lower())


def _spelling_trouble(spellings: Sequence[str], schema: str, warehouse: str) -> str:
    """Why no schema is meant, or none that boards can name; "" for one that they can."""
    if not spellings:
        return f"the warehouse has no schema '{schema}', or none we may read"
    if len(spellings) > 1:
        return f"schemas differ in case only: {', '.join(spellings)}; name one with --schema-name as it is spelled"
    (name,) = spellings
    if not same_name(name, name, warehouse):
        return f"the schema is called '{name}', without capitals: boards cannot name it on {warehouse}"
    return ""


# ── what may be read ────────────────────────────────────────────────────────────────────────────────────────────────
def _judged(warehouse: LiveWarehouse, schema: str) -> list[_Column] | None:
    """Each column of a schema with whether it may be read; None where that cannot be asked."""
    sql = readable_query(warehouse.warehouse, schema)
    reply = warehouse.ask(sql, {}) if sql else None
    if reply is None or reply.error:
        return None
    return [
        _Column(str(s), str(t).lower(), str(c).lower(), str(k), str(readable).lower() in _YES)
        for s, t, c, k, readable in reply.rows.rows
    ]


def _as_permitted(spelled: str, shown: Sequence[_Column], judged: Sequence[_Column]) -> Snapshot:
    """What may be read, with what only the judgement lists, such as materialized views; the rest is hidden."""
    denied = {(column.table, column.name) for column in judged if not column.readable}
    listed = {(column.table, column.name) for column in shown}
    more = [column for column in judged if (column.table, column.name) not in listed]
    tables = _tables([column for column in (*shown, *more) if (column.table, column.name) not in denied], "")
    hidden: dict[tuple[str, str | None], Hidden] = dict.fromkeys(denied, "denied")
    hidden |= {(table, None): "denied" for table, _ in denied if table not in tables}
    return Snapshot(spelled, tables, hidden)


def _tables(columns: Sequence[_Column], warehouse: str) -> dict[str, Columns]:
    tables: defaultdict[str, Columns] = defaultdict(dict)
    for column in columns:
        tables[column.table][column.name] = column_type(column.kind, warehouse)
    return dict(tables)


def _hidden(
    warehouse: LiveWarehouse, pack: PackFolder, schema: str, tables: dict[str, Columns]
) -> dict[tuple[str, str | None], Hidden]:
    """Tables that the pack needs and that may be there, by what the warehouse says when they are read."""
    if warehouse.warehouse in OPEN:
        return {}
    missing = [table for table in pack.schema.entity.tables if table not in tables]
    said = {table: _why_missing(warehouse, schema, table) for table in missing}
    return {(table, None): why for table, why in said.items() if why is not None}


def _why_missing(warehouse: LiveWarehouse, schema: str, table: str) -> Hidden | None:
    """Why a table is not shown; None where it is not there."""
    reply = warehouse.ask(one_row_query(warehouse.warehouse, schema, table), {})
    if not reply.error or _UNCLEAR.search(reply.error):
        return "unclear"
    if _DENIED.search(reply.error):
        return "denied"
    return None if _GONE.search(reply.error) else "unclear"
