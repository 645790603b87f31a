"""Boards as their authors wrote them: queries, charts and variables, each with its place in the file.

Read with our own reader, so this works where Dataface is not installed. What a board may say in full is Dataface's
matter; here is what its SQL and its charts rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.findings import Place
    from generators.source import Document
    from generators.source.document import Tree

Route = tuple[str | int, ...]

PRIVATE, META = "_", "meta"
LAYOUTS = ("rows", "cols", "grid", "tabs", "items", "board")
CHANNELS = ("x", "y", "size", "shape", "opacity", "theta", "value", "latitude", "longitude", "lookup")
"""Fields of a chart that name a column, or a list of them."""
COLOURS = ("color", "background")
"""Fields that name one under `field` as well."""


@dataclass(frozen=True, slots=True)
class Query:
    """SQL under a name; `route` leads to its text in the board."""

    name: str
    sql: str
    route: Route
    source: str = ""


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
    charts: tuple[Chart, ...]
    encodings: tuple[Encoding, ...]
    defaults: Mapping[str, object]
    """Variables and what they are when nobody chooses; None where nothing is given."""

    def place(self, query: Query, line: int = 0, column: int = 0, width: int = 1) -> Place:
        """Where a stretch of a query's SQL stands: line and column from 0."""
        return self.document.within(*query.route, line=line, column=column, width=width)

    def query(self, name: str) -> Query | None:
        """The query of this name."""
        return next((query for query in self.queries if query.name == name), None)


def board_of(identity: str, document: Document) -> Board:
    """The board that a document holds. What has another shape than Dataface's language is passed over here."""
    walker = _Walker()
    walker.scope(document.tree, ())
    title = document.tree.get("title")
    return Board(
        identity,
        title if isinstance(title, str) else identity,
        document,
        tuple(walker.queries.values()),
        tuple(walker.charts),
        tuple(walker.encodings),
        walker.defaults,
    )


class _Walker:
    """Collects what one board says, nested boards and charts inside layouts included."""

    def __init__(self) -> None:
        self.queries: dict[str, Query] = {}
        self.charts: list[Chart] = []
        self.encodings: list[Encoding] = []
        self.defaults: dict[str, object] = {}

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
        for name, query in _items(node.get("queries")):
            self._query(name, query, (*route, "queries", name))
        for name, chart in _items(node.get("charts")):
            self._chart(name, chart, (*route, "charts", name))
        if "query" in node and "type" in node:
            self._chart(".".join(str(step) for step in route), node, route)
        for key in LAYOUTS:
            if key in node:
                self.scope(node[key], (*route, key))

    def _query(self, name: str, query: Tree, route: Route) -> None:
        if isinstance(query, str):
            self.queries[name] = Query(name, query, route)
        elif isinstance(query, dict) and isinstance(query.get("sql"), str):
            source = query.get("source")
            self.queries[name] = Query(
                name, str(query["sql"]), (*route, "sql"), source if isinstance(source, str) else ""
            )

    def _chart(self, name: str, chart: Tree, route: Route) -> None:
        if not isinstance(chart, dict):
            return
        query, kind = chart.get("query"), chart.get("type")
        query_name = _query_name(query, f"{name} (inline)")
        if query_name != query and query is not None:
            self._query(query_name, query, (*route, "query"))
        self.charts.append(Chart(name, kind if isinstance(kind, str) else "", query_name, route))
        self._encode(name, query_name, chart, route)
        for index, layer in _mappings(chart.get("layers")):
            self._encode(name, _query_name(layer.get("query"), query_name), layer, (*route, "layers", index))

    def _encode(self, chart: str, query: str, layer: dict[str, Tree], route: Route) -> None:
        """The columns that a chart, or one layer of it, asks a query for."""
        self.encodings += (Encoding(chart, query, column, place) for column, place in _columns(layer, route))


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


__all__ = ["Board", "Chart", "Encoding", "Query", "board_of"]
