"""Directives whose content is not prose: anchors of entities, navigation, diagrams, pictures, feeds, scripts' data."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from generators.model.anchors import anchor_of
from generators.render.text import Safe, code_block, day, directive, escaped
from generators.runtime.spelling import older_lines
from generators.svg.charts import dumps
from generators.views.night import message_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generators.model.base import Ref
    from generators.model.support import Placeholder
    from generators.svg.charts import Chart

OLDER = "ops-older"
"""The class of commands for a runtime of another time."""
_KIND = re.compile(r"[a-z][a-z-]*")
_NAME = re.compile(r"[a-z0-9]+(?:[-_/][a-z0-9]+)*")
_SECTION = re.compile(r"[a-z][a-z0-9_-]*")
_SOURCE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.yaml")
_PICTURE = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*\.svg")
_SIZE = re.compile(r"[0-9]{1,5}x[0-9]{1,5}")
_FEED = re.compile(r"status\.(?:json|atom)")
_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_CLOCK = re.compile(r'[\[\]{}:,"a-z0-9-]*')
_DOCUMENT = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


def entity(name: str, kind: str, former: Iterable[str] = ()) -> Safe:
    """Where an entity or part is shown; in templates a filter on the id. `former`: ids under which it is found as well.

    Raises ValueError for another shape.
    """
    names = (name, *former)
    if not _KIND.fullmatch(kind) or not all(map(_NAME.fullmatch, names)):
        message = f"no entity: {kind!r} {names!r}"
        raise ValueError(message)
    return Safe(f"```{{ops:entity}} {kind} {' '.join(names)}\n```")


def section(name: object, kind: str = "") -> Safe:
    """The id of the heading that follows: `name` itself, or the anchor of a part of a page (`kind`, `name`).

    Ids never come from a heading's words, which change. Raises ValueError for another shape.
    """
    made = anchor_of(kind, str(name).lower()) if kind else str(name)
    if not _SECTION.fullmatch(made):
        message = f"no id of a section: {made!r}"
        raise ValueError(message)
    return Safe(f"```{{ops:section}} {made}\n```")


def toctree(documents: Iterable[str]) -> Safe:
    """Navigation below a page: absolute documents, in the sidebar only. Raises ValueError for another shape."""
    listed = list(documents)
    for name in listed:
        if not _DOCUMENT.fullmatch(name):
            message = f"no document: {name!r}"
            raise ValueError(message)
    return (
        Safe("\n".join(["```{toctree}", ":hidden:", "", *(f"/{name}" for name in listed), "```"])) if listed else Safe()
    )


def search(words: str) -> Safe:
    """A box for words that opens the search; it is empty, so `words` are."""
    if words:
        raise ValueError("the box for the search is empty")
    return Safe("```{ops:search}\n```")


def siblings(documents: Iterable[str]) -> Safe:
    """As `toctree`, with documents relative to the page: for pages that stand in two sites at different depths."""
    return Safe(toctree(documents).replace("\n/", "\n"))


def document(name: str, text: str = "") -> Safe:
    """A link to a page, relative to the page it stands on, under its own title or under plain words.

    Raises ValueError as above, and for other words.
    """
    if not _DOCUMENT.fullmatch(name.removeprefix("../").removeprefix("/")) or (text and not _WORDS.fullmatch(text)):
        message = f"no document: {name!r} {text!r}"
        raise ValueError(message)
    return Safe(f"{{doc}}`{text} <{name}>`" if text else f"{{doc}}`{name}`")


def jump(name: str, prefix: str, text: str) -> Safe:
    """A link to the anchor `PREFIX-NAME` on the same page. Raises ValueError for another shape."""
    if not _NAME.fullmatch(f"{prefix}-{name}"):
        message = f"no anchor: {prefix!r} {name!r}"
        raise ValueError(message)
    return Safe(f"[{escaped(text)}](#{prefix}-{name})")


def source(path: str) -> Safe:
    """A link to a YAML file by its path relative to the root. Raises ValueError for another shape."""
    if not _SOURCE.fullmatch(path):
        message = f"no source: {path!r}"
        raise ValueError(message)
    return Safe(f"{{ops:source}}`{path}`")


def chart(data: Chart) -> Safe:
    """A chart; its numbers stand in a table beside it."""
    return Safe(f"~~~{{ops:chart}}\n{dumps(data)}\n~~~")


def diagram(dot: str) -> Safe:
    """Graphviz DOT as a drawing; the fence is longer than any run of backticks inside."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", dot)), 3)
    return Safe(f"{fence}{{ops:diagram}}\n{dot.strip()}\n{fence}")


def commands(snippet: str, language: str = "none", indent: int = 0) -> Safe:
    """Commands to copy: the current runtime's, and folded below them those of older ones, where they are others.

    `indent`: as for `code_block`.
    """
    parts = [code_block(snippet, language, indent)]
    for lines in older_lines(snippet):
        title = f"With {lines.name}" + (f", until {day(lines.until)}" if lines.until else "")
        body = partial(code_block, lines.text, language)
        folded = directive("dropdown", title, classes=OLDER, indent=indent, caller=body)
        parts.append(Safe(folded.rstrip("\n")))
    return Safe("\n\n".join(parts))


def picture(path: str, size: str, words: object) -> Safe:
    """A picture beside the page, `size` as `1012x1368` or empty, with what it shows in `words`.

    Raises ValueError for another shape.
    """
    if not _PICTURE.fullmatch(path) or (size and not _SIZE.fullmatch(size)):
        message = f"no picture: {path!r} {size!r}"
        raise ValueError(message)
    option = f":size: {size}\n" if size else ""
    return Safe(f"~~~{{ops:picture}} {path}\n{option}\n{escaped(words)}\n~~~")


def feed(name: str, text: str) -> Safe:
    """A link to a file that programs read, written where the public site begins; `text` is plain words.

    Raises ValueError for another name or text.
    """
    if not _FEED.fullmatch(name) or not _WORDS.fullmatch(text):
        message = f"no feed: {name!r} {text!r}"
        raise ValueError(message)
    return Safe(f"{{ops:feed}}`{text} <{name}>`")


def clock(numbers: str) -> Safe:
    """What a page works deadlines out with: JSON of numbers, for its script. Raises ValueError for another shape."""
    if not _CLOCK.fullmatch(numbers):
        message = f"no clock: {numbers[:60]!r}"
        raise ValueError(message)
    return Safe(f"```{{ops:clock}}\n{numbers}\n```")


def night(data: str) -> Safe:
    """JSON of one line for the script on this page. Raises ValueError for more lines."""
    if "\n" in data:
        raise ValueError("data for a script is one line")
    return Safe(f"~~~{{ops:night}}\n{data}\n~~~")


def gaps(placeholders: Iterable[Placeholder], minutes: int | None) -> Safe:
    """What the script needs of a message; `minutes` until the next one, None after the last."""
    return night(message_data(placeholders, minutes))


def titled(ref: Ref, text: object) -> Safe:
    """A reference under a text of one's own, plain words. Raises ValueError for another text."""
    if not _WORDS.fullmatch(str(text)):
        message = f"no title for a reference: {text!r}"
        raise ValueError(message)
    return Safe(f"{{ops:{ref.kind}}}`{text} <{ref}>`")


def offline(text: str) -> Safe:
    """A link to the file that holds all runbooks, with its size; `text` is plain words. Raises ValueError as above."""
    if not _WORDS.fullmatch(text):
        message = f"no link: {text!r}"
        raise ValueError(message)
    return Safe(f"{{ops:offline}}`{text}`")
