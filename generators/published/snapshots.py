"""The tables of one schema as a file: names and types of tables and columns, and nothing else.

A user writes one to look at it, and sends it by choice. Equal schemas on one kind of warehouse have one digest.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

from generators.published.manifest import Digest, Unreadable, dumps, loads
from generators.published.names import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

SNAPSHOT_VERSION: Final = 1
MOST_BYTES = 16 << 20
"""Of a file: some 300,000 columns."""
Warehouse = Literal[
    "duckdb", "postgres", "redshift", "snowflake", "bigquery", "databricks", "spark", "mysql", "trino", "sqlite"
]
WAREHOUSES: tuple[str, ...] = get_args(Warehouse)
Kind = Annotated[
    str, StringConstraints(pattern=r"^(?:string|integer|float|numeric|boolean|timestamp|naive|date|json)$")
]
"""A type as packs write it; `timestamp` is an instant, and `naive` a time without a zone."""
Called = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]+$")]
"""A name in lower case."""


class TakenSnapshot(BaseModel):
    """The tables of one schema. Neither the schema's name nor a row is part of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = SNAPSHOT_VERSION
    warehouse: Warehouse
    digest: Digest
    """SHA-256 over the warehouse and the tables."""
    tables: dict[Called, dict[Called, Kind]]
    """Type by column by table."""

    @property
    def columns(self) -> int:
        """How many there are."""
        return sum(map(len, self.tables.values()))


def taken(warehouse: str, tables: Mapping[str, Mapping[str, str]]) -> TakenSnapshot:
    """A snapshot of tables, in any letter case, with types as packs write them.

    Raises Unreadable for a name that no warehouse has, a type and a warehouse that no pack knows.
    """
    lower: dict[str, dict[str, str]] = {}
    for table in sorted(tables):
        columns = lower.setdefault(table.lower(), {})
        columns.update({column.lower(): tables[table][column] for column in sorted(tables[table])})
    facts = {"warehouse": warehouse, "digest": digest_of(warehouse, lower), "tables": lower}
    return loads(TakenSnapshot, json.dumps(facts).encode(), "the list of columns")


def digest_of(warehouse: str, tables: Mapping[str, Mapping[str, str]]) -> str:
    """SHA-256 over the canonical JSON of a warehouse and the tables on it: 64 hexadecimal digits."""
    text = json.dumps([warehouse, tables], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(snapshot: TakenSnapshot) -> str:
    """A snapshot as its file."""
    return dumps(snapshot).decode()


def snapshot_in(data: bytes, what: str) -> TakenSnapshot:
    """The snapshot in a file; `what` is how the file is called to its reader. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{what} is larger than {MOST_BYTES >> 20} MiB: no snapshot of one schema is")
    snapshot = loads(TakenSnapshot, data, what)
    if digest_of(snapshot.warehouse, snapshot.tables) != snapshot.digest:
        raise Unreadable(f"{what} is not what its digest says: it was edited or cut; take the snapshot again")
    return snapshot
