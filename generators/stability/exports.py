"""The file that an issue tracker or a desk exports, as rows of named texts; what one row lacks is said with its place.

Read are GitHub's JSON (`gh issue list --json …`, the REST interface) and CSV with a line of column names. Every text
stays text: a cell that a spreadsheet would take for a formula is a cell.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generators.stability.mapping import Mapping

Form = Literal["github-json", "github-csv"]
LARGEST: Final = 256 << 20
"""Bytes of a file: 100,000 issues with long descriptions."""
MOST_ROWS: Final = 1_000_000
LONGEST: Final = 1 << 17
"""Characters of a value; an issue of GitHub has half as many at most."""
WIDEST: Final = 1_000
"""Columns."""
SEPARATORS: Final = (",", ";", "\t")
_WIDE: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK: Final = "\ufeff"
HOW: Final = "`gh issue list --json number,title,body,labels,createdAt,url`"


class UnreadableExport(ValueError):  # noqa: N818 - what somebody exported, not a fault of the program
    """A file of which nothing is read: one sentence with the remedy."""


class Row(NamedTuple):
    """One report as it was written. Texts that the file does not have are empty."""

    place: str
    """`line 14` or `item 3`, counted from 1."""
    reference: str
    day: str
    title: str
    body: str = ""
    labels: tuple[str, ...] = ()
    connector: str = ""
    warehouse: str = ""
    severity: str = ""
    defect_class: str = ""
    defect: str = ""
    installs: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is not taken, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no report: a pull request, which the REST interface lists among issues."""


Read: TypeAlias = Row | Bad | LeftOut


def text_of(path: Path) -> str:
    """The text of a file. Raises UnreadableExport, OSError."""
    if not path.is_file():
        raise UnreadableExport("is no file" if path.exists() else "does not exist")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableExport(f"is larger than {LARGEST >> 20} MiB: export a shorter period")
    if data.startswith(_WIDE):
        raise UnreadableExport("is UTF-16 or UTF-32: save it as UTF-8")
    try:
        text = data.decode().removeprefix(_MARK)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableExport(f"is not UTF-8: line {line} holds the byte 0x{data[error.start]:02X}") from error
    if not text.strip():
        raise UnreadableExport("is empty")
    return text


def form_of(text: str) -> Form:
    """Which form a text has, by its first character."""
    return "github-json" if text.lstrip()[:1] in {"[", "{"} else "github-csv"


def rows_of(text: str, form: Form, mapping: Mapping) -> Iterator[Read]:
    """Every row of a text, in its order. Raises UnreadableExport for what holds no rows at all, while it goes on."""
    rows = _json_rows(text) if form == "github-json" else _csv_rows(text, mapping)
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise UnreadableExport(f"has more than {MOST_ROWS:,} rows: export a shorter period")
        yield row


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class _Label(BaseModel):
    name: str


class _Issue(BaseModel):
    """An issue as `gh` or the REST interface writes it; what else it holds is passed over."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    reference: str
    created: str
    title: str
    body: str | None = None
    labels: list[_Label | str] = []


_FIELDS: Final = {"reference": ("html_url", "url"), "created": ("createdAt", "created_at")}
"""The names of two fields in both forms: the REST interface calls something else `url`."""


def _json_rows(text: str) -> Iterator[Read]:
    for index, item in enumerate(_items(text), 1):
        place = f"item {index}"
        if isinstance(item, dict) and item.get("pull_request"):
            yield LeftOut()
            continue
        try:
            issue = _Issue.model_validate(_named(item))
        except ValidationError as error:
            yield Bad(place, _lacks(error))
            continue
        labels = tuple(label if isinstance(label, str) else label.name for label in issue.labels)
        values = (issue.reference, issue.created, issue.title, issue.body or "")
        yield _trouble(place, (*values, *labels)) or Row(place, *values, labels)


def _items(text: str) -> list[Any]:
    try:
        made = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableExport(f"is no JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError:
        raise UnreadableExport("is nested too deeply to be a list of issues") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise UnreadableExport("holds a number that is too long to be one of an issue") from error
    if isinstance(made, dict) and isinstance(made.get("items"), list):  # as a search of issues answers
        made = made["items"]
    if not isinstance(made, list):
        raise UnreadableExport(f"is JSON of another form: it needs a list of issues, as {HOW} prints")
    return made


def _named(item: Any) -> Any:
    """An issue with its two fields under our names; anything else as it is."""
    if not isinstance(item, dict):
        return item
    ours = {name: item[theirs] for name, both in _FIELDS.items() for theirs in reversed(both) if theirs in item}
    return {**item, **ours}


def _lacks(error: ValidationError) -> str:
    """The first thing that is wrong with an issue, in the words of its file."""
    problem = error.errors(include_url=False, include_input=False)[0]
    name = " or ".join(_FIELDS.get(str(problem["loc"][0]), (str(problem["loc"][0]),))) if problem["loc"] else ""
    if not name:
        return f"is no issue: it needs an object, as {HOW} prints"
    if len(problem["loc"]) > 1:
        return f"{name}: one of them is neither a text nor an object with a name"
    if problem["type"] == "missing":
        return f"has no field {name}"
    return f"{name}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _csv_rows(text: str, mapping: Mapping) -> Iterator[Read]:
    separator = _separator(text)
    limit = csv.field_size_limit(LARGEST)  # a long value is said with its line, where the reader would stop at it
    try:
        records = _records(text, separator)
        first = next(records)
        if isinstance(first, Bad):
            raise UnreadableExport(f"has no column names that can be read: {first.reason}")
        places = _places([cell.strip() for cell in first[1]], mapping)
        width = len(first[1])
        for record in records:
            yield record if isinstance(record, Bad) else _row(record, width, places, mapping)
    finally:
        csv.field_size_limit(limit)


def _separator(text: str) -> str:
    """The one of which the first line has most."""
    head = text.lstrip("\r\n")
    line = head[: head.find("\n")] if "\n" in head else head
    return max(SEPARATORS, key=line[:LONGEST].count)


def _records(text: str, separator: str) -> Iterator[tuple[str, list[str]] | Bad]:
    """Each record that is not blank, with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        place = f"line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(place, _broken(str(error)))
            continue
        if any(cell.strip() for cell in cells):
            yield place, cells


def _broken(message: str) -> str:
    if "unexpected end" in message:
        return "a quote opens and is never closed: all that follows it is one value"
    return f"is no CSV: {message}"


def _places(header: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Where each column of the mapping is. Raises UnreadableExport for a required one that is not there."""
    if len(header) > WIDEST:
        raise UnreadableExport(f"has more than {WIDEST:,} columns: is its separator a comma?")
    names = {name.casefold(): index for index, name in reversed(list(enumerate(header)))}
    wanted = {name: column for name, column in mapping.columns if column}
    optional = {"title", "labels"} - mapping.columns.model_fields_set
    found = {}
    for name, column in wanted.items():
        if column.casefold() in names:
            found[name] = names[column.casefold()]
        elif name not in optional:
            there = ", ".join(repr(each[:40]) for each in header[:10])
            raise UnreadableExport(f"has no column {column!r}, only {there}: name it under `columns` of the mapping")
    return found


def _row(record: tuple[str, list[str]], width: int, places: dict[str, int], mapping: Mapping) -> Read:
    place, cells = record
    if len(cells) != width:
        return Bad(place, f"has {len(cells)} values where the first line names {width} columns")
    if bad := _trouble(place, cells):
        return bad
    values = {name: cells[index].strip() for name, index in places.items()}
    labels = values.pop("labels", "").split(mapping.label_separator)
    values.setdefault("title", "")
    return Row(place=place, labels=tuple(label.strip() for label in labels if label.strip()), **values)


def _trouble(place: str, values: Sequence[str]) -> Bad | None:
    for value in values:
        if len(value) > LONGEST:
            return Bad(place, f"holds a value of {len(value):,} characters; at most {LONGEST:,} are read")
        if "\0" in value:
            return Bad(place, "holds a NUL character")
        if not (value.isascii() or _is_whole(value)):
            return Bad(place, "holds half of a character: an escape such as \\ud83d without its other half")
    return None


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
