"""What it means to execute: a warehouse that holds generated rows and answers queries, within a time limit."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from generators.workers.bounds import MEBIBYTE, STEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Tables

Proof = Literal["executed", "emulated"]
MOST_ROWS = 100_000
"""Rows of an answer that are taken."""
MOST_MEBIBYTES = 16
"""MiB of an answer that are taken: texts by their characters, other values by what Python holds of them."""
MESSAGE_LENGTH = 300
"""Characters of what a server says that are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's result: column names in lower case, rows in the order they came."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    size: int = field(default=0, compare=False)
    """Bytes of the rows, about."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer: `refused` (the query is wrong there), or `unproven` (it is not to blame).

    `message` is what the warehouse says, without addresses or credentials: one line of at most 300 characters, whatever
    it was made from.
    """

    kind: Literal["refused", "unproven"]
    message: str

    def __post_init__(self) -> None:
        """Make the message one bounded line of characters that can be shown."""
        object.__setattr__(self, "message", one_line(self.message))


def one_line(text: str, limit: int = MESSAGE_LENGTH) -> str:
    """What a server says, as one line of at most `limit` characters that a file of ours may hold; never empty."""
    shown = "".join(character if character.isprintable() else " " for character in text[: limit * 10])
    words = " ".join(shown.split())
    return (f"{words[: limit - 1]}…" if len(words) > limit else words) or "it says nothing"


def gathered(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Answer | Fault:
    """An answer of these rows, taken one by one; a fault once they are too many or too large for any chart."""
    taken: list[tuple[object, ...]] = []
    size = 0
    for row in rows:
        taken.append(row)
        size += sum(map(_weight, row))
        if len(taken) > MOST_ROWS:
            return Fault("refused", f"returns more than {MOST_ROWS} rows: no chart shows that many")
        if size > MOST_MEBIBYTES * MEBIBYTE:
            return Fault("refused", f"returns more than {MOST_MEBIBYTES} MiB: no chart shows that much")
    return Answer(columns, tuple(taken), size)


def _weight(value: object) -> int:
    """Bytes of a value, about."""
    if isinstance(value, (list, tuple, set)):
        return sum(map(_weight, value)) + 8 * len(value)
    if isinstance(value, dict):
        return sum(_weight(key) + _weight(inner) for key, inner in value.items())
    return sys.getsizeof(value)


def too_large(mebibytes: int = STEP) -> Fault:
    """What an engine says of a query whose answer could not be held."""
    return Fault("refused", f"needs more than {mebibytes} MiB of memory for its answer: no chart shows that much")


class Engine(Protocol):
    """One warehouse, open until closed. Nothing here raises for what a query does wrong."""

    warehouse: str
    proof: Proof
    version: str
    """Of the engine, as it says itself."""
    dialect: str
    """What runtimes call the dialect whose placeholders `run` takes."""

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables, empty where `rows` is None."""

    def run(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        """Ask one query; given up after so many seconds, as `unproven`."""

    def close(self) -> None:
        """Let go of everything that was made."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An engine that is not there: its warehouse, why, and what would fix it."""

    warehouse: str
    reason: str
    remedy: str
