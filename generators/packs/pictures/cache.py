"""Pictures of a pack's boards on synthetic rows, drawn by the current runtime once, kept until something changes.

A picture is found again by the digest of all that it is made of. Drawing costs about a second a board, and more
for the first: what is missing is drawn in at most two processes at once.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from generators.output import write_if_changed
from generators.packs.building.files import files_for
from generators.packs.pictures.drawing import Drawn, Sitting, draw
from generators.runtime.port import Missing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generators.packs.reading.folder import PackFolder
    from generators.runtime.known import KnownRuntime
    from generators.runtime.port import Version

DRAWER = 2
"""Changes when the same board would be drawn or marked otherwise."""
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Pictures:
    """SVG by board, and one sentence for each board or pack that has none."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Maker:
    """What draws, and its version."""

    runtime: KnownRuntime
    version: Version


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


def pictures(folders: Mapping[str, PackFolder], cache: Path, runtime: KnownRuntime) -> dict[str, Pictures]:
    """Pictures by pack. What `cache` does not hold is drawn by the runtime and put there; without it there are none.

    Raises OSError for what the system refuses in `cache`.
    """
    with runtime.port() as port:
        version = port.version()
    if isinstance(version, Missing):
        return {}
    made = Maker(runtime, version)
    albums = [album for folder in folders.values() if (album := _album(folder, made, cache))]
    incomplete = [album for album in albums if album.undrawn]
    sittings = [replace(album.sitting, boards=album.undrawn) for album in incomplete]
    for album, drawn in zip(incomplete, _drawn(sittings, runtime), strict=True):
        album.add(drawn)
    return {album.sitting.pack: album.pictures for album in albums}


def _album(folder: PackFolder, maker: Maker, cache: Path) -> _Album | None:
    """What the cache holds; None for a pack without fixtures: there would be nothing on its charts."""
    if folder.fixtures is None or not folder.boards:
        return None
    words, schema, fixtures = maker.runtime.runtime.words, folder.schema.entity, folder.fixtures.entity
    files = files_for(folder, maker.runtime.runtime)
    facts = {
        "drawer": DRAWER,
        "runtime": [maker.runtime.id, maker.version.runtime, maker.version.engine],
        "pack": folder.id,
        "boards": files,
        "schema": [schema.schema_name, {name: [table.key, table.columns] for name, table in schema.tables.items()}],
        "fixtures": fixtures.model_dump(mode="json", exclude={"title", "connector"}),
    }
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sitting = Sitting(folder.id, words, files, schema, fixtures, tuple(board.id for board in folder.boards))
    places = {board: cache / f"{_digest(f'{board}:{text}')}.svg" for board in sitting.boards}
    return _Album(sitting, places, {board: svg for board, place in places.items() if (svg := _kept(place))})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _drawn(sittings: list[Sitting], runtime: KnownRuntime) -> list[Drawn]:
    """What each sitting gave, dealt out to processes in turn."""
    batches = [sittings[number::PROCESSES] for number in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        results = list(pool.map(partial(_in_a_process, runtime=runtime), batches))
    return [results[number % PROCESSES][number // PROCESSES] for number in range(len(sittings))]


def _in_a_process(sittings: list[Sitting], runtime: KnownRuntime) -> list[Drawn]:
    with runtime.port() as port:
        return [draw(sitting, port) for sitting in sittings]


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _kept(place: Path) -> str:
    """A picture that was drawn before; empty where there is none."""
    try:
        return place.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
