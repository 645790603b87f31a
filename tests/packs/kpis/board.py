"""A pack's awkward rows in DuckDB, and its queries as the runtime sends them: what KPI tests compare with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.catalog import load
from generators.model import KINDS
from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from generators.packs.reading.folder import PackFolder, read_packs
from generators.source import Repository
from tests.runtimes import rendered

if TYPE_CHECKING:
    from generators.packs.engines.rows import Tables

ROOT = Path(__file__).parents[3]
Rows = list[dict[str, Any]]


_MADE: dict[tuple[str, bool], Tables] = {}


def rows_of(pack: PackFolder, *, awkward: bool) -> Tables:
    """The rows of a pack by table, made once a process: nobody may change them."""
    key = (pack.digest, awkward)
    if key not in _MADE:
        assert pack.fixtures is not None
        _MADE[key] = generate(pack.schema.entity, pack.fixtures.entity, awkward=awkward)
    return _MADE[key]


class Board:
    """One pack with rows that hold every awkwardness the generator knows."""

    def __init__(self, pack: PackFolder) -> None:
        """Generates the rows and loads them."""
        self.pack = pack
        self.rows = rows_of(pack, awkward=True)
        self._connection = duck.connect()
        duck.create(self._connection, pack.schema_name, pack.schema.entity.tables, self.rows)

    def result(self, board: str, query: str, **variables: object) -> Rows:
        """The rows of a query with these variables; those not named keep the board's defaults."""
        found = next(item for item in self.pack.boards if item.id == board)
        asked = found.query(query)
        assert asked is not None, f"{board} has no query {query}"
        text = rendered(asked.sql, {**found.defaults, **variables}, "duckdb")
        cursor = self._connection.execute(text.sql, text.params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, board: str, query: str, **variables: object) -> dict[str, Any]:
        """The only row of a query."""
        (row,) = self.result(board, query, **variables)
        return row


@cache
def packs() -> dict[str, PackFolder]:
    """Every pack of this repository."""
    repository = Repository(ROOT)
    catalog, _ = load(repository, KINDS)
    return read_packs(catalog, repository)


@cache
def board(connector: str) -> Board:
    """The board of one connector, made once."""
    return Board(packs()[connector])
