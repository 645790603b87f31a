from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generators.packs.proof.shown import ShownBoard
from generators.packs.reading.collection import packs_at
from generators.watch.boards import board_changes, place_of
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from generators.packs.reading.folder import PackFolder

FINE = ShownBoard("index", "old", valid=True, rows="reference", drawn=True, warnings=0)
SAME = replace(FINE, runtime="new", rows="equal")


@pytest.fixture(scope="module")
def pack() -> PackFolder:
    """The miniature's."""
    return packs_at(MINIATURE).folders["oil_feed"]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (FINE, SAME, ()),
        (FINE, replace(SAME, valid=False, reason="ERR-A"), ("invalid",)),
        (FINE, replace(SAME, rows="different", reason="query 'stock' gives other rows"), ("other-rows",)),
        (FINE, replace(SAME, drawn=False, reason="ERR-A"), ("not-drawn",)),
        (FINE, replace(SAME, warnings=2, reason="WARN-A"), ("warnings",)),
        (FINE, replace(SAME, valid=False, rows="none", drawn=False, reason="x"), ("invalid", "not-drawn")),
        (replace(FINE, warnings=1, reason="WARN-A"), replace(SAME, warnings=1, reason="WARN-A"), ()),
        (replace(FINE, warnings=1, reason="WARN-A"), replace(SAME, warnings=1, reason="WARN-B"), ("warnings",)),
        (replace(FINE, warnings=2, reason="WARN-A"), replace(SAME, warnings=1, reason="WARN-A"), ()),
        (replace(FINE, drawn=False, reason="ERR-A"), replace(SAME, drawn=False, reason="ERR-A"), ()),
        (replace(FINE, drawn=False, reason="ERR-A"), replace(SAME, drawn=False, reason="ERR-B"), ("not-drawn",)),
        (replace(FINE, drawn=False, reason="ERR-A"), SAME, ("no-longer",)),
    ],
)
def test_what_changes(pack: PackFolder, before: ShownBoard, after: ShownBoard, what: tuple[str, ...]) -> None:
    """What is wrong with the later version and was not with the one before; and what is right now."""
    found = [changed for _, _, changed in board_changes(pack, (before, after))]
    assert found == ([what] if what else [])


def test_nothing_was_drawn(pack: PackFolder) -> None:
    """A pack without fixtures is not drawn, which is no change."""
    assert list(board_changes(pack, ())) == []


@pytest.mark.parametrize(
    ("at", "line"),
    [
        ("charts.by_place", "  by_place:"),
        ("charts.by_place.style.axis_y", "      axis_y:"),
        ("queries.places", "  places:"),
        ("charts.nowhere.query", "  oil_left:"),
        ("rows.1", "  - by_place"),
        ("", '_schema_version: "0.10.0"'),
        ("..", '_schema_version: "0.10.0"'),
    ],
)
def test_place_of_what_changes(pack: PackFolder, at: str, line: str) -> None:
    """The part that the runtime names, what is nearest to it, or the board's beginning."""
    (board,) = [each for each in pack.boards if each.id == "index"]
    assert place_of(board, at).excerpt == line
