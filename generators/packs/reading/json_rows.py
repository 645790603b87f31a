"""Exports that are JSON: lists of objects or of lists, one a line, and inside what programs put around them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generators.packs.reading.decoding import BadExport
from generators.packs.reading.headings import MOST_COLUMNS, Sheet, header_of, is_header, require_few, without_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DEEPEST = 5
"""Objects inside objects in which rows are looked for."""
MOST_PARTS = 4 * MOST_COLUMNS
"""Objects and lists in a text: some answers have several for each column."""
NO_LIST = "holds no list of columns: a JSON list of objects is wanted, or one object a line"
WRAPPED = ("v", "stringValue", "longValue", "booleanValue", "VarCharValue")
"""Words around one value in the answers of warehouses' own interfaces."""


def json_rows(text: str) -> Sheet:
    """The rows of an export that is JSON. Raises BadExport."""
    require_few(text.count("{") + text.count("["), MOST_PARTS)
    try:
        whole = _parsed(text)
        if isinstance(whole, list):
            return _listed(whole)
        return _wrapped(whole) if isinstance(whole, dict) else _nothing()
    except json.JSONDecodeError as error:
        raise BadExport(f"is no JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise BadExport("is nested too deeply for a list of columns") from error
    except BadExport:
        raise
    except ValueError as error:
        raise BadExport("is no JSON: a number has too many digits") from error


def _parsed(text: str) -> object:
    """One value; else the list of values that stand on a line each."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        first = _value(lines[0])
        if len(lines) == 1 or not isinstance(first, (dict, list)) or (isinstance(first, dict) and not first):
            raise whole from None
        return [first, *map(json.loads, lines[1:])]


def _value(line: str) -> object:
    """A line as JSON; None where it is none by itself."""
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def _nothing() -> Sheet:
    raise BadExport(NO_LIST)


def _listed(items: Sequence[object]) -> Sheet:
    """Objects, or lists whose first names the columns."""
    if not items:
        raise BadExport(NO_LIST)
    if isinstance(items[0], list):
        return _under(header_of(items[0]), items[1:], 2)
    return _objects(items)


def _objects(items: Sequence[object]) -> Sheet:
    """Each object a row; its names are those of any of them."""
    names: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise BadExport(f"entry {number} of the list is no object")
        row = dict(zip(header_of(item), item.values(), strict=True))
        rows.append(row)
        for name in row:
            names.setdefault(name, len(names))
    if not is_header(tuple(names)):
        raise without_header(tuple(names), 0)
    return Sheet(tuple(names), [(0, [_plain(row.get(name)) for name in names]) for row in rows])


def _under(header: tuple[str, ...], items: Sequence[object], first: int = 1) -> Sheet:
    """Lists of values under one list of names."""
    if not is_header(header):
        raise without_header(header, 0)
    rows: list[tuple[int, Sequence[object]]] = []
    for number, item in enumerate(items, first):
        values = item.get("f", item.get("Data")) if isinstance(item, dict) else item
        if not isinstance(values, list):
            raise BadExport(f"entry {number} of the list is no list of values")
        rows.append((0, [_plain(value) for value in values]))
    return Sheet(header, rows)


def _wrapped(whole: Mapping[str, object]) -> Sheet:
    """Rows somewhere inside an object, under names beside them or their own; one object alone is a row."""
    if is_header(header := header_of(whole)):
        return _by_column(header, list(whole.values())) or _objects([whole])
    lists = [found for found in _lists(whole) if found]
    rows = _first(lists, _has_names) or _first(lists, _has_list_of_names)
    if rows is not None:
        return _listed(rows)
    names = _first(lists, lambda items: is_header(_named(items)))
    if names is not None:
        return _under(_named(names), _first(lists, lambda items: _is_values(items[0])) or [])
    return _objects(_first(lists, lambda items: isinstance(items[0], dict)) or [whole])


def _first(lists: Sequence[list[object]], fits: Callable[[list[object]], bool]) -> list[object] | None:
    return next((found for found in lists if fits(found)), None)


def _lists(node: object, depth: int = 0) -> Iterator[list[object]]:
    """Every list in objects, the outer ones first."""
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    for value in node.values():
        if isinstance(value, list):
            yield value
    for value in node.values():
        yield from _lists(value, depth + 1)


def _has_names(items: Sequence[object]) -> bool:
    """Whether a list is of objects that are rows."""
    return isinstance(items[0], dict) and is_header(header_of(items[0]))


def _has_list_of_names(items: Sequence[object]) -> bool:
    """Whether a list is of lists, the names first."""
    return isinstance(items[0], list) and is_header(header_of(items[0]))


def _named(items: Sequence[object]) -> tuple[str, ...]:
    """The names in a list of names, or of objects that have one."""
    return header_of([_name(item) if isinstance(item, dict) else item for item in items])


def _name(item: Mapping[str, object]) -> object:
    return next((value for key, value in item.items() if key.lower() == "name"), None)


def _is_values(item: object) -> bool:
    """Whether an entry is a row of values: a list, or what an interface puts around one."""
    return isinstance(item, list) or (isinstance(item, dict) and isinstance(item.get("f", item.get("Data")), list))


def _by_column(header: tuple[str, ...], values: Sequence[object]) -> Sheet | None:
    """Rows of an object that has a list of values, or values by number, for each column."""
    columns = [list(value.values()) if isinstance(value, dict) else value for value in values]
    if not all(isinstance(column, list) for column in columns):
        return None
    if len({len(column) for column in columns}) != 1:  # type: ignore[arg-type]
        raise BadExport("has lists of different lengths for its columns")
    return Sheet(header, [(0, [_plain(value) for value in row]) for row in zip(*columns, strict=True)])


def _plain(value: object) -> object:
    """A value without the one word around it."""
    if isinstance(value, dict):
        for word in WRAPPED:
            if word in value:
                return value[word]
        if value.get("isNull") is True:
            return None
    return value
