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
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

MEBIBYTE = 1 << 20
MOST_PACKED, MOST_UNPACKED = 8 * MEBIBYTE, 64 * MEBIBYTE
"""Bytes of an archive as it is sent, and of what is in it."""
MOST_FILES, DEEPEST, LONGEST = 500, 4, 200
"""Files of an archive, folders on the way to one, characters of a path."""
FILE, FOLDER = 0o644, 0o755
BLOCK = tarfile.BLOCKSIZE
PLAIN = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE})
"""Types of entries that an archive may have."""


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
    members = _members(_decompressed(data, what), what)
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


def _members(whole: bytes, what: str) -> dict[str, bytes]:
    """Files by path below the one folder. Raises Unreadable."""
    found: dict[str, bytes] = {}
    names: dict[str, set[str]] = {}
    for count, (member, data) in enumerate(_entries(whole, what)):
        if count > MOST_FILES:
            raise Unreadable(f"{what} holds more than {MOST_FILES} files")
        _refuse(member, what)
        parts = member.name.split("/")
        for depth, part in enumerate(parts):
            names.setdefault("/".join(parts[:depth]), set()).add(part)
        if member.isdir():
            continue
        path = "/".join(parts[1:])
        if not path or path in found:
            raise Unreadable(f"{what} holds {'a file twice' if path else 'a file outside its folder'}")
        found[path] = data
    _refuse_together(names, found, what)
    return found


def _entries(whole: bytes, what: str) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Header and bytes of each entry. Raises Unreadable.

    The headers are read one by one: what tarfile does for those of other formats, such as to follow one header to the
    next, an archive of ours does not need.
    """
    start = 0
    while True:
        block = whole[start : start + BLOCK]
        start += BLOCK
        if not block.strip(b"\0"):
            break
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.TarError, ValueError) as error:
            raise Unreadable(f"{what} is damaged: {' '.join(str(error).split())[:200]}") from error
        data = whole[start : start + member.size]
        if len(data) != member.size or (member.isdir() and data):
            raise Unreadable(f"{what} is damaged: {member.name[:80]!r} has not the size that it names")
        yield member, data
        start += -(-member.size // BLOCK) * BLOCK
    if whole[start:].strip(b"\0") or len(whole) < start:
        raise Unreadable(f"{what} is damaged: its list of files does not end where it should")


def _refuse(member: tarfile.TarInfo, what: str) -> None:
    """Raises Unreadable for what is no plain file or folder at a plain path."""
    if member.type not in PLAIN:
        raise Unreadable(f"{what} holds something that is no file or folder: {member.name[:80]!r}")
    if not is_plain(member.name) or member.name.count("/") > DEEPEST or len(member.name) > LONGEST:
        raise Unreadable(f"{what} holds a path that leads elsewhere or too deep: {member.name[:80]!r}")


def _refuse_together(names: Mapping[str, Iterable[str]], found: Mapping[str, bytes], what: str) -> None:
    """Raises Unreadable for names that cannot be beside each other. `names`: those in each folder."""
    tops = list(names.get("", ()))
    if len(tops) > 1:
        raise Unreadable(f"{what} holds more than one folder")
    if twice := next((path for path in found if f"{tops[0]}/{path}" in names), None):
        raise Unreadable(f"{what} holds {twice!r} as a file and as a folder")
    for folder in names.values():
        for name, reason in unportable_names(folder):
            raise Unreadable(f"{what} holds a name that not every system can keep, {name!r}: {reason}")
