"""Boards as runtimes read them: no query builds on another, and each is written for one warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.source.editing import edited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.reading.boards import Board

    Route = tuple[str | int, ...]


def built(board: Board, sql: Mapping[str, str]) -> str:
    """The text of a board in its own grammar, with the SQL of each of its queries by name.

    Comments and layout stay as their author wrote them; queries that only others build on, and imports, are gone.
    """
    texts = {
        query.route: sql[query.name]
        for query in board.queries
        if sql[query.name] != query.written or query.name in board.imports
    }
    if not board.left_out:
        return edited(board.document, texts)
    whole = board.document.tree["queries"]
    if isinstance(whole, dict) and board.left_out >= whole.keys():
        return edited(board.document, texts, [("queries",)])
    return edited(board.document, texts, [("queries", name) for name in sorted(board.left_out)])
