"""A small published pack, made by hand: what a catalog holds, without the packs of this repository."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from generators.published.archive import packed, sums
from generators.published.manifest import (
    INDEX,
    MANIFEST,
    PACKS,
    SUMS,
    Archive,
    Index,
    PackManifest,
    Release,
    RuntimeNeeded,
    dumps,
)
from tests.published.signing import sign

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOMENT = datetime(2026, 11, 30, tzinfo=UTC)
RUNTIME = RuntimeNeeded(
    id="dbt-charts",
    title="dbt Charts",
    program="dct",
    folder="charts",
    suffix=".yml",
    board="board",
    boards="boards",
    project_files=("dbt_charts.yml", "dbt_project.yml"),
    minimum="0.10.0",
)
INDEX_BOARD = """\
# Lamps pack 1.2.0 for duckdb, dbt Charts 0.10.0 or newer. Package: lamps_boards
title: Lamps
queries:
  total:
    sql: |
      SELECT COUNT(*) AS lit
      FROM {{ source('lamps_boards', 'lamp') }}
charts:
  lit: {query: total, type: kpi, value: lit}
rows: [lit]
"""
STORMS = """\
# Lamps pack 1.2.0 for duckdb, dbt Charts 0.10.0 or newer. Package: lamps_boards
title: Storms
queries:
  storms: "SELECT id FROM {{ source('lamps_boards', 'order') }}"
charts:
  storms: {query: storms, type: table}
rows: [storms]
"""
SOURCES = """\
version: 2
sources:
  - name: lamps_boards
    schema: "{{ var('lamps_schema', 'lamps') }}"
    tables:
      - {name: lamp}
      - {name: order, identifier: order, quoting: {identifier: true}}
"""
PROJECT = 'name: lamps_boards\nversion: "1.2.0"\nconfig-version: 2\nmodel-paths: [models]\n'


def manifest(**changes: Any) -> PackManifest:
    """What the pack says of itself, with other fields."""
    fields: dict[str, Any] = {
        "pack": "lamps",
        "package": "lamps_boards",
        "title": "Lamps",
        "version": "1.2.0",
        "released": date(2026, 11, 30),
        "licence": "Apache-2.0",
        "runtime": RUNTIME,
        "warehouse": "duckdb",
        "schema_name": "lamps",
        "tables": {"lamp": "lamp", "order": "order"},
        "quoted": ("order",),
    }
    return PackManifest.model_validate(fields | changes)


def members(said: PackManifest | None = None, changes: Mapping[str, str | None] | None = None) -> dict[str, bytes]:
    """The files of its archive; a change is another text for a file, or None to leave it out."""
    texts: dict[str, str | None] = {
        "charts/index.yml": INDEX_BOARD,
        "charts/storms.yml": STORMS,
        "dbt_project.yml": PROJECT,
        "models/sources.yml": SOURCES,
    }
    texts |= changes or {}
    files = {path: text.encode() for path, text in texts.items() if text is not None}
    files.setdefault(MANIFEST, dumps(said or manifest()))
    return {**files, SUMS: sums(files)}


def archive(said: PackManifest | None = None, changes: Mapping[str, str | None] | None = None) -> bytes:
    """The archive itself."""
    return packed((said or manifest()).package, members(said, changes), MOMENT)


@dataclass
class Sample:
    """A catalog in a folder, to which versions are added and signed as a publisher would."""

    folder: Path
    releases: list[Release] = field(default_factory=list)

    def add(self, said: PackManifest | None = None, changes: Mapping[str, str | None] | None = None) -> Release:
        """One more version."""
        said = said or manifest()
        contents = hashlib.sha256(members(said, changes)[SUMS]).hexdigest()
        return self.put(said, archive(said, changes), contents=contents)

    def put(self, said: PackManifest, data: bytes, **other: Any) -> Release:
        """A version whose archive holds these bytes; `other` is what the index says instead of the truth."""
        facts = {
            "runtime": said.runtime.id,
            "warehouse": said.warehouse,
            "file": f"{said.package}-{said.version}-{said.runtime.id}-{said.warehouse}.tar.gz",
            "size": max(len(data), 1),
            "sha256": hashlib.sha256(data).hexdigest(),
            "contents": "0" * 64,
        }
        release = Release(
            pack=said.pack,
            package=said.package,
            title=said.title,
            version=said.version,
            released=date(2026, 11, 30),
            licence=said.licence,
            runtimes=(said.runtime,),
            inputs="0" * 64,
            boards=(),
            required=("lamp",),
            archives=(Archive.model_validate(facts | other),),
        )
        place = self.folder / PACKS / said.pack / said.version / str(facts["file"])
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self.releases.insert(0, release)
        self.index(dumps(Index(releases=tuple(self.releases))))
        return release

    def index(self, data: bytes) -> None:
        """Another index."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / INDEX).write_bytes(data)
        sign(self.folder)


def package(project: Path, said: PackManifest | None = None, changes: Mapping[str, str | None] | None = None) -> Path:
    """The pack as dbt puts it into a project."""
    top = project / "dbt_packages" / (said or manifest()).package
    for path, data in members(said, changes).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    return top


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to see that nothing changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
