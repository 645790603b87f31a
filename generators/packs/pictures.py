"""Pictures of a pack's faces on synthetic rows, drawn by Dataface once and kept until something that shows changes.

Drawing takes seconds a face and loads Dataface, so it happens in processes of its own, and a picture is found again by
the digest of all that it is made of.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from generators.installed import dataface
from generators.installed.dataface import Missing
from generators.packs.fixtures import FixtureError, generate
from generators.packs.svg import NoPictureError, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generators.model.pack import PackFixtures, PackSchema
    from generators.packs.reading import PackFolder
    from generators.source import Repository
    from generators.source.document import Tree

DRAWER = 1
"""Changes when the same face would be drawn or marked otherwise."""
PROCESSES = 2
SOURCE = "warehouse"
"""What the project of the pictures calls its one source, as packs do."""
PROJECT = f'sources:\n  {SOURCE}:\n    type: duckdb\n    path: "{SOURCE}.duckdb"\n'


@dataclass(frozen=True, slots=True)
class Pictures:
    """SVG by face, and one sentence for each face or pack that has none."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """All that is needed to draw some faces of a pack, as values that another process can take."""

    pack: str
    trees: Mapping[str, Tree]
    """Every file below the pack's faces/, by its path there."""
    schema: PackSchema
    fixtures: PackFixtures
    faces: tuple[str, ...]
    digest: str


def pictures(folders: Mapping[str, PackFolder], repository: Repository, cache: Path) -> dict[str, Pictures]:
    """Pictures by pack. What `cache` does not hold is drawn and put there; without Dataface there are none.

    Raises OSError for what the system refuses in `cache`.
    """
    version = dataface.version()
    if isinstance(version, Missing):
        return {}
    sittings = [found for folder in folders.values() if (found := _sitting(folder, repository, version))]
    known = {(one.pack, face): _kept(cache, one, face) for one in sittings for face in one.faces}
    wanted = [
        Sitting(one.pack, one.trees, one.schema, one.fixtures, missing, one.digest)
        for one in sittings
        if (missing := tuple(face for face in one.faces if known[one.pack, face] is None))
    ]
    faults: dict[str, list[str]] = {}
    for one, (drawn, said) in zip(wanted, _drawn(wanted), strict=True):
        faults[one.pack] = [f"{one.pack}: {sentence}" for sentence in said]
        for face, svg in drawn.items():
            _keep(cache, one, face, svg)
            known[one.pack, face] = svg
    return {
        one.pack: Pictures(
            {face: svg for face in one.faces if (svg := known[one.pack, face])}, tuple(faults.get(one.pack, ()))
        )
        for one in sittings
    }


def _sitting(folder: PackFolder, repository: Repository, version: str) -> Sitting | None:
    """None for a pack without fixtures: there would be nothing on its charts."""
    if folder.fixtures is None or not folder.faces:
        return None
    inside = f"packs/{folder.id}/faces/"
    found = {path: repository.load(path).document for path in repository.yaml_files([inside.rstrip("/")]).paths}
    trees = {path.removeprefix(inside): document.tree for path, document in found.items() if document}
    schema, fixtures = folder.schema.entity, folder.fixtures.entity
    facts = {
        "drawer": DRAWER,
        "dataface": version,
        "pack": folder.id,
        "faces": trees,
        "schema": schema.model_dump(mode="json", include={"schema_name", "tables"}),
        "fixtures": fixtures.model_dump(mode="json", exclude={"title", "connector"}),
    }
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Sitting(folder.id, trees, schema, fixtures, tuple(face.id for face in folder.faces), digest)


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
Drawn = tuple[dict[str, str], tuple[str, ...]]


def _drawn(sittings: list[Sitting]) -> Iterator[Drawn]:
    if not sittings:
        return
    # A fresh interpreter: Dataface changes logging where it is imported, and a copy of this process could hold locks.
    with ProcessPoolExecutor(min(PROCESSES, len(sittings)), mp_context=get_context("spawn")) as pool:
        for waiting in [pool.submit(draw, one) for one in sittings]:
            try:
                yield waiting.result()
            except BrokenProcessPool as fault:
                yield {}, (f"its pictures could not be drawn: {fault}",)


def draw(sitting: Sitting) -> Drawn:
    """The faces of a sitting, in a project made for them and removed. Raises nothing that a pack's author can cause."""
    with tempfile.TemporaryDirectory(prefix="dfops-pictures-") as name:
        try:
            _furnish(Path(name), sitting)
        except (FixtureError, ImportError, ValueError, OverflowError) as fault:
            return {}, (f"its rows could not be made: {fault}",)
        paths = {face: f"faces/{sitting.pack}/{face}.yaml" for face in sitting.faces}
        found = dataface.drawn(Path(name), tuple(paths.values()))
    if isinstance(found, Missing):
        return {}, (found.sentence,)
    return _settled({face: found[path] for face, path in paths.items()})


def _settled(found: Mapping[str, str | Missing]) -> Drawn:
    made, faults = {}, []
    for face, svg in found.items():
        try:
            if isinstance(svg, Missing):
                faults.append(f"no picture of face '{face}': {svg.reason}")
            else:
                made[face] = settled(svg)
        except NoPictureError as fault:
            faults.append(f"no picture of face '{face}': {fault}")
    return made, tuple(faults)


def _furnish(project: Path, sitting: Sitting) -> None:
    """A Dataface project with the pack's faces and a DuckDB file of believable rows."""
    from generators.packs import duck  # noqa: PLC0415 - only those who draw need it

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


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _place(cache: Path, sitting: Sitting, face: str) -> Path:
    return cache / f"{hashlib.sha256(f'{sitting.digest}:{face}'.encode()).hexdigest()}.svg"


def _kept(cache: Path, sitting: Sitting, face: str) -> str | None:
    try:
        return _place(cache, sitting, face).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _keep(cache: Path, sitting: Sitting, face: str, svg: str) -> None:
    """Whole or not at all: two builds may draw the same face at once."""
    cache.mkdir(parents=True, exist_ok=True)
    place = _place(cache, sitting, face)
    own = place.with_suffix(f".{os.getpid()}")
    own.write_text(svg, encoding="utf-8")
    own.replace(place)


def stale(cache: Path, used: Iterable[Path]) -> Iterator[Path]:
    """Pictures in the cache that nothing uses any more."""
    wanted = set(used)
    yield from (path for path in sorted(cache.glob("*.svg")) if path not in wanted)
