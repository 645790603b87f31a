"""The code on a page that is written by hand: blocks, and what stands in backticks, line by line with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from generators.source.markdown import parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

LINE_END = re.compile(r"\r\n?|\n")
"""What ends a line for Markdown."""
_SPAN = re.compile(r"(?<!`)(`++)([\s\S]*?)(?<!`)\1(?!`)")


class Code(NamedTuple):
    """A line of code, or the part of one that stands in a line of the page: line and column from 1, the text."""

    line: int
    column: int
    text: str


def code_on(text: str) -> Iterator[Code]:
    """All code of a page, in order, also inside of lists, quotes, tables and directives."""
    return _in_tokens(parser().parse(text), LINE_END.split(text), 0)


def _in_tokens(tokens: Sequence[Token], lines: Sequence[str], first: int) -> Iterator[Code]:
    """`lines`: of the whole page; `first`: how many of them stand above the text that the tokens were made from."""
    for token in tokens:
        above = first + (token.map[0] if token.map else 0)
        if token.type == "colon_fence" or (token.type == "fence" and token.info.strip().startswith("{")):
            yield from _in_tokens(parser().parse(token.content), lines, above + 1)
        elif token.type in {"fence", "code_block"}:
            start = above + (token.type == "fence")
            for number, text in enumerate(token.content.split("\n")[:-1], start):
                yield Code(number + 1, _column(lines, number, text), text)
        elif token.children:
            yield from _inline(token, lines, above)


def _inline(token: Token, lines: Sequence[str], above: int) -> Iterator[Code]:
    """The spans of a paragraph, heading or cell: the parser says which there are, and its text says where."""
    content, at = token.content, 0
    for child in token.children or ():
        if child.type != "code_inline":
            continue
        while (span := _SPAN.search(content, at)) and _shown(span[2]) != child.content:
            at = span.end(1)
        if span:
            at = span.end()
            yield from _lines_of(span, lines, above)


def _lines_of(span: re.Match[str], lines: Sequence[str], above: int) -> Iterator[Code]:
    """A span, cut where the page breaks the line."""
    offset = span.start(2)
    for text in span[2].split("\n"):
        row = above + span.string.count("\n", 0, offset)
        begin = span.string.rfind("\n", 0, offset) + 1
        whole = span.string[begin:].partition("\n")[0]
        if whole in lines[row]:
            yield Code(row + 1, lines[row].find(whole) + 1 + offset - begin, text)
        else:  # in a table, `|` is written with a backslash
            written = text.replace("|", "\\|")
            yield Code(row + 1, _column(lines, row, written), written)
        offset += len(text) + 1


def _column(lines: Sequence[str], row: int, text: str) -> int:
    """Where a text stands in a line of the page, from 1; the line's start where it is written otherwise."""
    return max(lines[row].find(text), 0) + 1


def _shown(source: str) -> str:
    """What a reader sees of a span: line ends are spaces, and one space goes at either end."""
    text = source.replace("\n", " ")
    return text[1:-1] if text.startswith(" ") and text.endswith(" ") and text.strip(" ") else text
