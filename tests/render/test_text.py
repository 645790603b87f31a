from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum, StrEnum

import pytest

from generators.render import Safe, escaped
from generators.render.text import anchor, code_block, directive, link, link_target, literal, paragraphs

NEW_YORK = dt.timezone(dt.timedelta(hours=-5))
NAIVE = dt.datetime(2025, 3, 9, 1)  # noqa: DTZ001 - what is refused


class Colour(StrEnum):
    """An enum that is a string."""

    GREEN = "gr*en"


class Level(Enum):
    """An enum that is none."""

    HIGH = 3


class Reference:
    """A value that knows its own MyST."""

    def __myst__(self) -> str:
        """As a typed reference does."""
        return "{ref}`a`"


def test_what_is_no_letter_or_digit() -> None:
    """It becomes a character reference; single spaces between words stay readable."""
    assert escaped("a_b é 漢 3*") == "a&#95;b é 漢 3&#42;"


def test_white_space_of_every_kind() -> None:
    """One line, one space between words, none at the ends; a no-break space is kept, since it shows."""
    assert escaped("\r\n a\r\n\t b\u2028c\x85 d\u2029\v\fe\n") == "a b c d e"
    assert escaped("a\u00a0b") == "a&#160;b"
    assert escaped(" \n\t") == ""


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\x7f", "\x9f", "\udfff", "\ufdd0", "\uffff", "\U0010fffe"])
def test_a_character_that_html_cannot_show(bad: str) -> None:
    """It shows as the replacement character, and the page can be encoded."""
    for made in (escaped(f"a{bad}b"), code_block(f"a{bad}b"), literal(f"a{bad}b")):
        assert bad not in made.encode().decode()
        assert "\ufffd" in made or "&#65533;" in made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (-1, "&#45;1"),
        (1.5, "1&#46;5"),
        (Decimal("14.40"), "14&#46;40"),
        (dt.date(2025, 3, 9), "2025&#45;03&#45;09"),
        (dt.time(9), "09&#58;00"),
        (dt.time(9, 0, 30), "09&#58;00&#58;30"),
        (dt.datetime(2025, 3, 9, 1, tzinfo=dt.UTC), "Sunday&#44; 9 March 2025&#44; 01&#58;00 UTC"),
        (dt.datetime(2025, 3, 9, 1, 0, 5, tzinfo=NEW_YORK), "Sunday&#44; 9 March 2025&#44; 06&#58;00&#58;05 UTC"),
        (Colour.GREEN, "gr&#42;en"),
        (Level.HIGH, "3"),
    ],
)
def test_a_value_with_an_obvious_reading(value: object, text: str) -> None:
    """Numbers, dates and enums are printed, escaped like any text."""
    assert escaped(value) == text


@pytest.mark.parametrize("value", [None, True, False, [], {}, b"a", object(), dt.timedelta(1), NAIVE])
def test_a_value_without_an_obvious_reading(value: object) -> None:
    """It is an error: how it reads is for the template to decide."""
    with pytest.raises(TypeError):
        escaped(value)


def test_finished_text_and_references() -> None:
    """They pass as they are, and once only: finished text is no code and no prose."""
    assert escaped(Safe("**a**")) == "**a**"
    assert escaped(Reference()) == "{ref}`a`"
    assert link(Reference(), "ftp://x.example") == "{ref}`a`"
    for made in (code_block, literal, paragraphs):
        with pytest.raises(TypeError):
            made(Safe("**a**"))


def test_prose_in_a_list_item() -> None:
    """Blank lines part paragraphs; every line but the first is indented, and no blank line has spaces."""
    assert paragraphs("a\nb\r\n\r\n \t\n\n*c*\n", indent=3) == "a b\n\n   &#42;c&#42;"


def test_code_with_fences_of_its_own() -> None:
    """The fence is longer; lines stay what they are, and all but the first line are indented."""
    assert code_block("a\r\n````\n\n\tb\\", "yaml", 2) == "`````yaml\n  a\n  ````\n\n  \tb\\\n  `````"


def test_a_language_off_the_list() -> None:
    """It is refused: after a fence, a word in braces is a directive."""
    with pytest.raises(ValueError, match="language"):
        code_block("a", "{include} /etc/passwd")


@pytest.mark.parametrize(
    ("text", "place", "myst"),
    [
        ("a", "anywhere", "`a`"),
        ("a`b", "anywhere", "``a`b``"),
        ("`", "anywhere", "`` ` ``"),
        (" a", "anywhere", "`  a `"),
        ("a\nb", "anywhere", "`a b`"),
        ("a|b", "anywhere", "a&#124;b"),
        ("a|b", "text", "`a|b`"),
        ("a|b", "cell", r"`a\|b`"),
        (" ", "text", ""),
    ],
)
def test_an_inline_literal(text: str, place: str, myst: str) -> None:
    """Backticks longer than any inside, padded where needed, and escaped text where nothing else is right."""
    assert literal(text, place) == myst  # type: ignore[arg-type]


def test_a_place_for_a_literal_that_is_none() -> None:
    """A misspelt place is an error, not the unsafe form."""
    with pytest.raises(ValueError, match="place"):
        literal("a|b", "table")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://x.example", "https://x.example"),
        ("HTTPS://X.Example:8443/A?b=c&d#e", "https://x.example:8443/A?b=c&d#e"),
        ("https://x.example/a b(c)\\<>'\"|`", "https://x.example/a%20b(c)%5C%3C%3E'%22%7C%60"),
        ("https://x.example/%41%zz/é#a#b", "https://x.example/%41%25zz/%C3%A9#a%23b"),
        ("MailTo:a.b+c@X.example?subject=a b", "mailto:a.b+c@x.example?subject=a%20b"),
    ],
)
def test_an_address_to_link_to(url: str, target: str) -> None:
    """Scheme and host in lower case, the rest percent-encoded once."""
    assert link_target(url) == target
    assert link("a*", url).startswith("[a&#42;](")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,a",
            "http://x.example",
            "file:///etc/passwd",
            "ftp://x.example",
            "//x.example",
        ),
        *(
            "",
            "x.example",
            "/a",
            "#a",
            "https:",
            "https://",
            "https:/x.example",
            "https:x.example",
            "https:\\\\x.example",
        ),
        *(
            "https://a@x.example",
            "https://a:b@x.example",
            "https://x.example\\@y.example",
            "https://x.example@y.example/",
        ),
        *(
            "https://éx.example",
            "https://x\u2024example",
            "https://xn--.-a",
            "http\u017f://x.example",
            "https://[::1]/",
            "https://-x",
        ),
        *(
            " https://x.example",
            "https://x.example\n",
            "https://x.example/\na",
            "https://x.ex\tample",
            "https://x.example:a",
        ),
        *(
            "java\nscript:alert(1)",
            "mailto:",
            "mailto:a",
            "mailto:a@x.example,b@x.example",
            "mailto:<a@x.example>",
            "inv:a",
        ),
        *(
            "https://x.example/\0",
            "https://x.example/\ud800",
            "https://x.example:123456",
            "https://" + "a" * 64 + ".example",
        ),
    ],
)
def test_an_address_that_is_no_link(url: str) -> None:
    """Its text stays, escaped, and nothing can be followed."""
    assert link_target(url) is None
    assert link("a*", url) == "a&#42;"


def test_an_anchor() -> None:
    """A slug stands as it is; anything else is an error, since it would be text in a place that is not escaped."""
    assert anchor("step-2") == "(step-2)="
    for slug in ("", "-a", "a-", "A", "a b", "a)=\n# b", "é", "a\n"):
        with pytest.raises(ValueError, match="anchor"):
            anchor(slug)


def test_a_directive_around_code_with_its_fence() -> None:
    """The fence around is longer than any inside; a blank title keeps its place."""
    made = directive("admonition", " ", classes="warning", indent=2, caller=lambda: Safe("a\n~~~~\n"))
    assert made == "  ~~~~~{admonition} &#8203;\n  :class: warning\n\n  a\n  ~~~~\n  ~~~~~\n"


@pytest.mark.parametrize(
    ("name", "classes", "error"),
    [("note}", "", ValueError), ("note", "a\n:name: b", ValueError), ("admonition", "", ValueError)],
)
def test_a_directive_that_would_be_another(name: str, classes: str, error: type[Exception]) -> None:
    """Names and classes are plain words, and an admonition's class never comes from its title."""
    with pytest.raises(error):
        directive(name, "a", classes=classes, caller=lambda: Safe("a"))


def test_a_directive_around_text_that_is_not_finished() -> None:
    """Its body must have been escaped."""
    with pytest.raises(TypeError):
        directive("note", caller=lambda: "{raw}`a`")
