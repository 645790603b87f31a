"""The words and operators of a shell snippet with their lines. One pass, in time linear in the length of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["word", "end", "redirection", "substitution", "fault"]

_PIECE = re.compile(
    r"""
      (?P<newline>\n)
    | (?P<continuation>\\\n)
    | (?P<blank>[^\S\n]+)
    | (?P<redirection>[0-9]*(?:<<<|<<-?|<>|>>|>&|<&|>\||<|>)|&>>?)
    | (?P<operator>&&|\|\||;;|[;|&()])
    | (?P<single>'[^']*')
    | (?P<escape>\\.)
    | (?P<opening>\$\(|")
    | (?P<plain>`[^`]*`|\$\{[^{}\n]*\}|\$|[^\s'"\\`;|&()<>$]+)
    """,
    re.VERBOSE,
)
_NESTING = re.compile(r"\\.|\$\(|[()'\"]", re.DOTALL)
# What is open: the mark that closes it, and what other marks open in it.
_CLOSED_BY = {'"': '"', "(": ")"}
_OPENED_IN = {'"': {"$(": "("}, "(": {"$(": "(", "(": "(", '"': '"'}}
_ESCAPED = re.compile(r'\\(?:\n|(["\\$`]))')
_COMMENT = re.compile(r"#[^\n]*")
_FAULTS = {
    "'": "a single quote is never closed",
    '"': "a double quote is never closed",
    "`": "a backquote is never closed",
}


class Token(NamedTuple):
    """A piece of a snippet; lines count from 0.

    `text` is a word without its quotes, an operator, the inside of a substitution, or the sentence of a fault.
    `quoted`: the word begins with a quote.
    """

    kind: Kind
    text: str
    line: int
    quoted: bool = False


def tokens(text: str) -> Iterator[Token]:
    """All tokens of a text whose lines end with a newline character; the last is an end or a fault. Raises nothing."""
    return _Lexer(text).run()


class _Lexer:
    """Where the reading stands: the place, its line, the word that is open, the here-documents that are due."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 0
        self.parts: list[str] = []
        self.open = False
        self.quoted = False
        self.began = 0
        self.awaited = ""  # the here-document operator whose delimiter is the next word
        self.due: list[tuple[str, bool, int]] = []

    def run(self) -> Iterator[Token]:
        while self.at < len(self.text):
            if not self.open and (comment := _COMMENT.match(self.text, self.at)):
                self.at = comment.end()
                continue
            piece = _PIECE.match(self.text, self.at)
            if piece is None:
                yield Token("fault", _FAULTS.get(self.text[self.at], "the line ends in a backslash"), self.line)
                return
            start, self.at = self.line, piece.end()
            self.line += piece.group().count("\n")
            for token in self._step(piece.lastgroup or "", piece.group(), start):
                yield token
                if token.kind == "fault":
                    return
        yield from self._close()
        yield Token("end", "", self.line)
        if self.due:
            yield self._endless(self.due[0])

    def _step(self, kind: str, piece: str, line: int) -> Iterator[Token]:
        if kind == "plain":
            self._add(piece, line)
        elif kind == "single":
            self._add(piece[1:-1], line, quoted=True)
        elif kind == "escape":
            self._add(piece[1:], line, quoted=True)
        elif kind == "opening":
            yield from self._nested(piece, line)
        elif kind != "continuation":
            yield from self._close()
            if kind == "redirection":
                self.awaited = piece.lstrip("0123456789")
                yield Token("redirection", piece, line)
            elif kind != "blank":
                yield Token("end", piece, line)
            if kind == "newline":
                yield from self._here_documents()

    def _add(self, part: str, line: int, *, quoted: bool = False) -> None:
        if not self.open:
            self.open, self.quoted, self.began = True, quoted, line
        self.parts.append(part)

    def _close(self) -> Iterator[Token]:
        """End the word that is open, if one is."""
        if not self.open:
            return
        word, self.parts, self.open = "".join(self.parts), [], False
        if self.awaited.startswith("<<") and self.awaited != "<<<":
            self.due.append((word, self.awaited == "<<-", self.began))
        self.awaited = ""
        yield Token("word", word, self.began, self.quoted)

    def _nested(self, opening: str, line: int) -> Iterator[Token]:
        """A double-quoted part, or a substitution with everything inside it."""
        end = _closing(self.text, self.at, opening[-1])
        if end < 0:
            yield Token("fault", _FAULTS.get(opening, "'$(' is never closed"), line)
            return
        inside, self.at = self.text[self.at : end - 1], end
        self.line += inside.count("\n")
        if opening == '"':
            self._add(_ESCAPED.sub(lambda escape: escape.group(1) or "", inside), line, quoted=True)
        else:
            self._add(f"$({inside})", line)
            yield Token("substitution", inside, line)

    def _here_documents(self) -> Iterator[Token]:
        """Pass over the lines that belong to the here-documents of the command line that just ended."""
        for due in self.due:
            delimiter, tabs, _ = due
            indent = r"\t*" if tabs else ""
            pattern = re.compile(rf"^{indent}{re.escape(delimiter)}$", re.MULTILINE)
            delimiter_line = pattern.search(self.text, self.at)
            if delimiter_line is None:
                yield self._endless(due)
                return
            end = min(delimiter_line.end() + 1, len(self.text))
            self.line += self.text.count("\n", self.at, end)
            self.at = end
        self.due = []

    @staticmethod
    def _endless(due: tuple[str, bool, int]) -> Token:
        return Token("fault", f"the here-document that ends with '{due[0]}' never ends", due[2])


def _closing(text: str, at: int, opening: str) -> int:
    """Where the quote or parenthesis that was opened before `at` is closed: the place behind it, or -1."""
    stack = [opening]
    while stack and (piece := _NESTING.search(text, at)):
        inside, mark, at = stack[-1], piece.group(), piece.end()
        if mark == _CLOSED_BY[inside]:
            stack.pop()
        elif mark in _OPENED_IN[inside]:
            stack.append(_OPENED_IN[inside][mark])
        elif mark == "'" and inside == "(":
            end = text.find("'", at)
            if end < 0:
                return -1
            at = end + 1
    return -1 if stack else at
