"""What may stand in a text that readers paste into a terminal, an editor or a database client.

Printable ASCII, tabs and line feeds; and in quotes, words of other scripts, because names and messages are data there.
Such a word is of one script, so that no letter of it poses as another; it is read from left to right, as the rest of
the command is; and it is as Unicode composes it, so that what is pasted equals what is stored. Everything else is
refused: a list of the characters that word processors exchange would never be complete.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from generators.source.characters import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 20
"""Characters of one text that are reported."""

_PLAIN = re.compile(r"[\t\n\r\x20-\x7e]*+")
_STRAY = re.compile(r"[^\t\n\r\x20-\x7e]")
_QUOTED = re.compile(r"'[^'\n]*+'|\"[^\"\n]*+\"")
_WORD = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+")
_LETTERS = frozenset({"Lu", "Ll", "Lo", "Mn", "Mc"})
_LEFT_TO_RIGHT = frozenset({"L", "NSM"})
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})

_LOOK_ALIKE_LETTERS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd",
    "aeopcyxsijhdqw" + "ABEKMHOPCTXSIJ" + "ABEZHIKMNOPTYXov",
)
_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02b9\u02bc\u02c8\xb4\uff40", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\xab\xbb\u3003", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63", "-"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u01c0\u2223\uffe8", "|"),
    **dict.fromkeys("\u02cb\u1fef", "`"),
    **dict.fromkeys("\u02c6\u2303", "^"),
    **dict.fromkeys("\u223c\u02dc\u301c", "~"),
    **dict.fromkeys("\u2217\u204e\u22c6", "*"),
    **dict.fromkeys("\u2236\ua789\u02d0", ":"),
    **dict.fromkeys("\u2039\u27e8", "<"),
    **dict.fromkeys("\u203a\u27e9", ">"),
    "\u01c3": "!",
    "\u037e": ";",
    "\xd7": "x",
    "\u2192": "->",
}
_DASHES = "\u2013\u2014\u2015"


class Stray(NamedTuple):
    """A character that a pasted text may not hold: its offset, what it is, what to type instead."""

    offset: int
    message: str
    hint: str


def strays(text: str) -> Iterator[Stray]:
    """The characters of a text that do not survive pasting, the first `MOST` of them. Offsets in characters, from 0."""
    if _PLAIN.fullmatch(text):
        return
    allowed = frozenset(_offsets_of_words(text))
    found = (match for match in _STRAY.finditer(text) if match.start() not in allowed)
    for match in islice(found, MOST):
        yield Stray(match.start(), f"{describe(match[0])} in text that is pasted", _instead_of(match[0]))


def _offsets_of_words(text: str) -> Iterator[int]:
    """Where the letters of other scripts stand that may stay: words in quotes."""
    for quoted in _QUOTED.finditer(text):
        for word in _WORD.finditer(text, quoted.start(), quoted.end()):
            if not word[0].isascii() and _is_word(word[0]):
                yield from range(*word.span())


def _is_word(word: str) -> bool:
    """Whether a word of letters and digits is of one script, composed, read from left to right, and no look-alike."""
    letters = [character for character in word if not (character.isascii() and character.isdigit())]
    proper = all(
        unicodedata.category(letter) in _LETTERS and unicodedata.bidirectional(letter) in _LEFT_TO_RIGHT
        for letter in letters
    )
    scripts = {_script(letter) for letter in letters}
    unchanged = unicodedata.normalize("NFKC", word) == word
    return proper and unchanged and len(scripts) == 1 and not word.translate(_LOOK_ALIKE_LETTERS).isascii()


def _script(letter: str) -> str:
    """The script of a letter, by the first word of its Unicode name; scripts that are written together count as one."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "CJK" if script in _EAST_ASIAN else script


def _instead_of(character: str) -> str:
    """What to type instead, as far as it is known."""
    if character in _DASHES:
        return "type '-', or '--'"
    if unicodedata.category(character) == "Zs":
        return "type a space"
    composed = unicodedata.normalize("NFKC", character).translate(_LOOK_ALIKE_LETTERS)
    typed = _SIGNS.get(character, composed)
    if typed.isascii() and typed.isprintable():
        return f'type "{typed}"' if "'" in typed else f"type '{typed}'"
    if character.isalpha():
        in_order = unicodedata.bidirectional(character) in _LEFT_TO_RIGHT
        return "use ASCII letters, or put the word in quotes" if in_order else "use ASCII letters"
    return "delete it, or use ASCII characters"
