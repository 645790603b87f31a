"""Which paths may be written at all: plain names below one folder, with no symbolic link on the way."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_PRINTABLE = " "
_DELETE = "\x7f"


class UnsafePathError(ValueError):
    """A path that leaves its folder, or could."""


class OccupiedError(Exception):
    """Something that no run wrote, or that was changed since, stands where pages belong. Nothing was written.

    `paths`: sorted, relative to the folder.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        """Name every place at once."""
        super().__init__(f"not written by a run, or changed since; move away or delete: {', '.join(paths)}")
        self.paths = paths


def is_plain(path: str) -> bool:
    """Whether `path` is relative, with forward slashes, and made of plain names only."""
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        return False
    return not any(c < _FIRST_PRINTABLE or c == _DELETE or c in "\\:" or "\ud800" <= c <= "\udfff" for c in path)


def located(folder: Path, path: str) -> Path:
    """Where `path` lies in `folder`, which has no symbolic links of its own.

    Raises UnsafePathError for a path that is not plain, and for one on whose way a symbolic link stands.
    """
    if not is_plain(path):
        message = f"not a plain path below the folder: {path!r}"
        raise UnsafePathError(message)
    way = folder
    for part in path.split("/")[:-1]:
        way /= part
        if way.is_symlink():
            message = f"{path}: {part} is a symbolic link"
            raise UnsafePathError(message)
    return way / path.rpartition("/")[2]


def content(file: Path) -> bytes | None:
    """The bytes of a regular file, None where there is nothing.

    Raises IsADirectoryError, NotADirectoryError or, for links, pipes and devices, FileExistsError.
    """
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(file))
    if not stat.S_ISREG(mode):
        raise FileExistsError(errno.EEXIST, "is no regular file", str(file))
    return file.read_bytes()
