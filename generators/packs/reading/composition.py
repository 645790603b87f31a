"""SQL that builds on other queries, written out: each query it reaches becomes a common table expression in front.

`{{ queries.NAME }}` becomes NAME, which is the alias that the reference carries in the board's own language. Every
character of the text that is made leads back to the one that its author wrote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.reading.templates import UnreadableTemplate, has_template, pieces, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generators.packs.reading.templates import Reference
    from generators.source import Document

Route = tuple[str | int, ...]

LONGEST = 1 << 16
"""Characters of a query once it is written out: as many as an author may write in one text."""
MOST_IN_FRONT = 100
"""Queries that one may build on."""
MOST_NAMED = 5
"""Queries of a circle that are named."""
_WITH = re.compile(
    r"(?P<before>(?>\s|--[^\n]*(?:\n|\Z)|/\*(?>.*?\*/))*+)WITH(?P<recursive>\s+RECURSIVE)?(?!\w)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""A list of CTEs at the very beginning of a statement, behind comments: no text can stand before it."""
_LINE = re.compile(r"[^\n]*+\n|[^\n]++")
_TOKEN = re.compile(r"""'(?:[^']|'')*+'|"(?:[^"]|"")*+"|--[^\n]*+|/\*(?>.*?\*/)|[^'"/-]++|.""", re.DOTALL)
"""Texts, quoted names and comments, each whole, and all that lies between."""
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Written:
    """SQL under a name as its author wrote it; `route` leads to its text in the document."""

    name: str
    sql: str
    document: Document
    route: Route


@dataclass(frozen=True, slots=True)
class Origin:
    """A character of an author's SQL: line and column from 0."""

    written: Written
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` on, `width` characters of a made text are those from `offset` on of the author's.

    Where the width is 0 all of the stretch stands for that one place.
    """

    start: int
    written: Written
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class Expanded:
    """A statement with the queries it builds on in front."""

    sql: str
    stretches: tuple[Stretch, ...]
    relations: tuple[str, ...] = ()
    """Names of the queries in front, in their order: each comes behind those that it builds on."""
    tables: tuple[tuple[int, int], ...] = ()
    """Offset and width of each name that stands for a reference."""

    @property
    def positions(self) -> tuple[tuple[int, int, int], ...]:
        """Line, column and width of each name that stands for a reference."""
        return tuple((*position(self.sql, offset), width) for offset, width in self.tables)

    def origin(self, line: int, column: int) -> Origin:
        """Where the author wrote what stands at a line and column, from 0. A place beyond the text is its nearest."""
        offset = _offset(self.sql, line, column)
        stretch = self.stretches[max(bisect_right(self.stretches, offset, key=_start) - 1, 0)]
        within = stretch.offset + min(offset - stretch.start, stretch.width)
        return Origin(stretch.written, *position(stretch.written.sql, within))


class Unresolved(ValueError):  # noqa: N818 - what an author wrote, not a defect of the program
    """A reference that leads to no SQL: one sentence, what was referred to, and where."""

    def __init__(self, sentence: str, written: Written, reference: Reference) -> None:
        """What is wrong, and which reference of which SQL says it."""
        super().__init__(sentence)
        self.sentence, self.written, self.reference = sentence, written, reference


class Circular(Unresolved):
    """A query that builds on itself."""


class Unknown(Unresolved):
    """A query that the board does not have."""


class Misused(Unresolved):
    """A reference that says more than a name."""


class TooLong(Unresolved):
    """A query that builds on too much."""


def expand(written: Written, known: Mapping[str, Written]) -> Expanded:
    """A query of a board with all that it builds on; `known` are the board's queries by name.

    SQL without references stays as it is. Raises Unresolved and UnreadableTemplate.
    """
    refers = references(written.sql)
    if not refers:
        return Expanded(written.sql, (Stretch(0, written, 0, len(written.sql)),))
    reached = in_order(written, known)
    if sum(len(relation.sql) for relation in (written, *reached)) > LONGEST:
        raise TooLong(f"written out, '{written.name}' is longer than {LONGEST} characters", written, refers[0])
    return _made(written, reached).expanded(reached)


def _made(written: Written, reached: Sequence[Written]) -> _Text:
    """A statement behind the queries that it builds on; its own list of CTEs follows theirs."""
    text, begun = _Text(), _WITH.match(written.sql)
    text.add("WITH RECURSIVE\n" if begun and begun["recursive"] else "WITH\n", written)
    for relation in reached:
        text.add(f"{relation.name} AS (\n", relation)
        text.copy(relation, 0, len(relation.sql.rstrip()), "" if _spans_lines(relation.sql) else INDENT)
        text.add("\n),\n" if begun or relation is not reached[-1] else "\n)\n", relation)
    if begun:
        text.copy(written, 0, begun.end("before"))
    text.copy(written, begun.end() if begun else 0, len(written.sql))
    return text


def in_order(written: Written, known: Mapping[str, Written]) -> tuple[Written, ...]:
    """The queries that SQL builds on, each behind those that it builds on itself. Raises as `expand` does."""
    done: dict[str, Written] = {}
    path: list[tuple[Written, Iterator[Reference]]] = [(written, iter(references(written.sql)))]
    while path:
        current, pending = path[-1]
        reference = next(pending, None)
        if reference is None:
            path.pop()
            if path:
                done[current.name] = current
            continue
        found = _found(current, reference, known)
        if found.name not in done:
            _require_no_circle([step for step, _ in path], found, reference)
            if len(done) + len(path) > MOST_IN_FRONT:
                raise TooLong(f"'{written.name}' builds on more than {MOST_IN_FRONT} queries", current, reference)
            path.append((found, _read(found, current, reference)))
    return tuple(done.values())


def _require_no_circle(path: Sequence[Written], found: Written, reference: Reference) -> None:
    """Raises Circular where a query stands on the way to itself."""
    names = [step.name for step in path]
    if found.name in names:
        circle = names[names.index(found.name) :]
        shown = circle if len(circle) <= MOST_NAMED else [*circle[: MOST_NAMED - 1], "…"]
        raise Circular(f"'{found.name}' builds on itself: {' → '.join([*shown, found.name])}", path[-1], reference)


def _found(written: Written, reference: Reference, known: Mapping[str, Written]) -> Written:
    """The query that a reference names. Raises Misused and Unknown."""
    if not reference.name:
        raise Misused("a reference is {{ queries.NAME }} and nothing else", written, reference)
    if reference.name not in known:
        raise Unknown(f"this board has no query '{reference.name}'", written, reference)
    return known[reference.name]


def _read(found: Written, written: Written, reference: Reference) -> Iterator[Reference]:
    """The references of what a reference leads to. Raises Misused where it cannot be read."""
    try:
        return iter(references(found.sql))
    except UnreadableTemplate as error:
        raise Misused(f"'{found.name}' cannot be read: {error.sentence}", written, reference) from error


class _Text:
    """A text in the making, and where its parts come from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.stretches: list[Stretch] = []
        self.tables: list[tuple[int, int]] = []
        self._length = 0

    def expanded(self, reached: Sequence[Written]) -> Expanded:
        """The text as it is now."""
        names = tuple(relation.name for relation in reached)
        return Expanded("".join(self.parts), tuple(self.stretches), names, tuple(self.tables))

    def add(self, made: str, written: Written, offset: int = 0) -> None:
        """Text that no author wrote, and what it stands for."""
        self._append(made, Stretch(self._length, written, offset, 0))

    def copy(self, written: Written, start: int, end: int, indent: str = "") -> None:
        """An author's text between two offsets, with the name of each query in place of its reference."""
        at = start
        for reference in references(written.sql):
            if start <= reference.start < end:
                self._same(written, at, reference.start, indent)
                self._step_in(written, reference.start, indent)
                self.tables.append((self._length, len(reference.name)))
                self.add(reference.name, written, reference.start)
                at = reference.end
        self._same(written, at, end, indent)

    def _same(self, written: Written, start: int, end: int, indent: str) -> None:
        """A text without references, each of its lines further in."""
        for line in _LINE.finditer(written.sql, start, end):
            if line[0].strip():
                self._step_in(written, line.start(), indent)
            self._append(line[0], Stretch(self._length, written, line.start(), len(line[0])))

    def _step_in(self, written: Written, offset: int, indent: str) -> None:
        if self.parts[-1].endswith("\n"):
            self.add(indent, written, offset)

    def _append(self, part: str, stretch: Stretch) -> None:
        if part:
            self.parts.append(part)
            self.stretches.append(stretch)
            self._length += len(part)


def _spans_lines(sql: str) -> bool:
    """Whether a text, quoted name, comment or piece of Jinja goes on in the next line: that must stay as it is."""
    found = pieces(sql) if has_template(sql) else ()
    if any("\n" in piece.text for piece in found):
        return True
    plain, at = [], 0
    for piece in found:
        plain += [sql[at : piece.start], " "]
        at = piece.end
    tokens = _TOKEN.finditer("".join([*plain, sql[at:]]))
    return any("\n" in token[0] and token[0][0] in "'\"/" for token in tokens)


def _start(stretch: Stretch) -> int:
    return stretch.start


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 0."""
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column, from 0; the end of the text for what lies beyond."""
    begin = 0
    for _ in range(line):
        begin = text.find("\n", begin) + 1
        if not begin:
            return len(text)
    return min(begin + column, len(text))
