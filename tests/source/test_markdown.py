"""What stands in a page besides text is found as MyST finds it."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from generators.source import markdown
from generators.source.markdown import Markup, markup
from tests.conftest import TESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CONF = runpy.run_path(str(TESTS.parent / "conf.py"))
PIECES = [
    *(
        "---\n",
        "...\n",
        "orphan: true\n",
        "myst:\n",
        "\ufeff",
        " ",
        "\n",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\t",
        "~~~",
        "```",
        ":::",
        "::::",
    ),
    *(
        "{include} x\n",
        "{note}\n",
        "{ eval-rst }\n",
        "{raw} html\n",
        "{}\n",
        "{",
        "}",
        "`x`",
        "{download}`a`",
        "{doc}`a`",
    ),
    *(
        "text\n",
        "# T\n",
        "| a | b |\n|---|---|\n",
        "<b>",
        "term\n: def\n",
        ":field: x\n",
        "[^1]: note\n",
        "(a)=\n",
        "+++ x\n",
        "% c\n",
    ),
]


def told(tokens: Sequence[Token]) -> list[tuple[str, str, str, list[int] | None]]:
    """Tokens, with those inside of them, as what two parsers must agree on."""
    found = []
    for token in tokens:
        found.append((token.type, token.info, str(token.meta.get("name", "")), token.map))
        found += told(token.children or [])
    return found


@pytest.fixture(scope="module")
def myst() -> MarkdownIt:
    """MyST's own parser, with the settings of conf.py."""
    config = MdParserConfig(
        enable_extensions=set(CONF["myst_enable_extensions"]), disable_syntax=CONF["myst_disable_syntax"]
    )
    return create_md_parser(config, RendererHTML)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_pages_are_read_as_myst_reads_them(myst: MarkdownIt, text: str) -> None:
    """Token by token: what is found here is what will be acted on there."""
    assert told(markdown._parser().parse(text)) == told(myst.parse(text))  # noqa: SLF001 - what the module rests on


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n  - ```{include} x\n    ```\n", [Markup("directive", "include", 2)]),
        ("> 1. :::{raw} html\n>    :::\n", [Markup("directive", "raw", 1)]),
        (
            "::::{note}\nx\n\n:::{eval-rst}\n:::\n::::\n",
            [Markup("directive", "note", 1), Markup("directive", "eval-rst", 4)],
        ),
        ("| a |\n|---|\n| {download}`x` |\n", [Markup("role", "download", 3)]),
        ("term\n: ~~~{ csv-table }\n  ~~~\n", [Markup("directive", "csv-table", 2)]),
        ("# {math}`x`\n", [Markup("role", "math", 1)]),
        ("---\na: 1\n---\n", [Markup("front matter", "a: 1", 2)]),
        (":::{note} ~~~{include} x\n~~~\n:::\n", [Markup("directive", "note", 1), Markup("directive", "include", 1)]),
        (
            ":::{admonition} {download}`x`\n:::\n",
            [Markup("directive", "admonition", 1), Markup("role", "download", 1)],
        ),
        (
            ":::{card}\n```\n+++\n```{include} x\n```\n:::\n",
            [Markup("directive", "card", 1), Markup("directive", "include", 4)],
        ),
        (":::plain\n~~~\t{raw} html\n~~~\n:::\n", [Markup("directive", "raw", 2)]),
        ("```{note}\n    ~~~{\n```\n", [Markup("directive", "note", 1), Markup("directive", "", 2)]),
        ("``{raw}`` and\n\n    ```{raw}\n\n```python\n{raw}\n```\n", []),
    ],
)
def test_markup_is_found_wherever_it_stands(text: str, found: list[Markup]) -> None:
    """In lists, quotes, tables, definitions, headings and directives; what is shown as code is text."""
    assert list(markup(text)) == found


def test_no_depth_hides_a_directive() -> None:
    """A page of nested fences is gone through once."""
    depth = 60
    opening = "\n".join(f"{':' * (depth - n + 3)}{{note}}" for n in range(depth))
    found = list(markup(f"{opening}\n```{{raw}} html\n```\n"))
    assert [each.line for each in found] == list(range(1, depth + 2))
    assert found[-1] == Markup("directive", "raw", depth + 1)
