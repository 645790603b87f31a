"""What the columns of an export are called: each warehouse's word for the five facts that are read of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generators.packs.reading.decoding import BadExport
from generators.published.names import bare_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Fact = Literal["catalog", "schema", "table", "column", "type", "dropped"]
WORDS: Mapping[Fact, tuple[str, ...]] = {
    "catalog": ("table_catalog", "database_name", "catalog_name", "table_database", "table_cat", "catalog"),
    "schema": ("table_schema", "schema_name", "schemaname", "nspname", "table_schem", "dataset_id", "schema"),
    "table": ("table_name", "tablename", "relname", "table_id", "table"),
    "column": ("column_name", "columnname", "attname", "column"),
    "type": ("data_type", "full_data_type", "type_name", "format_type", "external_type", "udt_name", "typname", "type"),
    "dropped": ("deleted", "deleted_on", "deleted_at", "dropped_on", "attisdropped", "is_hidden"),
}
"""Names in order of preference: information_schema.columns, then catalogs, listings and drivers."""
REQUIRED: tuple[Fact, ...] = ("schema", "table", "column", "type")
WANTED = tuple(WORDS[fact][0] for fact in REQUIRED)
NAMED = f"the first line names the columns: {', '.join(WANTED)}"
SHOWN_CHARACTERS = 200
MOST_COLUMNS = 500_000
"""Columns in an export; a warehouse with more has more than one connector's schema in the file."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of an export under their column names: line (from 1, 0 where there is none) and cells in that order."""

    header: tuple[str, ...]
    """Lower case, without quotes."""
    rows: Sequence[tuple[int, Sequence[object]]]
    separator: str = ""
    """What stands between the cells; empty where cells cannot run into each other."""


def require_few(count: int, most: int = MOST_COLUMNS) -> None:
    """Raises BadExport for an export that lists too much to be one schema's."""
    if count > most:
        raise BadExport(f"lists more than {MOST_COLUMNS} columns: export the one schema's rows")


def header_of(cells: Iterable[object]) -> tuple[str, ...]:
    """The names of columns as they are compared."""
    return tuple(bare_name(cell).lower() if isinstance(cell, str) else "" for cell in cells)


def places(header: Sequence[str]) -> dict[Fact, list[int]]:
    """Where each fact stands, best word first; facts that no column holds have an empty list."""
    return {fact: [header.index(word) for word in words if word in header] for fact, words in WORDS.items()}


def is_header(header: Sequence[str]) -> bool:
    """Whether these names say all that is required of a column."""
    return all(any(word in header for word in WORDS[fact]) for fact in REQUIRED)


def is_word(name: str) -> bool:
    """Whether a column of an export may be called so."""
    return any(name in words for words in WORDS.values())


def without_header(header: Sequence[str], line: int) -> BadExport:
    """What is missing in the names of an export's columns, and what is there instead."""
    missing = next(WORDS[fact][0] for fact in REQUIRED if not any(word in header for word in WORDS[fact]))
    shown = ", ".join(sorted(name for name in header if name and name.isprintable()))[:SHOWN_CHARACTERS]
    return BadExport(f"has no '{missing}' here; it has: {shown or 'nothing'}; {NAMED}", line)
