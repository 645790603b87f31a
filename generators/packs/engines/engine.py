"""What it means to execute: a warehouse that holds generated rows and answers queries, within a time limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.model.pack import PackTable
    from generators.packs.engines.rows import Tables

Proof = Literal["executed", "emulated"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's result: column names in lower case, rows in the order they came."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer: `refused` (the query is wrong there), or `unproven` (it is not to blame).

    `message` is the warehouse's own first line, without addresses or credentials.
    """

    kind: Literal["refused", "unproven"]
    message: str


class Engine(Protocol):
    """One warehouse, open until closed. Nothing here raises for what a query does wrong."""

    warehouse: str
    proof: Proof
    version: str
    """Of the engine, as it says itself."""
    dialect: str
    """What Dataface calls the dialect whose placeholders `run` takes."""

    def load(self, schema: str, tables: Mapping[str, PackTable], rows: Tables | None) -> Fault | None:
        """Replace the schema by these tables, empty where `rows` is None."""

    def run(self, sql: str, params: Sequence[object], seconds: float) -> Answer | Fault:
        """Ask one query; given up after so many seconds, as `unproven`."""

    def close(self) -> None:
        """Let go of everything that was made."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An engine that is not there: its warehouse, why, and what would mend it."""

    warehouse: str
    reason: str
    remedy: str
