"""Snowflake as fakesnow plays it, on DuckDB: run by the Python of an environment made from fakesnow.txt."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

TYPES = {
    "string": "VARCHAR",
    "integer": "NUMBER(38, 0)",
    "float": "FLOAT",
    "numeric": "NUMBER(38, 9)",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP_TZ",
    "date": "DATE",
    "json": "VARIANT",
    "naive": "TIMESTAMP_NTZ",
}
"""How a column's type is stored in Snowflake."""
NOT_PLAYED = 9999
"""The number of fakesnow's error for what Snowflake can do and fakesnow cannot."""


def quoted(name: str) -> str:
    """A name as Snowflake stores one that was written without quotes."""
    return '"' + name.upper().replace('"', '""') + '"'


class Fakesnow:
    """One emulated account with one database."""

    def __init__(self, zone: str) -> None:
        """Raises ImportError where fakesnow is not installed."""
        from importlib.metadata import version  # noqa: PLC0415 - with the rest

        import fakesnow.instance  # noqa: PLC0415 - its absence is an answer, given once someone asks
        import snowflake.connector  # noqa: PLC0415 - as above

        self._error = snowflake.connector.errors.Error
        self.version = version("fakesnow")
        self.instance = fakesnow.instance.FakeSnow()
        # Its ALTER SESSION SET TIMEZONE is not there; the DuckDB below has the same.
        self.instance.duck_conn.execute(f"SET GLOBAL TimeZone = '{zone}'")
        self.connection = self.instance.connect(database="DFOPS", schema="PUBLIC", paramstyle="qmark")

    def load(self, schema: str, tables: dict[str, dict[str, str]], rows: dict[str, list[list[object]]]) -> None:
        """Replace the schema: made in Snowflake's words, filled below them, since its inserts take minutes."""
        cursor = self.connection.cursor()
        cursor.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
        cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
        for name, columns in tables.items():
            described = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'VARCHAR')}" for column, kind in columns.items())
            where = f"{quoted(schema)}.{quoted(name)}"
            cursor.execute(f"CREATE TABLE {where} ({described})")
            if rows.get(name):
                self._fill(f'"DFOPS".{where}', columns, rows[name])

    def _fill(self, where: str, columns: dict[str, str], rows: list[list[object]]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - as above

        kinds = {
            "integer": pa.int64(),
            "float": pa.float64(),
            "boolean": pa.bool_(),
            "timestamp": pa.timestamp("us", "UTC"),
            "naive": pa.timestamp("us"),
            "date": pa.date32(),
        }
        arrays = [
            pa.array(
                [str(value) if isinstance(value, Decimal) else value for value in values], kinds.get(kind, pa.string())
            )
            for kind, values in zip(columns.values(), zip(*rows, strict=True), strict=True)
        ]
        duck = self.instance.duck_conn
        duck.register("batch", pa.table(arrays, names=list(columns)))
        try:
            duck.execute(f"INSERT INTO {where} SELECT * FROM batch")  # noqa: S608 - a quoted name
        finally:
            duck.unregister("batch")

    def run(self, sql: str, params: list[object], seconds: float) -> dict[str, Any]:  # noqa: ARG002 - ended from outside
        """Ask one query, `?` standing for `params`."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, params)
            return {"columns": [column.name for column in cursor.description], "rows": iter(cursor.fetchone, None)}
        except self._error as error:
            message = " ".join(str(error.msg or error).splitlines()[:1])[:300]
            return {"unproven" if error.errno == NOT_PLAYED else "refused": message}


if __name__ == "__main__":
    from wire import serve

    serve(Fakesnow)
