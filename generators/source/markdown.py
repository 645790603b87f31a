"""A page as MyST reads it: what stands in it besides text, and where.

The same Markdown parser with the same extensions as in conf.py finds every directive and role, also inside of lists
and quotes. A test compares it with MyST's own. What stands inside of a directive is searched as text instead: each
directive cuts its content in its own way (options, title, header, footer) before it is parsed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.field_list import fieldlist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

What = Literal["front matter", "directive", "role"]
_DIRECTIVE = re.compile(r"(?:`{3,}|~{3,}|:{3,})[^\S\n]*\{(?P<name>[^}\n]*(?:\}\S+)?)")
"""A fence with a directive, wherever in a line; the last bracket belongs to what MyST takes for the name."""
_ROLE = re.compile(r"\{(?P<name>[\w+:-]+)\}(?=`)")


@dataclass(frozen=True, slots=True)
class Markup:
    """Something in a page that is more than text. `line`: from 1."""

    what: What
    name: str
    """Of the directive or role; a line of the front matter."""
    line: int


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser of a page, with the extensions of conf.py."""
    made = MarkdownIt("commonmark").enable("table")
    made.use(front_matter_plugin).use(myst_block_plugin).use(myst_role_plugin)
    made.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    made.use(colon_fence_plugin).use(deflist_plugin).use(fieldlist_plugin)
    return made.disable(["html_block", "html_inline"], ignoreInvalid=True)


def markup(text: str) -> Iterator[Markup]:
    """Everything in a page that is more than text, in order."""
    return _in_tokens(parser().parse(text), 1)


def _in_tokens(tokens: Sequence[Token], first: int) -> Iterator[Markup]:
    """`first`: the line of the page on which the tokens' own first line stands."""
    for token in tokens:
        line = first + (token.map[0] if token.map else 0)
        if token.type == "front_matter":
            for number, content in enumerate(token.content.split("\n"), 1):
                yield Markup("front matter", content, line + number)
        elif token.type == "colon_fence" or (token.type == "fence" and token.info.strip().startswith("{")):
            yield from _in_fence(token, line)
        elif token.type == "myst_role":
            yield Markup("role", str(token.meta.get("name", "")), line)
        if token.children:
            yield from _in_tokens(token.children, line)


def _in_fence(token: Token, line: int) -> Iterator[Markup]:
    """A directive with all that stands inside of it, also what it shows as code.

    `:::name` is no directive, and yet parsed: what stands inside of it.
    """
    text = f"{token.markup}{token.info}\n{token.content}"
    inside: list[tuple[What, re.Match[str]]] = [("directive", found) for found in _DIRECTIVE.finditer(text)]
    inside += [("role", found) for found in _ROLE.finditer(text)]
    seen = 0
    for what, found in sorted(inside, key=_start):
        line, seen = line + text.count("\n", seen, found.start()), found.start()
        yield Markup(what, found["name"].removesuffix("}").strip(), line)


def _start(inside: tuple[What, re.Match[str]]) -> int:
    return inside[1].start()
