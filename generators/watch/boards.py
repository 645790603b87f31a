"""The boards that another version of a runtime shows otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.findings import Place
    from generators.model.runtime_report import Change
    from generators.packs.proof.shown import ShownBoard
    from generators.packs.reading.boards import Board
    from generators.packs.reading.folder import PackFolder

Shown = tuple["ShownBoard", "ShownBoard"]
"""A board with the version before and with the later one."""


def board_changes(
    pack: PackFolder, shown: Sequence[ShownBoard]
) -> Iterator[tuple[Place, ShownBoard, tuple[Change, ...]]]:
    """Each board of a pack that changes, at the part that does; with what a version found wrong with it.

    `shown` holds what two versions made of each board, all of the version before first.
    """
    before: Mapping[str, ShownBoard] = {each.board: each for each in reversed(shown)}
    after: Mapping[str, ShownBoard] = {each.board: each for each in shown}
    for board in pack.boards:
        if board.id in after and (what := tuple(_changes(before[board.id], after[board.id]))):
            telling = before[board.id] if what == ("no-longer",) else after[board.id]
            yield place_of(board, telling.at), telling, what


def _changes(before: ShownBoard, after: ShownBoard) -> Iterator[Change]:
    # What was wrong before is no news, unless it is wrong for another reason now.
    known = before if before.reason == after.reason else replace(before, valid=True, drawn=True, warnings=0)
    changes: tuple[tuple[Change, bool], ...] = (
        ("no-longer", after.holds and not before.holds),
        ("invalid", known.valid and not after.valid),
        ("other-rows", after.rows == "different"),
        ("not-drawn", known.drawn and not after.drawn),
        ("warnings", after.warnings > known.warnings),
    )
    return (change for change, is_so in changes if is_so)


def place_of(board: Board, at: str) -> Place:
    """Where the part of a board is written that a runtime names, such as `charts.volume`; else its beginning."""
    steps = tuple(int(step) if step.isdigit() else step for step in at.split(".") if step)
    return board.document.at(*steps, key=True) if steps else board.document.at()
