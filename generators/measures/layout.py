"""The store's one table: a row for each event, a column for each field of any contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.telemetry.contract import Contract, Contracts

EVENTS: Final = "events"
ENVELOPE: Final[Mapping[str, str]] = {
    "contract": "VARCHAR",
    "version": "BIGINT",
    "id": "UUID",
    "installation": "UUID",
    "time": "TIMESTAMPTZ",
    "received": "TIMESTAMPTZ",
    "batch": "BIGINT",
    "synthetic": "BOOLEAN",
}
"""Of every event: its contract and the contract's version; its id and its installation's, nil where anonymous; when it
happened, when it came to the store, and with which others; whether it is made up, for trying things out."""
TYPES: Final = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "timestamp": "TIMESTAMPTZ"}
"""DuckDB's type by the form of a field; every other form is text."""
TEXT: Final = "VARCHAR"
NUMBERS: Final = frozenset({"integer", "number"})


class UnfitContracts(ValueError):  # noqa: N818 - what somebody wrote, not a fault of the program
    """Two contracts that one table cannot hold: one sentence."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that events' own fields fill."""

    name: str
    form: str

    @property
    def type(self) -> str:
        """DuckDB's."""
        return TYPES.get(self.form, TEXT)

    @property
    def is_number(self) -> bool:
        """Whether it is measured, not told apart by."""
        return self.form in NUMBERS


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of the table, and the contracts that they come from by the type of their events."""

    columns: tuple[Column, ...]
    contracts: Mapping[str, Contract]

    @classmethod
    def of(cls, contracts: Contracts) -> Layout:
        """Raises UnfitContracts where a field has two forms, or the name of a column of every event."""
        columns: dict[str, Column] = {}
        for contract in contracts:
            for field in contract.fields:
                column = Column(field.name, field.form)
                before = columns.setdefault(field.name, column)
                if before.type != column.type or field.name in ENVELOPE:
                    raise UnfitContracts(f"{contract.id}: the field {field.name} is another thing in every event")
        return cls(tuple(columns.values()), {contract.type: contract for contract in contracts})

    @property
    def all(self) -> dict[str, str]:
        """Every column of the table with its type."""
        return {**ENVELOPE, **{column.name: column.type for column in self.columns}}


def quoted(name: str) -> str:
    """A name in DuckDB's SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in DuckDB's SQL."""
    return "'" + text.replace("'", "''") + "'"
