"""Whether a catalog is what its publisher signed: metadata in the form of The Update Framework, read by its library.

The only module that trusts what a catalog says. Everything begins with root metadata that was not got from the catalog;
nothing is trusted because it was there first.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from generators.published.download import Unfetched
from generators.published.manifest import INDEX, LONGEST, Unreadable, not_json
from generators.published.remembered import ROOTS, Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tuf.api.metadata import TargetFile

    Read = Callable[[str, int], bytes]
    """A file of a catalog by its path, at most so many bytes. Raises Unfetched."""

METADATA = "metadata"
"""The folder of a catalog with what is signed."""
TIMESTAMP = f"{METADATA}/timestamp.json"
BASE = "catalog:/"
"""Stands for the catalog in what the library asks for: where it lies is known to whoever reads."""
MOST_TARGETS = 16 << 20
"""Bytes of the list of a catalog's files."""
ABSENT = 404
ROLES = (Root.type, Timestamp.type, Snapshot.type, Targets.type)
CONFIG = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=1,
    targets_max_length=MOST_TARGETS,
    prefix_targets_with_hash=False,  # dbt's packages.yml names archives by their plain address
)
MOST_ROOT: int = CONFIG.root_max_length
UNSIGNED = "the catalog is not signed, so nothing of it is used: its publisher signs it with `dfops catalog sign`"
TRY_AGAIN = "the catalog is being changed, so try again in a few minutes; if it stays so, tell its publisher"


@dataclass(frozen=True, slots=True)
class Trust:
    """What a catalog is judged by."""

    root: bytes
    """Root metadata, as the publisher gave it."""
    name: str
    """How the root is called to a reader: its file, or that it came with the program."""
    at: datetime
    """Now, in UTC: what has expired by then is refused."""
    home: Path | None
    """The folder of this program for what was seen; None where there is none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a lock file remembers of a catalog."""

    root: str
    """SHA-256 of the newest root."""
    versions: Mapping[str, int]
    """Of root, timestamp, snapshot and targets."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """A catalog whose metadata hold."""

    root: str
    """SHA-256 of the newest root, the one of `versions["root"]`."""
    versions: Mapping[str, int]
    """Of root, timestamp, snapshot and targets."""
    valid_until: datetime
    """When the first of them expires, in UTC."""
    roots: Mapping[int, str] = field(repr=False)
    """SHA-256 of each root by version, from the one that was trusted at the start to the newest."""
    files: Mapping[str, TargetFile] = field(repr=False)
    """Size and digest of every file of the catalog, by path."""
    unremembered: str = ""
    """Why the versions could not be kept, so that an older catalog would not be noticed the next time; else empty."""

    @property
    def seen(self) -> Seen:
        """What to remember of it."""
        return Seen(self.root, self.versions)

    def require(self, path: str, data: bytes) -> None:
        """Raises Unreadable for a file that is not the one that was signed."""
        signed = self.files.get(path)
        if signed is None:
            raise Unreadable(f"{path} of the catalog is not signed by its publisher; nothing of it was used")
        try:
            signed.verify_length_and_hashes(data)
        except LengthOrHashMismatchError as error:
            raise Unreadable(
                f"{path} of the catalog is not what its publisher signed: it was changed or cut short, or {TRY_AGAIN}; "
                "nothing of it was used"
            ) from error

    def require_not_older(self, seen: Seen) -> None:
        """Raises Unreadable for a catalog that is older than what was seen, or another one.

        Roots from before the first that is known here cannot be compared. After a new root the other numbers may begin
        anew.
        """
        then, now = seen.versions["root"], self.versions["root"]
        if then in self.roots and self.roots[then] != seen.root:
            raise Unreadable("the catalog is not the one that this project's packs came from: its root is another one")
        older = [role for role in ROLES if self.versions[role] < seen.versions[role]]
        if then > now or (then == now and older):
            role = older[0]
            raise Unreadable(_older(f"{role} version {self.versions[role]} after {seen.versions[role]}"))


def _older(detail: str) -> str:
    return (
        f"the catalog is older than what was seen of it before ({detail}): "
        "an old copy is served; try again later, and tell its publisher"
    )


class _Fetcher(FetcherInterface):
    """Gets what the library asks for, from wherever the catalog lies."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.path, self.data = "", b""
        """What was asked for last, and what came."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self._bytes(url, MOST_TARGETS)

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """As the library defines it; the limit holds while bytes come in, in size and in time."""
        yield BytesIO(self._bytes(url, max_length))

    def _bytes(self, url: str, most: int) -> bytes:
        self.path, self.data = url.removeprefix(BASE), b""
        try:
            self.data = self.read(self.path, most)
        except Unfetched as error:
            if error.absent:
                raise DownloadHTTPError(str(error), ABSENT) from error
            raise DownloadError(str(error)) from error
        return self.data


def verified(read: Read, trust: Trust) -> Trusted:
    """The catalog behind `read`, once all its metadata were verified. Raises Unfetched and Unreadable."""
    version = root_of(trust.root, trust.name).version
    try:
        with TemporaryDirectory(prefix="dfops-") as name:
            return _verified(read, trust, version, Path(name))
    except OSError as error:
        raise Unfetched(f"no temporary folder can be used: {error.strerror or error}") from error


def root_of(data: bytes, name: str) -> Root:
    """Root metadata that hold by themselves. Raises Unreadable."""
    try:
        root = Metadata[Root].from_bytes(data)
        if not isinstance(root.signed, Root):
            raise Unreadable(f"{name} is no root metadata of a catalog")
        root.signed.verify_delegate(Root.type, root.signed_bytes, root.signatures)
    except (RepositoryError, ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is no root metadata of a catalog: {_words(error)}") from error
    return root.signed


def _verified(read: Read, trust: Trust, version: int, here: Path) -> Trusted:
    memory, reason = _recalled(trust, version, here)
    fetcher = _Fetcher(read)
    updater = Updater(str(here), f"{BASE}{METADATA}/", fetcher=fetcher, config=CONFIG, bootstrap=trust.root)
    held = updater._trusted_set  # noqa: SLF001 - the library asks the clock itself, and takes no moment as an argument
    held.reference_time = trust.at
    try:
        updater.refresh()
    except (DownloadError, RepositoryError) as error:
        expired = [signed.expires for signed in held if signed.is_expired(trust.at)]
        raise _told(error, fetcher, trust, expired) from error
    finally:
        reason = reason or _kept(memory, here)
    return _trusted(here, version, reason)


def _recalled(trust: Trust, version: int, here: Path) -> tuple[Memory | None, str]:
    """What was seen before, copied; or why nothing can be remembered."""
    if trust.home is None:
        return None, "this user has no home folder"
    try:
        memory = Memory.of(trust.home, trust.root, version)
        memory.copy(here)
    except OSError as error:
        return None, _reason(error, trust.home)
    return memory, ""


def _kept(memory: Memory | None, here: Path) -> str:
    """Keeps what was verified, be it all of it or not; why it could not, else an empty text."""
    try:
        if memory is not None:
            memory.keep(here)
    except OSError as error:
        return _reason(error, memory.folder if memory else here)
    return ""


def _reason(error: OSError, place: Path) -> str:
    return f"{error.filename or place} cannot be written: {error.strerror or error}"


def _trusted(here: Path, first: int, reason: str) -> Trusted:
    """What lies verified in a folder."""
    signed = {role: _signed(here / f"{role}.json") for role in ROLES}
    newest = signed[Root.type].version
    files = [(version, here / ROOTS / f"{version}.root.json") for version in range(first, newest + 1)]
    roots = {version: hashlib.sha256(path.read_bytes()).hexdigest() for version, path in files}
    targets = signed[Targets.type]
    return Trusted(
        root=roots[newest],
        versions={role: one.version for role, one in signed.items()},
        valid_until=min(one.expires for one in signed.values()),
        roots=roots,
        files=targets.targets if isinstance(targets, Targets) else {},
        unremembered=reason,
    )


def _signed(path: Path) -> Signed:
    metadata: Metadata[Any] = Metadata.from_bytes(path.read_bytes())
    signed: Signed = metadata.signed
    return signed


def _told(error: Exception, fetcher: _Fetcher, trust: Trust, expired: list[datetime]) -> Exception:
    """What is wrong with a catalog, in one sentence."""
    path = fetcher.path
    if isinstance(error, DownloadError):
        return _unfetched(error, fetcher)
    if isinstance(error, ExpiredMetadataError):
        return Unreadable(_expired(trust, expired))
    if isinstance(error, UnsignedMetadataError):
        return Unreadable(
            f"{path} is not signed with a key that {trust.name} trusts: the catalog is another publisher's, or it was "
            "changed; if the address is right, ask its publisher for the current root metadata and name the file with "
            "--trust FILE"
        )
    return Unreadable(_unfitting(error, path, fetcher.data))


def _unfitting(error: Exception, path: str, data: bytes) -> str:
    """What is wrong with a file that is older than another, or no metadata at all."""
    if isinstance(error, BadVersionNumberError) and path == TIMESTAMP:
        return _older(_words(error))
    if isinstance(error, (BadVersionNumberError, LengthOrHashMismatchError)):
        return f"{path} does not belong to the rest of the catalog ({_words(error)}): {TRY_AGAIN}"
    if kind := not_json(data):
        return f"{path} of the catalog {kind}"
    return f"{path} of the catalog cannot be read as metadata ({_words(error)}): {TRY_AGAIN}"


def _unfetched(error: DownloadError, fetcher: _Fetcher) -> Exception:
    """What could not be got; of a catalog without a timestamp, whether it is one at all."""
    cause = error.__cause__
    if not isinstance(cause, Unfetched):
        return Unfetched(_words(error))
    if not cause.absent:
        return cause
    if fetcher.path != TIMESTAMP:
        return Unreadable(f"{fetcher.path} of the catalog is missing: {TRY_AGAIN}")
    try:
        fetcher.read(INDEX, MOST_TARGETS)
    except Unfetched as nothing:
        return nothing
    return Unreadable(UNSIGNED)


def _expired(trust: Trust, expired: list[datetime]) -> str:
    day = f" on {min(expired):%Y-%m-%d}" if expired else ""
    return (
        f"the catalog expired{day} (this computer's clock says {trust.at:%Y-%m-%d %H:%M} UTC): nothing is installed "
        "from it until its publisher renews it; what is installed already goes on working"
    )


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:LONGEST]
