from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from generators.packs.proof.footprint import Judge, footprint_of
from generators.packs.proof.results import worst
from generators.packs.reading.snapshots import snapshot_of
from generators.published.fit import BoardFit, fit
from tests.packs.delivered import contents
from tests.packs.kpis.board import packs
from tests.packs.small import lamps
from tests.published.samples import manifest

if TYPE_CHECKING:
    from pathlib import Path

READS = {"index": {"lamp": ("id", "lit_at")}, "storms": {"lamp": ("colour",), "storm": ("id",), "horn": ()}}
SAID = manifest(reads=READS, optional={"storm": (), "lamp": ("colour",)})
WHOLE = {"lamp": frozenset({"id", "lit_at", "colour"}), "storm": frozenset({"id"}), "horn": frozenset({"id"})}


@pytest.mark.parametrize(
    ("tables", "boards"),
    [
        ({}, (BoardFit("index", "complete"), BoardFit("storms", "complete"))),
        (
            {"storm": None},
            (BoardFit("index", "complete"), BoardFit("storms", "left out", ("storm",))),
        ),
        (
            {"storm": frozenset(), "lamp": frozenset({"id", "lit_at"})},
            (BoardFit("index", "complete"), BoardFit("storms", "left out", ("lamp.colour", "storm.id"))),
        ),
        (
            {"lamp": None},
            (BoardFit("index", "broken", (), ("lamp",)), BoardFit("storms", "broken", (), ("lamp",))),
        ),
        (
            {"lamp": frozenset({"id"}), "horn": None},
            (
                BoardFit("index", "broken", (), ("lamp.lit_at",)),
                BoardFit("storms", "broken", ("lamp.colour",), ("horn",)),
            ),
        ),
    ],
)
def test_boards_by_what_is_there(tables: dict[str, frozenset[str] | None], boards: tuple[BoardFit, ...]) -> None:
    """A table that is missing stands for its columns; one that is only counted must be there too."""
    have = {name: columns for name, columns in {**WHOLE, **tables}.items() if columns is not None}
    found = fit(SAID, have)
    assert found.boards == boards
    assert found.is_known


def test_names_in_any_letter_case() -> None:
    """As Snowflake tells them."""
    have = {name.upper(): frozenset(map(str.upper, columns)) for name, columns in WHOLE.items()}
    assert [board.state for board in fit(SAID, have).boards] == ["complete", "complete"]


def test_archives_that_do_not_say() -> None:
    """Those of earlier versions: no board is called complete."""
    found = fit(manifest(), {})
    assert (found.is_known, found.boards) == (False, ())


def test_what_an_archive_says(tmp_path: Path) -> None:
    """Its tables and columns as the warehouse's queries read them, and which of them may be missing."""
    said = contents(lamps(tmp_path), "snowflake").manifest
    assert said.optional == {"lamp": ("colour",), "storm": ()}
    assert said.reads["storms"] == {"lamp": ("id",), "storm": ("id", "lamp_id")}
    assert [board.state for board in fit(said, {"lamp": frozenset({"id", "lit_at", "order"})}).boards] == [
        "complete",
        "left out",
        "left out",
    ]


@pytest.mark.parametrize("warehouse", ["duckdb", "snowflake", "bigquery"])
@pytest.mark.parametrize("name", ["jira", pytest.param("hubspot", marks=pytest.mark.long)])
def test_a_fit_is_what_a_check_says(name: str, warehouse: str) -> None:
    """Board by board, on schemas that lack some of the tables and columns."""
    pack, states = packs()[name], {"ok": "complete", "unavailable": "left out", "broken": "broken"}
    said, judge, own = contents(pack, warehouse).manifest, Judge(footprint_of(pack, warehouse)), snapshot_of(pack)
    chance = random.Random(f"{name} {warehouse}")  # noqa: S311 - no secret
    for _ in range(40):
        share = chance.choice((0.01, 0.05, 0.3))
        tables = {
            table: {column: kind for column, kind in columns.items() if chance.random() > share}
            for table, columns in own.tables.items()
            if chance.random() > share
        }
        judged = judge.judge(tables)
        expected = {
            board.id: states[worst(one.verdict for one in judged if one.board == board.id)] for board in pack.boards
        }
        found = fit(said, {table: frozenset(columns) for table, columns in tables.items()})
        assert {board.board: board.state for board in found.boards} == expected
