"""A text that is pasted holds ASCII, and in quotes words of other scripts; every other character is found."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from generators.source.characters import IN_VALUES
from generators.source.pasted import strays

LOOK_ALIKE = [
    ("\xa0", "type a space"),
    ("\u2009", "type a space"),
    ("\u3000", "type a space"),
    ("\u2011", "type '-'"),
    ("\u2013", "type '-', or '--'"),
    ("\u2014", "type '-', or '--'"),
    ("\u2212", "type '-'"),
    ("\u2019", 'type "\'"'),
    ("\u201c", "type '\"'"),
    ("\xab", "type '\"'"),
    ("\u2026", "type '...'"),
    ("\u2044", "type '/'"),
    ("\u2192", "type '->'"),
    ("\uff0d", "type '-'"),
    ("\uff04", "type '$'"),
    ("\uff41", "type 'a'"),
    ("\U0001d41a", "type 'a'"),
    ("\u0430", "type 'a'"),
    ("\u0391", "type 'A'"),
    ("\u200d", "delete it, or use ASCII characters"),
    ("\u0301", "delete it, or use ASCII characters"),
    ("\u2800", "delete it, or use ASCII characters"),
]


@pytest.mark.parametrize(("character", "hint"), LOOK_ALIKE)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_character_that_looks_like_another(character: str, hint: str, quote: str) -> None:
    """It is found where it stands, in quotes and outside of them, with what to type instead."""
    text = f"dfops check\n  {quote}a{character}b{quote}"
    assert [(stray.offset, stray.hint) for stray in strays(text)] == [(text.index(character), hint)]


@pytest.mark.parametrize(
    "text",
    [
        "dft validate charts/{lamp} --strict\n\techo \"$HOME\" | sed 's/a/b/' # all of ~!@#$%^&*()[]{}<>?\\;:,.`=+_-\n",
        "grep 'Größe' log.txt",
        'SELECT "größe", "Menge_übrig2" FROM t',
        "echo 'привет, мир'",
        "echo \"日本語の テスト\" '한국어'",
        "echo 'हिन्दी'",
        "",
    ],
)
def test_text_that_survives_pasting(text: str) -> None:
    """All of ASCII, and what people call their tables and files."""
    assert list(strays(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grep Größe log.txt", "öß"),
        ("echo 'p\u0430ck'", "\u0430"),
        ("cat '\u0441\u043e\u0440\u0443'", "\u0441\u043e\u0440\u0443"),
        ("echo 'שלום'", "שלום"),
        ("echo 'o\u0301'", "\u0301"),
        ("echo 'gr\xf6\u0436'", "\xf6\u0436"),
        ("echo 'con\ufb01g'", "\ufb01"),
        ("echo 'größe\u2013'", "öß\u2013"),
        ("echo 'a\nGröße'", "öß"),
    ],
)
def test_letters_that_may_not_stay(text: str, found: str) -> None:
    """Outside of quotes, of two scripts in a word, like ASCII throughout, from right to left, not composed."""
    assert "".join(text[stray.offset] for stray in strays(text)) == found


def test_no_sign_of_any_script_is_allowed() -> None:
    """Whatever Unicode has that is no letter is refused, in quotes as well: nothing that is new is let through."""
    signs = [
        character
        for character in map(chr, range(0x80, sys.maxunicode + 1))
        if unicodedata.category(character)[0] not in "LMC" and not IN_VALUES.search(character)
    ]
    assert len(signs) > 5000
    assert all(next(strays(f"'{character}'")).offset == 1 for character in signs)


def test_long_list_is_cut() -> None:
    """A text in another script is not a thousand findings."""
    assert len(list(strays("я" * 5000))) == 20
