"""What makes the numbers of sound queries wrong on somebody's tables: times without a zone, rows that are versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.proof.results import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.packs.proof.statements import Statement
    from generators.packs.reading.folder import PackFolder
    from generators.packs.reading.snapshots import Snapshot

HISTORY = ("_fivetran_start", "_fivetran_end", "_fivetran_active")
"""Columns of a table in history mode."""
MEANT = "_history"
"""How tables are called that are meant to have a row for each version."""
SHOWN = 6
HISTORY_MODE = "in history mode each version of a record is a row, and numbers count each"
ZONELESS = "reads times that are stored without a time zone: rows change their day with the time zone of the session"


def naive_columns(pack: PackFolder, snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """Columns that hold instants in the pack, and times without a zone on somebody's tables."""
    return frozenset(
        (name, column)
        for name, table in pack.schema.entity.tables.items()
        for column, kind in table.columns.items()
        if kind == "timestamp" and snapshot.tables.get(name, {}).get(column) == "naive"
    )


def zone_trouble(statement: Statement, naive: frozenset[tuple[str, str]]) -> Trouble | None:
    """A query whose times have no zone: what it answers depends on who asks, so it is not proven."""
    if not statement.columns & naive:
        return None
    names = some(f"{table}.{column}" for table, column in naive)
    hint = f"store them with a zone, or put a view in front that says they are UTC: {names}"
    return Trouble("unproven", statement.place, ZONELESS, hint=hint)


def history_warnings(pack: PackFolder, snapshot: Snapshot) -> tuple[str, ...]:
    """A sentence for the tables that Fivetran syncs in history mode although the pack expects a row for each record."""
    tables = [
        name
        for name, table in pack.schema.entity.tables.items()
        if _is_history(snapshot.tables.get(name, {})) and not _is_history(table.columns) and not name.endswith(MEANT)
    ]
    sentence = f"{HISTORY_MODE}: {some(tables)}; put views in front that show the rows with {HISTORY[-1]}"
    return (sentence,) if tables else ()


def _is_history(columns: Iterable[str]) -> bool:
    names = set(columns)
    return HISTORY[-1] in names or names.issuperset(HISTORY[:2])


def some(names: Iterable[str]) -> str:
    """The first of several names, and how many more there are."""
    listed = sorted(names)
    more = len(listed) - SHOWN
    return ", ".join(listed[:SHOWN]) + (f" and {more} more" if more > 0 else "")
