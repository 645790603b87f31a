"""The folder of a catalog, written: versions are added and never changed, and the index follows them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from generators.output import create_folder, write_if_changed
from generators.published.catalog import releases_in
from generators.published.manifest import INDEX, PACKS, Client, Index, dumps

if TYPE_CHECKING:
    from pathlib import Path

    from generators.packs.delivery.publishing import Made

CLIENT = "client"
"""The folder of a catalog with the wheel of the distribution that installs packs."""


def add(folder: Path, made: Made) -> None:
    """Write a new version, whole or not at all. Raises FileExistsError where one is there already, OSError."""
    create_folder(folder / PACKS / made.release.pack / made.release.version, made.files)


def write_index(folder: Path) -> None:
    """Write what the folder holds into its index, in one step, where that changed. Raises Unreadable and OSError."""
    # What only the next version is compared with stays in release.json: every client reads the index.
    releases = tuple(release.model_copy(update={"boards": ()}) for release in releases_in(folder))
    write_if_changed(folder / INDEX, dumps(Index(releases=releases, client=_client(folder))).decode())


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
