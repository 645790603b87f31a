"""Pages and static files that people write by hand: plain files inside the repository, with nothing that opens a wall.

Settings do not close MyST: front matter may switch extensions on, and some directives run or copy what they name. So
a page may use what is allowed here and nothing else, and it is looked at before anything else reads it.
"""

from __future__ import annotations

import os
import re
import stat
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from generators.findings import Finding, Place
from generators.output import manifest
from generators.source import rules
from generators.source.characters import BYTE_ORDER_MARK, IN_VALUES, clean, printable
from generators.source.code import LINE_END, code_on
from generators.source.document import place_in
from generators.source.markdown import markup
from generators.source.pasted import strays
from generators.source.portable import unportable_names

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "docs"
SITES = ("docs", "docs/public")
"""Folders in which a build keeps account of what it wrote."""
LARGEST_PAGE = 1 << 20
"""Bytes of a page."""
_KINDS = "below docs/ lie pages (.md) and pictures (.png, .jpg, .gif, .webp); in docs/_static/ also .css, .js, .woff2"
_STATES = frozenset(f"{folder}/{manifest.FOLDER}" for folder in SITES)
SETTINGS = "docutils.conf"
"""Read by docutils wherever it lies, and stronger than conf.py."""

BOXES = (
    "admonition",
    "attention",
    "caution",
    "danger",
    "error",
    "hint",
    "important",
    "note",
    "seealso",
    "tip",
    "warning",
)
LAYOUT = ("card", "container", "dropdown", "grid", "grid-item", "grid-item-card", "tab-item", "tab-set")
DIRECTIVES = frozenset({*BOXES, *LAYOUT, "toctree"})
ROLES = frozenset({"abbr", "doc", "kbd", "ref", "sub", "sup", "term"})
ALLOWED = {"directive": DIRECTIVES, "role": ROLES}
"""What a page may use, besides the project's own. Everything else is refused: directives that run code, write HTML or
copy files are only the ones somebody knows of."""
OWN = "ops:"
"""In front of the project's own directives and roles."""
MOST = 20
"""Places in one page that are reported."""

PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})
"""What may lie beside pages. SVG is no picture but a page: it holds scripts."""
STATIC, STATIC_FILES = "docs/_static/", frozenset({".css", ".js", ".woff2"}) | PICTURES
"""What may lie in the folder that is copied onto the sites. Sphinx runs `.css_t` and `.jinja` as templates."""

_FENCE = "---"
_ENDS = (_FENCE, "...")
_HARMLESS = re.compile(r"(?:(?:orphan|no-search): (?:true|false)|tocdepth: [0-9]{1,2})?[ \t]*")


def page_findings(root: Path) -> Iterator[Finding]:
    """What is wrong with the files below docs/, with settings at the root, and with the code of pages there.

    Raises nothing.
    """
    if (root / SETTINGS).exists():
        yield _refused(SETTINGS, "this file switches off what conf.py closes", "delete it; settings belong in conf.py")
    yield from _at_the_root(root)
    pending, generated = [root / FOLDER], generated_files(root)
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        below = f"{folder.relative_to(root).as_posix()}/"
        for bad, reason in unportable_names(entry.name for entry in entries):
            yield Finding(Place(printable(below + bad)), rules.PORTABLE, reason)
        for entry in entries:
            name = Path(entry.path).relative_to(root).as_posix().encode(errors="replace").decode()
            if entry.is_dir(follow_symlinks=False):
                pending += [] if name in _STATES else [Path(entry.path)]
            else:
                yield from _file(name, entry, generated.get(name, frozenset()))


def _file(name: str, entry: os.DirEntry[str], generated: manifest.Digests) -> Iterator[Finding]:
    """What is wrong with one entry that is no folder."""
    if entry.is_symlink():
        yield _refused(name, "a symbolic link, which leads wherever it likes", "put the file itself here")
    elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        yield _refused(name, "a pipe, socket or device", "delete it")
    elif name.endswith(".md"):
        yield from _page(name, Path(entry.path), generated)
    elif not entry.name.startswith(".") and not may_lie_there(name, Path(entry.path), generated):
        yield _refused(name, "a file of this kind is closed here", _KINDS)


def may_lie_there(name: str, path: Path, generated: manifest.Digests) -> bool:
    """Whether a file is of a kind that Sphinx only copies and a browser only shows, or is what a build wrote."""
    kinds = STATIC_FILES if name.startswith(STATIC) else PICTURES
    if path.suffix in kinds:
        return True
    try:
        return bool(generated) and manifest.digest(path.read_bytes()) in generated
    except OSError:
        return False


def _at_the_root(root: Path) -> Iterator[Finding]:
    """Pages that no site shows: only what readers paste from them is looked at."""
    for path in sorted(root.glob("*.md")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_PAGE:
            yield from islice(_code(path.name, path.read_text(encoding="utf-8", errors="replace")), MOST)


def generated_files(root: Path) -> dict[str, manifest.Digests]:
    """The pages that a build wrote, with their digests: it writes or removes them before Sphinx reads anything."""
    found = {}
    for folder in SITES:
        for path, digests in manifest.read(root / folder / manifest.FOLDER).items():
            found[f"{folder}/{path}"] = digests
    return found


def _page(name: str, path: Path, generated: manifest.Digests) -> Iterator[Finding]:
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
    if data is None or text is None:
        yield _refused(name, f"more than {LARGEST_PAGE} bytes", "make several pages of it")
        return
    if manifest.digest(data) not in generated:
        yield from islice(chain(_characters(name, text), _markup(name, text), _code(name, text)), MOST)


def _characters(name: str, text: str) -> Iterator[Finding]:
    """What Sphinx decodes otherwise than a reviewer sees it: a byte order mark hides front matter."""
    _, faults, _ = clean(text, MOST)
    for fault in faults:
        line = text.count("\n", 0, fault.start) + 1
        yield _refused(name, fault.message, fault.hint, line)


def _markup(name: str, text: str) -> Iterator[Finding]:
    """What a page may not use, as MyST finds it. A mark in front is looked behind: Sphinx does not see it."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    line = closed_front_matter(text)
    for found in markup(text):
        if found.what == "front matter":
            if not line and not _HARMLESS.fullmatch(found.name.rstrip("\r")):
                line = found.line
        elif not found.name.startswith(OWN) and found.name not in ALLOWED[found.what]:
            message = f"the {found.what} '{found.name[:40]}' is closed here"
            yield _refused(name, message, "say it in Markdown", found.line)
    if line:
        message = "front matter may say orphan, no-search and tocdepth, and nothing else"
        yield _refused(name, message, "delete the line; front matter ends with a line that is `---`", line)


def closed_front_matter(text: str) -> int:
    """The line, from 1, at which front matter is more than it may be; 0 where it is not, or where there is none.

    MyST takes settings from any text that begins with `---`, up to a line that begins so or to the end of the page,
    also where its own parser sees no front matter: behind a fence that never closes, or closes as `---x`.
    """
    if not text.startswith(_FENCE):
        return 0
    for number, line in enumerate(text.splitlines()[1:], 2):
        if line.startswith(_ENDS):
            return 0 if line.rstrip() in _ENDS else number
        if not _HARMLESS.fullmatch(line):
            return number
    return 1


def _code(name: str, text: str) -> Iterator[Finding]:
    """What is pasted from a page and does not survive it."""
    if text.isascii():
        return
    starts = [0, *(found.end() for found in LINE_END.finditer(text))]
    for line, column, code in code_on(text):
        for stray in strays(code):
            if not IN_VALUES.search(code[stray.offset]):
                start = starts[line - 1] + column - 1 + stray.offset
                yield Finding(place_in(text, name, start, start + 1), rules.PASTED, stray.message, stray.hint)


def _refused(path: str, message: str, hint: str, line: int = 1) -> Finding:
    return Finding(Place(path, line), rules.HANDWRITTEN, message, hint)
