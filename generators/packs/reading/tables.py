"""Somebody's schema as a file: an export of `information_schema.columns`, or of what a warehouse has instead.

Read are `table_schema`, `table_name`, `column_name` and `data_type`, or each warehouse's words for them, in any letter
case and order; `table_catalog` keeps databases apart; more is passed over.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from generators.packs.reading.decoding import BadExport, text_of
from generators.packs.reading.headings import NAMED, WORDS, Fact, Sheet, places, require_few
from generators.packs.reading.json_rows import json_rows
from generators.packs.reading.snapshots import Snapshot
from generators.packs.reading.text_rows import text_rows
from generators.published.names import bare_name, name_trouble, spelled_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

SHOWN = 5

# The first word that fits decides; a time with a zone is an instant, one without is not.
_TYPES = (
    ("timestamp", ("timestamptz", "timestamp with time zone", "timestamp_tz", "timestamp_ltz", "datetimeoffset")),
    ("naive", ("timestamp", "datetime")),
    ("date", ("date",)),
    ("boolean", ("bool", "bit")),
    ("json", ("json", "variant", "object", "super", "struct", "array", "map")),
    ("float", ("float", "double", "real")),
    ("numeric", ("numeric", "decimal", "number", "fixed")),
)
_INTEGER = re.compile(r"u?(?:tiny|small|medium|big|huge|byte)?int(?:eger)?[0-9]*|(?:small|big)?serial|long|short|byte")
_INSTANTS = frozenset({"bigquery", "databricks", "spark", "mysql"})
"""Warehouses whose TIMESTAMP is an instant."""
_THEIR_TYPES = frozenset({"string", "int64", "float64"})
"""Types that only such warehouses call so: an export with them tells what its TIMESTAMP is."""
_GONE = re.compile(r"\.{8}pg\.dropped\.[0-9]+\.{8}")
_NOT = frozenset({"", "null", "none", "\\n", "false", "f", "no", "n", "0", "nan", "nat"})
"""What stands in a column of times or flags for rows that were not dropped."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One row: names as they are spelled, its type as the warehouse writes it, and why it cannot be used, if so."""

    catalog: str
    schema: str
    table: str
    name: str
    kind: str
    line: int
    trouble: str


class Asked(NamedTuple):
    """What is asked for in an export: schema and database, None for any, and the warehouse that wrote it."""

    schema: str | None = None
    database: str | None = None
    warehouse: str = ""


def read_export(path: Path, default: str, wanted: Iterable[str], asked: Asked) -> Snapshot:
    """The tables of one schema in an export.

    The schema that is asked for; otherwise the pack's `default`, or the only one there is, or the one that holds most
    of the `wanted` tables. Types become a pack's; `naive` is a time without a zone. Raises BadExport and OSError.
    """
    text = text_of(path)
    sheet = json_rows(text) if text.lstrip()[:1] in {"[", "{"} else text_rows(text)
    if not sheet.rows:
        raise BadExport(f"has no rows; {NAMED}", 1)
    require_few(len(sheet.rows))
    columns = list(_columns(sheet))
    warehouse = asked.warehouse
    if not warehouse and any(column.kind.lower() in _THEIR_TYPES for column in columns):
        warehouse = "bigquery"
    chosen = _in_database(columns, asked.database)
    return _snapshot(_in_schema(chosen, default, {name.lower() for name in wanted}, asked.schema), warehouse)


def column_type(kind: str, warehouse: str = "") -> str:
    """A warehouse's type as a pack writes it: `numeric` for NUMBER(38,0) too, `string` for what no pack knows."""
    word = " ".join(kind.lower().split())
    if _INTEGER.fullmatch(word.split("(")[0].strip()):  # POINT and INTERVAL hold these letters and are none
        return "integer"
    for name, words in _TYPES:
        if word.startswith(words):
            if name == "naive" and "with time zone" in word.replace("without time zone", ""):
                return "timestamp"
            if name == "naive" and warehouse in _INSTANTS and word.startswith("timestamp") and "ntz" not in word:
                return "timestamp"
            return name
    return "string"


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _columns(sheet: Sheet) -> Iterator[_Column]:
    """The columns that rows tell of. What is wrong with one is kept with it: it may be of another schema."""
    where = places(sheet.header)
    for line, row in sheet.rows:
        cells = {fact: _cell(row, columns) for fact, columns in where.items()}
        if not any((cells["schema"], cells["table"], cells["column"])):
            continue  # the rest of a value that went on to the next line
        if cells["dropped"].lower() not in _NOT or _GONE.fullmatch(cells["column"]):
            continue
        kind = _type_word(cells["type"])
        trouble = _too_long(sheet, row, where["type"]) or _trouble(cells, sheet.header)
        yield _Column(cells["catalog"], cells["schema"], cells["table"], cells["column"], kind, line, trouble)


def _cell(row: Sequence[object], columns: Sequence[int]) -> str:
    """The first of the cells that holds something, as text."""
    for column in columns:
        value = row[column] if column < len(row) else None
        if isinstance(value, dict):  # a type as Snowflake describes it
            value = json.dumps(value)
        if isinstance(value, str) and value.strip():
            return bare_name(value)
        if value is not None and not isinstance(value, str):
            return str(value)
    return ""


def _type_word(text: str) -> str:
    """A type; Snowflake's SHOW COLUMNS has it inside JSON."""
    if not text.startswith("{"):
        return text
    try:
        described = json.loads(text)
    except (ValueError, RecursionError):
        return text
    kind = described.get("type")
    return kind if isinstance(kind, str) else text


def _too_long(sheet: Sheet, row: Sequence[object], kind: Sequence[int]) -> str:
    """A row in which cells ran into their neighbours; harmless where only the type stands last: NUMERIC(10,2)."""
    if len(row) <= len(sheet.header) or (sheet.separator and kind[0] == len(sheet.header) - 1):
        return ""
    return f"has {len(row)} values here and {len(sheet.header)} names: quote values that hold a separator"


def _trouble(cells: Mapping[Fact, str], header: Sequence[str]) -> str:
    """Why a row tells of no column: something is not there, or is no name."""
    for fact in ("table", "column", "type"):
        name, text = WORDS[fact][0], cells[fact]
        if not text:
            return f"has no '{name}' here; it has: {', '.join(sorted(word for word in header if word))[:200]}"
        if not text.isprintable():
            return f"has a {name} with characters that cannot be shown"
        if fact != "type" and (sentence := name_trouble(text)):
            return f"has a {name} that {sentence}"
        if fact != "type" and text.endswith("…"):
            return f"has a {name} that was cut off where it was printed: export as CSV"
    return ""


# ── one database, one schema ────────────────────────────────────────────────────────────────────────────────────────
def _in_database(columns: Sequence[_Column], asked: str | None) -> Sequence[_Column]:
    """The columns of the database that is asked for; all of them where none is. Raises BadExport."""
    if asked is None:
        return columns
    names = list(dict.fromkeys(column.catalog for column in columns if column.catalog))
    if not names:
        raise BadExport("does not say which database its rows are of: leave out --database, or export table_catalog")
    found = spelled_as(asked, names)
    if not found:
        raise BadExport(f"has no database '{asked}'; it has: {some(names)}")
    if len(found) > 1:
        raise BadExport(f"has databases that differ in case only: {some(found)}; name one with --database as spelled")
    return [column for column in columns if column.catalog == found[0]]


def _in_schema(columns: Sequence[_Column], default: str, wanted: set[str], asked: str | None) -> Sequence[_Column]:
    """The columns of one schema in one database. Raises BadExport where there are several, or none that fits."""
    schemas = list(dict.fromkeys(column.schema for column in columns if column.schema))
    if not schemas:
        raise BadExport(f"has no 'table_schema' in its rows; {NAMED}", columns[0].line if columns else 1)
    name = _schema(columns, schemas, default, wanted, asked)
    chosen = [column for column in columns if column.schema == name]
    databases = list(dict.fromkeys(column.catalog for column in chosen))
    if len(databases) > 1:
        listed = some(database or "(without a name)" for database in databases)
        raise BadExport(f"has the schema '{name}' in more than one database: {listed}; name one with --database")
    return chosen


def _schema(columns: Sequence[_Column], schemas: list[str], default: str, wanted: set[str], asked: str | None) -> str:
    """The schema's name as it is spelled: the one that is asked for, the default in any case, or the best."""
    # The default is how the connector calls it, not how it is spelled.
    found = spelled_as(asked, schemas) if asked else [name for name in schemas if name.lower() == default.lower()]
    if len(found) > 1:
        raise BadExport(f"has schemas that differ in case only: {some(found)}; name one with --schema-name as spelled")
    if asked and not found:
        raise BadExport(f"has no schema '{asked}'; it has: {some(schemas)}")
    return found[0] if found else _best(columns, schemas, default, wanted)


def _best(columns: Sequence[_Column], schemas: list[str], default: str, wanted: set[str]) -> str:
    """The one schema that holds most of the tables that are wanted."""
    tables = {(column.schema, column.table.lower()) for column in columns if column.schema}
    fits = Counter(schema for schema, table in tables if table in wanted).most_common(2)
    if not fits or (len(fits) > 1 and fits[0][1] == fits[1][1]):
        raise BadExport(f"has no schema '{default}'; name one with --schema-name: {some(schemas)}")
    return fits[0][0]


def _snapshot(columns: Sequence[_Column], warehouse: str) -> Snapshot:
    """The tables of one schema. Raises BadExport for a column of it that cannot be read."""
    tables: dict[str, dict[str, str]] = {}
    for column in columns:
        if column.trouble:
            raise BadExport(column.trouble, column.line)
        tables.setdefault(column.table.lower(), {})[column.name.lower()] = column_type(column.kind, warehouse)
    return Snapshot(columns[0].schema.lower(), tables)


def some(names: Iterable[str]) -> str:
    """The first of several names, as they are shown."""
    listed = sorted(names)
    return ", ".join(listed[:SHOWN]) + (" …" if len(listed) > SHOWN else "")
