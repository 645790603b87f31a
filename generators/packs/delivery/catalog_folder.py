"""The folder of a catalog, written: versions are added and never changed, and the index follows them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from generators.output import clear_leftovers, create_folder, write_if_changed
from generators.published.catalog import archive_path, releases_in
from generators.published.manifest import INDEX, PACKS, WITHDRAWN, Client, Index, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generators.packs.delivery.publishing import Made
    from generators.published.manifest import Archive, Release, SampleArchive, Withdrawn

CLIENT = "client"
"""The folder of a catalog with the wheel of the distribution that installs packs."""


def add(folder: Path, made: Made) -> None:
    """Write a new version, whole or not at all. Raises FileExistsError where one is there already, OSError."""
    create_folder(folder / PACKS / made.release.pack / made.release.version, made.files)


def write_index(folder: Path, withdrawn: Iterable[Withdrawn]) -> tuple[str, ...]:
    """Write what the folder holds, and what of it is withdrawn, into its index, where that changed.

    Archives of withdrawn versions are moved out of the way first, those of others back. Returns the versions whose
    archives moved, as `pack version`. Raises Unreadable and OSError; the next run goes on where one was killed.
    """
    # What only the next version is compared with stays in release.json: every client reads the index.
    releases = tuple(release.model_copy(update={"boards": ()}) for release in releases_in(folder))
    order = sorted(withdrawn, key=lambda one: (one.pack, one.version or ""))
    index = Index(releases=releases, withdrawn=tuple(order), client=_client(folder))
    moved = tuple(f"{release.pack} {release.version}" for release in releases if _place(folder, release, index))
    clear_leftovers(folder / INDEX)
    write_if_changed(folder / INDEX, dumps(index).decode())
    return moved


def _place(folder: Path, release: Release, index: Index) -> bool:
    """Whether archives of a version had to be moved to where its index says they are."""
    moved = False
    archives: list[Archive | SampleArchive] = [*release.archives]
    if release.sample is not None:
        archives.append(release.sample)
    for archive in archives:
        wanted = folder / archive_path(release, archive, index)
        for top in (PACKS, WITHDRAWN):
            other = folder / top / release.pack / release.version / archive.file
            if other != wanted and other.is_file():
                wanted.parent.mkdir(parents=True, exist_ok=True)
                other.replace(wanted)
                moved = True
    return moved


def _client(folder: Path) -> Client | None:
    """The newest wheel in the folder of the client."""
    found = []
    for wheel in (folder / CLIENT).glob("*.whl"):
        try:
            _, version, _, _ = parse_wheel_filename(wheel.name)
        except InvalidWheelFilename:
            continue
        found.append((version, wheel))
    if not found:
        return None
    version, wheel = max(found)
    data = wheel.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return Client(file=wheel.name, version=str(version), size=len(data), sha256=digest)
