"""What stands in a page besides text is found as MyST finds it."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer, make_document
from myst_parser.parsers.docutils_ import Parser
from myst_parser.parsers.mdit import create_md_parser

from generators.source import markdown
from generators.source.handwritten import BOXES
from generators.source.markdown import Markup, markup
from tests.conftest import TESTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

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


NESTED = [
    *(":::{note} ", "```{admonition} ", "::::{container}\n", ":::{tip} ", ":::plain\n", ":::\n", "```\n", "~~~\n"),
    *("^^^\n", "+++\n", ":class: x\n", "~~~\t{raw} html\n", "{download}`a` ", "```{ include} x\n"),
]
"""What opens, cuts and closes a directive."""


def told(tokens: Sequence[Token]) -> list[tuple[str, str, str, list[int] | None]]:
    """Tokens, with those inside of them, as what two parsers must agree on."""
    found = []
    for token in tokens:
        found.append((token.type, token.info, str(token.meta.get("name", "")), token.map))
        found += told(token.children or [])
    return found


CONFIG = MdParserConfig(
    enable_extensions=set(CONF["myst_enable_extensions"]), disable_syntax=CONF["myst_disable_syntax"]
)


@pytest.fixture(scope="module")
def myst() -> MarkdownIt:
    """MyST's own parser, with the settings of conf.py."""
    return create_md_parser(CONFIG, RendererHTML)


class Recorder(DocutilsRenderer):
    """MyST, which writes down what it would run, and runs only what docutils itself lets a page nest."""

    asked: ClassVar[set[str]] = set()

    def render_directive(self, token: SyntaxTreeNode, name: str, arguments: str, **more: Any) -> None:  # noqa: D102
        self.asked.add(name)
        if name in BOXES or name == "container":
            super().render_directive(token, name, arguments, **more)

    def render_restructuredtext(self, token: SyntaxTreeNode) -> None:  # noqa: D102
        del token
        self.asked.add("eval-rst")

    def render_myst_role(self, token: SyntaxTreeNode) -> None:  # noqa: D102
        self.asked.add(token.meta["name"])


def asked_by_myst(text: str) -> set[str]:
    """The names of the directives and roles that MyST acts on while it reads a page."""
    Recorder.asked = set()
    document = make_document(parser_cls=Parser)
    document.reporter.report_level = document.reporter.halt_level = 4
    parser = create_md_parser(CONFIG, Recorder)
    parser.options["document"] = document
    parser.render(text)
    return Recorder.asked


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_pages_are_read_as_myst_reads_them(myst: MarkdownIt, text: str) -> None:
    """Token by token: what is found here is what will be acted on there."""
    assert told(markdown.parser().parse(text)) == told(myst.parse(text))


@given(st.lists(st.sampled_from([*PIECES, *NESTED]), max_size=14).map("".join))
def test_nothing_runs_that_was_not_found(text: str) -> None:
    """However directives are nested, cut and titled: MyST acts on no name that was not seen before."""
    assert asked_by_myst(text) <= {found.name for found in markup(text)}


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
        (":::{note}{raw}\n:::\n", [Markup("directive", "note}{raw", 1)]),
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
