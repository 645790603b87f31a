"""Characters that a reviewer cannot see, or that move what they see."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_QUOTATION = 40
BYTE_ORDER_MARK = "\ufeff"
REPLACEMENT = "\ufffd"
"""What stands for a forbidden character that was reported."""
JOINERS = re.compile("[\u200c\u200d]")

_INVISIBLE = (
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"  # controls, with NEL; not tab and line feed
    "\\xad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u3164\\uffa0"  # soft hyphen, joiners and fillers of no width
    "\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f"  # zero width, bidirectional, LS and PS
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff"  # surrogates, non-characters, BOM, annotations
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"  # format controls of shorthand and music
    "\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff"  # tags: a whole hidden alphabet
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
)
# One variation selector chooses the form of the character before it; a row of them is a smuggled message.
_SELECTORS = "[\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef]{2,}"
IN_VALUES = re.compile(f"[\\r{_INVISIBLE}]|{_SELECTORS}")
_IN_FILES = re.compile(f"[{_INVISIBLE}]|{_SELECTORS}")
_LONE_RETURN = re.compile(r"\r(?!\n)")
# The same question asked faster: of bytes, or of each distinct character once.
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_ANY_SELECTORS = re.compile(_SELECTORS)
_VISIBLE_ASCII = bytes((*b"\t\n\r", *range(0x20, 0x7F)))

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_SHORT_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"} | {
    "N": "\x85",
    "L": "\u2028",
    "P": "\u2029",
    "_": "\xa0",
}


class Fault(NamedTuple):
    """A forbidden character: its offset in characters, what it is, what to do."""

    start: int
    end: int
    message: str
    hint: str


def describe(text: str) -> str:
    """The code point of the first character of `text`, with its Unicode name if it has one."""
    name = unicodedata.name(text[0], "")
    return f"U+{ord(text[0]):04X} {name}".rstrip()


def clean(text: str, most: int) -> tuple[str, list[Fault], int]:
    """`text` with visible stand-ins for forbidden characters, where the first `most` of these were, how many more.

    Offsets stay what they were, so that reading can go on and report everything else; only a byte order mark at the
    start is removed. Lone carriage returns become line feeds and are reported once: they are how the file was saved.
    """
    faults: list[Fault] = []
    if text.startswith(BYTE_ORDER_MARK):
        faults.append(Fault(0, 1, f"byte order mark ({describe(text)})", "save the file as UTF-8 without a mark"))
        text = text[1:]
    if not _suspect(text):
        return text, faults, 0
    if lone := _LONE_RETURN.search(text):
        faults.append(Fault(*lone.span(), "a line ends in a carriage return alone", "end lines with line feeds"))
        text = _LONE_RETURN.sub("\n", text)
    listed = list(islice(_IN_FILES.finditer(text), most))
    faults += [Fault(*match.span(), f"forbidden character {describe(match[0])}", _remedy(match[0])) for match in listed]
    text, rows = _ANY_SELECTORS.subn(lambda row: REPLACEMENT * len(row[0]), text)
    text, single = _ANY_INVISIBLE.subn(REPLACEMENT, text)
    return text, faults, rows + single - len(listed)


def _suspect(text: str) -> bool:
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return True
    if text.isascii():
        return bool(text.encode().translate(None, _VISIBLE_ASCII))
    alphabet = "".join(set(text))
    return _ANY_INVISIBLE.search(alphabet) is not None or _ANY_SELECTORS.search(text) is not None


def _remedy(character: str) -> str:
    return "end the line with a line feed" if character in "\x85\u2028\u2029" else "delete the character"


def escaped(source: str) -> Iterator[tuple[int, int, str]]:
    """Every escape in a double-quoted scalar that stands for a forbidden character: (start, end, character)."""
    for match in _ESCAPE.finditer(source):
        digits = match[1] or match[2] or match[3]
        character = chr(min(int(digits, 16), sys.maxunicode)) if digits else _SHORT_ESCAPES.get(match[4], "")
        if IN_VALUES.search(character):
            yield match.start(), match.end(), character


def written(text: str, start: int, end: int, character: str) -> Iterator[tuple[int, int]]:
    """Where a character stands in a scalar from `start` to `end`, by itself or, in double quotes, as an escape."""
    if text[start] != '"':
        position = text.find(character, start, end)
        while position >= 0:
            yield position, position + 1
            position = text.find(character, position + 1, end)
        return
    for match in re.compile(f"{_ESCAPE.pattern}|{re.escape(character)}").finditer(text, start, end):
        digits = match[1] or match[2] or match[3]
        short = _SHORT_ESCAPES.get(match[4], match[4]) if match[4] else match[0]
        if character == (chr(min(int(digits, 16), sys.maxunicode)) if digits else short):
            yield match.span()


def quotation(text: str) -> str:
    """A short quotation of `text` for a message, on one line and with nothing invisible in it."""
    cut = text if len(text) <= LONGEST_QUOTATION else text[: LONGEST_QUOTATION - 1] + "…"
    return f"'{printable(cut)}'"


def quoted(text: str) -> str:
    """The remedy for a scalar that must be quoted."""
    return f'quote it: "{text}"' if len(text) <= LONGEST_QUOTATION else "quote it"


def printable(text: str) -> str:
    """`text` with what cannot be printed as escapes: controls, invisible characters, undecodable bytes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
