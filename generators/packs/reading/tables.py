"""Somebody's schema as a file: an `information_schema.columns` export, CSV or JSON, of any warehouse.

Wanted are `table_schema`, `table_name`, `column_name` and `data_type`, in any letter case and order; more is passed
over.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from generators.packs.reading.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

LARGEST, MOST_COLUMNS = 64 << 20, 500_000
"""Bytes of an export and columns in it; a warehouse with more has more than one connector's schema in the file."""
WANTED = ("table_schema", "table_name", "column_name", "data_type")
SHOWN = 5

# The first word that fits decides; a time with a zone is an instant, one without is not.
_TYPES = (
    ("timestamp", ("timestamptz", "timestamp with time zone", "timestamp_tz", "timestamp_ltz", "datetimeoffset")),
    ("naive", ("timestamp", "datetime")),
    ("date", ("date",)),
    ("boolean", ("bool", "bit")),
    ("json", ("json", "variant", "object", "super", "struct", "array", "map")),
    ("float", ("float", "double", "real")),
    ("numeric", ("numeric", "decimal", "number")),
)
_INTEGER = re.compile(r"u?(?:tiny|small|medium|big|huge|byte)?int(?:eger)?[0-9]*|(?:small|big)?serial|long|short")
_INSTANTS = frozenset({"bigquery", "databricks", "spark"})
"""Warehouses whose TIMESTAMP is an instant."""


class BadExport(ValueError):  # noqa: N818 - what somebody exported, not a fault of the program
    """A file that is no export we can read: line (from 1, 0 for the whole file) and one sentence with the remedy."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        """What is wrong, and where."""
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


def read_export(path: Path, default: str, wanted: Iterable[str], schema: str | None, warehouse: str = "") -> Snapshot:
    """The tables of one schema in an export.

    `schema` names it; otherwise the pack's `default`, or the only one there is, or the one that holds most of the
    `wanted` tables. Types become a pack's; `naive` is a time without a zone. Raises BadExport and OSError.
    """
    if not path.is_file():
        raise BadExport("is no file that can be read: name a CSV or JSON file" if path.exists() else "does not exist")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadExport(f"is larger than {LARGEST >> 20} MiB: export the one schema's rows")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadExport("is not UTF-8: save it as UTF-8") from error
    rows = _json(text) if text.lstrip()[:1] in {"[", "{"} else _csv(text)
    schemas: dict[str, dict[str, dict[str, str]]] = {}
    for line, row in rows:
        where, table, column, kind = (_word(row, name, line) for name in WANTED)
        schemas.setdefault(where, {}).setdefault(table, {})[column] = column_type(kind, warehouse)
    return Snapshot(*_chosen(schemas, default.lower(), {name.lower() for name in wanted}, schema))


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


def _csv(text: str) -> list[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, Mapping[str, object]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, {str(name).strip().lower(): value for name, value in row.items()}))
            _bounded(rows)
    except csv.Error as error:
        raise BadExport(f"is no CSV that can be read: {error}", reader.line_num) from error
    if not rows:
        raise BadExport(f"has no rows; the first line names the columns: {', '.join(WANTED)}", 1)
    return rows


def _json(text: str) -> list[tuple[int, Mapping[str, object]]]:
    try:
        items = json.loads(text) if text.lstrip()[:1] == "[" else _lines_or_object(text)
    except json.JSONDecodeError as error:
        raise BadExport(f"is no JSON: {error.msg}", error.lineno) from error
    except ValueError as error:
        raise BadExport("is no JSON: a number has too many digits") from error
    except RecursionError as error:
        raise BadExport("is nested too deeply for a list of columns") from error
    if not isinstance(items, list) or not items:
        raise BadExport("holds no list of columns: a JSON list of objects is wanted, or one object a line")
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number, row in enumerate(items, 1):
        if not isinstance(row, dict):
            raise BadExport(f"entry {number} of the list is no object")
        rows.append((0, {str(name).lower(): value for name, value in row.items()}))
        _bounded(rows)
    return rows


def _lines_or_object(text: str) -> object:
    """JSON lines, or one object with the list under any name."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    # What a runtime's own query prints as JSON has a list of column names beside the rows.
    lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if lists else [whole]


def _bounded(rows: Sequence[object]) -> None:
    if len(rows) > MOST_COLUMNS:
        raise BadExport(f"lists more than {MOST_COLUMNS} columns: export the one schema's rows")


def _word(row: Mapping[str, object], name: str, line: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        seen = ", ".join(sorted(str(key) for key in row if key))[:200]
        raise BadExport(f"has no '{name}' here; it has: {seen or 'nothing'}", line)
    if not value.strip().isprintable():
        raise BadExport(f"has a {name} with characters that cannot be shown", line)
    return value.strip().lower()


def _chosen(
    schemas: Mapping[str, dict[str, dict[str, str]]], default: str, wanted: set[str], asked: str | None
) -> tuple[str, dict[str, dict[str, str]]]:
    if asked is not None:
        if asked.lower() not in schemas:
            raise BadExport(f"has no schema '{asked}'; it has: {_some(schemas)}")
        return asked.lower(), schemas[asked.lower()]
    if default in schemas:
        return default, schemas[default]
    fits = Counter({name: len(wanted & set(tables)) for name, tables in schemas.items()})
    best, count = fits.most_common(1)[0]
    if not count or list(fits.values()).count(count) > 1:
        raise BadExport(f"has no schema '{default}'; name one with --schema-name: {_some(schemas)}")
    return best, schemas[best]


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:SHOWN]) + (" …" if len(listed) > SHOWN else "")
