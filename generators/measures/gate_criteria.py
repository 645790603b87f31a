"""Which criteria of each gate held on a day, in the store: what the boards of the launch read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

TABLE: Final = "gate_criteria"


def keep(connection: duckdb.DuckDBPyConnection, day: date, rows: Sequence[tuple[str, str, bool]]) -> int:
    """Put the criteria of a day in the place of those that the store has of it, in one transaction; returns how many.

    Each row is a gate, a criterion and whether it held. Raises duckdb.Error.
    """
    columns = "day DATE, gate VARCHAR, criterion VARCHAR, holds BOOLEAN"
    connection.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} ({columns})")
    connection.begin()
    try:
        connection.execute(f"DELETE FROM {TABLE} WHERE day = ?", [day])  # noqa: S608 - a name of ours
        if rows:
            connection.executemany(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)", [[day, *row] for row in rows])  # noqa: S608 - as above
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # where the transaction ended with the error
            connection.rollback()
        raise
    return len(rows)
