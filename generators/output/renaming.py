"""Renames that Python has no name for: exchange two folders, or never replace anything. renameat2(2) of Linux."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100
_NO_REPLACE, _EXCHANGE = 1, 2
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})
"""What a kernel or file system says that knows no such rename."""


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; False where the system cannot. Raises OSError for what it refuses."""
    return _renamed(one, other, _EXCHANGE)


def rename_new(old: Path, new: Path) -> None:
    """Rename, in one step, to a name that nothing has. Raises FileExistsError where something has it.

    Where the system cannot refuse by itself, an empty folder that appears at the last moment would be replaced.
    """
    if _renamed(old, new, _NO_REPLACE):
        return
    if os.path.lexists(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(new))
    old.rename(new)


def _renamed(old: Path, new: Path, flags: int) -> bool:
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), ctypes.c_uint(flags)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(old), None, str(new))
