"""Pages and static files that people write by hand: plain files inside the repository, with nothing that opens a wall.

Settings do not close MyST: front matter may switch extensions on, and some directives run or copy what they name. So
that is refused here, before anything reads the page.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from generators.findings import Finding, Place
from generators.source import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "docs"
LARGEST_PAGE = 1 << 20
"""Bytes of a page."""
SETTINGS = "docutils.conf"
"""Read by docutils wherever it lies, and stronger than conf.py."""

_HARMLESS = re.compile(r"(?:orphan: (?:true|false)|tocdepth: [0-9]{1,2})?[ \t]*")
_OPENING = re.compile(
    r"^[ \t>]*(?:`{3,}|~{3,}|:{3,})[ \t]*\{[ \t]*(eval-rst|include|literalinclude|meta|raw)\b", re.MULTILINE
)


def page_findings(root: Path) -> Iterator[Finding]:
    """What is wrong with the files below docs/ and with settings at the root. Raises nothing."""
    if (root / SETTINGS).exists():
        yield _refused(SETTINGS, "this file switches off what conf.py closes", "delete it; settings belong in conf.py")
    pending = [root / FOLDER]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = Path(entry.path)
            name = path.relative_to(root).as_posix().encode(errors="replace").decode()
            if entry.is_symlink():
                yield _refused(name, "a symbolic link, which leads wherever it likes", "put the file itself here")
            elif entry.is_dir():
                pending.append(path)
            elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                yield _refused(name, "a pipe, socket or device", "delete it")
            elif name.endswith(".md"):
                yield from _page(name, path)


def _page(name: str, path: Path) -> Iterator[Finding]:
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_PAGE else None
        text = data.decode() if data is not None else None
    except OSError as error:
        yield _refused(name, f"it cannot be read: {error.strerror}", "let it be read")
        return
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1 if data else 1
        yield _refused(name, f"byte 0x{error.object[error.start]:02X} is not UTF-8", "save the file as UTF-8", line)
        return
    if text is None:
        yield _refused(name, f"more than {LARGEST_PAGE} bytes", "make several pages of it")
        return
    yield from _front_matter(name, text)
    for opening in _OPENING.finditer(text):
        line = text.count("\n", 0, opening.start()) + 1
        yield _refused(name, f"the directive '{opening[1]}' is closed here", "say it in Markdown", line)


def _front_matter(name: str, text: str) -> Iterator[Finding]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() in {"---", "..."}:
            return
        if not _HARMLESS.fullmatch(line.rstrip("\r")):
            yield _refused(
                name, "front matter may say orphan and tocdepth, and nothing else", "delete the line", number
            )
            return


def _refused(path: str, message: str, hint: str, line: int = 1) -> Finding:
    return Finding(Place(path, line), rules.HANDWRITTEN, message, hint)
