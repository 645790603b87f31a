"""A pack as a user's project holds it: boards whose SQL is what their warehouse reads, under their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.reading.admission import unlisted_tables
from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT, Untranslatable, written
from generators.packs.reading.snapshots import is_system_schema
from generators.packs.reading.templates import UnreadableTemplate, beyond_values, readable
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

META_FILE, META_HEAD = "meta.yml", "Where these boards read from: a source of dataface.yml."


class Undeliverable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """A board that has no form for a warehouse: path, and one sentence."""

    def __init__(self, path: str, sentence: str) -> None:
        """Which file, and why."""
        super().__init__(f"{path}: {sentence}")


def delivered(pack: PackFolder, warehouse: str, source: str, schema: str) -> dict[str, str]:
    """Text by path below the pack's folder of boards; comments and layout stay as their author wrote them.

    `source` is the user's name for the warehouse, `schema` theirs for the connector's tables. On DuckDB with the
    default schema the boards are those of the repository, byte for byte. Raises Undeliverable.
    """
    files = {META_FILE: yaml_text({"source": source}, head=META_HEAD)}
    for board in pack.boards:
        texts: dict[tuple[str | int, ...], str] = {}
        for query in board.queries:
            try:
                sql = written(pack, board, query, warehouse, schema)
                _admitted(pack, sql, warehouse, schema)
            except (Untranslatable, UnreadableTemplate) as error:
                raise Undeliverable(board.document.path, f"query '{query.name}': {error}") from error
            if sql != query.sql:
                texts[query.route] = sql
        files[f"{board.id}.yml"] = board.document.replaced(texts)
    return files


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
