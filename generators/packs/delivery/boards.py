"""A pack as a user's project holds it: boards whose SQL is what their warehouse reads, under their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.building.derivation import derive
from generators.packs.building.text import built
from generators.packs.reading.admission import unlisted_tables
from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT, Untranslatable, written
from generators.packs.reading.grammars import CURRENT, Grammar
from generators.packs.reading.snapshots import is_system_schema
from generators.packs.reading.templates import UnreadableTemplate, beyond_values, readable
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.packs.reading.boards import Board, Query
    from generators.packs.reading.folder import PackFolder

META, META_HEAD = "meta", "Where these boards read from: a source of the project."


class Undeliverable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """A board that has no form for a warehouse: path, and one sentence."""

    def __init__(self, path: str, sentence: str) -> None:
        """Which file, and why."""
        super().__init__(f"{path}: {sentence}")


def delivered(pack: PackFolder, warehouse: str, source: str, schema: str, grammar: Grammar = CURRENT) -> dict[str, str]:
    """Text by path below the pack's folder of boards, in a grammar that the user's runtime reads.

    `source` is the user's name for the warehouse, `schema` theirs for the connector's tables. In the grammar that the
    boards are written in, comments and layout stay as their author wrote them. Raises Undeliverable.
    """
    files = {f"{META}{grammar.suffix}": yaml_text({"source": source}, head=META_HEAD)}
    for board in pack.boards:
        files[f"{board.id}{grammar.suffix}"] = _text(pack, board, warehouse, schema, grammar)
    return files


def _text(pack: PackFolder, board: Board, warehouse: str, schema: str, grammar: Grammar) -> str:
    sql = {query.name: _form(pack, board, query, warehouse, schema) for query in board.queries}
    if grammar is CURRENT:
        return built(board, sql)
    try:
        return yaml_text(derive(board.tree_with(sql)), spaced=True)
    except ValueError as error:
        raise Undeliverable(board.document.path, str(error)) from error


def _form(pack: PackFolder, board: Board, query: Query, warehouse: str, schema: str) -> str:
    """The SQL that a warehouse reads for a query. Raises Undeliverable."""
    try:
        sql = written(pack, board, query, warehouse, schema)
        _admitted(pack, sql, warehouse, schema)
    except (Untranslatable, UnreadableTemplate) as error:
        raise Undeliverable(board.document.path, f"query '{query.name}': {error}") from error
    return sql


def _admitted(pack: PackFolder, sql: str, warehouse: str, schema: str) -> None:
    """Raises Untranslatable and UnreadableTemplate for SQL that does more than read the pack's tables."""
    if sentence := beyond_values(sql):
        raise Untranslatable(sentence)
    if is_system_schema(schema):
        raise Untranslatable(f"the schema '{schema}' holds what warehouses keep for themselves")
    for text in readable(sql):
        statement = parse(text, SQLGLOT[warehouse])
        if isinstance(statement, Unparsed):
            raise Untranslatable(f"is refused by the parser of {warehouse}: {statement.sentence}")
        for sentence, _ in unlisted_tables(statement, schema.lower(), pack.schema.entity.tables):
            raise Untranslatable(sentence)
