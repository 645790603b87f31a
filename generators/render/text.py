"""Any text as MyST that shows exactly that text.

MyST reads meaning into nearly every punctuation mark, and which mark means what depends on the place, so a list of
dangerous characters is always too short. Here every character that is not a letter or a digit becomes a numeric
character reference; what may not be written that way (code) goes behind a fence longer than any inside it.

`Safe` is the type of finished MyST. Every function here takes any value and gives `Safe`; string operations on a `Safe`
give a plain `str` again, which will be escaped again.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LANGUAGES = frozenset({"none", "console", "yaml", "sql", "json"})
"""What a code block may say it is written in."""

_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")  # whatever some parser on the way calls the end of a line
_WHITE = re.compile("[ \t\n\r\v\f\x85\u2028\u2029]+")
_BLANK_LINE = re.compile(r"\n(?:[ \t]*\n)+")
_LAST_OF_PLANE = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_UNSHOWABLE = re.compile(  # no character reference stands for these in HTML, nor can UTF-8 hold the surrogates
    f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANE}]"
)
_REPLACEMENT = "\ufffd"
_INVISIBLE = "&#8203;"

_HOST = r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
_HTTPS = re.compile(rf"(?P<start>https://){_HOST}(?P<port>:[0-9]{{1,5}})?(?P<rest>[/?#].*)?", re.ASCII | re.IGNORECASE)
_MAILTO = re.compile(rf"(?P<start>mailto:)(?P<box>[a-z0-9._+-]+@){_HOST}(?P<rest>\?.*)?", re.ASCII | re.IGNORECASE)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNTOUCHED_IN_TARGET = frozenset("/:.-_=?#%@")

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_DIRECTIVE = re.compile(r"[a-z0-9]+(?:[:_-][a-z0-9]+)*")
_CLASSES = re.compile(r"[a-z0-9-]+(?: [a-z0-9-]+)*")


class Safe(str):
    """Finished MyST: text that is printed as it stands. Only this package makes one from text it did not write."""

    __slots__ = ()

    # Python may give the very same object back where formatting changes nothing, so the type would depend on the text.

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def format(self, *values: object, **named: object) -> str:
        """Plain text, as every operation gives."""
        return str(self).format(*values, **named)


@runtime_checkable
class HasMyst(Protocol):
    """A value that knows its own MyST, such as a typed reference; what it gives is trusted."""

    def __myst__(self) -> str:
        """Finished MyST for one line of text."""


def escaped(value: object) -> Safe:
    """`value` as one line of text, right in a paragraph, heading, title, table cell, link or emphasis.

    White space (spaces, tabs, line ends of every kind) becomes one space between words and none at either end, so blank
    text gives nothing at all. Characters that HTML cannot show (controls, lone surrogates) become U+FFFD. A moment is
    printed in UTC as people write it, a date as ISO 8601, a time of day as 09:00, enums by their value. `Safe` and
    values with `__myst__` pass as they are.

    Raises TypeError for None, bool and every other type: how those read is for a template to decide.
    """
    if isinstance(value, Safe):
        return value
    if type(value) is not str and isinstance(value, HasMyst):  # a typed reference is a string that knows its MyST
        return Safe(value.__myst__())
    line = _UNSHOWABLE.sub(_REPLACEMENT, _WHITE.sub(" ", _plain(value)).strip(" "))
    return Safe("".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in line))


def listed(values: Iterable[object]) -> Safe:
    """Each of the values as one line of text, references with their links, parted by commas."""
    return Safe(", ".join(escaped(value) for value in values))


def day(value: dt.date) -> Safe:
    """A day as people write it: 31 March 2027."""
    return Safe(f"{value.day} {value:%B} {value.year}")


def paragraphs(value: object, indent: int = 0) -> Safe:
    """Prose: paragraphs parted by blank lines, each escaped.

    `indent`: spaces before every line but the first, for use inside a list item. Not for table cells or block quotes.
    """
    parts = (escaped(part) for part in _BLANK_LINE.split(_newlines_only(value)))
    return _indented("\n\n".join(part for part in parts if part), indent)


def code_block(value: object, language: str = "none", indent: int = 0) -> Safe:
    """`value` as a block of code, line for line; line ends of every kind become newlines, tabs stay.

    `indent`: spaces before every line but the first. The fence is longer than any run of backticks inside. Text in here
    could still close a fence *around* it: put it into `directive`, never into a fence written by hand.

    Raises ValueError for a language that is not in LANGUAGES.
    """
    if language not in LANGUAGES:
        message = f"no code block language: {language!r}"
        raise ValueError(message)
    text = _newlines_only(value)
    fence = "`" * max(3, _longest_run("`", text) + 1)
    return _indented(f"{fence}{language}\n{text}\n{fence}", indent)


def literal(value: object, place: Literal["anywhere", "text", "cell"] = "anywhere") -> Safe:
    """`value` in monospace on one line; line ends become spaces, everything else stays.

    A pipe table reads `|` before it reads code. So text with a `|` needs its place told: "cell" of a pipe table, or
    "text" for every other place. Without it such text falls back to `escaped`, which is right everywhere; so does blank
    text. In a template, part it from other literals: two runs of backticks that touch are one.

    Raises ValueError for another place.
    """
    if place not in {"anywhere", "text", "cell"}:
        message = f"no place for a literal: {place!r}"
        raise ValueError(message)
    text = _BREAK.sub(" ", _plain(value))
    text = _UNSHOWABLE.sub(_REPLACEMENT, text)
    if not _WHITE.sub("", text) or ("|" in text and place == "anywhere"):
        return escaped(value)
    ticks = "`" * (_longest_run("`", text) + 1)
    pad = " " if {text[0], text[-1]} & {" ", "`"} else ""
    if place == "cell":
        text = text.replace("|", r"\|")
    return Safe(f"{ticks}{pad}{text}{pad}{ticks}")


def coded(value: object, place: Literal["anywhere", "text", "cell"] = "anywhere") -> Safe:
    """A sentence with what stands between backticks in monospace; one with an odd backtick is escaped as it is.

    `place`: as for `literal`.
    """
    parts = _WHITE.sub(" ", _plain(value)).split("`")
    if len(parts) % 2 == 0:
        return escaped(value)
    made = []
    for number, part in enumerate(parts):
        before, after = part[:1] == " ", part[-1:] == " "
        made.append(literal(part, place) if number % 2 else f"{' ' * before}{escaped(part)}{' ' * after}")
    return Safe("".join(made).strip())


def link(text: object, url: str) -> Safe:
    """A link to `url` when that is https or mailto with a plain host name, else only the escaped text.

    Scheme and host are lower-cased, what follows is percent-encoded; user names, passwords, IP literals and host names
    that are not ASCII are no link. Blank text shows the URL.
    """
    label = escaped(text)
    target = link_target(url)
    if target is None:
        return label
    written = "".join(c if c.isalnum() or c in _UNTOUCHED_IN_TARGET else f"&#{ord(c)};" for c in target)
    return Safe(f"[{label or escaped(target)}]({written})")


def link_target(url: str) -> str | None:
    """The address that `link` points to, or None when `url` may not be linked to."""
    match = _HTTPS.fullmatch(url) or _MAILTO.fullmatch(url)
    if match is None or _UNSHOWABLE.search(url):
        return None
    part = {name: text or "" for name, text in match.groupdict().items()}
    rest, mark, fragment = _STRAY_PERCENT.sub("%25", part["rest"]).partition("#")
    authority = part.get("box", "") + part["host"].lower() + part.get("port", "")
    return part["start"].lower() + authority + _percent_encoded(rest) + mark + _percent_encoded(fragment)


def anchor(slug: str) -> Safe:
    """A target for links, to stand on a line of its own before a heading or paragraph.

    Raises ValueError unless `slug` is lower-case letters, digits, inner hyphens and underscores.
    """
    if not _SLUG.fullmatch(slug):
        message = f"no anchor: {slug!r}"
        raise ValueError(message)
    return Safe(f"({slug})=")


def directive(  # noqa: PLR0913 - what Sphinx's own have
    name: str,
    title: object = None,
    *,
    classes: str = "",
    sync: str = "",
    indent: int = 0,
    caller: Callable[[], object],
) -> Safe:
    """A directive around finished text, its fence longer than any run of tildes inside, so that no code can close it.

    For templates: `{% call directive("admonition", page.title, classes="warning") %}…{% endcall %}`. `title` None means
    the directive takes none; a blank one keeps its place. Tabs with the same `sync` are chosen together. `indent`:
    spaces before every line, the first as well, since Jinja drops what stands before a block tag; as it drops the
    newline after one, the result ends with its own.

    Raises ValueError for a malformed name or class, and for an admonition without classes, whose class docutils would
    make from the title; TypeError when the body is not finished MyST.
    """
    _refuse_malformed(name, classes, sync)
    body = caller()
    if not isinstance(body, Safe):
        message = "the body of a directive must be finished MyST"
        raise TypeError(message)
    if name == "container":  # its classes are its argument
        head, option = f" {classes}", ""
    else:
        head = "" if title is None else f" {escaped(title) or _INVISIBLE}"
        named = "class-container" if name == "dropdown" else "class"
        option = f":{named}: {classes}\n" if classes else ""
    if sync:
        option += f":sync: {sync}\n"
    fence = "~" * max(3, _longest_run("~", head + body) + 1)
    inside = body.strip("\n")
    return Safe(" " * indent + _indented(f"{fence}{{{name}}}{head}\n{option}\n{inside}\n{fence}\n", indent))


def _refuse_malformed(name: str, classes: str, sync: str) -> None:
    """Raises ValueError for what is no directive, or no admonition, with these classes, and for a malformed key."""
    if sync and (name != "tab-item" or not _SLUG.fullmatch(sync)):
        message = f"no tab: {name!r} with the key {sync!r}"
        raise ValueError(message)
    if not _DIRECTIVE.fullmatch(name) or (classes and not _CLASSES.fullmatch(classes)):
        message = f"no directive: {name!r} with classes {classes!r}"
        raise ValueError(message)
    if name == "admonition" and not classes:
        message = "an admonition needs its classes said"
        raise ValueError(message)


def _plain(value: object) -> str:
    """The text of a value that has an obvious one."""
    match value:
        case Safe():
            message = "finished MyST is no text to escape"
            raise TypeError(message)
        case Enum():
            return _plain(value.value)
        case str():
            return str.__str__(value)
        case bool():
            pass
        case int() | float() | Decimal():
            return str(value)
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return value.isoformat()
        case dt.time():
            return _clock(value)
    message = f"how a {type(value).__name__} reads is for the template to decide"
    raise TypeError(message)


def _moment(value: dt.datetime) -> str:
    """`Monday, 30 November 2026, 14:00 UTC`. Raises TypeError for one without a zone: it is none."""
    if value.tzinfo is None:
        message = "a moment without a zone"
        raise TypeError(message)
    moment = value.astimezone(dt.UTC)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {_clock(moment)} UTC"


def _clock(value: dt.datetime | dt.time) -> str:
    """`14:00`, with seconds where they are not zero."""
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


def _newlines_only(value: object) -> str:
    """Text with newlines as its only line ends, and nothing that cannot be shown."""
    return _UNSHOWABLE.sub(_REPLACEMENT, _BREAK.sub("\n", _plain(value)))


def _indented(text: str, indent: int) -> Safe:
    """Every line but the first, and but empty ones, moved right by `indent` spaces."""
    first, *others = text.split("\n")
    return Safe("\n".join([first, *(" " * indent + line if line else "" for line in others)]))


def _longest_run(mark: str, text: str) -> int:
    """The length of the longest run of `mark`, 0 for none."""
    return max(map(len, re.findall(f"{re.escape(mark)}+", text)), default=0)


def _percent_encoded(part: str) -> str:
    """RFC 3986 characters stay, and `%` does: it already begins an escape. Quoting is by UTF-8 byte."""
    return quote(part, safe="/?:@!$&'()*+,;=%-._~")
