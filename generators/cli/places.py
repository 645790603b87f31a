"""Places in a file system that commands write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.options import Unusable, writing
from generators.output import clear_leftovers

if TYPE_CHECKING:
    from pathlib import Path


def unoccupied(path: Path, remedy: str) -> None:
    """Nothing may be there yet, not even a link that leads nowhere. Raises Unusable with the remedy.

    What a killed run left beside it is removed, whatever becomes of this one.
    """
    with writing(path):
        clear_leftovers(path)
        there = path.exists() or path.is_symlink()
    if there:
        raise Unusable(f"{path} is already there; {remedy}")


def within(path: Path, folder: Path) -> bool:
    """Whether a path stays in a folder, whatever links are on the way; one that leads back to itself does not."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # the latter is what Python 3.11 and 3.12 raise for such a link
        return False
