"""Comments that cut a text short: YAML ends an unquoted text at ` #`, whatever its author meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from generators.source.characters import quotation, quoted
from generators.source.plain import is_date

if TYPE_CHECKING:
    from collections.abc import Mapping

# What stands between a value and a `#`: on the same line, or on a line below that is indented. Possessive: one step.
_BEFORE = re.compile(r"(?<=\S)(?:[ \t]++|[ \t\r]*+\n(?:[ \t\r]*+\n)*+[ \t]++)(?=#)")
_NAME_LIKE = re.compile(r"[a-z0-9]\S*|\S*[/=]\S*")
"""What people annotate: an id, version, path, zone or recurrence rule. One word, and not the first of a sentence."""


class Comment(NamedTuple):
    """A comment behind a value: the offsets of its `#` and of the end of its line."""

    start: int
    end: int
    below: bool
    """Whether it stands on a line below the value."""


def comments_behind(text: str) -> Mapping[int, Comment]:
    """The comments of a file by the offset at which the value before each of them would end."""
    found = _BEFORE.finditer(text) if "#" in text else ()
    return {one.start(): Comment(one.end(), _line_end(text, one.end()), "\n" in one[0]) for one in found}


def cuts(text: str, value: str, holder: int, comment: Comment) -> bool:
    """Whether the comment behind an unquoted text more likely belongs to it.

    `#12` and `#name` do. A comment that begins with a space is one behind a single word such as an id, and behind a
    date. On a line below, only `#name` can belong to the value, further in than the key or dash at offset `holder`.
    """
    after = text[comment.start + 1 : comment.start + 2]
    if comment.below:
        return after.isalnum() and _column(text, comment.start) > _column(text, holder)
    if not value:
        return True
    return not is_date(value) and (not after.isspace() or _NAME_LIKE.fullmatch(value) is None)


def what_is_lost(value: str, lost: str) -> tuple[str, str]:
    """The message and the remedy for a text that the comment `lost` cuts down to `value`."""
    if not value:
        return f"{quotation(lost)} is a comment, and the value is empty", quoted(lost)
    message = f"the text ends before {quotation(lost)}, which is a comment"
    return message, "quote the text, or write the comment on a line of its own"


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end
