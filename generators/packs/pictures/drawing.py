"""Draws boards in a process of its own: `python -m generators.packs.pictures.drawing JOB RESULT`, both JSON files.

Dataface changes logging where it is imported and takes much memory; a process takes that with it when it ends.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.bounds import bounded
from generators.installed import dataface
from generators.installed.dataface import Missing
from generators.model.pack import PackFixtures, PackSchema
from generators.packs.pictures.svg import settled
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.svg import UnreadableDrawingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.source.document import Tree

SOURCE = "warehouse"
"""What the project of the pictures calls its one source, as packs do."""
PROJECT = f'sources:\n  {SOURCE}:\n    type: duckdb\n    path: "{SOURCE}.duckdb"\n'

ROOM, ROOM_PER_CORE = 4000, 100
"""MiB that drawing may set aside: the program that draws charts asks for 2,000 and uses a sixth of it."""
ELSEWHERE = frozenset({"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.fork"})
"""What Python says before it does one of these."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """All that is needed to draw some boards of a pack."""

    pack: str
    trees: Mapping[str, Tree]
    """Every file below the pack's charts/, by its path there."""
    schema: PackSchema
    fixtures: PackFixtures
    boards: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As it crosses to another process."""
        return {
            "pack": self.pack,
            "trees": dict(self.trees),
            "schema": self.schema.model_dump(mode="json"),
            "fixtures": self.fixtures.model_dump(mode="json"),
            "boards": list(self.boards),
        }


@dataclass(frozen=True, slots=True)
class Drawn:
    """SVG by board, and a sentence for each board that has none, or for all of them."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it crosses to another process."""
        return {"svg": dict(self.svg), "faults": list(self.faults)}


def draw(sitting: Sitting) -> Drawn:
    """The boards of a sitting, in a project made for them and removed. Nothing that a pack's author writes raises."""
    with tempfile.TemporaryDirectory(prefix="dfops-pictures-") as name:
        try:
            _furnish(Path(name), sitting)
        except (FixtureError, ImportError, ValueError, OverflowError) as fault:
            return Drawn({}, (f"its rows could not be made: {fault}",))
        paths = {board: f"faces/{sitting.pack}/{board}.yaml" for board in sitting.boards}
        pictures = dataface.drawn(Path(name), tuple(paths.values()))
    if isinstance(pictures, Missing):
        return Drawn({}, (pictures.sentence,))
    return _settled({board: pictures[path] for board, path in paths.items()})


def _settled(pictures: Mapping[str, str | Missing]) -> Drawn:
    made, faults = {}, []
    for board, svg in pictures.items():
        try:
            if isinstance(svg, Missing):
                faults.append(f"no picture of board '{board}': {svg.reason}")
            else:
                made[board] = settled(svg)
        except UnreadableDrawingError as fault:
            faults.append(f"no picture of board '{board}': {fault}")
    return Drawn(made, tuple(faults))


def _furnish(project: Path, sitting: Sitting) -> None:
    """A Dataface project with the pack's boards and a DuckDB file of believable rows."""
    from generators.packs.engines import duck  # noqa: PLC0415 - only those who draw need it

    for path, tree in sitting.trees.items():
        file = project / "faces" / sitting.pack / path
        file.parent.mkdir(parents=True, exist_ok=True)
        # JSON is YAML that every reader agrees on.
        file.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    (project / "dataface.yml").write_text(PROJECT, encoding="utf-8")
    connection = duck.connect(project / f"{SOURCE}.duckdb")
    try:
        rows = generate(sitting.schema, sitting.fixtures, awkward=False)
        duck.create(connection, sitting.schema.schema_name, sitting.schema.tables, rows)
    finally:
        connection.close()


def main(arguments: Sequence[str]) -> None:
    """Read the sittings of a job, draw them, write what was drawn."""
    job, result = arguments
    sys.addaudithook(_stay_here)
    sittings = [_sitting(plain) for plain in json.loads(Path(job).read_text(encoding="utf-8"))]
    with bounded(ROOM + ROOM_PER_CORE * (os.cpu_count() or 1)):
        drawn = [draw(sitting) for sitting in sittings]
    Path(result).write_text(json.dumps([pictures.as_json() for pictures in drawn]), encoding="utf-8")


def _stay_here(event: str, _arguments: object) -> None:
    """Nothing that is drawn asks an address or starts a program, whatever a board says. Raises PermissionError."""
    if event in ELSEWHERE:
        raise PermissionError("a picture of a pack is drawn without network and without other programs")


def _sitting(plain: Mapping[str, Any]) -> Sitting:
    schema = PackSchema.model_validate_json(json.dumps(plain["schema"]), strict=True)
    fixtures = PackFixtures.model_validate_json(json.dumps(plain["fixtures"]), strict=True)
    return Sitting(plain["pack"], plain["trees"], schema, fixtures, tuple(plain["boards"]))


if __name__ == "__main__":
    main(sys.argv[1:])
