"""Tables of a fleet as files: installations, counted while they are read, and results, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generators.output import created
from generators.packs.engines.duck import first_line, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb

READERS = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, header = true, all_varchar = true)",
    ".jsonl": "read_json(?, format = 'newline_delimited')",
}
"""Forms of a table of installations, by the ending of its name."""
OPEN: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "512MB",
    "temp_directory": "",
    "threads": 2,
}
"""Counting fetches no extension and leaves nothing on the disk. What it uses grows with the schemas only."""


class Uncountable(ValueError):  # noqa: N818 - what somebody else wrote, not a fault of the program
    """A table of installations that is not what it should be: one sentence."""


class Found(NamedTuple):
    """A row of results: what is wrong with one query on one schema; a schema without such has one row, `ok`."""

    digest: str
    """Of the schema."""
    board: str
    query: str
    verdict: str
    missing: tuple[str, ...]
    """As `table` or `table.column`."""


# ── installations ───────────────────────────────────────────────────────────────────────────────────────────────────
def counted(file: Path, pack: str) -> dict[str, int]:
    """Installations by the digest of their schema; "" where a row has none. Raises Uncountable.

    A row is one installation, or as many as its `installations` says. Where there is a column `pack`, rows of others
    are left out.
    """
    import duckdb  # noqa: PLC0415 - only those who execute need it

    source = READERS[file.suffix]
    with duckdb.connect(":memory:", config=OPEN) as connection:
        try:
            _close(connection, file)
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}", [str(file)]).fetchall()  # noqa: S608 - a reader of ours
            names = {row[0].lower(): row[0] for row in described}
            if "digest" not in names:
                raise Uncountable(f"{file} has no column 'digest'")
            values = [str(file), *([pack] if "pack" in names else [])]
            rows = connection.execute(_counting(source, names), values).fetchall()
        except duckdb.Error as error:
            raise Uncountable(f"{file} cannot be read as {file.suffix[1:]}: {first_line(error)}") from error
    if any(bad for *_, bad in rows):
        raise Uncountable(f"{file} has installations that are no whole numbers from 1 on")
    return {digest or "": int(count) for digest, count, _ in rows}


def _close(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """What the table holds opens no other file and fetches nothing."""
    connection.execute(f"SET allowed_paths = [{_text(str(file))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _counting(source: str, names: dict[str, str]) -> str:
    """The query that gives installations by digest, and how many rows hold no number of them."""
    count = f"TRY_CAST({quoted(names['installations'])} AS BIGINT)" if "installations" in names else "1"
    digest = f"LOWER(TRIM(CAST({quoted(names['digest'])} AS VARCHAR)))"
    where = f" WHERE CAST({quoted(names['pack'])} AS VARCHAR) = ?" if "pack" in names else ""
    rows = f"SELECT {digest} AS digest, {count} AS n FROM {source}{where}"  # noqa: S608 - as above
    return f"SELECT digest, SUM(n), COUNT(*) - COUNT(CASE WHEN n >= 1 THEN 1 END) FROM ({rows}) GROUP BY 1"  # noqa: S608 - as above


# ── results ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def keep(file: Path, rows: Sequence[Found]) -> None:
    """Write results as a Parquet file, in one step. Raises OSError."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    columns = list(zip(*rows, strict=True)) or [()] * len(Found._fields)
    kinds = [pa.string()] * 4 + [pa.list_(pa.string())]
    arrays = [pa.array(list(map(_plain, column)), type=kind) for column, kind in zip(columns, kinds, strict=True)]
    file.unlink(missing_ok=True)  # one that could not be read
    with created(file) as part:
        pq.write_table(pa.table(arrays, names=list(Found._fields)), part)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def kept(files: Iterable[Path]) -> Iterator[Found]:
    """The results in some files; one that is not whole, or of another form, is left out."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    for file in files:
        try:
            rows = pq.read_table(file, columns=list(Found._fields)).to_pylist()
        except (OSError, pa.ArrowException):
            continue
        for row in rows:
            yield Found(row["digest"], row["board"], row["query"], row["verdict"], tuple(row["missing"]))
