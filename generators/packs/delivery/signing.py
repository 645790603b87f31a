"""Metadata of a catalog, signed: made whole in memory, then written so that the last file makes them count.

Roles, by their keys: `root` names the keys of all; `targets` signs size and digest of every file; `snapshot` says which
list of them is the present one; `timestamp` says which snapshot is, and is renewed often.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from generators.output import write_if_changed
from generators.packs.delivery.keys import Key, Unsignable, names_of
from generators.published.manifest import PACKS, WITHDRAWN, Unreadable
from generators.published.standing import OF_A_CATALOG, files_in, held_in, key_name, roots_in, was_signed
from generators.published.trust import METADATA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Signed

    from generators.published.standing import Held, Terms

ROOT = Root.type
ONLINE = (Targets.type, Snapshot.type, Timestamp.type)
"""The roles that sign a release."""
DIGEST = ["sha256"]


class Keys(Protocol):
    """Where private keys lie."""

    def signers(self, root: Root) -> Mapping[str, CryptoSigner]:
        """What signs, by the id of each key of a root that is there. Raises Unsignable."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Metadata to be written, in this order, and what they are about."""

    files: Mapping[str, bytes]
    """By name in the folder of metadata; where there is a timestamp, it is the last one and makes the others count."""
    versions: Mapping[str, int]
    """Of the roles that were signed anew."""
    changed: tuple[str, ...] = ()
    """Files that were not signed like this before."""
    expires: Mapping[str, datetime] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Into a catalog, the files that nothing names yet first. Raises OSError."""
        for name, data in self.files.items():
            write_if_changed(folder / METADATA / name, data.decode())


def first_root(keys: Mapping[str, Sequence[Key]], threshold: int, terms: Terms, at: datetime) -> Signing:
    """The root of a new catalog: `keys` by role, all of its root keys sign."""
    root = Root(expires=terms.end(ROOT, at), consistent_snapshot=True)
    for role, of_role in keys.items():
        for key in of_role:
            root.add_key(key.signer.public_key, role)
    root.roles[ROOT].threshold = threshold
    return _of_root(_signed(root, [key.signer for key in keys[ROOT]]))


def signed(folder: Path, keys: Keys, terms: Terms, at: datetime) -> Signing:
    """A catalog as it lies there, signed. What did not change and is not due stays; the timestamp is always new.

    Raises Unreadable and Unsignable.
    """
    roots = roots_in(folder)
    return _release(folder, roots[-1].signed, keys.signers(roots[-1].signed), terms, at)


def with_new_timestamp(folder: Path, keys: Keys, terms: Terms, at: datetime) -> Signing:
    """The same catalog with a later end. Raises Unsignable where anything else needs to be signed, and Unreadable."""
    held = held_in(folder)
    changed = _changed(held, _targets(folder))
    if changed:
        raise Unsignable(
            f"{changed[0]} is not what is signed: the timestamp alone says nothing about it; sign all of it"
        )
    late = [role for role in (Targets.type, Snapshot.type) if held.signed[role].is_expired(at)]
    if late:
        raise Unsignable(f"the signature of {' and '.join(late)} has expired: sign all of it, without --only-timestamp")
    signers = keys.signers(held.root)
    made = _timestamp(
        held, held.timestamp.signed.snapshot_meta, signers_of(Timestamp.type, held.root, signers), terms, at
    )
    return _signing([made])


def with_new_root(folder: Path, keys: Keys, terms: Terms, at: datetime) -> Signing:
    """The same keys, named by a root with a later end. Raises Unsignable and Unreadable."""
    before = roots_in(folder)[-1].signed
    signers = signers_of(ROOT, before, keys.signers(before))
    return _of_root(_signed(_next_root(before, terms, at), signers))


def rotated(folder: Path, name: str, key: Key, keys: Keys, terms: Terms, at: datetime) -> Signing:  # noqa: PLR0913, PLR0917
    """Another key in the place of the one of that name, signed by the root keys that there are, and what it must sign.

    `keys` holds the new key already. Raises Unsignable and Unreadable.
    """
    before = roots_in(folder)[-1].signed
    known = names_of(before)
    role = role_of(before, name)
    root = _next_root(before, terms, at)
    root.revoke_key(known[name], role)
    root.add_key(key.signer.public_key, role)
    signers = {**keys.signers(before), key.signer.public_key.keyid: key.signer}
    approving = {signer.public_key.keyid: signer for one in (before, root) for signer in signers_of(ROOT, one, signers)}
    made = _of_root(_signed(root, list(approving.values())))
    if role == ROOT or not was_signed(folder):
        return made
    release = _release(folder, root, signers, terms, at, anew={role, Timestamp.type})
    files = dict(release.files)
    last = files.popitem()
    return Signing(
        {**files, **made.files, **dict([last])},
        {**made.versions, **release.versions},
        release.changed,
        {**made.expires, **release.expires},
    )


def role_of(root: Root, name: str) -> str:
    """The role that a key of that name signs for. Raises Unsignable for a name that is none."""
    known = names_of(root)
    if name not in known:
        raise Unsignable(f"the catalog has no key called {name}; it has: {', '.join(sorted(known))}")
    return next(role for role, of_role in root.roles.items() if known[name] in of_role.keyids)


def signers_of(role: str, root: Root, signers: Mapping[str, CryptoSigner]) -> list[CryptoSigner]:
    """Those that may sign for a role. Raises Unsignable where fewer are at hand than must."""
    wanted = root.roles[role]
    found = [signers[keyid] for keyid in wanted.keyids if keyid in signers]
    if len(found) < wanted.threshold:
        names = ", ".join(key_name(root, keyid) for keyid in wanted.keyids)
        raise Unsignable(
            f"{role} needs the signatures of {wanted.threshold} of {names}, and {len(found)} of them lie in the folder "
            "of --keys"
        )
    return found


def _release(  # noqa: PLR0913, PLR0917 - what a signature depends on
    folder: Path,
    root: Root,
    signers: Mapping[str, CryptoSigner],
    terms: Terms,
    at: datetime,
    anew: Collection[str] = (),
) -> Signing:
    held, is_cut_off = _held(folder)
    anew = ONLINE if is_cut_off else anew
    files = _targets(folder)
    changed = _changed(held, files)
    if held is not None:
        _require_unchanged_versions(held, changed, files)
    of = {role: signers_of(role, root, signers) for role in ONLINE}
    made: list[Metadata[Any]] = []
    listed = held.snapshot.signed.meta["targets.json"] if held else None
    if held is None or listed is None or changed or _is_due(Targets.type, held, terms, at, anew):
        version = held.targets.signed.version + 1 if held else 1
        made.append(_signed(Targets(version, expires=terms.end(Targets.type, at), targets=files), of[Targets.type]))
        listed = _meta(made[-1])
    present = held.timestamp.signed.snapshot_meta if held else None
    if held is None or present is None or made or _is_due(Snapshot.type, held, terms, at, anew):
        version = held.snapshot.signed.version + 1 if held else 1
        part = Snapshot(version, expires=terms.end(Snapshot.type, at), meta={"targets.json": listed})
        made.append(_signed(part, of[Snapshot.type]))
        present = _meta(made[-1])
    made.append(_timestamp(held, present, of[Timestamp.type], terms, at))
    return _signing(made, changed)


def _held(folder: Path) -> tuple[Held | None, bool]:
    """What was signed before, and whether a rotation was killed after its root: all is signed anew then."""
    if not was_signed(folder):
        return None, False
    try:
        return held_in(folder), False
    except Unreadable:
        if len(roots_in(folder)) == 1:
            raise
        return held_in(folder, before=True), True


def _is_due(role: str, held: Held, terms: Terms, at: datetime, anew: Collection[str]) -> bool:
    return role in anew or terms.is_due(held.signed[role].expires, at)


def _timestamp(
    held: Held | None, snapshot: MetaFile, signers: Sequence[CryptoSigner], terms: Terms, at: datetime
) -> Metadata[Timestamp]:
    version = held.timestamp.signed.version + 1 if held else 1
    return _signed(Timestamp(version, expires=terms.end(Timestamp.type, at), snapshot_meta=snapshot), signers)


def _targets(folder: Path) -> dict[str, TargetFile]:
    """Size and digest of every file. Raises Unsignable for what belongs to no catalog, and Unreadable."""
    files = files_in(folder)
    foreign = next((path for path in files if not OF_A_CATALOG.fullmatch(path)), None)
    if foreign:
        raise Unsignable(f"{folder / foreign} belongs to no catalog: move it away")
    if "index.json" not in files:
        raise Unsignable(
            f"{folder} has no index.json: publish into it first, with `dfops pack publish --into {folder}`"
        )
    return {path: TargetFile.from_data(path, data, DIGEST) for path, data in files.items()}


def _changed(held: Held | None, files: Mapping[str, TargetFile]) -> tuple[str, ...]:
    before = held.targets.signed.targets if held else {}
    paths = sorted({*before, *files})
    return tuple(path for path in paths if before.get(path) != files.get(path))


def _require_unchanged_versions(held: Held, changed: Iterable[str], files: Mapping[str, TargetFile]) -> None:
    """Raises Unsignable for a file of a version that is signed already and holds something else now."""
    before = held.targets.signed.targets
    versions = (f"{PACKS}/", f"{WITHDRAWN}/")
    other = next((path for path in changed if path.startswith(versions) and path in before and path in files), None)
    if other:
        raise Unsignable(f"{other} was signed with other content, and versions never change: publish another one")


def _next_root(before: Root, terms: Terms, at: datetime) -> Root:
    root = deepcopy(before)
    root.version += 1
    root.expires = terms.end(ROOT, at)
    return root


def _signed(part: Any, signers: Sequence[CryptoSigner]) -> Metadata[Any]:
    metadata: Metadata[Any] = Metadata(part)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata


def _bytes(metadata: Metadata[Any]) -> bytes:
    data: bytes = metadata.to_bytes(JSONSerializer(compact=True))
    return data


def _meta(metadata: Metadata[Any]) -> MetaFile:
    return MetaFile.from_data(metadata.signed.version, _bytes(metadata), DIGEST)


def _signing(made: Sequence[Metadata[Any]], changed: tuple[str, ...] = ()) -> Signing:
    parts: list[Signed] = [one.signed for one in made]
    return Signing(
        {_file(part): _bytes(one) for part, one in zip(parts, made, strict=True)},
        {part.type: part.version for part in parts},
        changed,
        {part.type: part.expires for part in parts},
    )


def _of_root(metadata: Metadata[Root]) -> Signing:
    return _signing([metadata])


def _file(part: Signed) -> str:
    return "timestamp.json" if part.type == Timestamp.type else f"{part.version}.{part.type}.json"
