"""Boards as their authors wrote them: queries, charts and variables, each with its place in the file.

Read with our own reader, so this works where no runtime is installed. What a board may say in full is the runtime's
matter; here is what its SQL and its charts rest on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generators.packs.reading.composition import Expanded, Unresolved, Written, expand
from generators.packs.reading.templates import UnreadableTemplate, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.findings import Place
    from generators.source import Document
    from generators.source.document import Tree

Route = tuple[str | int, ...]

PRIVATE, META, SHARED = "_", "meta", "_shared"
IMPORT = re.compile(rf"{SHARED}\.yml\.queries\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)")
"""What stands in a board for a query of the pack's file of shared ones."""
LAYOUTS = ("rows", "cols", "grid", "tabs", "items", "board")
LONGEST_BOARD = 1 << 20
"""Characters of all queries of a board that build on others, once they are written out: as many as a file may have."""
CHANNELS = ("x", "y", "size", "shape", "opacity", "theta", "value", "latitude", "longitude", "lookup")
"""Fields of a chart that name a column, or a list of them."""
COLOURS = ("color", "background")
"""Fields that name one under `field` as well."""


@dataclass(frozen=True, slots=True)
class Query:
    """SQL under a name; `route` leads to its text in the board, or to what imports it."""

    name: str
    route: Route
    author: Written
    expanded: Expanded | None
    """None where a query that it builds on cannot be found."""

    @property
    def sql(self) -> str:
        """What is run: with the queries it builds on in front. As written where one of these cannot be found."""
        return self.author.sql if self.expanded is None else self.expanded.sql

    @property
    def written(self) -> str:
        """The SQL as its author wrote it."""
        return self.author.sql


@dataclass(frozen=True, slots=True)
class Encoding:
    """A column that a chart asks its query for."""

    chart: str
    query: str
    column: str
    route: Route


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it is and which query feeds it."""

    name: str
    kind: str
    query: str
    route: Route


@dataclass(frozen=True, slots=True)
class Board:
    """One board. `id` is its path below `charts/` without the suffix."""

    id: str
    title: str
    document: Document
    queries: tuple[Query, ...]
    """Those that are run: all but the ones that only other queries build on."""
    charts: tuple[Chart, ...]
    encodings: tuple[Encoding, ...]
    defaults: Mapping[str, object]
    """Variables and what they are when nobody chooses; None where nothing is given."""
    known: Mapping[str, Written]
    """Every query by its name in this board, imported ones included."""
    relations: tuple[str, ...] = ()
    """Names of the queries that are reached only through `{{ queries.NAME }}`."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """The name in the pack's shared file by the name in this board, whether it is there or not."""
    unused: tuple[str, ...] = ()
    """Names of the queries that nothing of the board uses."""

    @property
    def tree(self) -> dict[str, Tree]:
        """What the board says once it is built: each query with all that it builds on, without what only others do."""
        return self.tree_with({query.name: query.sql for query in self.queries})

    def tree_with(self, sql: Mapping[str, str]) -> dict[str, Tree]:
        """The tree of the built board, with the SQL of each query by its name."""
        tree = dict(self.document.tree)
        for query in self.queries:
            if sql[query.name] != query.written or query.name in self.imports:
                _put(tree, query.route, sql[query.name])
        left = {name: query for name, query in _items(tree.get("queries")) if name not in self.left_out}
        return {**tree, "queries": left} if "queries" in tree else tree

    @property
    def left_out(self) -> frozenset[str]:
        """Names under `queries` that are not delivered: relations, and imports that nothing uses."""
        return frozenset(self.relations) | (self.imports.keys() & frozenset(self.unused))

    def place(self, query: Query, line: int = 0, column: int = 0, width: int = 1) -> Place:
        """Where its author wrote a stretch of a query's SQL: line and column from 0."""
        if query.expanded is None or (line, column) == (0, 0):
            return self.document.within(*query.route, line=line, column=column, width=width)
        origin = query.expanded.origin(line, column)
        written = origin.written
        return written.document.within(*written.route, line=origin.line, column=origin.column, width=width)

    def query(self, name: str) -> Query | None:
        """The query of this name."""
        return next((query for query in self.queries if query.name == name), None)


def shared_queries(document: Document) -> dict[str, Written]:
    """The queries that the boards of a pack may import, by name."""
    walker = _Walker(document, {})
    for name, query in _items(document.tree.get("queries")):
        walker.query(name, query, ("queries", name))
    return walker.known


def board_of(identity: str, document: Document, shared: Mapping[str, Written] | None = None) -> Board:
    """The board that a document holds. What has another shape than the runtime's language is passed over here."""
    walker = _Walker(document, shared or {})
    walker.scope(document.tree, ())
    title = document.tree.get("title")
    reached = frozenset(walker.reached())
    relations = tuple(name for name in walker.known if name in reached - walker.used)
    unused = tuple(name for name in walker.routes if name not in reached | walker.used)
    idle = walker.imports.keys() & frozenset(unused)
    run = (name for name in walker.known if name not in relations and name not in idle)
    return Board(
        identity,
        title if isinstance(title, str) else identity,
        document,
        tuple(Query(name, walker.routes[name], walker.known[name], walker.expanded(name)) for name in run),
        tuple(walker.charts),
        tuple(walker.encodings),
        walker.defaults,
        walker.known,
        relations,
        walker.imports,
        unused,
    )


class _Walker:
    """Collects what one board says, nested boards and charts inside layouts included."""

    def __init__(self, document: Document, shared: Mapping[str, Written]) -> None:
        self.document, self.shared = document, shared
        self.known: dict[str, Written] = {}
        self.routes: dict[str, Route] = {}
        self.imports: dict[str, str] = {}
        self.used: set[str] = set()
        self.length = 0
        self.charts: list[Chart] = []
        self.encodings: list[Encoding] = []
        self.defaults: dict[str, object] = {}

    def reached(self) -> Iterator[str]:
        """Names of the queries that other queries build on."""
        for written in self.known.values():
            try:
                yield from (reference.name for reference in references(written.sql))
            except UnreadableTemplate:
                continue

    def expanded(self, name: str) -> Expanded | None:
        """A query with all that it builds on; None where there is no such text, or the board's texts are too long."""
        try:
            expanded = expand(self.known[name], self.known)
        except (Unresolved, UnreadableTemplate):
            return None
        self.length += len(expanded.sql) if expanded.relations else 0
        return expanded if self.length <= LONGEST_BOARD else None

    def scope(self, node: Tree, route: Route) -> None:
        if isinstance(node, list):
            for index, item in enumerate(node):
                self.scope(item, (*route, index))
        elif isinstance(node, dict):
            self._block(node, route)

    def _block(self, node: dict[str, Tree], route: Route) -> None:
        """A board, a chart or a layout: its variables, queries and charts, and the layouts inside."""
        for name, variable in _items(node.get("variables")):
            self.defaults[name] = _below(variable, "default")
            options = _below(variable, "options", "query")
            self.used |= {options} if isinstance(options, str) else set()
        for name, query in _items(node.get("queries")):
            self.query(name, query, (*route, "queries", name))
        for name, chart in _items(node.get("charts")):
            self._chart(name, chart, (*route, "charts", name))
        if "query" in node and "type" in node:
            self._chart(".".join(str(step) for step in route), node, route)
        for key in LAYOUTS:
            if key in node:
                self.scope(node[key], (*route, key))

    def query(self, name: str, query: Tree, route: Route) -> None:
        """SQL by itself or under `sql`, or what imports it."""
        if isinstance(query, dict) and isinstance(query.get("sql"), str):
            query, route = query["sql"], (*route, "sql")
        if not isinstance(query, str):
            return
        self.routes[name] = route
        if imported := IMPORT.fullmatch(query.strip()):
            self.imports[name] = imported["name"]
            if found := self.shared.get(imported["name"]):
                self.known[name] = replace(found, name=name)
        else:
            self.known[name] = Written(name, query, self.document, route)

    def _chart(self, name: str, chart: Tree, route: Route) -> None:
        if not isinstance(chart, dict):
            return
        query, kind = chart.get("query"), chart.get("type")
        query_name = _query_name(query, f"{name} (inline)")
        if query_name != query and query is not None:
            self.query(query_name, query, (*route, "query"))
        self.charts.append(Chart(name, kind if isinstance(kind, str) else "", query_name, route))
        self._encode(name, query_name, chart, route)
        for index, layer in _mappings(chart.get("layers")):
            self._encode(name, _query_name(layer.get("query"), query_name), layer, (*route, "layers", index))

    def _encode(self, chart: str, query: str, layer: dict[str, Tree], route: Route) -> None:
        """The columns that a chart, or one layer of it, asks a query for."""
        self.used.add(query)
        self.encodings += (Encoding(chart, query, column, place) for column, place in _columns(layer, route))


def _put(tree: dict[str, Tree], route: Route, text: str) -> None:
    """Write a text at a route, with a copy of each part on the way: what is shared with another tree stays."""
    node: dict[str, Tree] | list[Tree] = tree
    for step in route[:-1]:
        inner = node[step]  # type: ignore[index]
        inner = dict(inner) if isinstance(inner, dict) else list(inner)  # type: ignore[arg-type]
        node[step] = inner  # type: ignore[index]
        node = inner
    node[route[-1]] = text  # type: ignore[index]


def _query_name(query: Tree | None, otherwise: str) -> str:
    """The name by which a chart asks for its query; `otherwise` where SQL stands there, or nothing."""
    return query if isinstance(query, str) and " " not in query.strip() else otherwise


def _items(node: Tree | None) -> list[tuple[str, Tree]]:
    return list(node.items()) if isinstance(node, dict) else []


def _mappings(node: Tree | None) -> Iterator[tuple[int, dict[str, Tree]]]:
    """The mappings in a list, each with its index."""
    for index, item in enumerate(node if isinstance(node, list) else []):
        if isinstance(item, dict):
            yield index, item


def _below(node: Tree | None, *keys: str) -> Tree | None:
    """What these keys lead to; None where they lead to nothing."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _columns(chart: dict[str, Tree], route: Route) -> Iterator[tuple[str, Route]]:
    """Each column a chart names, with the route to the name."""
    for channel in CHANNELS:
        yield from _names(chart.get(channel), (*route, channel))
    for channel in COLOURS:
        value = chart.get(channel)
        yield from _names(value.get("field") if isinstance(value, dict) else value, (*route, channel))
    for keys in (("support", "value"), ("sort", "by")):
        yield from _names(_below(chart, *keys), (*route, *keys))
    styled = _below(chart, "style", "columns")
    for index, column in _mappings(styled):
        yield from _names(column.get("column"), (*route, "style", "columns", index, "column"))
    for name, _ in _items(styled):
        yield name, (*route, "style", "columns", name)
    for name, _ in _items(chart.get("conditional_formatting")):
        yield name, (*route, "conditional_formatting", name)


def _names(value: Tree | None, route: Route) -> Iterator[tuple[str, Route]]:
    if isinstance(value, str) and "{{" not in value and not value.startswith("#"):
        yield value, route
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _names(item, (*route, index))


__all__ = ["Board", "Chart", "Encoding", "Query", "board_of", "shared_queries"]
