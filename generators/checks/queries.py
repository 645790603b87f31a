"""8xx, continued: queries of packs read the pack's own tables and do nothing else, on any warehouse."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.packs.reading.snapshots import is_system_schema
from generators.packs.reading.templates import UnreadableTemplate, beyond, beyond_values, readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts
    from generators.packs.reading.binding import Spot
    from generators.packs.reading.boards import Route
    from generators.packs.reading.folder import PackFolder
    from generators.source import Document

BEYOND_TABLES = Rule(
    "OPS818",
    "query-beyond-tables",
    Severity.ERROR,
    "A query of a pack does more than read the pack's own tables, or its schema is not a connector's.",
    "Functions and tables of a warehouse read files, settings and other people's data, and send what they find: with "
    "the rights of whoever opens the dashboard.",
    "Read tables of schema.yaml, and use the functions that the guide to packs lists.",
)
RULES = (BEYOND_TABLES,)
AUTHORED = "duckdb"
"""The warehouse in whose SQL boards are written."""


def queries_read_own_tables(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every query of a board, and every override, is one query of parts that packs may use, on tables of the pack."""
    for folder in facts.packs.values():
        try:
            yield from _of_pack(folder)
        except ModuleNotFoundError:  # without the parser nothing of a pack can be executed or installed either
            continue


def _of_pack(folder: PackFolder) -> Iterator[Finding]:
    yield from _of_schema(folder)
    for board in folder.boards:
        for query in board.queries:
            if not _is_beyond_filters(query.sql):
                yield from _of_query(folder, board.document, query.route, query.sql, AUTHORED)
    for index, override in enumerate(folder.pack.entity.overrides):
        route = ("overrides", index, "sql")
        yield from _of_query(folder, folder.pack.document, route, override.sql, override.warehouse)


def _of_schema(folder: PackFolder) -> Iterator[Finding]:
    if is_system_schema(folder.schema_name):
        place = folder.schema.at("schema_name")
        yield Finding(place, BEYOND_TABLES, f"'{folder.schema_name}' holds what warehouses keep for themselves")


def _is_beyond_filters(sql: str) -> bool:
    """Whether another rule says that the template cannot be read or does too much."""
    try:
        return bool(beyond(sql))
    except UnreadableTemplate:
        return True


def _of_query(folder: PackFolder, document: Document, route: Route, sql: str, warehouse: str) -> Iterator[Finding]:
    """The first thing of a query that packs may not use, and every table that is not the pack's."""
    tables = frozenset(folder.schema.entity.tables)
    for sentence, spot in _refusals(sql, warehouse, folder.schema_name, tables):
        place = document.within(*route, line=spot.line, column=spot.column, width=spot.width) if spot else None
        yield Finding(place or document.at(*route), BEYOND_TABLES, f"the query {sentence}")


@lru_cache(maxsize=4096)
def _refusals(sql: str, warehouse: str, schema: str, tables: frozenset[str]) -> tuple[tuple[str, Spot | None], ...]:
    """What is wrong with a query, and where."""
    try:
        sentence = beyond_values(sql)
        texts = readable(sql)
    except UnreadableTemplate as error:
        sentence = error.sentence
    if sentence:
        return ((sentence, None),)
    from generators.packs.reading.admission import unlisted_tables  # noqa: PLC0415 - a parser, where it is needed
    from generators.packs.reading.binding import Unparsed, first_spot, parse  # noqa: PLC0415 - as above
    from generators.packs.reading.dialects import SQLGLOT  # noqa: PLC0415 - as above

    found: list[tuple[str, Spot | None]] = []
    for text in texts:
        statement = parse(text, SQLGLOT[warehouse])
        if isinstance(statement, Unparsed):
            found.append((statement.sentence, statement.spot))
        else:
            found += [(sentence, first_spot(table)) for sentence, table in unlisted_tables(statement, schema, tables)]
    return tuple(found)


CHECKS = (queries_read_own_tables,)
