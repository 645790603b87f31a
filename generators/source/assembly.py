"""From libyaml's events to a plain tree with a mark for every node, in one pass and without recursion."""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import yaml

from generators.source import rules
from generators.source.characters import IN_VALUES, JOINERS, describe, escaped, quotation, quoted
from generators.source.comments import comments_behind, cuts, what_is_lost
from generators.source.document import Tree, child
from generators.source.plain import LEADING, WORDS, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.source.faults import Faults
    from generators.source.limits import Limits


class _NoKey:
    """Why a container is not waiting for the value of a key."""


_IN_LIST: Final = _NoKey()
_DROPPED: Final = _NoKey()  # the key was refused; its value is read for its faults and forgotten
# None: the next node is a key.
_Key: TypeAlias = str | _NoKey | None


class _Mark(Protocol):
    index: int  # in characters


class _Event(Protocol):
    """What the C parser puts on its events; the kinds that lack a field are never asked for it."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str


_TEXT_TAG = "tag:yaml.org,2002:str"
_MERGE = "<<"
# Possessive: a million blank lines must not be remembered one by one.
_TRAILER = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+|\.\.\.(?=\s|\Z))*+")


class Assembly:
    """One file being read. `run` fills `top` with the document's root and `marks` as `document.child` describes."""

    def __init__(self, text: str, faults: Faults, limits: Limits) -> None:
        self._text = text
        self._faults = faults
        self._limits = limits
        self._span = limits.scalar_bytes // 4  # fewer characters than this are within the limit in any script
        self._escaping = '"' if "\\" in text else "none"  # the style of scalars that may hold escapes
        self._comments = comments_behind(text)
        self._nodes = limits.nodes
        self._depth, self._key_span = limits.depth, limits.key_characters
        self.marks: array[int] = array("I")
        self.top: list[Tree] = []
        self._here: Any = self.top
        self._key: _Key = _IN_LIST
        # Of every open container: the one around it, the key there that waits for it, and its own number.
        self._around: list[tuple[Any, _Key, int]] = []

    def run(self) -> bool:
        """Whether the document was read to its end; if not, a fault says where reading stopped."""
        following = yaml.CSafeLoader(self._text).get_event
        # Each handler returns whether to stop.
        handlers: dict[type, Callable[[Any], bool]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceStartEvent: self._open_list,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.StreamStartEvent: self._pass_over,
            yaml.DocumentStartEvent: self._pass_over,
            yaml.DocumentEndEvent: self._end,
            yaml.StreamEndEvent: self._nothing,
        }
        event = following()
        while not handlers[type(event)](event):
            event = following()
        return type(event) is yaml.DocumentEndEvent

    def _pass_over(self, _event: yaml.Event) -> bool:
        return False

    def _nothing(self, _event: yaml.Event) -> bool:
        self._faults.add(rules.ONE_DOCUMENT, 0, 0, "the file is empty")
        return True

    def _end(self, event: _Event) -> bool:
        # What follows is judged without the parser: a row of directives would cost it quadratic time.
        rest = _TRAILER.match(self._text, event.end_mark.index)
        offset = rest.end() if rest else len(self._text)
        if offset < len(self._text):
            what = "a directive" if self._text[offset] == "%" else "more text"
            self._faults.add(rules.ONE_DOCUMENT, offset, offset + 3, f"{what} after the end of the first document")
        return True

    def _scalar(self, event: _Event) -> bool:
        start = event.start_mark.index
        end = event.end_mark.index
        value = event.value
        marks = self.marks
        marks.append(start)
        marks.append(end)
        self._nodes -= 1
        if (self._nodes < 0 or end - start > self._span) and self._over(start, end, value):
            return True
        tag = event.tag
        if tag is not None or event.anchor is not None:
            self._properties(event, start)
        style = event.style
        if style == self._escaping:
            self._unescape(start, end, value)
        if self._key is None:
            self._take_key(event, value, start, end)
        elif style == "" and tag != _TEXT_TAG:
            meaning = self._meaning(value, start, end)
            if end in self._comments and (type(meaning) is str or not value):
                self._cut_short(value, end)
            self._put(meaning)
        else:
            self._put(value)
        return False

    def _put(self, value: Tree) -> None:
        """A scalar as the value that the open container waits for. Its mark is the last one."""
        key = self._key
        if key is _IN_LIST:
            self._here.append(value)
            return
        if key is _DROPPED:
            del self.marks[-4:]
        else:
            self._here[key] = value
        self._key = None

    def _over(self, start: int, end: int, value: str) -> bool:
        """Report the limit that a scalar or container breaks, if it does."""
        if self._nodes < 0:
            message = f"more than {self._limits.nodes} nodes in one file"
        elif len(value.encode()) > self._limits.scalar_bytes:
            message = f"a value of more than {self._limits.scalar_bytes} bytes"
        else:
            return False
        self._faults.stop(rules.LIMIT, start, end, message)
        return True

    def _properties(self, event: _Event, start: int) -> None:
        if event.tag is not None:
            self._faults.add(rules.TAG, start, start + 1, f"tag {quotation(event.tag)}", "delete the tag")
        if event.anchor is not None:
            self._faults.add(
                rules.ALIAS, start, start + 1, f"anchor {quotation(f'&{event.anchor}')}", "delete the anchor"
            )

    def _unescape(self, start: int, end: int, value: str) -> None:
        if IN_VALUES.search(value) is None:
            return
        for left, right, character in escaped(self._text[start:end]):
            message = f"escaped forbidden character {describe(character)}"
            self._faults.add(rules.FORBIDDEN_CHARACTER, start + left, start + right, message, "delete the escape")

    def _meaning(self, value: str, start: int, end: int) -> Tree:
        """What an unquoted scalar means."""
        if value not in WORDS and value[0] not in LEADING:
            return value
        resolved, doubt = resolve(value)
        if doubt:
            self._faults.add(rules.AMBIGUOUS, start, end, f"{quotation(value)} is read {doubt}", quoted(value))
        return resolved

    def _cut_short(self, value: str, end: int) -> None:
        """Report a comment that belongs to the unquoted text before it. Of an empty one, the comment is the place."""
        comment, marks = self._comments[end], self.marks
        holder = marks[-4] if isinstance(self._here, dict) else self._text.rfind("-", 0, marks[-2] + 1)
        if cuts(self._text, value, holder, comment):
            start, stop = comment.start, comment.end
            if not value:
                marks[-2:] = array("I", (start, stop))
            self._faults.add(rules.CUT_SHORT, start, stop, *what_is_lost(value, self._text[start:stop].rstrip()))

    def _take_key(self, event: _Event, key: str, start: int, end: int) -> None:
        self._key = _DROPPED
        if key == _MERGE:
            self._faults.add(rules.ALIAS, start, end, "merge key '<<'", "write the merged fields out")
        elif not key:
            self._faults.add(rules.KEY, start, end, "an empty key")
        elif len(key) > self._key_span:
            self._faults.add(rules.KEY, start, end, f"a key of more than {self._key_span} characters")
        elif key in self._here:
            self._twice(key, start, end)
        else:
            self._key = sys.intern(key)
        if key in WORDS or not key.isidentifier() or not key.isascii():
            self._spelling(event, key, start, end)

    def _spelling(self, event: _Event, key: str, start: int, end: int) -> None:
        """What readers could take a key for, or mistake it for, that is not a plain English name."""
        plain = event.style == "" and event.tag is None
        if plain and key and key != _MERGE and key not in self._limits.plain_keys:
            self._plain_key(key, start, end)
        if joiner := JOINERS.search(key):
            message = f"forbidden character {describe(joiner[0])} in a key"
            self._faults.add(rules.FORBIDDEN_CHARACTER, start, end, message, "delete the character")
        elif key != key.strip() or not key.isprintable() or unicodedata.normalize("NFC", key) != key:
            message = f"key {quotation(key)} has spaces around it, or characters that look like others"
            self._faults.add(rules.KEY, start, end, message, "use one line of ordinary letters")

    def _plain_key(self, key: str, start: int, end: int) -> None:
        value, doubt = resolve(key)
        if doubt:
            self._faults.add(rules.AMBIGUOUS, start, end, f"key {quotation(key)} is read {doubt}", quoted(key))
        elif not isinstance(value, str):
            self._faults.add(rules.KEY, start, end, f"key {quotation(key)} is not text", quoted(key))

    def _twice(self, key: str, start: int, end: int) -> None:
        message = ""
        if not self._faults.full:
            first = child(self._here, self._around[-1][2], key, self.marks)
            line = self._faults.line(self.marks[2 * first.key]) if first else 0
            message = f"key {quotation(key)} is already in this mapping, at line {line}"
        self._faults.add(rules.DUPLICATE_KEY, start, end, message, "delete one of the two")

    def _open_mapping(self, event: _Event) -> bool:
        return self._open(event, {}, None)

    def _open_list(self, event: _Event) -> bool:
        return self._open(event, [], _IN_LIST)

    def _open(self, event: _Event, container: dict[str, Tree] | list[Tree], key: _Key) -> bool:
        start = event.start_mark.index
        marks = self.marks
        number = len(marks) >> 1
        marks.append(start)
        marks.append(0)
        if len(self._around) >= self._depth:
            message = f"nested deeper than {self._depth} levels"
            self._faults.stop(rules.LIMIT, start, start + 1, message)
            return True
        self._nodes -= 1
        if self._nodes < 0:
            return self._over(start, start + 1, "")
        if event.tag is not None or event.anchor is not None:
            self._properties(event, start)
        if self._key is None:
            self._faults.add(rules.KEY, start, start + 1, "a mapping or list as a key")
        self._around.append((self._here, self._key, number))
        self._here = container
        self._key = key
        return False

    def _close(self, _event: yaml.Event) -> bool:
        done = self._here
        marks = self.marks
        self._here, key, number = self._around.pop()
        self._key = key
        marks[2 * number + 1] = len(marks) >> 1
        if key is _IN_LIST:
            self._here.append(done)
        elif key is None:
            # The container was a key: its own mark stays as the key's until the value is dropped with it.
            del marks[2 * number + 2 :]
            self._key = _DROPPED
        elif key is _DROPPED:
            del marks[2 * number - 2 :]
            self._key = None
        else:
            self._here[key] = done
            self._key = None
        return False

    def _alias(self, event: _Event) -> bool:
        start, end = event.start_mark.index, event.end_mark.index
        self._faults.add(rules.ALIAS, start, end, f"alias {quotation(f'*{event.anchor}')}", "write the value out")
        self._nodes -= 1
        if self._nodes < 0:
            return self._over(start, end, "")
        self.marks.extend((start, end))
        if self._key is None:
            self._key = _DROPPED
        else:
            self._put(None)
        return False
