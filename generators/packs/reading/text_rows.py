"""Exports that are text: values with separators, and the tables that programs print for people.

Which of them a file is, its line of column names says: the separator under which that line names what is wanted.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.reading.decoding import BadExport
from generators.packs.reading.headings import (
    MOST_COLUMNS,
    NAMED,
    Sheet,
    header_of,
    is_header,
    is_word,
    require_few,
    without_header,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD, WIDEST = 50, 100_000
"""Lines in which the column names are looked for, and the characters of the longest of them."""
MOST_LINES = 4 * MOST_COLUMNS
"""Line ends of a text: values may hold some, and Windows has two for each line."""
SEPARATORS: tuple[str, ...] = (",", ";", "\t", "|", "│", "┃", "║")
BARS = frozenset("|│┃║")
_BORDER = re.compile(r"[\s+\-=|:*─━│┃┄┈┌┐└┘├┤┬┴┼═║╒╕╘╛╞╡╤╧╪╔╗╚╝╠╣╦╩╬╭╮╰╯┏┓┗┛┡┩┣┫┳┻╇╈╋┠┨╂┯┷┿]+")
_STROKE = re.compile(r"[-=─━═]")
_DASHES = re.compile(r"\s*-+(?:[ ]+-+)+\s*")
_FOOTER = re.compile(
    r"\(?\s*[0-9,]+\s+rows?(?:\(s\))?(?:\)|\s.*)?|Query (?:OK|\w+, \w+).*|Timing is o\w+\.?|Time(?: Elapsed)?: .*"
    r"|Time taken.*|Output format is .*|Record \d+ of \d+.*",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"\([0-9,.]+[KMB]? shown\)|only showing top [0-9]+ row", re.IGNORECASE)
_EXPANDED = re.compile(r"\+?-\[ RECORD [0-9]+ \]|\* Record [0-9]+|\*{3,} [0-9]+\. row \*{3,}|\s*\w+ = \S")
_SEP = re.compile(r"\"?sep=(?P<separator>[^\r\n]|\\t)\"?\s*", re.IGNORECASE)
_SQL = re.compile(r"(?:select|with|create|insert|copy)\s", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
ELIDED = frozenset("·.…")
"""Signs that stand in all cells of a row where a program left rows out."""
EXPANDED = (
    "has one line for each value instead of one for each column: turn that off (\\x off in psql, .mode csv in DuckDB, "
    "no \\G in MySQL) and export again"
)
SHORTENED = "is shortened: the program that printed it left rows out; export as CSV, or raise its limit of rows"


@dataclass(frozen=True, slots=True)
class _Header:
    """The line of column names: its index, its cells, and what separates them; spans where columns have a width."""

    index: int
    cells: tuple[str, ...]
    separator: str
    spans: tuple[tuple[int, int | None], ...] = ()


def text_rows(text: str) -> Sheet:
    """The rows of an export that is text. Raises BadExport."""
    require_few(text.count("\n") + text.count("\r"), MOST_LINES)
    lines = io.StringIO(text, newline="").readlines()
    header = _header(lines)
    if header.spans:
        rows = list(_fixed(lines, header))
    elif _is_grid(lines, header):
        rows = list(_grid(lines, header))
    else:
        return Sheet(header.cells, _delimited(lines, header), header.separator)
    return Sheet(header.cells, rows)


# ── the line of column names ────────────────────────────────────────────────────────────────────────────────────────
def _header(lines: Sequence[str]) -> _Header:
    separators, first = SEPARATORS, -1
    for index, line in enumerate(lines[:HEAD]):
        if not line.strip() or _is_border(line) or len(line) > WIDEST:
            continue
        if _EXPANDED.match(line):
            raise BadExport(EXPANDED, index + 1)
        if found := _SEP.fullmatch(line):
            separators = (found["separator"].replace("\\t", "\t"), *separators)
            continue
        first = index if first < 0 else first
        for separator in separators:
            cells = header_of(_cells(line, separator))
            if is_header(cells):
                return _Header(index, cells, separator)
        spans = _spans(lines[index + 1]) if index + 1 < len(lines) else ()
        if is_header(cells := header_of(_cut(line, spans))):
            return _Header(index, cells, "", spans)
    raise _no_header(lines, first, separators)


def _no_header(lines: Sequence[str], first: int, separators: Sequence[str]) -> BadExport:
    """Why a text has no column names: what its first line holds instead."""
    if first < 0:
        return BadExport(f"has no rows; {NAMED}", 1)
    line = lines[first]
    if _SQL.match(line.lstrip()):
        return BadExport("is SQL, not what it returns: run it and save its rows as CSV", first + 1)
    cells = max((header_of(_cells(line, separator)) for separator in separators), key=len)
    if len(cells) == 2 and is_word(cells[0]) and not is_word(cells[1]):  # noqa: PLR2004 - a name and its value
        return BadExport(EXPANDED, first + 1)
    return without_header(cells, first + 1)


def _cells(line: str, separator: str) -> list[str]:
    """One line, split; one that cannot be is a single cell."""
    if separator in BARS:
        return _barred(line, separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except (csv.Error, TypeError):
        return [line]


def _barred(line: str, bar: str) -> list[str]:
    """The cells between bars, with or without bars at both ends."""
    line = line.strip()
    cells = [cell.strip() for cell in (_BAR.split(line) if bar == "|" else line.split(bar))]
    outer = len(cells) > 2 and line.startswith(bar) and line.endswith(bar)  # noqa: PLR2004 - two ends and a cell
    return cells[1:-1] if outer else cells


def _is_border(line: str) -> bool:
    return bool(_BORDER.fullmatch(line) and _STROKE.search(line))


def _spans(line: str) -> tuple[tuple[int, int | None], ...]:
    """Where columns begin and end above dashes of their width; the last has no end."""
    if not _DASHES.fullmatch(line):
        return ()
    found = [match.span() for match in re.finditer(r"-+", line)]
    return (*found[:-1], (found[-1][0], None))


def _cut(line: str, spans: Sequence[tuple[int, int | None]]) -> list[str]:
    return [line[start:end].strip() for start, end in spans]


# ── the rows ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _is_grid(lines: Sequence[str], header: _Header) -> bool:
    """Whether bars stand in a table that was printed: padded, framed, or with a line below the names."""
    if header.separator not in BARS:
        return False
    line = lines[header.index]
    below = lines[header.index + 1] if header.index + 1 < len(lines) else ""
    return header.separator != "|" or line.lstrip().startswith("|") or " |" in line or _is_border(below)


def _delimited(lines: Sequence[str], header: _Header) -> list[tuple[int, Sequence[object]]]:
    reader = csv.reader(lines[header.index + 1 :], delimiter=header.separator, strict=True, skipinitialspace=True)
    rows: list[tuple[int, Sequence[object]]] = []
    try:
        for row in reader:
            if len(row) == 1 and _is_footer(row[0]):
                continue
            if any(cell.strip() for cell in row):
                rows.append((header.index + 1 + reader.line_num, row))
                require_few(len(rows))
    except csv.Error as error:
        raise BadExport(f"is no CSV that can be read: {error}", header.index + 1 + reader.line_num) from error
    return rows


def _grid(lines: Sequence[str], header: _Header) -> Iterator[tuple[int, Sequence[object]]]:
    """Rows between bars. What stands above the line below the names is about the columns: their types, say."""
    below = range(header.index + 1, min(header.index + 4, len(lines)))
    border = next((index for index in below if _is_border(lines[index])), header.index)
    for index in range(border + 1, len(lines)):
        if cells := _grid_cells(lines[index], header.separator):
            if all(cell and set(cell) <= ELIDED for cell in cells):
                raise BadExport(SHORTENED, index + 1)
            if header_of(cells) != header.cells:
                yield index + 1, [cell.replace("\\|", "|") for cell in cells]


def _grid_cells(line: str, bar: str) -> list[str]:
    """The cells of a row; none for a line that is no row."""
    if not line.strip() or _is_border(line) or _is_footer(line):
        return []
    cells = _barred(line, bar)
    return cells if len(cells) > 1 else []


def _fixed(lines: Sequence[str], header: _Header) -> Iterator[tuple[int, Sequence[object]]]:
    """Rows whose columns have the width of the dashes below the names."""
    for index in range(header.index + 2, len(lines)):
        line = lines[index]
        if line.strip() and not _is_footer(line):
            yield index + 1, _cut(line, header.spans)


def _is_footer(line: str) -> bool:
    """Whether a line counts the rows above it. Raises BadExport where it says that some were left out."""
    if _SHORTENED.search(line):
        raise BadExport(SHORTENED)
    return bool(_FOOTER.fullmatch(line.strip()))
