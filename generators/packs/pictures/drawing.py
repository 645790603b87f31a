"""Boards of a pack drawn by a runtime, on synthetic rows, in a project that is made for them and removed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators.packs.pictures.svg import settled
from generators.packs.proof.fixtures import generate
from generators.packs.proof.projects import fill, furnish
from generators.packs.proof.recipes import FixtureError
from generators.runtime.port import Missing
from generators.svg import UnreadableDrawingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.model.pack import PackFixtures, PackSchema
    from generators.model.runtime import RuntimeWords
    from generators.runtime.port import DrawnBoard, RuntimePort


@dataclass(frozen=True, slots=True)
class Sitting:
    """All that is needed to draw some boards of a pack."""

    pack: str
    words: RuntimeWords
    files: Mapping[str, str]
    """The text of every file of the pack's boards, by its name."""
    schema: PackSchema
    fixtures: PackFixtures
    boards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """SVG by board, and a sentence for each board that has none, or for all of them."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()


def draw(sitting: Sitting, runtime: RuntimePort) -> Drawn:
    """The boards of a sitting. Nothing that a pack's author writes raises."""
    with tempfile.TemporaryDirectory(prefix="dfops-pictures-") as name:
        project = Path(name)
        try:
            paths = furnish(project, sitting.words, sitting.pack, sitting.files)
            fill(project, sitting.schema, generate(sitting.schema, sitting.fixtures, awkward=False))
        except (FixtureError, ImportError, ValueError, OverflowError) as error:
            return Drawn({}, (f"its rows could not be made: {error}",))
        wanted = {board: paths[board] for board in sitting.boards if board in paths}
        drawn = runtime.draw(project, tuple(wanted.values()), ("svg",))
    if isinstance(drawn, Missing):
        return Drawn({}, (f"its pictures could not be drawn: {drawn.sentence}",))
    return _settled({board: drawn[path] for board, path in wanted.items() if path in drawn})


def _settled(boards: Mapping[str, DrawnBoard]) -> Drawn:
    made, faults = {}, []
    for name, board in boards.items():
        reason = board.errors[0].message if board.errors else "" if board.svg else "nothing was drawn"
        try:
            if not reason:
                made[name] = settled(board.svg)
        except UnreadableDrawingError as error:
            reason = str(error)
        if reason:
            faults.append(f"no picture of board '{name}': {reason}")
    return Drawn(made, tuple(faults))
