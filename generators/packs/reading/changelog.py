"""The releases of a pack, from its changelog: the headings (`## [1.2.0] - 2026-11-21`), and what stands below one.

Status pages take the headings alone, which hold a version and a date and no free text.
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


@dataclass(frozen=True, slots=True)
class Changelog:
    """A pack's changelog."""

    text: str

    @property
    def releases(self) -> tuple[Release, ...]:
        """Newest first, as the file has them."""
        return tuple(_headings(self.text))

    def day(self, version: str) -> date | None:
        """The day of a version; None where it has no entry."""
        return next((release.day for release in self.releases if release.version == version), None)

    def entry(self, version: str) -> str:
        """What stands below a version's heading, in Markdown; empty where it has no entry."""
        headings = list(HEADING.finditer(self.text))
        starts = [heading.start() for heading in headings] + [len(self.text)]
        for heading, end in zip(headings, starts[1:], strict=True):
            if heading["version"] == version:
                return self.text[heading.end() : end].strip()
        return ""


def changelog_of(root: Path, pack: str) -> Changelog:
    """The changelog of a pack; one without text where there is no regular file. Raises nothing."""
    return Changelog(_text(root / "packs" / pack / NAME))


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
