"""Texts by path become files: changed ones are written, stale ones removed, and nothing else is touched."""

from __future__ import annotations

from generators.output.pages import Written, write_pages
from generators.output.paths import OccupiedError, UnsafePathError
from generators.output.publishing import publish
from generators.output.writing import (
    append,
    clear_leftovers,
    create_file,
    create_folder,
    created,
    move_aside,
    write_bytes,
    write_if_changed,
)

__all__ = [
    "OccupiedError",
    "UnsafePathError",
    "Written",
    "append",
    "clear_leftovers",
    "create_file",
    "create_folder",
    "created",
    "move_aside",
    "publish",
    "write_bytes",
    "write_if_changed",
    "write_pages",
]
