"""Where defects were met, in the store: a row for each report or failure and day, with or without its defect."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date  # noqa: TC003 - dataclass fields are read below
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

import duckdb

from generators.measures.layout import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OCCURRENCES: Final = "occurrences"
COLUMNS: Final[Mapping[str, str]] = {
    "id": "VARCHAR PRIMARY KEY",
    "defect": "VARCHAR",
    "connector": "VARCHAR",
    "warehouse": "VARCHAR",
    "day": "DATE",
    "installs": "BIGINT",
    "source": "VARCHAR",
    "reference": "VARCHAR",
}
"""Every column of the table with its type. A later version adds columns; none is ever renamed."""
Source = Literal["bug", "support", "release", "telemetry"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A defect, or something that nobody has assigned to one yet, that was met on a day."""

    defect: str
    """Id of a reviewed defect; empty: not assigned."""
    connector: str
    """Empty where it is not known."""
    warehouse: str
    day: date
    """UTC."""
    installs: int
    """Distinct installations affected on that day, ≥ 1; 1 where it is not known."""
    source: Source
    reference: str
    """Where it was met: the address of an issue, the id of a ticket, a release, what telemetry counted."""

    @property
    def id(self) -> str:
        """SHA-256 over where and when it was met: the same report is the same row, whatever is known of it later."""
        return sha256(f"{self.source}\n{self.reference}\n{self.day}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows beside what a store holds."""

    new: int
    changed: int
    known: int
    connectors: Mapping[str, tuple[int, int]]
    """By connector, empty where it is not known: new and changed ones. Connectors without either are not in it."""

    @property
    def writes(self) -> int:
        """Rows that have to be written."""
        return self.new + self.changed


NAMES: Final = tuple(COLUMNS)
_COLUMNS: Final = ", ".join(NAMES)
_VALUES: Final = tuple(field.name for field in fields(Occurrence))
_CHANGED: Final = " OR ".join(f"old.{name} IS DISTINCT FROM incoming.{name}" for name in NAMES[1:])


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table, or add the columns that it has had since. Raises duckdb.Error."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"CREATE TABLE IF NOT EXISTS {OCCURRENCES} ({columns})")
    for name, kind in list(COLUMNS.items())[1:]:
        connection.execute(f"ALTER TABLE {OCCURRENCES} ADD COLUMN IF NOT EXISTS {name} {kind}")


def compared(connection: duckdb.DuckDBPyConnection, rows: Sequence[Occurrence]) -> Compared:
    """What of some rows, their ids distinct, is new or says something else. The store stays as it is.

    Works on a store that is only read, and on one of a time before the table. Raises duckdb.Error.
    """
    _offer(connection, rows)
    if not _has_table(connection):
        by_connector: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in rows:
            new, _ = by_connector[row.connector]
            by_connector[row.connector] = (new + 1, 0)
        return Compared(len(rows), 0, 0, dict(sorted(by_connector.items())))
    found = connection.execute(
        f"SELECT incoming.connector, count(*) FILTER (old.id IS NULL), "  # noqa: S608 - names of ours
        f"count(*) FILTER (old.id IS NOT NULL AND ({_CHANGED})) "
        f"FROM incoming LEFT JOIN {OCCURRENCES} AS old USING (id) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    new, changed = sum(row[1] for row in found), sum(row[2] for row in found)
    counts = {str(name): (int(one), int(other)) for name, one, other in found if one or other}
    return Compared(new, changed, len(rows) - new - changed, counts)


def keep(connection: duckdb.DuckDBPyConnection, rows: Sequence[Occurrence]) -> Compared:
    """Put rows, their ids distinct, into the store: all in one transaction, or none. Raises duckdb.Error."""
    connection.begin()
    try:
        done = compared(connection, rows)
        if done.writes:
            updates = ", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])
            connection.execute(
                f"INSERT INTO {OCCURRENCES} ({_COLUMNS}) "  # noqa: S608 - names of ours
                f"SELECT {', '.join(f'incoming.{name}' for name in NAMES)} "
                f"FROM incoming LEFT JOIN {OCCURRENCES} AS old USING (id) WHERE old.id IS NULL OR {_CHANGED} "
                f"ON CONFLICT (id) DO UPDATE SET {updates}"
            )
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # where the transaction ended with the error
            connection.rollback()
        raise
    return done


def occurrences_of(connection: duckdb.DuckDBPyConnection) -> list[Occurrence]:
    """Every row, oldest first, then by id; none of a store of a time before the table. Raises duckdb.Error."""
    if not _has_table(connection):
        return []
    rows = connection.execute(f"SELECT {', '.join(_VALUES)} FROM {OCCURRENCES} ORDER BY day, id").fetchall()  # noqa: S608 - names of ours
    return [Occurrence(*row) for row in rows]


def in_memory() -> duckdb.DuckDBPyConnection:
    """An empty database for rows that are compared with no store; closed by `with`."""
    return duckdb.connect()


def _has_table(connection: duckdb.DuckDBPyConnection) -> bool:
    asked = "SELECT count(*) FROM duckdb_tables() WHERE table_name = $1 AND NOT temporary"
    [[count]] = connection.execute(asked, [OCCURRENCES]).fetchall()
    return bool(count)


def _offer(connection: duckdb.DuckDBPyConnection, rows: Iterable[Occurrence]) -> None:
    """The rows as the temporary table `incoming`, which a store that is only read has room for too."""
    lists = list(zip(*((row.id, *(getattr(row, name) for name in _VALUES)) for row in rows), strict=True))
    names = ("id", *_VALUES)
    types = {name: kind.removesuffix(" PRIMARY KEY") for name, kind in COLUMNS.items()}
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming ({', '.join(f'{name} {types[name]}' for name in names)})"
    )
    if lists:
        taken = ", ".join(f"UNNEST(${index}::{types[name]}[])" for index, name in enumerate(names, 1))
        connection.execute(f"INSERT INTO incoming SELECT {taken}", [list(values) for values in lists])


@dataclass(frozen=True, slots=True)
class Failures:
    """Events of one day that carry one diagnostic code."""

    contract: str
    code: str
    connector: str
    warehouse: str
    day: date
    installs: int
    """Distinct installations, ≥ 1; anonymous ones count as one."""


def failures(connection: duckdb.DuckDBPyConnection) -> list[Failures]:
    """What did not succeed and carries a code and a connector, by contract, code, connector, warehouse and day, UTC.

    Synthetic events, and sources that could not be reached, which say nothing about a pack, are left out. Raises
    duckdb.Error.
    """
    rows = connection.execute(
        "SELECT contract, code, connector, COALESCE(warehouse, ''), CAST(time AS DATE) AS day, "  # noqa: S608 - a name of ours
        f"GREATEST(1, count(DISTINCT installation)) FROM {EVENTS} "
        "WHERE code IS NOT NULL AND connector IS NOT NULL AND NOT synthetic "
        "AND COALESCE(outcome, '') NOT IN ('succeeded', 'not-reached') GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Failures(*row) for row in rows]
