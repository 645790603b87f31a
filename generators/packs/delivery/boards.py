"""The boards of a pack for one warehouse and one grammar, their tables named as dbt sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from generators.packs.building.derivation import derive
from generators.packs.building.text import built
from generators.packs.delivery.sources import Spellings
from generators.packs.proof.footprint import Footprint, footprint_of
from generators.packs.reading.admission import unlisted_tables
from generators.packs.reading.binding import Unparsed, parse
from generators.packs.reading.dialects import SQLGLOT, Untranslatable, written
from generators.packs.reading.grammars import CURRENT, Grammar
from generators.packs.reading.templates import UnreadableTemplate, beyond_values, readable
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.reading.boards import Board, Query
    from generators.packs.reading.folder import PackFolder


class Undeliverable(ValueError):  # noqa: N818 - what an author wrote, not a fault of the program
    """A board that has no form for a warehouse: path, and one sentence."""

    def __init__(self, path: str, sentence: str) -> None:
        """Which file, and why."""
        super().__init__(f"{path}: {sentence}")


@dataclass(frozen=True)
class Forms:
    """The SQL of a pack's queries on one warehouse, whatever the grammar of the boards around it."""

    pack: PackFolder
    spellings: Spellings
    sql: Mapping[str, Mapping[str, str]]
    """By board and query."""

    @cached_property
    def footprint(self) -> Footprint:
        """What the queries read there, for the archives of all runtimes."""
        return footprint_of(self.pack, self.spellings.warehouse)

    def boards(self, grammar: Grammar) -> dict[str, str]:
        """Text by the name of its file.

        In the grammar that the boards are written in, comments and layout stay as their author wrote them. Raises
        Undeliverable.
        """
        return {f"{board.id}{grammar.suffix}": _text(board, self.sql[board.id], grammar) for board in self.pack.boards}


def forms(pack: PackFolder, warehouse: str, package: str) -> Forms:
    """Every query of a pack as a warehouse reads it, with calls for tables. Raises Undeliverable."""
    spellings = Spellings(package, warehouse, pack.schema_name)
    sql = {
        board.id: {query.name: _form(pack, board, query, spellings) for query in board.queries} for board in pack.boards
    }
    return Forms(pack, spellings, sql)


def _text(board: Board, sql: Mapping[str, str], grammar: Grammar) -> str:
    if grammar is CURRENT:
        return built(board, sql)
    try:
        return yaml_text(derive(board.tree_with(sql)), spaced=True)
    except ValueError as error:
        raise Undeliverable(board.document.path, str(error)) from error


def _form(pack: PackFolder, board: Board, query: Query, spellings: Spellings) -> str:
    """The SQL that a warehouse reads for a query. Raises Undeliverable."""
    try:
        sql = written(pack, board, query, spellings.warehouse, pack.schema_name)
        _require_admitted(pack, sql, spellings.warehouse)
        return spellings.sourced(sql)
    except (Untranslatable, UnreadableTemplate) as error:
        raise Undeliverable(board.document.path, f"query '{query.name}': {error}") from error


def _require_admitted(pack: PackFolder, sql: str, warehouse: str) -> None:
    """Raises Untranslatable and UnreadableTemplate for SQL that does more than read the pack's tables."""
    if sentence := beyond_values(sql):
        raise Untranslatable(sentence)
    for text in readable(sql):
        statement = parse(text, SQLGLOT[warehouse])
        if isinstance(statement, Unparsed):
            raise Untranslatable(f"is refused by the parser of {warehouse}: {statement.sentence}")
        for sentence, _ in unlisted_tables(statement, pack.schema_name.lower(), pack.schema.entity.tables):
            raise Untranslatable(sentence)
