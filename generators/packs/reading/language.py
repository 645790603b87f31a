"""What a board of a pack may say: a walk over its tree with the allow-list of its grammar in hand.

The runtime's language has fields that lead elsewhere: addresses, files, other boards, other sources, raw HTML. Nothing
here names them. A field, a type or a reference that is not listed is refused, whichever part of a board carries it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.packs.reading.boards import IMPORT, SHARED
from generators.packs.reading.grammars import (
    CURRENT,
    DETAILS,
    OPTIONS,
    SHARED_FILE,
    SHARED_QUERY,
    STAMP,
    TABS,
    Grammar,
    grammar_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generators.source import Document
    from generators.source.document import Tree

    Route = tuple[str | int, ...]
    Part = Callable[[Tree, Route], Iterator[Finding]]

OUTSIDE = Rule(
    "OPS817",
    "field-outside-packs",
    Severity.ERROR,
    "A board of a pack has a field, a type or a reference that packs may not use.",
    "Other fields lead to addresses, files, other boards and other sources: with them a pack could read or send "
    "anything, and its queries would not be counted.",
    "Use the fields that the guide to packs lists: SQL queries at the top of the board, and charts that name them. "
    "Import queries from the pack's own _shared.yml only.",
)

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""A query, chart or variable of the same board; with a dot or a slash it would be one of another file."""
STYLE_TEXT = re.compile(r"(?!.*(?://|url\())[\w\s.,:%#$€£¥+~^|<>=*()'/-]{0,100}", re.IGNORECASE)
"""A format, a colour or a word of a style: nothing that is fetched."""
IMAGE = "!["


SPACE = re.compile(r"\s")
QUERY_TYPES = frozenset({"sql"})
NAMED_BY_COLUMN = frozenset({"columns", "conditional_formatting", "formats"})
"""Fields of a style, or of a query, whose own fields are columns of the query."""


def outside(document: Document) -> Iterator[Finding]:
    """Every field, type and reference of a board that is not on the list of its grammar, at its place."""
    yield from _Walk(document, grammar_of(document.tree)).board()


def outside_shared(document: Document) -> Iterator[Finding]:
    """The same of the pack's file of shared queries."""
    yield from _Walk(document, CURRENT).shared()


class _Walk:
    def __init__(self, document: Document, grammar: Grammar) -> None:
        self.document, self.grammar = document, grammar

    def _refused(self, route: Route, sentence: str, hint: str = "", *, key: bool = False) -> Finding:
        return Finding(self.document.at(*route, key=key), OUTSIDE, sentence, hint)

    def _fields(self, node: Tree, route: Route, what: str, allowed: frozenset[str]) -> Iterator[Finding]:
        """What is no mapping, or a field of it that is not on the list."""
        if not isinstance(node, dict):
            yield self._refused(route, f"{what} is written as its own fields, not as text or a list")
            return
        for field in node:
            if field not in allowed:
                sentence = f"{what} may not have the field '{field}'"
                yield self._refused((*route, field), sentence, nearest(field, allowed), key=True)

    def board(self) -> Iterator[Finding]:
        """The board itself: only it holds queries, charts and variables."""
        tree = self.document.tree
        yield from self._section(tree, (), "a board", self.grammar.board)
        for field, part in (("queries", self._query), ("charts", self._chart), ("variables", self._variable)):
            if field in tree:
                yield from self._named(tree[field], (field,), part)
        if "theme" in tree:
            yield from self._name(tree["theme"], ("theme",), "theme")
        if self.grammar.stamped and tree[STAMP] != self.grammar.version:
            yield self._refused((STAMP,), f"boards are written in the grammar '{self.grammar.version}'")

    def shared(self) -> Iterator[Finding]:
        """The pack's file of shared queries: SQL under names, and where it reads from."""
        tree = self.document.tree
        yield from self._fields(tree, (), f"{SHARED}.yml", SHARED_FILE)
        if STAMP in tree and tree[STAMP] != CURRENT.version:
            yield self._refused((STAMP,), f"shared queries are written in the grammar '{CURRENT.version}'")
        if "queries" in tree:
            yield from self._named(tree["queries"], ("queries",), self._shared_query)
        yield from source_of(self.document, "source")

    def _shared_query(self, node: Tree, route: Route) -> Iterator[Finding]:
        if isinstance(node, str) and IMPORT.fullmatch(node.strip()):
            yield self._refused(route, "shared queries are written here, not imported")
        else:
            yield from self._query(node, route, SHARED_QUERY)

    def _section(self, node: Tree, route: Route, what: str, allowed: frozenset[str]) -> Iterator[Finding]:
        """A board, or a part of its layout."""
        yield from self._fields(node, route, what, allowed)
        if not isinstance(node, dict):
            return
        for field in ("rows", "cols"):
            yield from self._each(node.get(field), (*route, field), self._item)
        yield from self._items(node.get("tabs"), (*route, "tabs"), TABS, self._tab)
        yield from self._items(node.get("grid"), (*route, "grid"), self.grammar.grid, self._grid_item)
        yield from self._style(node.get("style"), (*route, "style"))
        yield from self._details(node.get("details"), (*route, "details"))
        yield from self._texts(node, route, ("title", self.grammar.notes, "text"))

    def _texts(self, node: dict[str, Tree], route: Route, fields: tuple[str, ...]) -> Iterator[Finding]:
        """Texts, which show no image: whoever opens the board would ask its address."""
        for field in fields:
            if field not in node:
                continue
            if not isinstance(node[field], str):
                yield self._refused((*route, field), f"'{field}' is a text")
            elif IMAGE in str(node[field]):
                yield self._refused((*route, field), "a text of a board shows no image: it would be fetched")

    def _named(self, node: Tree, route: Route, part: Part) -> Iterator[Finding]:
        """What stands under names of its own."""
        if not isinstance(node, dict):
            yield self._refused(route, f"what stands under '{route[-1]}' has names of its own")
            return
        for name, value in node.items():
            if not NAME.fullmatch(name):
                yield self._refused((*route, name), "a name is made of letters, digits and _", key=True)
            yield from part(value, (*route, name))

    def _each(self, node: Tree | None, route: Route, part: Part) -> Iterator[Finding]:
        if node is None:
            return
        if not isinstance(node, list):
            yield self._refused(route, f"'{route[-1]}' is a list")
            return
        for index, value in enumerate(node):
            yield from part(value, (*route, index))

    def _items(self, node: Tree | None, route: Route, allowed: frozenset[str], part: Part) -> Iterator[Finding]:
        """A layout with a list of items and fields beside it."""
        if node is None:
            return
        yield from self._fields(node, route, f"'{route[-1]}'", allowed)
        if isinstance(node, dict):
            yield from self._each(node.get("items"), (*route, "items"), part)

    def _item(self, node: Tree, route: Route) -> Iterator[Finding]:
        """One item of a layout: a chart of the board by its name, a chart, or a part with a layout of its own."""
        if isinstance(node, str):
            yield from self._name(node, route, "chart")
        elif isinstance(node, dict) and "type" in node:
            yield from self._chart(node, route)
        else:
            yield from self._section(node, route, "a part of a board", self.grammar.section)

    def _tab(self, node: Tree, route: Route) -> Iterator[Finding]:
        yield from self._section(node, route, "a tab", self.grammar.tab)

    def _grid_item(self, node: Tree, route: Route) -> Iterator[Finding]:
        if isinstance(node, str):
            yield from self._name(node, route, "chart")
            return
        yield from self._fields(node, route, "an item of a grid", self.grammar.grid_item)
        if isinstance(node, dict):
            yield from self._name(node.get("item"), (*route, "item"), "chart")

    def _details(self, node: Tree | None, route: Route) -> Iterator[Finding]:
        if node is not None and not isinstance(node, str):
            yield from self._fields(node, route, "'details'", DETAILS)

    def _name(self, node: Tree | None, route: Route, what: str) -> Iterator[Finding]:
        """The name of something in the same board."""
        if not isinstance(node, str) or not NAME.fullmatch(node):
            yield self._refused(route, f"here stands the name of a {what}, and nothing that leads to another file")

    def _type(self, node: dict[str, Tree], route: Route, allowed: frozenset[str]) -> Iterator[Finding]:
        if "type" in node and node["type"] not in allowed:
            hint = nearest(str(node["type"]), allowed)
            yield self._refused((*route, "type"), f"packs may not use the type '{node['type']}'", hint)

    def _query(self, node: Tree, route: Route, allowed: frozenset[str] | None = None) -> Iterator[Finding]:
        """SQL, by itself or with notes, or the import of shared SQL: no request, no rows and no source of its own."""
        if isinstance(node, str):
            yield from self._sql(node, route)
            return
        yield from self._fields(node, route, "a query", allowed or self.grammar.query)
        if isinstance(node, dict):
            yield from self._type(node, route, QUERY_TYPES)
            yield from self._style(node.get("formats"), (*route, "formats"))
            if not isinstance(node.get("sql"), str):
                yield self._refused(route, "a query is SQL: it has the field 'sql'")
            elif not SPACE.search(str(node["sql"]).strip()):
                yield self._refused((*route, "sql"), "this is no SQL")

    def _sql(self, text: str, route: Route) -> Iterator[Finding]:
        """A text without a space is a name in some file: only the pack's own shared queries may be imported."""
        if SPACE.search(text.strip()) or IMPORT.fullmatch(text.strip()):
            return
        yield self._refused(route, f"a query is SQL, or is imported: `{SHARED}.yml.queries.NAME`")

    def _chart(self, node: Tree, route: Route) -> Iterator[Finding]:
        yield from self._fields(node, route, "a chart", self.grammar.chart)
        if not isinstance(node, dict):
            return
        yield from self._type(node, route, self.grammar.chart_types)
        query = node.get("query")
        if isinstance(query, dict) or (isinstance(query, str) and " " in query.strip()):
            yield from self._query(query, (*route, "query"))
        elif query is not None:
            yield from self._name(query, (*route, "query"), "query")
        yield from self._each(node.get("layers"), (*route, "layers"), self._layer)
        for field in ("style", "support", "sort", "total", "multiples", "background", "conditional_formatting"):
            yield from self._style(node.get(field), (*route, field))
        yield from self._texts(node, route, ("title", "subtitle", "label", self.grammar.notes, "message"))

    def _layer(self, node: Tree, route: Route) -> Iterator[Finding]:
        yield from self._fields(node, route, "a layer", self.grammar.layer)
        if not isinstance(node, dict):
            return
        yield from self._type(node, route, self.grammar.chart_types)
        if "query" in node:
            yield from self._name(node["query"], (*route, "query"), "query")
        for field in ("style", "axis_y"):
            yield from self._style(node.get(field), (*route, field))

    def _variable(self, node: Tree, route: Route) -> Iterator[Finding]:
        yield from self._fields(node, route, "a variable", self.grammar.variable)
        if not isinstance(node, dict):
            return
        if "visible" in node and not isinstance(node["visible"], bool):
            yield self._refused((*route, "visible"), "'visible' is true or false")
        options = node.get("options")
        if options is None:
            return
        yield from self._fields(options, (*route, "options"), "'options'", OPTIONS)
        if isinstance(options, dict) and "query" in options:
            yield from self._name(options["query"], (*route, "options", "query"), "query")

    def _style(self, node: Tree | None, route: Route) -> Iterator[Finding]:
        """Fields of a style at any depth; right below `columns` stand columns of the query."""
        pending: list[tuple[Route, Tree | None, bool]] = [(route, node, route[-1] in NAMED_BY_COLUMN)]
        while pending:
            where, value, by_column = pending.pop()
            if isinstance(value, dict):
                for field, inner in value.items():
                    if not by_column and field not in self.grammar.style:
                        yield self._refused((*where, field), f"a style may not have the field '{field}'", key=True)
                    pending.append(((*where, field), inner, not by_column and field in NAMED_BY_COLUMN))
            elif isinstance(value, list):
                pending += (((*where, index), inner, False) for index, inner in enumerate(value))
            elif isinstance(value, str) and not _is_style_text(where, value):
                yield self._refused(where, "this is no format, colour or word of a style")


def _is_style_text(route: Route, value: str) -> bool:
    """Labels and units are shown as text; all else is a word of the language."""
    return route[-1] in {"label", "suffix", "prefix"} or bool(STYLE_TEXT.fullmatch(value))


def source_of(document: Document, field: str) -> Iterator[Finding]:
    """The source that a file of a pack names: one of the user's own project, nothing that is described here."""
    source = document.tree.get(field)
    if source is not None and not (isinstance(source, str) and NAME.fullmatch(source)):
        yield Finding(document.at(field), OUTSIDE, "a pack names its source and describes none")
