"""What users have sent: a folder of snapshots, and how many installations have each of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.engines.parquet import READERS, Uncountable, counted
from generators.published.manifest import Unreadable
from generators.published.snapshots import MOST_BYTES, WAREHOUSES, snapshot_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TABLE = "installations"
"""The name, before its ending, of the table of installations in a folder of snapshots."""
HEAD = 400
"""Bytes in which a snapshot that was written by this program has its digest."""
_HEAD = re.compile(rb'^\{\s*"schema_version": \d+,\s*"warehouse": "([a-z0-9]+)",\s*"digest": "([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Sent:
    """A schema that was sent: where its snapshot lies, and on which warehouse it is."""

    file: Path
    warehouse: str


@dataclass(frozen=True, slots=True)
class Fleet:
    """Schemas by digest, and installations by the digest of their schema."""

    schemas: Mapping[str, Sent]
    installations: Mapping[str, int]
    """Of schemas that were sent."""
    unknown: int = 0
    """Installations whose schema was not sent."""

    @property
    def total(self) -> int:
        """All installations."""
        return sum(self.installations.values()) + self.unknown


def fleet_at(path: Path, pack: str) -> Fleet:
    """The schemas and installations at a path: a folder, one snapshot, or a table with the snapshots beside it.

    Without a table each snapshot stands for one installation. Raises Unreadable, Uncountable and OSError.
    """
    if path.is_dir():
        return _fleet(path, _table_in(path), pack)
    if path.suffix in READERS and path.is_file():
        return _fleet(path.parent, path, pack)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise Uncountable(f"{path} is neither a folder nor a file")
    digest, sent = _sent(path)
    return Fleet({digest: sent}, {digest: 1})


def _table_in(folder: Path) -> Path | None:
    """The table of installations of a folder. Raises Uncountable where there are several."""
    tables = sorted(file for file in folder.iterdir() if file.stem == TABLE and file.suffix in READERS)
    if len(tables) > 1:
        raise Uncountable(f"{folder} has several tables of installations: {', '.join(file.name for file in tables)}")
    return tables[0] if tables else None


def _fleet(folder: Path, table: Path | None, pack: str) -> Fleet:
    schemas: dict[str, Sent] = {}
    files: Counter[str] = Counter()
    for file in _snapshots(folder):
        digest, sent = _sent(file)
        schemas.setdefault(digest, sent)
        files[digest] += 1
    if table is None:
        if not schemas:
            raise Uncountable(f"{folder} holds no snapshot: name the folder with the files of `dfops pack snapshot`")
        return Fleet(schemas, files)
    counts = counted(table, pack)
    known = {digest: count for digest, count in counts.items() if digest in schemas}
    used = {digest: schemas[digest] for digest in known}
    return Fleet(used, known, sum(counts.values()) - sum(known.values()))


def _snapshots(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*.json") if file.is_file())


def _sent(file: Path) -> tuple[str, Sent]:
    """What a file says of itself; that it is so, is looked at when it is judged. Raises Unreadable and OSError."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
    found = _HEAD.match(head)
    if found is None:  # in another layout
        said = snapshot_in(bytes_of(file), str(file))
        return said.digest, Sent(file, said.warehouse)
    warehouse = found[1].decode()
    if warehouse not in WAREHOUSES:
        raise Unreadable(f"{file} is of a warehouse that no pack knows: {json.dumps(warehouse[:40])}")
    return found[2].decode(), Sent(file, warehouse)


def bytes_of(file: Path) -> bytes:
    """The bytes of a snapshot, one more than it may have at most. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)
