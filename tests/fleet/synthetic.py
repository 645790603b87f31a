"""A fleet of a pack: schemas with what real ones have beside the pack's, some of them with something missing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from generators.packs.reading.snapshots import snapshot_of
from generators.published.snapshots import TakenSnapshot, digest_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder

Tables = dict[str, dict[str, str]]
MORE_TABLES, MORE_COLUMNS = 12, 20
"""Tables that the pack does not read, and columns of each table that it does not read."""


@dataclass(frozen=True)
class Planted:
    """A schema of the fleet, and what was taken from it."""

    snapshot: TakenSnapshot
    missing: tuple[str, ...]


def schemas(pack: PackFolder, count: int, warehouses: tuple[str, ...], seed: int = 7) -> Iterator[Planted]:
    """Distinct schemas: half whole, the others without optional names, and one in twenty without a required one."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    tables = pack.schema.entity.tables
    optional = [name for name, table in tables.items() if table.optional]
    optional += [f"{name}.{column}" for name, table in tables.items() for column in table.optional_columns]
    required = [
        f"{name}.{column}"
        for name, table in tables.items()
        for column in table.columns
        if not table.optional and column not in table.optional_columns
    ]
    for number in range(count):
        gone = chance.sample(optional, chance.randint(1, min(4, len(optional)))) if number % 2 and optional else []
        gone += [chance.choice(required)] if number % 20 == 0 else []
        made = {
            name: dict(sorted(columns.items())) for name, columns in sorted(_tables(pack, gone, number, chance).items())
        }
        warehouse = warehouses[number % len(warehouses)]
        # Not asked whether they are names: that is half of the time.
        snapshot = TakenSnapshot.model_construct(
            warehouse=warehouse,  # type: ignore[arg-type]
            digest=digest_of(warehouse, made),
            tables=made,
        )
        yield Planted(snapshot, tuple(sorted(gone)))


def _tables(pack: PackFolder, gone: Iterable[str], number: int, chance: random.Random) -> Tables:
    made: Tables = {name: dict(columns) for name, columns in snapshot_of(pack).tables.items()}
    for name in gone:
        table, _, column = name.partition(".")
        if not column:
            made.pop(table, None)
        elif table in made:
            made[table].pop(column, None)
    for table in list(made):
        made[table] |= {f"custom_{chance.randrange(10**6)}": "string" for _ in range(MORE_COLUMNS)}
    made |= {
        f"other_{index}": {f"c{column}": "string" for column in range(MORE_COLUMNS)} for index in range(MORE_TABLES)
    }
    made["other_0"][f"of_{number}"] = "string"
    return made


def write(folder: Path, planted: Iterable[Planted]) -> list[Planted]:
    """The snapshots, a file each."""
    kept = list(planted)
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_text(text_of(one.snapshot), encoding="utf-8")
    return kept


def install(file: Path, planted: list[Planted], installations: int) -> None:
    """A table with a row for each installation, in Parquet; the schemas in turn."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE schemas (number BIGINT, digest VARCHAR, warehouse VARCHAR)")
        rows = [(number, one.snapshot.digest, one.snapshot.warehouse) for number, one in enumerate(planted)]
        connection.executemany("INSERT INTO schemas VALUES (?, ?, ?)", rows)
        source = f"range({installations}) AS r (n) JOIN schemas ON number = n % {len(planted)}"
        rows_of = f"SELECT uuid() AS installation, digest, warehouse, '0.1.0' AS version FROM {source}"  # noqa: S608 - our own
        connection.execute(f"COPY ({rows_of}) TO '{file}' (FORMAT parquet)")
