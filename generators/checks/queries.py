"""8xx, continued: queries of packs read the pack's own tables and do nothing else, on any warehouse."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity
from generators.packs.reading.relations import MISUSED, TAKEN
from generators.packs.reading.snapshots import is_system_schema
from generators.packs.reading.templates import UnreadableTemplate, beyond, beyond_values, readable, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog
    from generators.checks.facts import Facts
    from generators.model.pack import Override
    from generators.packs.reading.binding import Spot
    from generators.packs.reading.composition import Expanded
    from generators.packs.reading.folder import PackFolder

    Broken = tuple[Rule, str, Spot | None]
    """A rule, what is wrong with a query, and where in its expanded SQL."""

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
            if query.expanded is None or _is_beyond_filters(query.sql):  # other rules say so
                continue
            for rule, sentence, spot in _composed(query.expanded) or _refused(folder, query.sql, AUTHORED):
                place = board.place(query, spot.line, spot.column, spot.width) if spot else board.place(query)
                yield Finding(place, rule, f"the query {sentence}")
    for index, override in enumerate(folder.pack.entity.overrides):
        yield from _of_override(folder, index, override)


def _of_override(folder: PackFolder, index: int, override: Override) -> Iterator[Finding]:
    """SQL that is written for one warehouse, in full."""
    document, route = folder.pack.document, ("overrides", index, "sql")
    if not _is_beyond_filters(override.sql) and references(override.sql):
        yield Finding(document.at(*route), MISUSED, "an override is written in full, and builds on no other query")
        return
    for rule, sentence, spot in _refused(folder, override.sql, override.warehouse):
        place = document.within(*route, line=spot.line, column=spot.column, width=spot.width) if spot else None
        yield Finding(place or document.at(*route), rule, f"the query {sentence}")


def _of_schema(folder: PackFolder) -> Iterator[Finding]:
    if is_system_schema(folder.schema_name):
        place = folder.schema.at("schema_name")
        yield Finding(place, BEYOND_TABLES, f"'{folder.schema_name}' holds what warehouses keep for themselves")


@lru_cache(maxsize=4096)
def _is_beyond_filters(sql: str) -> bool:
    """Whether another rule says that the template cannot be read or does too much."""
    try:
        return bool(beyond(sql))
    except UnreadableTemplate:
        return True


def _refused(folder: PackFolder, sql: str, warehouse: str) -> tuple[Broken, ...]:
    """The first thing of a query that packs may not use, and every table that is not the pack's."""
    tables = frozenset(folder.schema.entity.tables)
    found = _refusals(sql, warehouse, folder.schema_name, tables)
    return tuple((BEYOND_TABLES, sentence, spot) for sentence, spot in found)


@lru_cache(maxsize=4096)
def _composed(expanded: Expanded) -> tuple[Broken, ...]:
    """References of a query that are no table or have an alias, and names that mean two things in it."""
    if not expanded.relations or beyond_values(expanded.sql):
        return ()
    from generators.packs.reading.binding import Spot, Unparsed, parse  # noqa: PLC0415 - a parser, where it is needed
    from generators.packs.reading.dialects import SQLGLOT  # noqa: PLC0415 - as above
    from generators.packs.reading.references import misused, taken  # noqa: PLC0415 - as above

    (text,) = readable(expanded.sql)
    statement = parse(text, SQLGLOT[AUTHORED])
    if isinstance(statement, Unparsed):
        return ()
    found = ((MISUSED, *one) for one in misused(statement, (Spot(*position) for position in expanded.positions)))
    return (*found, *((TAKEN, *one) for one in taken(statement, expanded.relations)))


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
