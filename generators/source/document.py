"""A plain tree that remembers where each of its nodes stands in the file."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generators.findings import Place
from generators.source.characters import written

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

Tree: TypeAlias = dict[str, "Tree"] | list["Tree"] | str | int | float | bool | None

_LONGEST_EXCERPT = 200


def place_in(text: str, path: str, start: int, end: int) -> Place:
    """The place of the characters from `start` to `end` (offsets in `text`, clamped), as far as their first line goes.

    A line of more than 200 characters is cut to a window around `start`.
    """
    start = min(start, len(text))
    begin = text.rfind("\n", 0, start) + 1
    stop = _line_end(text, start)
    if stop > begin and text[stop - 1] == "\r":
        stop -= 1
    column = start - begin + 1
    width = max(1, len(text[start : min(end, stop)].rstrip()))
    left, right = _window(begin, stop, start)
    return Place(path, text.count("\n", 0, start) + 1, column, text[left:right], width, left - begin)


def _window(begin: int, stop: int, around: int) -> tuple[int, int]:
    """The part of a line that is shown: all of it, or a window around an offset."""
    if stop - begin <= _LONGEST_EXCERPT:
        return begin, stop
    left = begin if around - begin < _LONGEST_EXCERPT // 2 else around - _LONGEST_EXCERPT // 2
    return left, min(stop, left + _LONGEST_EXCERPT)


class Child(NamedTuple):
    """A node below another: its number in document order, itself, and the number of its key (its own in a list)."""

    number: int
    node: Tree
    key: int


class _Scalar(NamedTuple):
    """A text in the tree, and where it is written: offset of its first character, and of the one after its last."""

    text: str
    start: int
    end: int


def child(node: Tree, number: int, step: str | int, marks: Sequence[int]) -> Child | None:
    """The node that `step` leads to from the node with this number; None when there is none.

    `marks` holds two numbers a node, keys included, in document order: the offset of its first character, and for a
    scalar the offset after its last, for a mapping or list the number of the node after its last one.
    """
    following = number + 1
    if isinstance(node, dict):
        for name, value in node.items():
            if name == step:
                return Child(following + 1, value, following)
            following = _after(value, following + 1, marks)
    elif isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        for value in node[:step]:
            following = _after(value, following, marks)
        return Child(following, node[step], following)
    return None


def _after(node: Tree, number: int, marks: Sequence[int]) -> int:
    return marks[2 * number + 1] if isinstance(node, (dict, list)) else number + 1


class Document:
    """One file: its path relative to the root, its tree, and the place of every route into the tree.

    The tree must not be changed: places are found by counting its nodes. `marks` (see `child`) and `data`, the UTF-8
    text, are left out by callers that have no file; every place is then the file's first character.
    """

    __slots__ = ("_data", "_marks", "path", "tree")

    def __init__(self, path: str, tree: dict[str, Tree], marks: array[int] | None = None, data: bytes = b"") -> None:
        self.path = path
        self.tree = tree
        self._marks = marks
        self._data = data

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes: 64 hexadecimal digits."""
        return hashlib.sha256(self._data).hexdigest()

    @property
    def text(self) -> str:
        """The file as it stands; nothing where there is no file."""
        return self._data.decode()

    @property
    def marks(self) -> Sequence[int]:
        """Two numbers a node, as `child` takes them; none where there is no file."""
        return self._marks or ()

    def holds(self, words: str) -> bool:
        """Whether these words stand anywhere in the file."""
        return words.encode() in self._data

    @property
    def is_ascii(self) -> bool:
        """Whether its texts are all ASCII: no other character stands in the file, and no escape that makes one."""
        return bool(self._data) and self._data.isascii() and b"\\" not in self._data

    def at(self, *route: str | int, key: bool = False) -> Place:
        """The place of the value that `route` leads to, or with `key=True` of its key.

        A route that leaves the tree gives its nearest existing ancestor. List items have no key and give themselves.
        The width is the scalar's printed length on its first line, 1 for mappings and lists. Raises nothing.
        """
        if self._marks is None:
            return Place(self.path)
        nearest, exists = self._nearest(route, self._marks)
        number = nearest.key if key and exists else nearest.number
        scalar = number != nearest.number or not isinstance(nearest.node, (dict, list))
        start, end = self._marks[2 * number], self._marks[2 * number + 1]
        return place_in(self._data.decode(), self.path, start, end if scalar else start + 1)

    def _nearest(self, route: Sequence[str | int], marks: array[int]) -> tuple[Child, bool]:
        """The last node on a route that exists, and whether the route ends there."""
        nearest = Child(0, self.tree, 0)
        for step in route:
            following = child(nearest.node, nearest.number, step, marks)
            if following is None:
                return nearest, False
            nearest = following
        return nearest, True

    def _scalar(self, route: Sequence[str | int]) -> _Scalar | None:
        """The text that a route leads to; None where it leads to none."""
        if self._marks is None:
            return None
        nearest, exists = self._nearest(route, self._marks)
        if not exists or not isinstance(nearest.node, str):
            return None
        return _Scalar(nearest.node, self._marks[2 * nearest.number], self._marks[2 * nearest.number + 1])

    def within(self, *route: str | int, line: int, column: int, width: int = 1) -> Place:
        """The place of a stretch of the text that `route` leads to: line and column from 0, in characters of the value.

        True to the character in a literal block (`|`) and in text on one line; elsewhere the place of the text itself.
        """
        whole = self.at(*route)
        scalar = self._scalar(route)
        lines = scalar.text.split("\n") if scalar else []
        if scalar is None or line >= len(lines):
            return whole
        text = self._data.decode()
        if text.startswith("|", scalar.start):
            begin = _line_start(text, whole.line + line + 1)
        elif "\n" not in scalar.text.rstrip("\n"):
            begin = scalar.start
        else:
            return whole
        start = text.find(lines[line], begin, _line_end(text, begin))
        if not lines[line] or start < 0:
            return whole
        return place_in(text, self.path, start + column, start + column + width)

    def at_character(self, *route: str | int, offset: int) -> Place:
        """The place of one character of the text that `route` leads to; `offset` from 0, in characters of the value.

        For characters that stand in the file as often as in the value: none that YAML folds, such as spaces. An escape
        is the place of the character that it stands for. Raises nothing; without a file, the place is the file's first.
        """
        scalar = self._scalar(route)
        if scalar is None:
            return self.at(*route)
        text = self._data.decode()
        begin = _line_end(text, scalar.start) if text.startswith(("|", ">"), scalar.start) else scalar.start
        wanted, earlier = scalar.text[offset], scalar.text.count(scalar.text[offset], 0, offset)
        spans = written(text, begin, scalar.end, wanted)
        found = next(islice(spans, earlier, None), None)
        return place_in(text, self.path, *found) if found else self.at(*route)


def _line_end(text: str, offset: int) -> int:
    """The offset of the newline that ends the line; the text's end where there is none."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _line_start(text: str, line: int) -> int:
    """The offset of a line's first character, lines from 1; the text's end when there are fewer."""
    offset = 0
    for _ in range(line - 1):
        following = text.find("\n", offset)
        if following < 0:
            return len(text)
        offset = following + 1
    return offset
