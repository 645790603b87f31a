"""One table of columns in every form in which people have it: rows of (schema, table, column, type) to bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = tuple[str, str, str, str]
WORDS = ("table_schema", "table_name", "column_name", "data_type")
OTHER_WORDS = {
    "duckdb_columns": ("schema_name", "table_name", "column_name", "data_type"),
    "redshift pg_table_def": ("schemaname", "tablename", "column", "type"),
    "postgres catalog": ("nspname", "relname", "attname", "format_type"),
    "databricks": ("table_schema", "table_name", "column_name", "full_data_type"),
}


def separated(rows: Sequence[Row], separator: str = ",", words: Sequence[str] = WORDS, end: str = "\n") -> str:
    """Values with separators."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows([words, *rows])
    return text.getvalue()


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _padded(row: Sequence[str], widths: Sequence[int], bar: str) -> str:
    return bar.join(f" {cell:{width}} " for cell, width in zip(row, widths, strict=True))


def aligned(rows: Sequence[Row], bar: str = "|", stroke: str = "-", cross: str = "+") -> str:
    """What psql prints: bars between columns, and how many rows there are."""
    widths = _widths([WORDS, *rows])
    line = cross.join(stroke * (width + 2) for width in widths)
    body = [_padded(row, widths, bar).rstrip() for row in rows]
    return "\n".join([_padded(WORDS, widths, bar), line, *body, f"({len(rows)} rows)", ""])


def framed(rows: Sequence[Row], footer: str = "") -> str:
    """What MySQL prints, and psql with a border of 2."""
    widths = _widths([WORDS, *rows])
    line = f"+{'+'.join('-' * (width + 2) for width in widths)}+"
    body = [f"|{_padded(row, widths, '|')}|" for row in rows]
    return "\n".join([line, f"|{_padded(WORDS, widths, '|')}|", line, *body, line, footer])


def box(rows: Sequence[Row]) -> str:
    """What DuckDB prints: names centred, with types below them."""
    widths = _widths([WORDS, *rows])
    sides = (("┌", "┬", "┐"), ("├", "┼", "┤"), ("├", "┴", "┤"), ("└", "─", "┘"))
    top, middle, low, bottom = (a + b.join("─" * (width + 2) for width in widths) + c for a, b, c in sides)
    names, types = (
        "│" + "│".join(f" {cell:^{width}} " for cell, width in zip(row, widths, strict=True)) + "│"
        for row in (WORDS, ["varchar"] * len(WORDS))
    )
    body = [f"│{_padded(row, widths, '│')}│" for row in rows]
    count = f"│ {f'{len(rows)} rows':<{sum(widths) + 3 * len(widths) - 3}} │"
    return "\n".join([top, names, types, middle, *body, low, count, bottom, ""])


def markdown(rows: Sequence[Row]) -> str:
    """A table of a page in Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in [WORDS, ["---", ":---", "---:", ":-:"], *rows]]
    return "\n".join([*lines, ""])


def spaced(rows: Sequence[Row]) -> str:
    """What psql prints with a border of 0, and others as columns: only dashes tell the widths."""
    widths = _widths([WORDS, *rows])
    lines = [WORDS, ["-" * width for width in widths], *rows]
    return "\n".join(" ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in lines)


def objects(rows: Sequence[Row], words: Sequence[str] = WORDS) -> list[dict[str, object]]:
    """Rows as JSON has them."""
    return [dict(zip(words, row, strict=True)) for row in rows]


def described(rows: Sequence[Row]) -> list[dict[str, object]]:
    """What Snowflake's SHOW COLUMNS says: types as JSON in a text."""
    kinds = ({"type": "FIXED" if kind == "NUMBER" else kind, "nullable": True} for *_, kind in rows)
    return [
        {
            "table_name": table,
            "schema_name": schema,
            "column_name": name,
            "data_type": json.dumps(kind),
            "null?": "true",
        }
        for (schema, table, name, _), kind in zip(rows, kinds, strict=True)
    ]


def _bigquery(rows: Sequence[Row]) -> object:
    fields = [{"name": word, "type": "STRING"} for word in WORDS]
    return {
        "kind": "bigquery#queryResponse",
        "schema": {"fields": fields},
        "rows": [{"f": [{"v": cell} for cell in row]} for row in rows],
    }


def _databricks(rows: Sequence[Row]) -> object:
    columns = [{"name": word, "position": place} for place, word in enumerate(WORDS)]
    return {"manifest": {"schema": {"columns": columns}}, "result": {"data_array": [list(row) for row in rows]}}


def _redshift(rows: Sequence[Row]) -> object:
    return {
        "Records": [[{"stringValue": cell} for cell in row] for row in rows],
        "ColumnMetadata": [{"name": word, "label": word} for word in WORDS],
    }


PRINTED: dict[str, Callable[[Sequence[Row]], str]] = {
    "psql aligned": aligned,
    "psql aligned with unicode lines": lambda rows: aligned(rows, "│", "─", "┼"),
    "psql with a border of 2": lambda rows: framed(rows, f"({len(rows)} rows)\n"),
    "psql with a border of 0": spaced,
    "mysql": lambda rows: framed(rows, f"{len(rows)} rows in set (0.01 sec)\n"),
    "snowsql": lambda rows: framed(rows, f"{len(rows)} Row(s) produced. Time Elapsed: 0.401s\n"),
    "duckdb box": box,
    "markdown": markdown,
}
"""Tables for people: a name may hold no bar there."""
WRITTEN: dict[str, Callable[[Sequence[Row]], str]] = {
    "commas": separated,
    "semicolons": lambda rows: separated(rows, ";"),
    "tabs": lambda rows: separated(rows, "\t"),
    "bars": lambda rows: separated(rows, "|") + f"({len(rows)} rows)\n",
    "lines of windows": lambda rows: separated(rows, end="\r\n"),
    "a line that names the separator": lambda rows: "sep=;\n" + separated(rows, ";"),
    "quoted words": lambda rows: separated(rows, words=[f'"{word}"' for word in WORDS]),
    "quoted names": lambda rows: separated([(a, f'"{b}"', f'"{c}"', d) for a, b, c, d in rows]),
    "names in backticks": lambda rows: separated([(f"`{a}`", f"`{b}`", f"`{c}`", d) for a, b, c, d in rows]),
    "capitals": lambda rows: separated(rows, words=[word.upper() for word in WORDS]),
    "snowflake SHOW COLUMNS as CSV": lambda rows: separated(
        [tuple(map(str, row.values())) for row in described(rows)],  # type: ignore[misc]
        words=list(described(rows)[0]),
    ),
    **{name: partial(separated, words=words) for name, words in OTHER_WORDS.items()},
    "json": lambda rows: json.dumps(objects(rows)),
    "json in capitals": lambda rows: json.dumps(objects(rows, [word.upper() for word in WORDS]), indent=2),
    "json lines": lambda rows: "\n".join(map(json.dumps, objects(rows))) + "\n",
    "json lists": lambda rows: json.dumps([WORDS, *rows]),
    "json lists, one a line": lambda rows: "\n".join(map(json.dumps, [WORDS, *rows])),
    "json of columns and rows": lambda rows: json.dumps({"columns": WORDS, "rows": rows}),
    "json of described columns": lambda rows: json.dumps({"columns": [{"name": w} for w in WORDS], "rows": rows}),
    "json of rows": lambda rows: json.dumps({"meta": {"took": [1, 2]}, "rows": objects(rows)}),
    "json by column": lambda rows: json.dumps(dict(zip(WORDS, zip(*rows, strict=True), strict=True))),
    "snowflake SHOW COLUMNS": lambda rows: json.dumps(described(rows)),
    "answer of bigquery": lambda rows: json.dumps(_bigquery(rows)),
    "answer of databricks": lambda rows: json.dumps(_databricks(rows)),
    "answer of redshift": lambda rows: json.dumps(_redshift(rows)),
}
ENCODED: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16, little end": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16, big end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip of utf-16": lambda text: gzip.compress(text.encode("utf-16")),
}
