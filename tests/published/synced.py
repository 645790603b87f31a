"""A log of Fivetran's beside the tables of a pack: rows from the packs' own fixtures, and events that a test plants."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from generators.packs.engines import duck
from tests.packs.kpis.board import packs, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LOG, PACK = "fivetran_log", "stripe"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The newest sync of a log that is planted; the fixtures end the day before."""
AT = "2026-01-01T12:30Z"
FIELDS = ("status", "reason", "table", "schema", "name", "type", "message")
STRUCT = "STRUCT(" + ", ".join(f'"{name}" VARCHAR' for name in FIELDS) + ")"
ENTRY = "id, time_stamp, connection_id, event, message_event, message_data"
CONNECTION = "connection_id, connection_name, connector_type, destination_id, paused, _fivetran_deleted"


@dataclass(frozen=True)
class Told:
    """An entry of the log."""

    connection: str
    sort: str
    data: object = field(default_factory=dict)
    at: datetime = NOON
    severity: str = "INFO"
    id: str = ""


def syncs(connection: str, count: int = 8, last: datetime = NOON) -> list[Told]:
    """A sync each hour that ended well, the newest first."""
    ends = [last - timedelta(hours=hour) for hour in range(count)]
    started = [Told(connection, "sync_start", {}, end - timedelta(minutes=10)) for end in ends]
    return started + [Told(connection, "sync_end", {"status": "SUCCESSFUL"}, end) for end in ends]


@dataclass
class Duck:
    """A DuckDB file with a log in the schema of the pack about it, and the tables of another pack."""

    file: Path
    kind: str = "VARCHAR"
    """Type of `message_data`."""
    planted: int = 0

    def make(self) -> None:
        """The tables with their rows; the log gets the columns that the pack does not read."""
        for name in (LOG, PACK):
            pack, part = packs()[name], self.file.with_name(f"{name}_rows.duckdb")
            duck.fill(part, name, pack.schema.entity.tables, rows_of(pack, awkward=False))
            self.run(f"ATTACH '{part}' AS part (READ_ONLY)", f"COPY FROM DATABASE part TO {self.file.stem}")
            part.unlink()
        self.run(
            f"ALTER TABLE {LOG}.log ADD COLUMN message_data {self.kind}",
            f"ALTER TABLE {LOG}.log ADD COLUMN transformation_id VARCHAR",
        )
        self.connect("con_stripe", PACK)
        self.tell(syncs("con_stripe"))

    def run(self, *statements: str, values: list[Any] | None = None) -> None:
        """Change the warehouse."""
        with duckdb.connect(self.file) as connection:
            for statement in statements:
                connection.execute(statement, values)

    def connect(self, identity: str, name: str, *, paused: bool = False, deleted: bool = False) -> None:
        """A connection."""
        sql = f"INSERT INTO {LOG}.connection ({CONNECTION}) VALUES (?, ?, 'stripe', 'd', ?, ?)"  # noqa: S608 - written here
        self.run(sql, values=[identity, name, paused, deleted])

    def tell(self, entries: Iterable[Told]) -> None:
        """Entries of the log."""
        rows = []
        for entry in entries:
            self.planted += 1
            name = entry.id or f"planted_{self.planted}"
            rows.append([name, entry.at, entry.connection, entry.severity, entry.sort, self._stored(entry.data)])
        with duckdb.connect(self.file) as connection:
            connection.executemany(f"INSERT INTO {LOG}.log ({ENTRY}) VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - written here

    def _stored(self, data: object) -> object:
        if self.kind == STRUCT:
            return {name: data.get(name) if isinstance(data, dict) else None for name in FIELDS}
        return data if isinstance(data, str) else json.dumps(data)
