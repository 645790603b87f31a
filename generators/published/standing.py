"""What a folder of a catalog holds, compared with what is signed in it: for those who publish it.

Signatures are judged by the oldest root in the folder itself: this says whether the catalog is whole, not whose it is.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from generators.output.paths import content
from generators.output.writing import STAGED
from generators.published.catalog import index_of
from generators.published.manifest import INDEX, LONGEST, Unreadable
from generators.published.trust import METADATA, ROLES, UNSIGNED, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from tuf.api.metadata import MetaFile, Signed

    from generators.published.manifest import Index

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

NAME = "x-dfops-name"
"""Field of a public key: how its publisher calls it, such as `root-1`."""
EMBEDDED = "generators/published/root.json"
"""In the wheel of the client: the root that it trusts."""
OF_A_CATALOG = re.compile(r"index\.json|(?:packs|withdrawn)/[^/]+/[^/]+/[^/]+|client/[^/]+\.whl")
"""What is signed and served."""
METADATA_FILE = re.compile(r"metadata/(?:[1-9][0-9]*\.(?:root|targets|snapshot)|timestamp)\.json")
SECRET = b"PRIVATE KEY-----"
SECRET_NAMES = frozenset({".pem", ".key", ".p12", ".pfx"})
_VERSIONED = re.compile(r"([1-9][0-9]{0,8})\.root\.json")


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long a signature is valid, as the model says."""

    expires: Mapping[str, int]
    """Days, by role."""
    renew_before: int
    """Days before its end from which on a signature is renewed."""

    def end(self, role: str, at: datetime) -> datetime:
        """Until when a signature of that moment is valid, to the second."""
        return (at + timedelta(days=self.expires[role])).replace(microsecond=0)

    def is_due(self, expires: datetime, at: datetime) -> bool:
        """Whether a signature is to be renewed."""
        return expires - at <= timedelta(days=self.renew_before)


@dataclass(frozen=True, slots=True)
class Held:
    """The metadata of a catalog, each verified by the one before."""

    roots: tuple[Metadata[Root], ...]
    """From the oldest to the newest."""
    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]
    targets: Metadata[Targets]

    @property
    def root(self) -> Root:
        """The newest."""
        return self.roots[-1].signed

    @property
    def signed(self) -> Mapping[str, Signed]:
        """The present one of each role."""
        parts = (self.root, self.timestamp.signed, self.snapshot.signed, self.targets.signed)
        return dict(zip(ROLES, parts, strict=True))


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """A role of a catalog."""

    role: str
    version: int
    expires: datetime
    """UTC."""
    keys: tuple[str, ...]
    """The names of the keys that may sign for it."""
    threshold: int
    """How many of them must."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A catalog whose metadata hold, and where its files differ from them."""

    roles: tuple[RoleStanding, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    foreign: tuple[str, ...]
    """Files that belong to no catalog."""
    clients: tuple[str, ...]
    """Wheels of the client that trust no root of this catalog."""

    @property
    def unsigned(self) -> tuple[str, ...]:
        """Each difference in words."""
        words = (("changed", self.changed), ("missing", self.missing), ("not signed", self.added))
        return tuple(f"{path}: {word}" for word, paths in words for path in paths)

    @property
    def valid_until(self) -> datetime:
        """When the first role expires, in UTC."""
        return min(role.expires for role in self.roles)


def standing(folder: Path) -> Standing:
    """How a catalog stands. Raises Unreadable where its metadata do not hold or are not there, and for a key in it."""
    files = files_in(folder)
    held = held_in(folder)
    signed = held.targets.signed.targets
    known = {path: data for path, data in files.items() if OF_A_CATALOG.fullmatch(path)}
    return Standing(
        roles=tuple(_role(name, part, held.root) for name, part in held.signed.items()),
        changed=tuple(path for path, data in known.items() if path in signed and not _same(signed[path], data)),
        missing=tuple(sorted(set(signed) - set(known))),
        added=tuple(sorted(set(known) - set(signed))),
        foreign=tuple(sorted(set(files) - set(known))),
        clients=tuple(_without_root(known, held)),
    )


def require_servable(found: Standing) -> None:
    """Raises Unreadable for a catalog that its users would refuse, in a sentence."""
    if found.unsigned:
        more = f" and {len(found.unsigned) - 1} more" if len(found.unsigned) > 1 else ""
        raise Unreadable(
            f"the catalog is not what is signed ({found.unsigned[0]}{more}): sign it with `dfops catalog sign`"
        )


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a catalog but its metadata, by path. Raises Unreadable for a private key and for a link."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(STAGED) or f"/{STAGED}" in name or (path.is_dir() and not path.is_symlink()):
            continue
        data = _served(path)
        if not name.startswith(f"{METADATA}/"):
            found[name] = data
    return found


def _served(path: Path) -> bytes:
    """What a file of a catalog holds. Raises Unreadable for a private key and for a link."""
    try:
        data = content(path) or b""
    except OSError as error:
        raise Unreadable(f"{path} is no regular file: a catalog holds no links") from error
    if SECRET in data or path.suffix in SECRET_NAMES:
        raise Unreadable(f"{path} looks like a private key: move it out of the catalog, and rotate it if it was served")
    return data


def roots_in(folder: Path) -> tuple[Metadata[Root], ...]:
    """The roots of a catalog, each signed by the one before, and the first by itself. Raises Unreadable."""
    top = folder / METADATA
    versions = sorted(int(match[1]) for path in top.glob("*.root.json") if (match := _VERSIONED.fullmatch(path.name)))
    if not versions:
        raise Unreadable(
            f"{folder} has no root metadata: make its keys with `dfops catalog init --keys DIR --into {folder}`"
        )
    roots: list[Metadata[Root]] = []
    for version in range(versions[0], versions[-1] + 1):
        name = f"{version}.root.json"
        data = _data(top / name)
        if root_of(data, name).version != version:
            raise Unreadable(f"{name} of the catalog names another version")
        roots.append(_loaded(Root, data, name, roots[-1].signed if roots else None))
    return tuple(roots)


def was_signed(folder: Path) -> bool:
    """Whether anything was signed in a catalog: what is there must hold then, and its numbers go on."""
    return any(not path.name.endswith(".root.json") for path in (folder / METADATA).glob("*.json"))


def held_in(folder: Path, *, before: bool = False) -> Held:
    """The metadata of a catalog, verified, whatever their expiry. Raises Unreadable.

    `before`: by the root before the newest, as a rotation leaves them that was killed.
    """
    roots, top = roots_in(folder), folder / METADATA
    root = roots[-2 if before and len(roots) > 1 else -1].signed
    if not (top / "timestamp.json").is_file():
        raise Unreadable(UNSIGNED)
    timestamp = _loaded(Timestamp, _data(top / "timestamp.json"), "timestamp.json", root)
    snapshot = _named(Snapshot, top, timestamp.signed.snapshot_meta, root)
    listed = snapshot.signed.meta.get("targets.json")
    if listed is None:
        raise Unreadable("the snapshot of the catalog names no list of files: sign it with `dfops catalog sign`")
    return Held(roots, timestamp, snapshot, _named(Targets, top, listed, root))


def _named(kind: type[S], top: Path, meta: MetaFile, root: Root) -> Metadata[S]:
    """What another part names by its version and digest."""
    name = f"{meta.version}.{kind.type}.json"
    data = _data(top / name)
    try:
        meta.verify_length_and_hashes(data)
    except LengthOrHashMismatchError as error:
        raise Unreadable(f"{METADATA}/{name} is not the one that is signed: sign with `dfops catalog sign`") from error
    return _loaded(kind, data, name, root)


def _data(path: Path) -> bytes:
    try:
        data = content(path)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or 'it is no regular file'}") from error
    if data is None:
        raise Unreadable(f"{path} is missing: a part of the catalog is not there")
    return data


def _loaded(kind: type[S], data: bytes, name: str, root: Root | None) -> Metadata[S]:
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(data)
        if metadata.signed.type != kind.type:
            raise Unreadable(f"{METADATA}/{name} is of another role, {metadata.signed.type}")
        if root is not None:
            root.verify_delegate(kind.type, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, RecursionError) as error:
        words = " ".join(str(error).split())[:LONGEST]
        raise Unreadable(f"{METADATA}/{name} does not hold: {words}") from error
    return metadata


def _role(role: str, part: Signed, root: Root) -> RoleStanding:
    keys = tuple(key_name(root, keyid) for keyid in root.roles[role].keyids)
    return RoleStanding(role, part.version, part.expires, keys, root.roles[role].threshold)


def key_name(root: Root, keyid: str) -> str:
    """How a key is called: by its publisher, else by the begin of its id."""
    return str(root.keys[keyid].unrecognized_fields.get(NAME) or keyid[:8])


def _same(signed: Any, data: bytes) -> bool:
    try:
        signed.verify_length_and_hashes(data)
    except LengthOrHashMismatchError:
        return False
    return True


def _without_root(files: Mapping[str, bytes], held: Held) -> Iterator[str]:
    """The wheels that carry none of the roots."""
    roots = {root.to_bytes() for root in held.roots}
    for path, data in files.items():
        if path.endswith(".whl") and _embedded(data) not in roots:
            yield path


def _embedded(wheel: bytes) -> bytes:
    """The root in a wheel as the library writes it; nothing where there is none."""
    try:
        with zipfile.ZipFile(BytesIO(wheel)) as archive:
            made: bytes = Metadata[Root].from_bytes(archive.read(EMBEDDED)).to_bytes()
            return made
    except (zipfile.BadZipFile, KeyError, RepositoryError):
        return b""


@dataclass(frozen=True, slots=True)
class Served:
    """A catalog that a site may carry."""

    index: Index
    valid_until: datetime
    """UTC; may be over: the pages outlive it."""
    files: tuple[str, ...]
    """What is served of its folder: what is signed, and the metadata."""


def served(folder: Path) -> Served:
    """A catalog whose files are those that are signed, and no key is among them. Raises Unreadable."""
    found = standing(folder)
    require_servable(found)
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = tuple(path for path in sorted(paths) if OF_A_CATALOG.fullmatch(path) or METADATA_FILE.fullmatch(path))
    return Served(index_of(_data(folder / INDEX)), found.valid_until, files)
