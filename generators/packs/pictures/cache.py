"""Pictures of a pack's faces on synthetic rows, drawn by Dataface once and kept until something that shows changes.

A picture is found again by the digest of all that it is made of. Drawing costs about a second a face, and some more for
the first: what is missing is drawn in at most two processes at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

DRAWER = 1
"""Changes when the same face would be drawn or marked otherwise."""
PROCESSES = 2
SECONDS = 900
"""For all pictures of one process: a dashboard that never ends must not keep the site from being built."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """SVG by face, and one sentence for each face or pack that has none."""

    svg: Mapping[str, str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A pack's pictures: how they are drawn, where each is kept, and those that are."""

    sitting: Sitting
    places: Mapping[str, Path]
    kept: dict[str, str]

    @property
    def missing(self) -> Sitting | None:
        """What is left to draw."""
        one = self.sitting
        faces = tuple(face for face in one.faces if face not in self.kept)
        return Sitting(one.pack, one.trees, one.schema, one.fixtures, faces) if faces else None


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
    wanted = {name: found for name, folder in folders.items() if (found := _wanted(folder, repository, version, cache))}
    missing = [(name, sitting) for name, one in wanted.items() if (sitting := one.missing)]
    faults: dict[str, tuple[str, ...]] = {}
    for (name, _), drawn in zip(missing, _drawn([sitting for _, sitting in missing], environment), strict=True):
        faults[name] = tuple(f"{name}: {sentence}" for sentence in drawn.faults)
        for face, svg in drawn.svg.items():
            write_if_changed(wanted[name].places[face], svg)
            wanted[name].kept[face] = svg
    return {
        name: Pictures({face: one.kept[face] for face in one.sitting.faces if face in one.kept}, faults.get(name, ()))
        for name, one in wanted.items()
    }


def _wanted(folder: PackFolder, repository: Repository, version: str, cache: Path) -> _Wanted | None:
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
        "schema": [schema.schema_name, {name: [table.key, table.columns] for name, table in schema.tables.items()}],
        "fixtures": fixtures.model_dump(mode="json", exclude={"title", "connector"}),
    }
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    sitting = Sitting(folder.id, dict(trees), schema, fixtures, tuple(face.id for face in folder.faces))
    places = {face: cache / f"{_digest(f'{face}:{text}')}.svg" for face in sitting.faces}
    return _Wanted(sitting, places, {face: svg for face, place in places.items() if (svg := _kept(place))})


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
        job.write_text(json.dumps([one.as_json() for one in sittings]), encoding="utf-8")
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
            told = json.loads(result.read_text(encoding="utf-8"))
        except (subprocess.SubprocessError, OSError, ValueError) as fault:
            return [Drawn({}, (f"its pictures could not be drawn: {type(fault).__name__}",))] * len(sittings)
    return [Drawn(one["svg"], tuple(one["faults"])) for one in told]


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _kept(place: Path) -> str:
    """A picture that was drawn before; empty where there is none."""
    try:
        return place.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
