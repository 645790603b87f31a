"""The only reader of files: bounded, inside its root, and never led out of it by a link."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from generators.findings import Finding, Place, in_order
from generators.source import rules
from generators.source.characters import printable
from generators.source.limits import LIMITS, Limits
from generators.source.portable import unportable_names
from generators.source.reading import Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generators.findings import Rule

_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER = _ROOT | os.O_NOFOLLOW
# Without O_NONBLOCK, opening a pipe waits for a writer that may never come.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LED_ASTRAY = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR})
_SUFFIX, _BOARD_SUFFIX, _BOARDS = ".yaml", ".yml", "/charts/"
_MORE_FILES = "`dfops check --max-files N` reads up to N"
_LIKE_YAML = (_SUFFIX, _BOARD_SUFFIX)


class _Kind(StrEnum):
    """What a folder entry is; the text says why it is refused."""

    FILE = "a file"
    FOLDER = "a folder"
    LINKED_FOLDER = "a symbolic link to a folder"
    LINK = "a symbolic link"
    OTHER = "a pipe, socket or device"


@dataclass(frozen=True, slots=True)
class Listing:
    """The YAML files of some folders: paths relative to the root, with forward slashes, sorted; what was refused.

    `whole` says whether every file was looked for; if not, a finding OPS011 says where the looking ended.
    """

    paths: tuple[str, ...]
    findings: tuple[Finding, ...]
    whole: bool = True


class Repository:
    """The files below `root`. The root itself may be reached through links; nothing below it may be one."""

    def __init__(self, root: Path, limits: Limits = LIMITS) -> None:
        self.root = root
        self._limits = limits
        self._sizes: dict[str, int] = {}
        self._total = 0

    def yaml_files(self, folders: Iterable[str]) -> Listing:
        """Every YAML file below these folders of the root; OPS011 to OPS013 for what looks like one and is none.

        OPS017 for each name, of any file or folder, that some operating system cannot hold.

        Hidden files and folders are passed over, and so is a folder asked for that does not exist. Raises nothing.
        """
        paths: set[str] = set()
        findings: list[Finding] = []
        asked = list(folders)
        pending = [(folder, True) for folder in reversed(asked)]
        while pending:
            folder, named = pending.pop()
            try:
                entries = self._entries(folder)
            except OSError as error:
                if not (named and isinstance(error, FileNotFoundError)):
                    findings.append(_unopened(folder, error))
                continue
            findings += _unportable(path for path, _ in entries)
            for path, kind in entries:
                refusal = self._refusal(path, kind)
                if refusal is not None:
                    findings.append(refusal)
                elif kind is _Kind.FOLDER:
                    pending.append((path, False))
                elif path.endswith(suffix_of(path)):
                    paths.add(path)
                if len(paths) + len(findings) > self._limits.files:
                    message = f"more than {self._limits.files} YAML files; the rest were not looked for"
                    findings.append(_finding(path, rules.LIMIT, message, _MORE_FILES))
                    return Listing(tuple(sorted(paths - {path})), in_order(findings), whole=False)
        return Listing(tuple(sorted(paths)), in_order(findings))

    def load(self, path: str, plain_keys: frozenset[str] = frozenset()) -> Reading:
        """The file at this path relative to the root, read; OPS011 to OPS013 when it may not or cannot be.

        `plain_keys` are keys that the file's language writes unquoted, whatever some readers take them for.

        Opens nothing outside the root, follows no link, waits for no pipe. A path counts once towards the size of the
        tree, however often it is loaded. Raises nothing.
        """
        if not path.endswith(suffix_of(path)):
            return Reading(None, (_finding(path, rules.NOT_A_FILE, f"its name does not end in {suffix_of(path)}"),))
        try:
            data = self._bytes(path)
        except OSError as error:
            return Reading(None, (_unopened(path, error),))
        self._total += len(data) - self._sizes.get(path, 0)
        self._sizes[path] = len(data)
        if self._total > self._limits.tree_bytes:
            message = f"more than {self._limits.tree_bytes} bytes of YAML in this repository"
            return Reading(None, (_finding(path, rules.LIMIT, message),))
        return read(path, data, replace(self._limits, plain_keys=plain_keys) if plain_keys else self._limits)

    def _bytes(self, path: str) -> bytes:
        """At most one byte more than a file may have. Raises OSError, with ENXIO for what is no regular file."""
        above, _, name = path.rpartition("/")
        if not _is_plain(name):
            raise OSError(errno.ELOOP, "not a path inside the root")
        folder = self._open_folder(above)
        try:
            handle = os.open(name, _FILE, dir_fd=folder)
        finally:
            os.close(folder)
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.ENXIO, "not a regular file")
            wanted = self._limits.file_bytes + 1
            pieces: list[bytes] = []
            while wanted and (piece := file.read(wanted)):
                pieces.append(piece)
                wanted -= len(piece)
            return b"".join(pieces)

    def _open_folder(self, path: str) -> int:
        """A descriptor of a folder, reached one name at a time so that no link can be slipped in. Raises OSError."""
        names = [] if path in {"", "."} else path.split("/")
        if not all(_is_plain(name) for name in names):
            raise OSError(errno.ELOOP, "not a path inside the root")
        handle = os.open(self.root, _ROOT)
        for name in names:
            try:
                below = os.open(name, _FOLDER, dir_fd=handle)
            finally:
                os.close(handle)
            handle = below
        return handle

    def _entries(self, folder: str) -> list[tuple[str, _Kind]]:
        """What a folder holds, hidden entries left out, sorted: paths relative to the root. Raises OSError."""
        above = "" if folder in {"", "."} else f"{folder}/"
        handle = self._open_folder(folder)
        try:
            with os.scandir(handle) as entries:
                return sorted((above + entry.name, _kind(entry)) for entry in entries if not entry.name.startswith("."))
        finally:
            os.close(handle)

    def _refusal(self, path: str, kind: _Kind) -> Finding | None:
        """Why an entry is neither read, walked nor passed over; None when it is one of these."""
        named_yaml = path.lower().endswith(_LIKE_YAML)
        if kind is _Kind.FOLDER and not named_yaml and path.count("/") >= self._limits.depth:
            return _finding(path, rules.LIMIT, f"folders nested deeper than {self._limits.depth} levels")
        if kind is _Kind.LINKED_FOLDER or (named_yaml and kind is not _Kind.FILE):
            return _finding(path, rules.NOT_A_FILE, f"{kind}, not a YAML file")
        if (named_yaml or kind is _Kind.FOLDER) and not _is_plain(path):
            return _finding(path, rules.NOT_A_FILE, "a name with characters that cannot be shown")
        if named_yaml and not path.endswith(suffix_of(path)):
            sentence = f"a YAML file whose name does not end in {suffix_of(path)}"
            return _finding(path, rules.NOT_A_FILE, sentence, "rename it")
        return None


def suffix_of(path: str) -> str:
    """How the name of a YAML file at this path ends: boards, below a folder `charts/`, as their runtime wants it."""
    return _BOARD_SUFFIX if _BOARDS in path else _SUFFIX


def _kind(entry: os.DirEntry[str]) -> _Kind:
    if entry.is_symlink():
        try:
            return _Kind.LINKED_FOLDER if entry.is_dir() else _Kind.LINK
        except OSError:  # a link to itself, or to where nobody may look
            return _Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return _Kind.FOLDER
    return _Kind.FILE if entry.is_file(follow_symlinks=False) else _Kind.OTHER


def _is_plain(name: str) -> bool:
    """Whether this is the name of something that can be printed: nothing invisible or undecodable, no step upwards."""
    return name not in {"", ".", ".."} and name.isprintable() and "\\" not in name


def _unportable(paths: Iterable[str]) -> Iterator[Finding]:
    """What some operating system cannot hold of one folder; names that cannot be shown are reported as such."""
    by_name = {path.rpartition("/")[2]: path for path in paths}
    for name, reason in unportable_names(name for name in by_name if _is_plain(name)):
        yield _finding(by_name[name], rules.PORTABLE, reason)


def _unopened(path: str, error: OSError) -> Finding:
    if error.errno in _LED_ASTRAY:
        return _finding(path, rules.NOT_A_FILE, "a link, a pipe, or not inside the root")
    return _finding(path, rules.UNREADABLE, os.strerror(error.errno or errno.EIO))


def _finding(path: str, rule: Rule, message: str, hint: str = "") -> Finding:
    # A file name may hold any byte; what is printed may not.
    return Finding(Place(printable(path)), rule, message, hint)
