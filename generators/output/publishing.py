"""A finished folder takes the place of a published one, in one step: whoever reads it sees the old one or the new."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from generators.output.paths import UnsafePathError
from generators.output.renaming import exchange
from generators.output.writing import taking_turns

if TYPE_CHECKING:
    from pathlib import Path


def publish(staged: Path, target: Path) -> None:
    """Replace folder `target` by a copy of folder `staged`, or make it.

    The copy is made beside the target as `.NAME.publish-new`; that name and `.NAME.publish-old` are this function's
    alone. Where the system can exchange two folders, `target` is the old or the new one at every moment. Elsewhere
    there is a moment without one, the old one being at `.NAME.publish-old`; after a run was killed then, the next puts
    it back. Two runs take turns.

    Raises UnsafePathError when either holds the other, when `target` is there and no folder, and when anything in
    `staged` is neither file nor folder; OSError for what the system refuses. After any of these the old one is there.
    """
    source = staged.resolve(strict=True)
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    target = parent.resolve() / target.name
    _check(source, target)
    new = target.with_name(f".{target.name}.publish-new")
    old = target.with_name(f".{target.name}.publish-old")
    with taking_turns(target.parent):
        _recover(target, new, old)
        try:
            shutil.copytree(source, new, symlinks=True)
            os.sync()  # else a power cut after the rename could leave names without contents
            _swap(new, target, old)
        finally:
            _clear(new)
            if target.exists():
                _clear(old)


def _check(source: Path, target: Path) -> None:
    """Refuse what would copy a folder into itself, follow a link out, or replace something that is no folder."""
    if source.is_relative_to(target) or target.is_relative_to(source):
        message = f"{source} and {target} overlap"
        raise UnsafePathError(message)
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        message = f"{target} is there and is not a folder"
        raise UnsafePathError(message)
    for found in source.rglob("*"):
        mode = found.lstat().st_mode
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            message = f"{found} is neither a file nor a folder"
            raise UnsafePathError(message)


def _recover(target: Path, new: Path, old: Path) -> None:
    """Undo a run that was killed: the old folder back into its place, the rest away."""
    if old.exists() and not target.exists():
        old.rename(target)
    _clear(new)
    _clear(old)


def _clear(leftover: Path) -> None:
    if leftover.exists():
        shutil.rmtree(leftover)


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put `new` in the place of `target`; the old one, if any, ends as `new` or `old`."""
    if not target.exists():
        new.rename(target)
        return
    if exchange(new, target):
        return
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
