"""Other values in a file, and entries left out of it; layout and comments of all else stay as they are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from generators.source.document import Child, child

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from generators.source.document import Document

Route = tuple[str | int, ...]
Edit = tuple[int, int, str]
"""From which offset to which, and what stands there instead."""

_COMMENT = re.compile(r"[ \t]*#")
_COMMA = re.compile(r"\s*,[ \t]*")
_CLOSING = re.compile(r"(?>[\s,]|#[^\n]*)*+[}\]]")


def edited(
    document: Document,
    texts: Mapping[Route, str],
    left_out: Collection[Route] = (),
    lines: Mapping[Route, str] | None = None,
) -> str:
    """A document's text with other texts at some routes and without the entries at others.

    A text becomes a literal block, or is quoted where it stands in brackets; `lines` are quoted wherever they stand.
    With an entry go the comment lines right above it. Raises KeyError for a route that leads nowhere, or where a text
    should stand to something else.
    """
    editor = _Editor(document)
    edits = [editor.exchange(route, value) for route, value in texts.items()]
    edits += (editor.quoted(route, value) for route, value in (lines or {}).items())
    edits += (editor.removal(route) for route in left_out)
    text = document.text
    for start, end, value in sorted(edits, reverse=True):
        text = text[:start] + value + text[end:]
    return text


class _Editor:
    def __init__(self, document: Document) -> None:
        self.text, self.tree, self.marks = document.text, document.tree, document.marks

    def exchange(self, route: Route, value: str) -> Edit:
        """Another text in place of one."""
        at = self._at(route)
        if not isinstance(at.node, str):
            raise KeyError(route)
        start, end = self.marks[2 * at.number], self.marks[2 * at.number + 1]
        if self._is_bracketed(route[:-1]):
            return start, end, json.dumps(value, ensure_ascii=False)
        old = self.text[start:end]
        below = old[len(old.rstrip()) :].count("\n") * "\n"  # blank lines stay
        stop = end if below else self._line_end(end)
        behind = self.text[end:stop]  # a comment
        return start, stop, f"|{_indicator(value)}{behind}{self._block(at, value)}{below}"

    def quoted(self, route: Route, value: str) -> Edit:
        """Another text in place of one, in quotes on its line."""
        at = self._at(route)
        if not isinstance(at.node, str):
            raise KeyError(route)
        start, end = self.marks[2 * at.number], self.marks[2 * at.number + 1]
        old = self.text[start:end]
        return start, start + len(old.rstrip()), json.dumps(value, ensure_ascii=False)

    def removal(self, route: Route) -> Edit:
        """Nothing in place of an entry of a mapping."""
        at = self._at(route)
        start, end = self.marks[2 * at.key], self._end(at)
        if self._is_bracketed(route[:-1]):
            comma = _COMMA.match(self.text, end)
            return start, comma.end() if comma else end, ""
        start = self._line_start(start)
        while start and _COMMENT.match(self.text, above := self._line_start(start - 1)):
            start = above
        return start, end if self.text[end - 1] == "\n" else min(self._line_end(end) + 1, len(self.text)), ""

    def _block(self, at: Child, value: str) -> str:
        """The lines of a literal block below its key."""
        key = self.marks[2 * at.key]
        indent = " " * (key - self._line_start(key) + 2)
        return "".join(f"\n{indent}{line}" if line else "\n" for line in value.rstrip("\n").split("\n"))

    def _at(self, route: Route) -> Child:
        at = Child(0, self.tree, 0)
        for step in route:
            below = child(at.node, at.number, step, self.marks)
            if below is None:
                raise KeyError(route)
            at = below
        return at

    def _is_bracketed(self, route: Route) -> bool:
        """Whether a mapping or list is written with brackets."""
        return self.text[self.marks[2 * self._at(route).number]] in "{["

    def _end(self, at: Child) -> int:
        """The offset after the last character of a node; its closing bracket is its own."""
        node, start = at.node, self.marks[2 * at.number]
        if not isinstance(node, (dict, list)):
            return self.marks[2 * at.number + 1]
        last = next(reversed(node), None) if isinstance(node, dict) else len(node) - 1
        below = None if last is None else child(node, at.number, last, self.marks)
        end = self._end(below) if below else start + 1
        closing = _CLOSING.match(self.text, end) if self.text[start] in "{[" else None
        return closing.end() if closing else end

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end


def _indicator(value: str) -> str:
    """How far a block stands in, where its first line does not show it."""
    return "2" if value.lstrip("\n").startswith((" ", "\t")) else ""
