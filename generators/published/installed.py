"""The boards of an archive in somebody's project: as files of their own, or as a dbt package.

The project's lock file says what was installed into which folder. dbt packages hold the manifest of their archive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from generators.output.manifest import digest
from generators.output.paths import UnsafePathError, content, located
from generators.published.lockfile import Installed
from generators.published.manifest import MANIFEST, SUMS, PackManifest, Unreadable, loads
from generators.published.merging import BESIDE
from generators.published.tables import ANY_CALL, CALL, Place, exchanged, spelled
from generators.source import read
from generators.source.editing import edited
from generators.source.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generators.published.catalog import Contents
    from generators.published.lockfile import Lock
    from generators.source.document import Document
    from generators.source.editing import Route

META, META_HEAD = "meta", "Where these boards read from: a source of the project."
DBT_PACKAGES = "dbt_packages"
Origin = Literal["catalog", "repository"]
MOST_MANIFEST = 1 << 20
"""Bytes of a manifest."""
_MARKS = (b'"schema_version"', b'"package"')
"""What every manifest holds: other programs keep a pack.json of their own."""


@dataclass(frozen=True, slots=True)
class Target:
    """How a pack is installed: the source that it asks, the names of schema and database there, and a folder."""

    place: Place
    source: str | None
    folder: str | None = None
    """Another name for the folder of boards: of a second copy."""


def target_of(folder: str, record: Installed) -> Target:
    """How the pack of a folder, named as in the lock file, was installed."""
    name = folder.rpartition("/")[2]
    return Target(Place(record.schema_name, record.database), record.source, name if name != record.pack else None)


def folder_files(contents: Contents, target: Target) -> dict[str, bytes]:
    """The files of a folder of boards, by path below it. Raises UnusableName, Unreadable."""
    manifest = contents.manifest
    runtime = manifest.runtime
    files: dict[str, str] = {}
    if target.source is not None:
        files[f"{META}{runtime.suffix}"] = yaml_text({"source": target.source}, head=META_HEAD)
    for path in sorted(contents.files):
        folder, _, name = path.partition("/")
        if folder == runtime.folder and name:
            files[name] = _placed(path, contents.files[path], manifest, target)
    return {name: text.encode() for name, text in files.items()}


class Chosen(Protocol):
    """What of an archive goes into a folder."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """By path below the folder."""

    @property
    def left_out(self) -> Mapping[str, tuple[str, ...]]:
        """Boards that do not, and the optional tables and columns that are missing."""


def installed(contents: Contents, target: Target, origin: Origin, chosen: Chosen) -> Installed:
    """What the lock file says of a folder with these files."""
    said = contents.manifest
    return Installed(
        pack=said.pack,
        package=said.package,
        title=said.title,
        version=said.version,
        runtime=said.runtime,
        warehouse=said.warehouse,
        contents=contents.digest,
        origin=origin,
        source=target.source,
        schema_name=target.place.schema,
        database=target.place.database,
        files={name: digest(data) for name, data in chosen.files.items()},
        left_out=dict(chosen.left_out),
        reads=said.reads,
        optional=said.optional,
        freshness=said.freshness,
    )


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
    waiting: tuple[str, ...] = ()
    """Files that an upgrade could not merge, and that still have what is to be merged beside them."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.added or self.waiting)


@dataclass(frozen=True, slots=True)
class Found:
    """A pack in a project: where it lies, how it came there, and which of its files are not as they were."""

    path: str
    """Relative to the project."""
    manifest: PackManifest | Installed
    contents: str
    """SHA-256 of the archive's SHA256SUMS."""
    how: Literal["dbt package", "folder"]
    differences: Differences

    @property
    def record(self) -> Installed | None:
        """What the lock file says of it; None for a dbt package."""
        return self.manifest if isinstance(self.manifest, Installed) else None


def found_in(project: Path, lock: Lock) -> tuple[Found, ...]:
    """The packs of a project, by path. Raises Unreadable for a manifest that cannot be read, OSError."""
    packages = [_package(project, record) for record in sorted(project.glob(f"{DBT_PACKAGES}/*/{MANIFEST}"))]
    folders = [_folder(project, folder, locked.now) for folder, locked in sorted(lock.packs.items())]
    return tuple(pack for pack in (*packages, *folders) if pack is not None)


def _folder(project: Path, folder: str, record: Installed) -> Found:
    differences = _compared(project / folder, record.files)
    waiting = tuple(path for path in sorted(record.conflicts) if (project / folder / (path + BESIDE)).exists())
    changed = tuple(path for path in differences.changed if path not in waiting)
    return Found(folder, record, record.contents, "folder", replace(differences, changed=changed, waiting=waiting))


def _package(project: Path, record: Path) -> Found | None:
    top = record.parent
    manifest = _manifest(record)
    if manifest is None:
        return None
    where = top.relative_to(project).as_posix()
    sums = content(top / SUMS)
    if sums is None:  # nothing says what its files should be
        return Found(where, manifest, "", "dbt package", Differences(missing=(SUMS,)))
    listed = dict(_lines(sums))
    added = tuple(sorted(_files_below(top) - set(listed) - {SUMS}))
    return Found(where, manifest, digest(sums), "dbt package", replace(_compared(top, listed), added=added))


def _manifest(path: Path) -> PackManifest | None:
    """The manifest of a package; None for a file of that name that is somebody else's."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_MANIFEST:
        return None
    data = content(path) or b""
    if any(mark not in data for mark in _MARKS):
        return None
    return loads(PackManifest, data, str(path))


def _compared(top: Path, listed: Mapping[str, str]) -> Differences:
    """Which of the files are changed, and which are missing."""
    changed, missing = [], []
    for path, delivered in listed.items():
        try:
            data = content(located(top.resolve(), path))
        except (OSError, UnsafePathError):
            changed.append(path)
            continue
        if data is None:
            missing.append(path)
        elif digest(data) != delivered:
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
