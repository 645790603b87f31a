"""Pictures of a pack's boards on synthetic rows, drawn by Dataface once and kept until something that shows changes.

A picture is found again by the digest of all that it is made of. Drawing costs about a second a board, and more
for the first: what is missing is drawn in at most two processes at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import generators
from generators.installed import dataface
from generators.installed.dataface import Missing
from generators.output import write_if_changed
from generators.packs.pictures import drawing
from generators.packs.pictures.drawing import Drawn, Sitting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.packs.reading.folder import PackFolder
    from generators.source import Repository
    from generators.source.document import Tree

DRAWER = 1
"""Changes when the same board would be drawn or marked otherwise."""
PROCESSES = 2
SECONDS = 900
"""For all pictures of one process: a dashboard that never ends must not keep the site from being built."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """SVG by board, and one sentence for each board or pack that has none."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Album:
    """A pack's pictures: how all are drawn, where each is kept, those that there are, and why others are not."""

    sitting: Sitting
    places: Mapping[str, Path]
    svg: dict[str, str]
    faults: tuple[str, ...] = ()

    @property
    def undrawn(self) -> tuple[str, ...]:
        """The boards without a picture."""
        return tuple(board for board in self.sitting.boards if board not in self.svg)

    @property
    def pictures(self) -> Pictures:
        """The pictures in the order of the boards."""
        return Pictures({board: self.svg[board] for board in self.sitting.boards if board in self.svg}, self.faults)

    def add(self, drawn: Drawn) -> None:
        """Put what was drawn into the album and the cache. Raises OSError."""
        self.faults = tuple(f"{self.sitting.pack}: {sentence}" for sentence in drawn.faults)
        for board, svg in drawn.svg.items():
            write_if_changed(self.places[board], svg)
            self.svg[board] = svg


def pictures(
    folders: Mapping[str, PackFolder], repository: Repository, cache: Path, environment: Mapping[str, str]
) -> dict[str, Pictures]:
    """Pictures by pack. What `cache` does not hold is drawn and put there; without Dataface there are none.

    `environment` is that of the processes that draw.

    Raises OSError for what the system refuses in `cache`.
    """
    version = dataface.version()
    if isinstance(version, Missing):
        return {}
    albums = [album for folder in folders.values() if (album := _album(folder, repository, version, cache))]
    incomplete = [album for album in albums if album.undrawn]
    sittings = [replace(album.sitting, boards=album.undrawn) for album in incomplete]
    for album, drawn in zip(incomplete, _drawn(sittings, environment), strict=True):
        album.add(drawn)
    return {album.sitting.pack: album.pictures for album in albums}


def _album(folder: PackFolder, repository: Repository, version: str, cache: Path) -> _Album | None:
    """What the cache holds; None for a pack without fixtures: there would be nothing on its charts."""
    if folder.fixtures is None or not folder.boards:
        return None
    trees, schema, fixtures = _trees(folder, repository), folder.schema.entity, folder.fixtures.entity
    facts = {
        "drawer": DRAWER,
        "dataface": version,
        "pack": folder.id,
        "boards": trees,
        "schema": [schema.schema_name, {name: [table.key, table.columns] for name, table in schema.tables.items()}],
        "fixtures": fixtures.model_dump(mode="json", exclude={"title", "connector"}),
    }
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sitting = Sitting(folder.id, trees, schema, fixtures, tuple(board.id for board in folder.boards))
    places = {board: cache / f"{_digest(f'{board}:{text}')}.svg" for board in sitting.boards}
    return _Album(sitting, places, {board: svg for board, place in places.items() if (svg := _kept(place))})


def _trees(folder: PackFolder, repository: Repository) -> dict[str, Tree]:
    """Every file below the pack's charts/, by its path there."""
    inside = f"packs/{folder.id}/charts/"
    paths = repository.yaml_files([inside.rstrip("/")]).paths
    documents = {path.removeprefix(inside): repository.load(path).document for path in paths}
    return {path: document.tree for path, document in documents.items() if document}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _drawn(sittings: list[Sitting], environment: Mapping[str, str]) -> list[Drawn]:
    """What each sitting gave, dealt out to processes in turn."""
    batches = [sittings[number::PROCESSES] for number in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        results = list(pool.map(partial(_in_a_process, environment=environment), batches))
    return [results[number % PROCESSES][number // PROCESSES] for number in range(len(sittings))]


def _in_a_process(sittings: list[Sitting], environment: Mapping[str, str]) -> list[Drawn]:
    if not sittings:
        return []
    with tempfile.TemporaryDirectory(prefix="dfops-pictures-") as name:
        job, result = Path(name) / "job.json", Path(name) / "result.json"
        job.write_text(json.dumps([sitting.as_json() for sitting in sittings]), encoding="utf-8")
        here = str(Path(generators.__file__).parents[1])
        command = [sys.executable, "-m", drawing.__name__, str(job), str(result)]
        paths = os.pathsep.join([here, environment.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        try:
            subprocess.run(  # noqa: S603 - our own module in our own interpreter
                command,
                env={**environment, "PYTHONPATH": paths},
                check=True,
                capture_output=True,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
            )
            drawn = json.loads(result.read_text(encoding="utf-8"))
        except (subprocess.SubprocessError, OSError, ValueError) as fault:
            return [Drawn({}, (f"its pictures could not be drawn: {type(fault).__name__}",))] * len(sittings)
    return [Drawn(plain["svg"], tuple(plain["faults"])) for plain in drawn]


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _kept(place: Path) -> str:
    """A picture that was drawn before; empty where there is none."""
    try:
        return place.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
