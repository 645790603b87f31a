"""`dataface-packs.lock` of a project: which packs were installed into which folders, from which archives, with what.

It is written last of all that a command changes, so what it says holds. Teams keep it in version control.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from generators.output.paths import is_plain
from generators.published.manifest import (
    Digest,
    FreshnessLimits,
    Line,
    RuntimeNeeded,
    Unreadable,
    Version,
    Word,
    dumps,
    loads,
)
from generators.source.portable import unportable

LOCK: Final = "dataface-packs.lock"
MOST_LOCK = 4 << 20
"""Bytes of a lock file."""
REMEDY = "take it back from version control, or remove the packs' folders and install them anew"
_DEPTH = 2

Path = Annotated[str, StringConstraints(max_length=300)]
"""Of a file below its folder, or of a folder below the project, with forward slashes."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Conflict(_Part):
    """A file that could not be merged; it waits for the user for as long as there is one beside it."""

    before: Digest
    """What it was delivered as before."""
    beside: Digest
    """What was written beside it."""


class Installed(_Part):
    """A pack as it was installed into a folder of boards."""

    pack: Word
    package: Word
    title: Line
    version: Version
    runtime: RuntimeNeeded
    warehouse: Word
    contents: Digest
    """SHA-256 of the archive's SHA256SUMS."""
    origin: Literal["catalog", "repository"]
    source: Line | None = None
    schema_name: Line
    database: Line | None = None
    files: dict[Path, Digest]
    """SHA-256 of each file as it was delivered, by path below the folder."""
    left_out: dict[Line, tuple[Line, ...]] = {}
    """Boards that were not written, and the optional tables and columns that the warehouse lacked."""
    reads: dict[Line, dict[Line, tuple[Line, ...]]] = {}
    """As in the manifest of the archive; empty where an earlier dfops wrote the record, or the archive does not say."""
    optional: dict[Line, tuple[Line, ...]] = {}
    """Likewise."""
    freshness: FreshnessLimits | None = None
    """Likewise."""
    conflicts: dict[Path, Conflict] = {}
    """Files that the upgrade to this version could not merge."""
    withdrawn: Line = ""
    """Why this version was left, where it was because it is withdrawn."""
    orphans: dict[Path, Digest] = {}
    """Edited files that no version has had since, and what they were delivered as."""


class LockedPack(_Part):
    """A folder of boards: what is in it, and what was in it before the last upgrade."""

    now: Installed
    before: Installed | None = None


class Seen(_Part):
    """The newest state of a catalog that this project has seen: an older one is refused."""

    root: Digest
    """SHA-256 of its newest root metadata."""
    versions: dict[Word, Annotated[int, Field(ge=1)]]
    """Of the catalog's metadata, by role."""


class Lock(_Part):
    """The whole file."""

    schema_version: Literal[1] = 1
    catalog: Seen | None = None
    packs: dict[Path, LockedPack] = {}
    """By folder below the project."""

    @model_validator(mode="after")
    def _stay_inside(self) -> Lock:
        for folder, locked in self.packs.items():
            require_plain(folder, depth=_DEPTH)
            for installed in filter(None, (locked.now, locked.before)):
                for path in (*installed.files, *installed.conflicts, *installed.orphans):
                    require_plain(path)
        return self


def require_plain(path: str, *, depth: int | None = None) -> None:
    """Raises ValueError for a path that may lead elsewhere, or of another depth."""
    parts = path.split("/")
    wrong = next((sentence for part in parts if (sentence := unportable(part))), "")
    if not is_plain(path) or wrong or path.startswith(".") or (depth is not None and len(parts) != depth):
        raise ValueError(f"{path!r} is no path of a pack")


def read_lock(data: bytes | None) -> Lock:
    """What a lock file holds; an empty one where there is none. Raises Unreadable with the remedy."""
    if data is None:
        return Lock()
    if len(data) > MOST_LOCK:
        raise Unreadable(f"{LOCK} is larger than {MOST_LOCK >> 20} MiB: {REMEDY}")
    if any(line.startswith((b"<<<<<<<", b">>>>>>>")) for line in data.splitlines()):
        raise Unreadable(f"{LOCK} holds the conflict of a merge: take one side of it, then run this again")
    try:
        return loads(Lock, data, LOCK)
    except Unreadable as error:
        later = "newer dfops" in str(error)
        raise Unreadable(str(error) if later else f"{error}: {REMEDY}") from error


def written_lock(lock: Lock) -> bytes | None:
    """The bytes of a lock file, packs in order; None where there is nothing to say."""
    if not lock.packs:
        return None
    return dumps(lock.model_copy(update={"packs": dict(sorted(lock.packs.items()))}))
