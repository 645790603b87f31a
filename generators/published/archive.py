"""An archive of a pack: a gzipped tar with one folder, made the same way every time, and read with suspicion.

Limits and refusals are those of the guide to hardening: nothing of an archive reaches the disk before all of it passed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from typing import TYPE_CHECKING

from generators.output.paths import is_plain
from generators.published.manifest import SUMS, Unreadable
from generators.source.portable import unportable_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

MEBIBYTE = 1 << 20
MOST_PACKED, MOST_UNPACKED = 8 * MEBIBYTE, 64 * MEBIBYTE
"""Bytes of an archive as it is sent, and of what is in it."""
MOST_FILES, DEEPEST, LONGEST = 500, 4, 200
"""Files of an archive, folders on the way to one, characters of a path."""
FILE, FOLDER = 0o644, 0o755


def sums(members: Mapping[str, bytes]) -> bytes:
    """A line for each file but itself, as `sha256sum -c` reads them, in the order of their paths."""
    lines = (f"{hashlib.sha256(members[path]).hexdigest()}  {path}\n" for path in sorted(members) if path != SUMS)
    return "".join(lines).encode()


def packed(top: str, members: Mapping[str, bytes], moment: datetime) -> bytes:
    """The archive of a folder with these files: no owner, one mode, one time, in the order of their paths."""
    stream = io.BytesIO()
    seconds = int(moment.timestamp())
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        folder = tarfile.TarInfo(top)
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, FOLDER, seconds
        tar.addfile(folder)  # dbt takes the first name for the folder's
        for path in sorted(members):
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size, member.mode, member.mtime = len(members[path]), FILE, seconds
            tar.addfile(member, io.BytesIO(members[path]))
    return gzip.compress(stream.getvalue(), mtime=0)


def unpacked(data: bytes, what: str) -> dict[str, bytes]:
    """The files of an archive by their paths below its one folder, all of them those that its SHA256SUMS names.

    Raises Unreadable with one sentence; `what` is how the archive is called to its reader.
    """
    members = dict(_members(_decompressed(data, what), what))
    if SUMS not in members:
        raise Unreadable(f"{what} is no archive of a pack: it has no {SUMS}")
    if members[SUMS] != sums(members):
        raise Unreadable(f"{what} is damaged: its files are not those that its {SUMS} names")
    return members


def _decompressed(data: bytes, what: str) -> bytes:
    if len(data) > MOST_PACKED:
        raise Unreadable(f"{what} is larger than {MOST_PACKED // MEBIBYTE} MiB")
    if data[:2] != b"\x1f\x8b":
        page = data[:256].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))
        raise Unreadable(f"{what} is {'a web page' if page else 'no gzip file'}, not an archive: check its address")
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = reader.decompress(data, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise Unreadable(f"{what} is damaged: {error}") from error
    if len(whole) > MOST_UNPACKED:
        raise Unreadable(f"{what} holds more than {MOST_UNPACKED // MEBIBYTE} MiB")
    if not reader.eof:
        raise Unreadable(f"{what} is cut short: get it again")
    if reader.unused_data:
        raise Unreadable(f"{what} has something behind its end: get it again")
    return whole


def _members(whole: bytes, what: str) -> Iterator[tuple[str, bytes]]:
    tops: set[str] = set()
    names: dict[str, set[str]] = {}
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as tar:
            for count, member in enumerate(tar):
                if count > MOST_FILES:
                    raise Unreadable(f"{what} holds more than {MOST_FILES} files")
                top, _, path = member.name.partition("/")
                tops.add(top)
                if len(tops) > 1:
                    raise Unreadable(f"{what} holds more than one folder")
                _refuse(member, what, names)
                if member.isdir():
                    continue
                if not path or path in seen:
                    raise Unreadable(f"{what} holds {'a file twice' if path else 'a file outside its folder'}")
                seen.add(path)
                stream = tar.extractfile(member)
                yield path, stream.read() if stream else b""
    except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"{what} is damaged: {' '.join(str(error).split())[:200]}") from error
    for folder in names.values():
        for name, reason in unportable_names(folder):
            raise Unreadable(f"{what} holds a name that not every system can keep, {name!r}: {reason}")


def _refuse(member: tarfile.TarInfo, what: str, names: dict[str, set[str]]) -> None:
    """Raises Unreadable for what is no plain file or folder at a plain path; notes its names by their folder."""
    parts = member.name.split("/")
    if not is_plain(member.name) or len(parts) > DEEPEST + 1 or len(member.name) > LONGEST:
        raise Unreadable(f"{what} holds a path that leads elsewhere or too deep: {member.name[:80]!r}")
    if not (member.isdir() or member.isreg()) or member.issparse():
        raise Unreadable(f"{what} holds a link or a device: {member.name[:80]!r}")
    for depth, part in enumerate(parts):
        names.setdefault("/".join(parts[:depth]), set()).add(part)
