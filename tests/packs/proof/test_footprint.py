"""Sets of names beside the slow road: the same verdicts and the same missing names, on every schema and warehouse."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.packs.proof.check import WAREHOUSES, Plan, check
from generators.packs.proof.footprint import Judge, footprint_of
from generators.packs.reading.snapshots import Snapshot, snapshot_of
from tests.packs.kpis.board import packs
from tests.packs.small import lamps

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

Tables = dict[str, dict[str, str]]
Found = list[tuple[object, ...]]
TRAPS = """\
title: Traps
queries:
  star:
    sql: |
      WITH every AS (SELECT * FROM lamps.lamp)
      SELECT id, colour, COUNT(*) AS n FROM every GROUP BY 1, 2
  bare:
    sql: "SELECT name, cost, colour FROM lamps.keeper AS k JOIN lamps.lamp AS l ON k.id = l.id"
  elsewhere:
    sql: |
      SELECT l.id, (SELECT MAX(seen_at) FROM lamps.storm WHERE lamp_id = l.id AND seen_at > lit_at) AS seen
      FROM lamps.lamp AS l
      ORDER BY cost
  alias:
    sql: "SELECT lit_at AS cost, COUNT(*) AS n FROM lamps.lamp GROUP BY cost HAVING n > 1 ORDER BY cost"
  starred:
    sql: "SELECT s.*, l.cost FROM lamps.storm AS s JOIN (SELECT l.* FROM lamps.lamp AS l) AS l ON s.lamp_id = l.id"
  nameless:
    sql: "SELECT lamp.id FROM lamps.lamp WHERE id IN (SELECT lamp_id FROM storm)"
  absent:
    sql: "SELECT gone, cost FROM lamps.lamp"
  shown:
    sql: "SELECT id FROM lamps.storm"
charts:
  shown: {query: shown, type: bar, x: id, y: nothing}
rows: [shown]
"""
NAMES = ("id", "lit_at", "order", "colour", "cost", "name", "lamp_id", "seen_at", "gone")


def slow(pack: PackFolder, tables: Tables) -> Found:
    """What `dfops pack check --schema` says of every warehouse."""
    checked = check(pack, Plan(WAREHOUSES, None, Snapshot(pack.schema_name, tables)))
    return [
        (one.warehouse, one.board, one.query, one.verdict, one.missing)
        for warehouse in WAREHOUSES
        for one in checked.results
        if one.warehouse == warehouse and one.verdict != "ok"
    ]


def fast(judges: dict[str, Judge], tables: Tables) -> Found:
    """The same by sets; a check names no columns for times without a zone."""
    return [
        (warehouse, one.board, one.query, one.verdict, () if one.verdict == "unproven" else one.missing)
        for warehouse, judge in judges.items()
        for one in judge.judge(tables)
    ]


def judges_of(pack: PackFolder) -> dict[str, Judge]:
    """One for each warehouse."""
    return {warehouse: Judge(footprint_of(pack, warehouse)) for warehouse in WAREHOUSES}


def mutated(tables: Tables, chance: random.Random) -> Tables:
    """Some tables and columns gone, renamed, of another type, or in a table where they were not."""
    made = {name: dict(columns) for name, columns in tables.items()}
    everywhere = sorted({column for columns in made.values() for column in columns})
    for _ in range(chance.choice((1, 1, 2, 5, 12))):
        table = chance.choice(sorted(made))
        columns = made[table]
        column = chance.choice(sorted(columns) or ["none"])
        match chance.choice(("table", "column", "column", "rename", "retype", "naive", "add")):
            case "table" if len(made) > 1:
                del made[table]
            case "column":
                columns.pop(column, None)
            case "rename":
                columns[f"{column}_old"] = columns.pop(column, "string")
            case "retype":
                columns[column] = "string"
            case "naive":
                columns.update({name: "naive" for name, kind in columns.items() if kind == "timestamp"})
            case _:
                columns[chance.choice(everywhere)] = "string"
    return made


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> PackFolder:
    """A pack whose queries cannot be judged by the names that they were bound to alone."""
    return lamps(tmp_path_factory.mktemp("lamps"), charts__traps=("", TRAPS))


@pytest.fixture(scope="module")
def judges(trapped: PackFolder) -> dict[str, Judge]:
    """They remember what was asked from one example to the next, as they do in a fleet."""
    return judges_of(trapped)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(
    tables=st.dictionaries(
        st.sampled_from(("lamp", "keeper", "storm", "other")),
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("string", "naive", "timestamp"))),
    )
)
def test_traps_on_any_schema(trapped: PackFolder, judges: dict[str, Judge], tables: Tables) -> None:
    """Stars, bare names that mean another table, aliases, inner queries, columns that the pack itself lacks."""
    assert fast(judges, tables) == slow(trapped, tables)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_traps_on_nearly_whole_schemas(trapped: PackFolder, judges: dict[str, Judge], seed: int) -> None:
    """Where most queries are ok."""
    tables = mutated(dict(snapshot_of(trapped).tables), random.Random(seed))  # noqa: S311 - no secret
    assert fast(judges, tables) == slow(trapped, tables)


def _agrees(name: str, seeds: range) -> None:
    pack = packs()[name]
    asked = judges_of(pack)
    for seed in seeds:
        tables = mutated(dict(snapshot_of(pack).tables), random.Random(f"{name}{seed}"))  # noqa: S311 - no secret
        assert fast(asked, tables) == slow(pack, tables), seed


@pytest.mark.parametrize("name", ["salesforce", pytest.param("zendesk", marks=pytest.mark.long)])
def test_packs_on_changed_schemas(name: str) -> None:
    """A pack, and one more, on every warehouse."""
    _agrees(name, range(2))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(packs()))
def test_every_pack_on_changed_schemas(name: str) -> None:
    """More schemas of every pack."""
    _agrees(name, range(2, 10))


def test_what_boards_read(trapped: PackFolder) -> None:
    """By board and table; with a star every column of the table."""
    reads = footprint_of(trapped, "snowflake").reads
    assert reads["storms"] == {"lamp": ("id",), "storm": ("id", "lamp_id")}
    assert reads["index"] == {"lamp": ("lit_at", "order")}
    assert "_fivetran_synced" in reads["traps"]["lamp"]
