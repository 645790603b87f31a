"""How the boards of a published pack fit somebody's tables: by names alone, without a parser and without a database.

Archives name what each board reads, as it was bound to the pack's own schema. A name without its table in front, which
finds a column of another table where its own is missing, is counted as missing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

State = Literal["complete", "left out", "broken"]
"""Of a board: all that it reads is there; only what may be missing is missing; something required is missing."""


class Reading(Protocol):
    """What says which tables and columns boards read: the manifest of an archive, the record of an installed pack."""

    @property
    def reads(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Columns by table by board, lower case; empty where it does not say."""

    @property
    def optional(self) -> Mapping[str, tuple[str, ...]]:
        """What may be missing: all of a table whose tuple is empty, else these columns of it."""


@dataclass(frozen=True, slots=True)
class BoardFit:
    """A board on somebody's tables."""

    board: str
    state: State
    optional: tuple[str, ...] = ()
    """What is missing and may be, as `table` or `table.column`, sorted."""
    required: tuple[str, ...] = ()
    """What is missing and must not be, likewise."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Both, those that decide first."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Fit:
    """The boards of a pack on somebody's tables, in the order of the archive."""

    boards: tuple[BoardFit, ...]
    is_known: bool
    """False where the archive does not say what its boards read: it was made by an earlier version."""

    def of(self, state: State) -> tuple[BoardFit, ...]:
        """The boards in one state."""
        return tuple(board for board in self.boards if board.state == state)


def fit(pack: Reading, tables: Mapping[str, frozenset[str]]) -> Fit:
    """The boards of an archive on tables, columns by table in any letter case. Raises nothing."""
    have = {table.lower(): frozenset(map(str.lower, columns)) for table, columns in tables.items()}
    boards = tuple(_board(pack, board, reads, have) for board, reads in pack.reads.items())
    return Fit(boards, bool(pack.reads))


def _board(
    pack: Reading, board: str, reads: Mapping[str, tuple[str, ...]], have: Mapping[str, frozenset[str]]
) -> BoardFit:
    missing = {name: _is_optional(pack, *name) for name in _missing(reads, have)}
    optional, required = (
        tuple(".".join(filter(None, name)) for name, may_be in missing.items() if may_be is wanted)
        for wanted in (True, False)
    )
    return BoardFit(board, "broken" if required else "left out" if optional else "complete", optional, required)


def _missing(
    reads: Mapping[str, tuple[str, ...]], have: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, str | None]]:
    """Tables, and columns of those that are there."""
    for table, columns in sorted(reads.items()):
        if table not in have:
            yield table, None
        else:
            yield from ((table, column) for column in sorted(columns) if column not in have[table])


def _is_optional(pack: Reading, table: str, column: str | None) -> bool:
    columns = pack.optional.get(table)
    return columns is not None and (not columns or column in columns)
