"""What a published pack says of itself: `pack.json` in its archive, `release.json` beside it, a catalog's `index.json`.

All three are JSON with a `schema_version`. A reader takes fields that it does not know for those of a later version.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from generators.source.portable import unportable

SCHEMA_VERSION: Final = 1
MANIFEST, RELEASE, INDEX, SUMS = "pack.json", "release.json", "index.json", "SHA256SUMS"
"""Names of the files: in an archive, of a version, of a catalog, and in an archive again."""
SCHEMA, FIXTURES, SOURCE = "schema.yaml", "fixtures.yaml", "source"
"""Of a sample: the files with the tables and how each is filled, and the folder with the boards as written."""
PACKS, WITHDRAWN = "packs", "withdrawn"
"""Folders of a catalog with a folder for each pack, and in it one for each version."""

Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[_-][a-z0-9]+)*$", max_length=80)]
"""An id: it may stand in paths and commands."""
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(?:\.[0-9]{1,6}){2}(?:-[0-9A-Za-z.]{1,20})?$")]
UpstreamVersion = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9A-Za-z.+-]{0,39}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
"""The name of a file, without a folder."""
Text = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\x{200c}\x{200d}])*$")
]
"""Text that is printed in a line: without line breaks, control characters and other invisible ones."""

M = TypeVar("M", bound=BaseModel)

GZIP = b"\x1f\x8b"
LONGEST = 200
"""Characters of a place or a reason that are repeated."""


class Unreadable(ValueError):  # noqa: N818 - what somebody else wrote, not a fault of the program
    """A file of a catalog or an archive that is not what it should be: one sentence."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


class RuntimeNeeded(_Part):
    """What draws the boards of an archive."""

    id: Word
    title: Line
    program: Word
    folder: Word
    suffix: Annotated[str, StringConstraints(pattern=r"^\.[a-z]{1,8}$")]
    board: Line
    boards: Line
    project_files: tuple[Name, ...]
    """What marks a folder as a project of it, its own file first."""
    minimum: UpstreamVersion
    """The oldest version that the boards were proven on."""


class FreshnessLimits(_Part):
    """How old the newest data of a table may be, in hours."""

    warn_after_hours: Annotated[float, Field(gt=0, le=24 * 3660)]
    error_after_hours: Annotated[float, Field(gt=0, le=24 * 3660)]


class PackManifest(_Part):
    """An archive: which pack, which version, for which warehouse and runtime."""

    schema_version: Literal[1] = SCHEMA_VERSION
    pack: Word
    package: Word
    """The name under which dbt knows it."""
    title: Line
    version: Version
    released: date | None
    licence: Line
    runtime: RuntimeNeeded
    warehouse: Word
    schema_name: Line
    """The schema that the connector writes to by default."""
    tables: dict[Line, Line]
    """Each table that the boards read, and how this warehouse spells it."""
    quoted: tuple[Line, ...] = ()
    """Those of the tables whose spelling is quoted."""
    changes: Text = ""
    """What changed in this version, in Markdown."""
    limitations: tuple[Line, ...] = ()
    reads: dict[Line, dict[Line, tuple[Line, ...]]] = {}
    """The columns that each board reads, by table, lower case. A table without columns must be there all the same.

    Empty in archives of earlier versions, which do not say.
    """
    optional: dict[Line, tuple[Line, ...]] = {}
    """What may be missing: all of a table whose tuple is empty, else these columns of it."""
    freshness: FreshnessLimits | None = None
    """None in archives of earlier versions, which do not say."""


class Archive(_Part):
    """An archive in a catalog."""

    runtime: Word
    warehouse: Word
    file: Name
    """Beside the `release.json` of its version."""
    size: Annotated[int, Field(ge=1)]
    """Bytes."""
    sha256: Digest
    """Of the archive's bytes."""
    contents: Digest
    """Of the SHA256SUMS in it: what is compared once it is unpacked."""


class SampleManifest(_Part):
    """An archive of what synthetic rows of a pack are made from: its tables, and how each is filled."""

    schema_version: Literal[1] = 1
    pack: Word
    title: Line
    version: Version
    released: date | None
    licence: Line
    schema_name: Line
    """The schema that the rows stand in."""
    last_day: date
    """The newest day of the rows."""
    synthetic: Literal[True] = True
    """No row was ever one of an account."""


class SampleArchive(_Part):
    """The archive of a version that synthetic rows are made from."""

    file: Name
    """Beside the `release.json` of its version."""
    size: Annotated[int, Field(ge=1)]
    """Bytes."""
    sha256: Digest
    contents: Digest
    """Of the SHA256SUMS in it."""


class BoardContract(_Part):
    """What users of a board may rely on within a major version."""

    id: Word
    title: Line
    variables: tuple[Line, ...] = ()
    queries: dict[Line, tuple[Line, ...]] = {}
    """The columns of each query."""


class Release(_Part):
    """A version of a pack with all its archives."""

    schema_version: Literal[1] = SCHEMA_VERSION
    pack: Word
    package: Word
    title: Line
    version: Version
    released: date
    licence: Line
    runtimes: Annotated[tuple[RuntimeNeeded, ...], Field(min_length=1)]
    inputs: Digest
    """Of all that the archives were made from."""
    boards: tuple[BoardContract, ...]
    required: tuple[Line, ...]
    """Tables that must be there."""
    archives: Annotated[tuple[Archive, ...], Field(min_length=1)]
    sample: SampleArchive | None = None
    """None where the pack has no synthetic rows."""
    changes: Text = ""
    limitations: tuple[Line, ...] = ()
    numbers: tuple[Line, ...] = ()
    """Queries whose rows differ from those of the version before, on the same synthetic rows: `board/query`."""

    @property
    def warehouses(self) -> tuple[str, ...]:
        """Those of any of its archives."""
        return tuple(dict.fromkeys(archive.warehouse for archive in self.archives))


class Client(_Part):
    """The distribution that installs packs, as a wheel in the catalog."""

    file: Name
    version: UpstreamVersion
    size: Annotated[int, Field(ge=1)]
    sha256: Digest


class Withdrawn(_Part):
    """A version, or a whole pack, that is not installed any more."""

    pack: Word
    version: Version | None = None
    """None for the whole pack."""
    withdrawn_on: date
    reason: Line
    instead: Version | None = None
    """The version that users go to."""

    @property
    def sentence(self) -> str:
        """What a user reads."""
        what = f"{self.pack} {self.version}" if self.version else self.pack
        ends = "" if self.reason.endswith((".", "!", "?")) else "."
        instead = f" Use version {self.instead}." if self.instead else ""
        return f"{what} is withdrawn since {self.withdrawn_on}: {self.reason}{ends}{instead}"


class Index(_Part):
    """A catalog: every release, newest first within its pack, and what of them is withdrawn."""

    schema_version: Literal[1] = SCHEMA_VERSION
    releases: tuple[Release, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    client: Client | None = None

    def withdrawal(self, pack: str, version: str | None = None) -> Withdrawn | None:
        """Of a whole pack, or of a version: what withdraws the pack withdraws each of its versions."""
        own = [one for one in self.withdrawn if one.pack == pack and one.version in {None, version}]
        return min(own, key=lambda one: one.version is not None, default=None)

    def of(self, pack: str) -> tuple[Release, ...]:
        """The releases of a pack, newest first."""
        return tuple(release for release in self.releases if release.pack == pack)

    @property
    def packs(self) -> dict[str, Release]:
        """The newest release of each pack, by its id."""
        newest: dict[str, Release] = {}
        for release in self.releases:
            newest.setdefault(release.pack, release)
        return newest


def loads(kind: type[M], data: bytes, what: str) -> M:
    """A model from JSON. Raises Unreadable with what is wrong first; `what` is how the file is called to its reader."""
    if kind_of_data := not_json(data):
        raise Unreadable(f"{what} {kind_of_data}")
    try:
        made = kind.model_validate_json(data)
    except ValidationError as error:
        raise Unreadable(f"{what} {_trouble(error)}") from error
    if reason := next((found for name in _names(made) if (found := unportable(name))), ""):
        raise Unreadable(f"{what} names a file that cannot be written: {reason}")
    return made


def not_json(data: bytes) -> str:
    """What a server sends in the place of JSON, and what to do; empty where it is none of these."""
    if data[:2] == GZIP:
        return "is compressed, not JSON: its server must send it as it is"
    if data[:64].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "is a web page, not JSON: check the address, and whether it asks for a login"
    return ""


def _trouble(error: ValidationError) -> str:
    """What is wrong first, or that it was written for a later version of this program."""
    problems = error.errors(include_url=False)
    if any(one["loc"][-1:] == ("schema_version",) and _is_later(one["input"]) for one in problems):
        return "is made for a newer dfops: update it"
    where = ".".join(str(step) for step in problems[0]["loc"])[:LONGEST]
    return f"cannot be read{f' at {where}' if where else ''}: {problems[0]['msg'][:LONGEST]}"


def _is_later(version: object) -> bool:
    return isinstance(version, int) and version > SCHEMA_VERSION


def _names(made: BaseModel) -> list[str]:
    if isinstance(made, Index):
        names = [name for release in made.releases for name in _names(release)]
        return names + ([made.client.file] if made.client else [])
    if isinstance(made, Release):
        return [archive.file for archive in made.archives] + ([made.sample.file] if made.sample else [])
    return []


def dumps(made: BaseModel) -> bytes:
    """A model as JSON: sorted, indented, the same bytes for the same model."""
    return (made.model_dump_json(indent=1, exclude_defaults=False) + "\n").encode()
