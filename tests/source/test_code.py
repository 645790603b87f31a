"""The code of a page is found where it is written, however deep it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.source.code import LINE_END, code_on
from generators.source.handwritten import page_findings

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [
    "# A `§`\n",
    "a \\` and ``§`` b\n",
    "``a ` §`` b\n",
    "a `b\n§` c\n",
    "```console\ndfops check\n§\n```\n",
    "~~~\n§\n~~~\n",
    "a\n\n    §\n",
    "- a\n\n  - ```sh\n    dfops x\n\n    §\n    ```\n",
    "> a\n> `§`\n>\n> ```\n> §\n> ```\n",
    "| a | b |\n|---|---|\n| c | `d \\| §` |\n",
    "```{note}\na `§`\n\n    §\n```\n",
    "::::{grid}\n:::{grid-item-card} Title `§`\n:link: x\n\n- a `§`\n\n  ```\n  §\n  ```\n:::\n::::\n",
    ":::{tip} Title\n```console\r\n§ x\r\n```\r\n:::\r\n",
    "a\n: b `§`\n",
    "[a `§`](https://example.org/ 'b') **c `§`**\n",
]


@pytest.mark.parametrize("page", PAGES)
def test_code_is_found_where_it_is_written(page: str) -> None:
    """Every sign in code, at its line and column; in a directive's own line it is a title, where MyST reads it."""
    lines = page.split("\n")
    expected = {
        (row, found.start() + 1)
        for row, line in enumerate(lines, 1)
        for found in re.finditer("§", line)
        if not line.lstrip().startswith(":::")
    }
    found = {(code.line, code.column + sign.start()) for code in code_on(page) for sign in re.finditer("§", code.text)}
    assert found == expected


def test_text_is_no_code() -> None:
    """Prose, titles of links, and what looks like a fence and is none."""
    assert list(code_on('# A – b\n\nc – \\`d\\` e \' [f](g "h")\n\n- i\n')) == []


@settings(deadline=None, max_examples=150)
@given(st.text(st.sampled_from("`~:{}|-> \n\t\ra\u2013#")))
def test_any_page_is_read(text: str) -> None:
    """Nothing raises, and each place is one of the page."""
    lines = LINE_END.split(text)
    assert all(1 <= code.line <= len(lines) for code in code_on(text))


def test_page_is_refused_at_the_character(tmp_path: Path) -> None:
    """Below docs/ and at the root; prose may hold every sign."""
    (tmp_path / "docs").mkdir()
    text = "# A – b\n\nRun `make\xa0html` – or:\n\n- c\n\n  ```console\n  dfops check –strict\n  ```\n"
    for path in ("README.md", "docs/page.md"):
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = [(one.rule.code, one.place.path, one.place.line, one.place.column) for one in page_findings(tmp_path)]
    assert found == [
        (code, path, line, column)
        for path in ("README.md", "docs/page.md")
        for code, line, column in (("OPS016", 3, 10), ("OPS016", 8, 15))
    ]
