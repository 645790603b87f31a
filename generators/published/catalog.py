"""A catalog of published packs: a folder of static files, or the address at which one is served.

- `index.json`: every release and its archives
- `packs/<pack>/<version>/`: `release.json` and the archives of one version, which never change
- `withdrawn/<pack>/<version>/`: the archives of a version that is withdrawn
- `client/`: the distribution that installs packs, as a wheel
- `metadata/`: size and digest of each of these files, signed, as `generators.published.trust` reads it
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from generators.findings import nearest
from generators.output.paths import UnsafePathError, content, located
from generators.published.archive import MOST_PACKED, unpacked
from generators.published.download import Unfetched, fetched, is_address
from generators.published.manifest import (
    INDEX,
    MANIFEST,
    PACKS,
    RELEASE,
    SUMS,
    WITHDRAWN,
    Index,
    PackManifest,
    Release,
    SampleManifest,
    Unreadable,
    loads,
    not_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generators.published.manifest import Archive, SampleArchive
    from generators.published.trust import Seen, Trust, Trusted

WAY_OUT = (
    "Installed copies stay; `dfops pack rollback` goes back to the version before, `dfops pack remove` removes them."
)
MOST_INDEX = 16 << 20
"""Bytes of an index."""


class Unavailable(Exception):  # noqa: N818 - what a catalog does not have, not a fault of the program
    """What was asked for cannot be had from a catalog: one sentence with what there is instead."""


@dataclass(frozen=True, slots=True)
class Contents:
    """An archive, unpacked: what it says of itself, and its files by path."""

    manifest: PackManifest
    files: dict[str, bytes]
    digest: str
    """SHA-256 of its SHA256SUMS."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What synthetic rows are made from: what it says of itself, and its files by path."""

    manifest: SampleManifest
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class PublishedPacks:
    """A catalog and where it lies."""

    where: str
    index: Index
    trusted: Trusted | None = None
    """What its publisher signed; None of a folder in which packs are published and not signed yet."""

    def release(self, pack: str, version: str | None = None) -> Release:
        """A version of a pack, without one the newest that is neither withdrawn nor a pre-release. Raises Unavailable.

        A withdrawn version is given by its exact number alone, a withdrawn pack never.
        """
        releases = self.index.of(pack)
        if not releases:
            raise Unavailable(f"the catalog has no pack '{pack}'; {self._hint(pack)}")
        if off := self.index.withdrawal(pack):
            raise Unavailable(f"{off.sentence} {WAY_OUT}")
        if version is None:
            return self._offered(releases)
        found = next((release for release in releases if release.version == version), None)
        if found is None:
            have = ", ".join(release.version for release in releases)
            raise Unavailable(f"{pack} {version} is not published; versions: {have}")
        return found

    def _offered(self, releases: Sequence[Release]) -> Release:
        """The newest of the releases of a pack that is neither withdrawn nor a pre-release, as far as there is one."""
        withdrawals = {release.version: self.index.withdrawal(release.pack, release.version) for release in releases}
        offered = [release for release in releases if withdrawals[release.version] is None]
        if not offered:
            reasons = " ".join(off.sentence for off in withdrawals.values() if off)
            raise Unavailable(f"{reasons} {WAY_OUT}")
        return next((release for release in offered if "-" not in release.version), offered[0])

    @property
    def newest(self) -> dict[str, Release]:
        """The version of each pack that is taken unless another is named, by the pack's id."""
        found = {}
        for pack in sorted(self.index.packs):
            with suppress(Unavailable):  # withdrawn
                found[pack] = self.release(pack)
        return found

    def _hint(self, pack: str) -> str:
        names = sorted(self.index.packs)
        all_of_them = f"it has: {', '.join(names)}" if names else "nothing is published there yet"
        return nearest(pack, names) or all_of_them

    def archive(self, release: Release, runtime: str, warehouse: str) -> Archive:
        """The archive of a release for a runtime and a warehouse. Raises Unavailable."""
        of_runtime = [archive for archive in release.archives if archive.runtime == runtime]
        if not of_runtime:
            have = ", ".join(dict.fromkeys(archive.runtime for archive in release.archives))
            raise Unavailable(f"{release.pack} {release.version} is not made for {runtime}, only for: {have}")
        found = next((archive for archive in of_runtime if archive.warehouse == warehouse), None)
        if found is None:
            names = [archive.warehouse for archive in of_runtime]
            hint = nearest(warehouse, names) or f"it has: {', '.join(names)}"
            raise Unavailable(f"{release.pack} {release.version} does not support {warehouse}; {hint}")
        return found

    def contents(self, release: Release, archive: Archive) -> Contents:
        """An archive, compared with what the index says of it and then unpacked.

        Raises Unfetched, Unreadable and UnsafePathError.
        """
        files, what = self._unpacked(release, archive)
        found = opened(files, what)
        _require_the_same(found, release, archive, what)
        _require_listed(files, archive, what)
        return found

    def sample(self, release: Release) -> Sample:
        """What the synthetic rows of a release are made from. Raises Unavailable, and as `contents`."""
        if release.sample is None:
            raise Unavailable(f"{release.pack} {release.version} is published without synthetic rows")
        files, what = self._unpacked(release, release.sample)
        if MANIFEST not in files:
            raise Unreadable(f"{what} is no archive of a pack: it has no {MANIFEST}")
        manifest = loads(SampleManifest, files[MANIFEST], f"{MANIFEST} of {what}")
        if (manifest.pack, manifest.version) != (release.pack, release.version):
            raise Unreadable(f"{what} is not what the index names, but of {manifest.pack} {manifest.version}")
        _require_listed(files, release.sample, what)
        return Sample(manifest, files)

    def _unpacked(self, release: Release, archive: Archive | SampleArchive) -> tuple[dict[str, bytes], str]:
        """The files of an archive, and how the archive is called to a reader."""
        path = archive_path(release, archive, self.index)
        data = _bytes(self.where, path, MOST_PACKED)
        what = f"{path} of the catalog"
        if self.trusted is not None:
            self.trusted.require(path, data)
        if len(data) != archive.size or hashlib.sha256(data).hexdigest() != archive.sha256:
            raise Unreadable(f"{what} is not what the index names: it was changed or cut short; nothing was unpacked")
        return unpacked(data, what), what


def _require_the_same(found: Contents, release: Release, archive: Archive, what: str) -> None:
    """Raises Unreadable for an archive that is not of the version, runtime and warehouse that the index names."""
    said = found.manifest
    of = (said.pack, said.version, said.runtime.id, said.warehouse)
    if of != (release.pack, release.version, archive.runtime, archive.warehouse):
        raise Unreadable(f"{what} is not what the index names, but {' '.join(of)}")


def _require_listed(files: dict[str, bytes], archive: Archive | SampleArchive, what: str) -> None:
    """Raises Unreadable for an archive with other files than those that the index names."""
    if hashlib.sha256(files[SUMS]).hexdigest() != archive.contents:
        raise Unreadable(f"{what} holds other files than those that the index names")


def opened(files: dict[str, bytes], what: str) -> Contents:
    """The files of an archive with what they say of themselves. Raises Unreadable."""
    if MANIFEST not in files:
        raise Unreadable(f"{what} is no archive of a pack: it has no {MANIFEST}")
    manifest = loads(PackManifest, files[MANIFEST], f"{MANIFEST} of {what}")
    return Contents(manifest, files, hashlib.sha256(files[SUMS]).hexdigest())


def archive_path(release: Release, archive: Archive | SampleArchive, index: Index) -> str:
    """Where an archive lies in its catalog, and below the address at which it is served.

    A withdrawn one lies elsewhere: dbt asks no index, and no longer finds it where its users have its address from.
    """
    top = PACKS if index.withdrawal(release.pack, release.version) is None else WITHDRAWN
    return f"{top}/{release.pack}/{release.version}/{archive.file}"


def published(where: str, trust: Trust) -> PublishedPacks:
    """The catalog in a folder or at an address, as its publisher signed it. Raises Unfetched and Unreadable."""
    from generators.published.trust import verified  # noqa: PLC0415 - a tenth of a second, for catalogs alone

    if is_address(where) and ("?" in where or "#" in where):
        raise Unfetched("the address of a catalog is that of its folder, without ? and #")
    trusted = verified(partial(_bytes, where), trust)
    data = _bytes(where, INDEX, MOST_INDEX)
    if kind := not_json(data):
        raise Unreadable(f"{INDEX} of the catalog {kind}")
    trusted.require(INDEX, data)
    return PublishedPacks(where, index_of(data), trusted)


def index_of(data: bytes) -> Index:
    """What an index says. Raises Unreadable."""
    return loads(Index, data, f"{INDEX} of the catalog")


def require_not_older(packs: PublishedPacks, seen: Seen) -> None:
    """Raises Unreadable for a catalog that is older than what a project's lock file remembers, or another one."""
    if packs.trusted is not None:
        packs.trusted.require_not_older(seen)


def releases_in(folder: Path) -> tuple[Release, ...]:
    """Every release that lies in a folder, newest first within its pack. Raises Unreadable with the file's name."""
    found = [_release(path) for path in sorted(folder.glob(f"{PACKS}/*/*/{RELEASE}"))]
    return tuple(newest_first(found))


def _release(path: Path) -> Release:
    release = loads(Release, content(path) or b"", str(path))
    if (release.pack, release.version) != (path.parts[-3], path.parts[-2]):
        raise Unreadable(f"{path} is of {release.pack} {release.version}: its folder has another name")
    return release


def newest_first(releases: Iterable[Release]) -> list[Release]:
    """Releases by pack, and within a pack from the newest version on."""
    by_version = sorted(releases, key=lambda release: order(release.version), reverse=True)
    return sorted(by_version, key=lambda release: release.pack)


def order(version: str) -> Version:
    """Versions in their order; one that is none comes first."""
    try:
        return Version(version)
    except InvalidVersion:
        return Version("0.dev0")


def _bytes(where: str, path: str, most: int) -> bytes:
    """A file of a catalog, at most so large. Raises Unfetched."""
    if is_address(where):
        return fetched(f"{where.rstrip('/')}/{path}", most)
    folder = Path(where)
    try:
        file = located(folder.resolve(), path)
        if file.is_file() and file.stat().st_size > most:
            raise Unfetched(f"{file} is larger than {most} bytes")
        data = content(file)
    except (OSError, UnsafePathError) as error:
        raise Unfetched(f"{folder / path} cannot be read: {getattr(error, 'strerror', '') or error}") from error
    if data is None:
        hint = "; is this the folder of a catalog?" if path == INDEX else ""
        raise Unfetched(f"{folder / path} is not there{hint}", absent=True)
    return data
