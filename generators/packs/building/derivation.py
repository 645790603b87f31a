"""The same board in the older grammar, from the tree of a built one: other words, and some looks less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.reading.grammars import CURRENT, OLDER, STAMP, grammar_of
from generators.packs.reading.language import outside
from generators.source import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generators.source.document import Tree

    Fields = dict[str, Tree]

BOARD_LOOKS, QUERY_LOOKS, CHART_LOOKS = ("theme",), ("formats",), (("style", "support"),)
"""Looks that are dropped, since the older grammar has no words for them: none of them changes rows.

Of the style of a KPI's support, what MOVED names is kept.
"""
MOVED = (
    (("style", "axis_y", "labels", "format"), ("style", "number_format")),
    (("style", "support", "format"), ("support", "format")),
    (("style", "support", "tone"), ("support", "tone")),
)
"""Where a field of a chart stands in the current grammar, and where in the older one."""


def derive(tree: Mapping[str, Tree]) -> Fields:
    """A built board in the older grammar; one that is written in it stays as it is. Its rows are the same.

    Raises ValueError for what the older grammar has no words for and is not among the looks that may be dropped.
    """
    if grammar_of(tree) is OLDER:
        return dict(tree)
    board = _section({name: value for name, value in tree.items() if name not in (STAMP, *BOARD_LOOKS)})
    for field, part in (("queries", _query), ("charts", _chart), ("variables", _renamed)):
        named = board.get(field)
        if isinstance(named, dict):
            board[field] = {name: _fields(value, part) for name, value in named.items()}
    if left := next(outside(Document("board", board)), None):
        raise ValueError(f"the older grammar has no words for this: {left.message}")
    return board


def _fields(node: Tree, part: Callable[[Fields], Fields]) -> Tree:
    """A part with fields of its own, changed; a name or a text stays."""
    return part(node) if isinstance(node, dict) else node


def _each(node: Tree, part: Callable[[Fields], Fields]) -> Tree:
    return [_fields(item, part) for item in node] if isinstance(node, list) else node


def _renamed(node: Fields) -> Fields:
    """The same fields, with notes under their older name."""
    return {OLDER.notes if name == CURRENT.notes else name: value for name, value in node.items()}


def _section(node: Fields) -> Fields:
    """A board or a part of its layout, with what is in it."""
    section = _renamed(node)
    for field, part in (("rows", _item), ("cols", _item)):
        if field in section:
            section[field] = _each(section[field], part)
    for field, part in (("tabs", _section), ("grid", _renamed)):
        layout = section.get(field)
        if isinstance(layout, dict) and "items" in layout:
            section[field] = {**layout, "items": _each(layout["items"], part)}
    return section


def _item(node: Fields) -> Fields:
    """One item of a layout: a chart, or a part with a layout of its own."""
    return _chart(node) if "type" in node else _section(node)


def _query(node: Fields) -> Fields:
    return _renamed({name: value for name, value in node.items() if name not in QUERY_LOOKS})


def _chart(node: Fields) -> Fields:
    chart = _renamed(node)
    for old, new in MOVED:
        chart, value = _taken(chart, old)
        if value is not None:
            chart = _with(chart, new, value)
    for look in CHART_LOOKS:
        chart, _ = _taken(chart, look)
    return {name: _fields(value, _query) if name == "query" else value for name, value in chart.items()}


def _taken(node: Fields, route: tuple[str, ...]) -> tuple[Fields, Tree]:
    """The fields without what a route leads to, nor what holds nothing else; and what stood there, or None."""
    name, *rest = route
    inner = node.get(name)
    if not rest:
        return {key: value for key, value in node.items() if key != name}, inner
    if not isinstance(inner, dict):
        return node, None
    left, value = _taken(inner, tuple(rest))
    if value is None:
        return node, None
    return {key: left if key == name else other for key, other in node.items() if key != name or left}, value


def _with(node: Fields, route: tuple[str, ...], value: Tree) -> Fields:
    """The fields with a value at a route."""
    name, *rest = route
    inner = node.get(name)
    return {**node, name: _with(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value}
