"""The boards of an archive in somebody's project: as files of their own, or as a dbt package.

A folder of boards holds a record, `pack.json`, of what was installed into it and how. dbt packages hold the manifest of
their archive under the same name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from generators.output.paths import UnsafePathError, content, located
from generators.published.manifest import MANIFEST, SUMS, Digest, Line, PackManifest, Unreadable, loads
from generators.published.tables import ANY_CALL, CALL, Place, exchanged, spelled
from generators.source import read
from generators.source.editing import edited
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generators.published.catalog import Contents
    from generators.source.document import Document
    from generators.source.editing import Route

META, META_HEAD = "meta", "Where these boards read from: a source of the project."
DBT_PACKAGES = "dbt_packages"
MOST_RECORD = 1 << 20
"""Bytes of a record."""
_MARKS = (b'"schema_version"', b'"package"')
"""What every record holds: other programs keep a pack.json of their own."""


class InstalledPack(BaseModel):
    """What was installed into a folder of boards, and how."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = 1
    manifest: PackManifest
    contents: Digest
    """SHA-256 of the archive's SHA256SUMS."""
    source: Line | None = None
    schema_name: Line
    database: Line | None = None
    files: dict[Line, Digest]
    """SHA-256 of each file as it was written."""


R = TypeVar("R", PackManifest, InstalledPack)


@dataclass(frozen=True, slots=True)
class Target:
    """How a pack is installed: the source that it asks, the names of schema and database there, and a folder."""

    place: Place
    source: str | None
    folder: str | None = None
    """Another name for the folder of boards: of a second copy."""


def folder_files(contents: Contents, target: Target) -> dict[str, str]:
    """Text by path below the folder of boards, the record last. Raises UnusableName, Unreadable."""
    manifest = contents.manifest
    runtime = manifest.runtime
    files: dict[str, str] = {}
    if target.source is not None:
        files[f"{META}{runtime.suffix}"] = yaml_text({"source": target.source}, head=META_HEAD)
    for path in sorted(contents.files):
        folder, _, name = path.partition("/")
        if folder == runtime.folder and name:
            files[name] = _placed(path, contents.files[path], manifest, target)
    record = InstalledPack(
        manifest=manifest,
        contents=contents.digest,
        source=target.source,
        schema_name=target.place.schema,
        database=target.place.database,
        files={name: _digest(text.encode()) for name, text in files.items()},
    )
    return {**files, MANIFEST: record.model_dump_json(indent=1) + "\n"}


def _placed(path: str, data: bytes, manifest: PackManifest, target: Target) -> str:
    """A board whose tables are those of the place, with a title of its own in a second copy."""
    reading = read(path, data)
    if reading.document is None:
        raise Unreadable(f"{path} of {manifest.package} cannot be read: {reading.findings[0].message}")
    document = reading.document
    texts = {
        route: exchanged(sql, lambda table: spelled(manifest, table, target.place))
        for route, sql in _queries(document)
        if CALL.search(sql)
    }
    title = document.tree.get("title")
    lines: dict[Route, str] = {}
    if target.folder and isinstance(title, str):
        lines[("title",)] = f"{title} ({target.folder})"
    text = edited(document, texts, lines=lines)
    if ANY_CALL.search(text):
        raise Unreadable(f"{path} of {manifest.package} cannot be read: it names a table outside of a query")
    return text


def _queries(document: Document) -> Iterator[tuple[Route, str]]:
    """The SQL of each query, wherever a board holds one, and the route to it."""
    pending: list[tuple[Route, object]] = [((), document.tree)]
    while pending:
        route, node = pending.pop()
        if isinstance(node, dict):
            pending += (((*route, key), value) for key, value in node.items())
        elif isinstance(node, list):
            pending += (((*route, index), value) for index, value in enumerate(node))
        elif isinstance(node, str) and CALL.search(node):
            yield route, node


# ── what is there ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Differences:
    """Paths below the folder of a pack, of files that are not as they were delivered."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    """Files of a dbt package that its list does not name: the next `dbt deps` removes them."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.added)


@dataclass(frozen=True, slots=True)
class Found:
    """A pack in a project: where it lies, how it came there, and which of its files are not as they were."""

    path: str
    """Relative to the project."""
    manifest: PackManifest
    contents: str
    """SHA-256 of the archive's SHA256SUMS."""
    how: Literal["dbt package", "folder"]
    differences: Differences


def found_in(project: Path) -> tuple[Found, ...]:
    """The packs of a project, by path. Raises Unreadable for a record that cannot be read, OSError."""
    packages = [_package(project, record) for record in sorted(project.glob(f"{DBT_PACKAGES}/*/{MANIFEST}"))]
    folders = [
        _folder(project, record)
        for record in sorted(project.glob(f"*/*/{MANIFEST}"))
        if record.parts[-3] != DBT_PACKAGES and not record.parts[-3].startswith(".")
    ]
    return tuple(pack for pack in (*packages, *folders) if pack is not None)


def _package(project: Path, record: Path) -> Found | None:
    top = record.parent
    manifest = _record(record, PackManifest)
    if manifest is None:
        return None
    where = top.relative_to(project).as_posix()
    sums = content(top / SUMS)
    if sums is None:  # nothing says what its files should be
        return Found(where, manifest, "", "dbt package", Differences(missing=(SUMS,)))
    listed = dict(_lines(sums))
    added = tuple(sorted(_files_below(top) - set(listed) - {SUMS}))
    return Found(where, manifest, _digest(sums), "dbt package", replace(_compared(top, listed), added=added))


def _folder(project: Path, record: Path) -> Found | None:
    top = record.parent
    installed = _record(record, InstalledPack)
    if installed is None:
        return None
    where = top.relative_to(project).as_posix()
    return Found(where, installed.manifest, installed.contents, "folder", _compared(top, installed.files))


def _record(path: Path, kind: type[R]) -> R | None:
    """A record; None for a file of that name that is somebody else's."""
    if not path.is_file() or path.stat().st_size > MOST_RECORD:
        return None
    data = content(path) or b""
    if any(mark not in data for mark in _MARKS):
        return None
    return loads(kind, data, str(path))


def _compared(top: Path, listed: Mapping[str, str]) -> Differences:
    """Which of the files are changed, and which are missing."""
    changed, missing = [], []
    for path, digest in listed.items():
        try:
            data = content(located(top.resolve(), path))
        except (OSError, UnsafePathError):
            changed.append(path)
            continue
        if data is None:
            missing.append(path)
        elif _digest(data) != digest:
            changed.append(path)
    return Differences(tuple(changed), tuple(missing))


def _files_below(top: Path) -> set[str]:
    """Everything below a folder that is no folder, links included, by its path there."""
    return {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_symlink() or not path.is_dir()}


def _lines(sums: bytes) -> Iterator[tuple[str, str]]:
    for line in sums.decode(errors="replace").splitlines():
        digest, _, path = line.partition("  ")
        if path:
            yield path, digest


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
