"""Pages that people write by hand: where they are, and the commands that they tell readers to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = ("*.md", "docs/*.md", "docs/guides/*.md", "docs/public/*.md", "docs/public/guides/*.md")
LANGUAGE = "console"
LARGEST = 1 << 20
"""Bytes; a larger page is not read."""


@dataclass(frozen=True, slots=True)
class Console:
    """A block of commands on a page that is written by hand: its file, the line of its first command, its text."""

    path: str
    line: int
    text: str


def consoles(root: Path) -> Iterator[Console]:
    """The console blocks of every page written by hand, in order."""
    parser = MarkdownIt("commonmark")
    for path, text in pages(root):
        if LANGUAGE not in text:
            continue
        for token in parser.parse(text):
            if token.type == "fence" and token.info.strip() == LANGUAGE and token.map:
                yield Console(path, token.map[0] + 2, token.content)


def pages(root: Path) -> Iterator[tuple[str, str]]:
    """The path of every page written by hand, relative to the root, and its text; sorted."""
    for path in _pages(root):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def _pages(root: Path) -> Iterator[Path]:
    """The pages written by hand, sorted."""
    for path in sorted(page for pattern in PAGES for page in root.glob(pattern)):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            yield path
