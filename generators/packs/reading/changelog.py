"""The releases of a pack, from the headings of its changelog (`## [1.2.0] - 2026-11-21`): nothing else of it is read.

The headings hold a version and a date and no free text, so whatever else stands in the file reaches no page.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "CHANGELOG.md"
LARGEST = 256 << 10
"""Bytes; a larger file gives no releases."""
HEADING = re.compile(
    r"^## \[(?P<version>[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}(?:-[0-9A-Za-z.]{1,20})?)\]"
    r" - (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ \t\r]*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Release:
    """A version and the day on which it was released."""

    version: str
    day: date


def releases(root: Path, pack: str) -> tuple[Release, ...]:
    """The releases of a pack, newest first as its changelog has them. No changelog, no releases; raises nothing."""
    return tuple(_headings(_text(root / "packs" / pack / NAME)))


def _headings(text: str) -> Iterator[Release]:
    for heading in HEADING.finditer(text):
        try:
            yield Release(heading["version"], date.fromisoformat(heading["day"]))
        except ValueError:
            continue


def _text(path: Path) -> str:
    """A regular file's text; empty where there is none, or where it is no regular file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
            return ""
        return b"".join(iter(lambda: os.read(handle, LARGEST), b"")).decode("utf-8", errors="replace")
    finally:
        os.close(handle)
