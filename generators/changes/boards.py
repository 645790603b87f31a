"""Boards of packs: which are new, gone or different, besides their SQL; and the files that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generators.changes.sides import Pair, listed
from generators.changes.states import reader_of
from generators.changes.values import Way, differences
from generators.model.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.changes.change import Change
    from generators.changes.sides import Facts, Sides
    from generators.packs.reading.boards import Board

LISTED = 4
"""Differences of a board that are named one by one."""


def boards(sides: Sides) -> Iterator[Change]:
    """What is different on the boards of each pack that is on both sides. SQL is told with the numbers."""
    for pair in sides.pairs(Pack):
        if pair.both:
            yield from _of_pack(pair, *(_boards(side, pair.entry.id) for side in (sides.before, sides.after)))
            yield from _files(pair, *(side.beside.get(pair.entry.id, {}) for side in (sides.before, sides.after)))


def _boards(side: Facts, pack: str) -> Mapping[str, Board]:
    """By id; none where the pack has no schema."""
    status = side.packs.get(pack)
    return {board.id: board for board in status.folder.boards} if status and status.folder else {}


def _of_pack(pair: Pair[Pack], was: Mapping[str, Board], now: Mapping[str, Board]) -> Iterator[Change]:
    title, reader = pair.entry.entity.title, reader_of(pair.entry.entity)
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        if before and after:
            if before.document is not after.document:  # not read again where a pack is the same
                yield from _board(pair, before, after)
        else:
            told = pair.told(
                reader,
                "stronger" if after else "weaker",
                f"{title}: board",
                before=before and name,
                after=after and name,
            )
            yield (told.standing(after.document.at()) if after else told).covering()


def _board(pair: Pair[Pack], was: Board, now: Board) -> Iterator[Change]:
    """Charts, texts and variables that are different, a line each up to a few."""
    name, reader = f"{pair.entry.entity.title}, board {now.id}", reader_of(pair.entry.entity)
    leaves = list(differences(_without_sql(was), _without_sql(now), Way()))
    for leaf in leaves[:LISTED]:
        told = pair.told(reader, "changed", f"{name}: {leaf.way.words}", before=leaf.before, after=leaf.after)
        yield told.standing(now.document.at(*leaf.way.route)).covering()
    if leaves[LISTED:]:
        place = now.document.at(*leaves[LISTED].way.route)
        more = f"{name}: {len(leaves) - LISTED} more differences"
        yield pair.told(reader, "changed", more).standing(place).covering()


def _without_sql(board: Board) -> dict[str, Any]:
    tree: dict[str, Any] = dict(board.document.tree)
    queries = tree.get("queries")
    if isinstance(queries, dict):
        tree["queries"] = {
            name: {field: value for field, value in query.items() if field != "sql"} if isinstance(query, dict) else ""
            for name, query in queries.items()
        }
    return tree


def _files(pair: Pair[Pack], was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    """Files that users get with the boards and that no board or entity holds."""
    different = [path for path in dict.fromkeys((*was, *now)) if was.get(path) != now.get(path)]
    if different:
        entity = pair.entry.entity
        what = f"{entity.title}: other files beside the boards: {listed(different, LISTED)}"
        yield pair.told(reader_of(entity), "changed", what).covering()
