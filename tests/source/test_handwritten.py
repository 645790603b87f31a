"""Pages that could run code, bring in files or change settings are refused before Sphinx reads them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.config.main import TopmatterReadError, read_topmatter

from generators.output import write_pages
from generators.source.handwritten import LARGEST_PAGE, closed_front_matter, page_findings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """An empty docs folder of a repository."""
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def places(docs: Path) -> list[tuple[str, int]]:
    """Where something was refused."""
    return [(finding.place.path, finding.place.line) for finding in page_findings(docs.parent)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nmyst:\n  enable_extensions: [substitution]\n---\n# T\n", 2),
        ("---\norphan: true\nhtml_meta: x\n---\n# T\n", 3),
        ("# T\n\n```{eval-rst}\nx\n```\n", 3),
        ("# T\n\n:::{raw} html\n<b>\n:::\n", 3),
        ("# T\n\n~~~{include} /etc/passwd\n~~~\n", 3),
        ("# T\n\n> ```{literalinclude} x\n> ```\n", 3),
        ("# T\n\n- a\n\n  - ```{include} x\n    ```\n", 5),
        ("# T\n\n:::{note}\n\n```{csv-table}\n:file: x\n```\n:::\n", 5),
        ("# T\n\n```{figure-md}\n```\n", 3),
        ("# T\n\n```{ raw } html\n```\n", 3),
        ("# T\n\nsee {download}`conf.py`\n", 3),
        ("# T\n\n```{image} https://x/y.png\n```\n", 3),
        ("# T\n\nzero\u200bwidth\n", 3),
        ("# T\n\na\u2028---\n", 3),
    ],
)
def test_page_that_opens_a_wall_is_refused_at_its_line(docs: Path, text: str, line: int) -> None:
    """Settings in front matter and directives that run, copy or write HTML never reach the parser."""
    (docs / "page.md").write_text(text, encoding="utf-8")
    assert places(docs) == [("docs/page.md", line)]


SETTINGS = "myst:\n  enable_extensions: [substitution]\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"---\n{SETTINGS}---x\n\n# T\n", 2),
        (f"---\n{SETTINGS}--- #\n\n# T\n", 2),
        (f"---\n{SETTINGS}...x\n\n# T\n", 2),
        (f"---x\n{SETTINGS}---y\n# T\n", 2),
        (f"---\n{SETTINGS}", 2),
        ("---\norphan: true\n", 1),
        (f"---\norphan: true\n---x\n{SETTINGS}---\n# T\n", 3),
        ("---\n\n# A rule, then a heading\n", 3),
    ],
)
def test_front_matter_that_only_settings_are_read_from(docs: Path, text: str, line: int) -> None:
    """MyST's parser sees none where a fence never closes, or closes as `---x`; its settings are read all the same."""
    (docs / "page.md").write_text(text, encoding="utf-8")
    assert places(docs) == [("docs/page.md", line)]


LINES = ["---", "...", "----", "---x", "--- ", "...x", "orphan: true", "tocdepth: 2", "a: 1", "", " ", "# T"]


@given(st.lists(st.sampled_from(LINES), max_size=6), st.sampled_from(["\n", "\r", "\r\n"]))
def test_settings_that_myst_reads_are_seen(lines: list[str], end: str) -> None:
    """Of a page that begins with a fence and is not refused, MyST reads what a page may say, or nothing."""
    text = end.join(["---", *lines])
    if closed_front_matter(text) == 0:
        with suppress(TopmatterReadError):
            assert set(read_topmatter(text) or {}) <= {"orphan", "tocdepth"}


@pytest.mark.parametrize(
    "name",
    [
        *("guides/page.svg", "guides/page.html", "page.MD", "locales/en/LC_MESSAGES/index.mo", "_static/x.css_t"),
        *("_static/x.txt.jinja", "_static/x.svg", "_static/x.html", "conf.py", "public/x.css", "x"),
    ],
)
def test_file_of_a_kind_that_runs_or_that_nobody_knows(docs: Path, name: str) -> None:
    """Below docs/ lie pages and pictures; what a browser or Sphinx runs does not."""
    file = docs / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x", encoding="utf-8")
    assert places(docs) == [(f"docs/{name}", 1)]


@pytest.mark.parametrize("name", ["guides/page.png", "_static/x.css", "_static/x.js", ".generated/lock", ".x"])
def test_file_of_a_kind_that_is_only_shown(docs: Path, name: str) -> None:
    """Pictures beside pages, style and scripts among the static files, hidden files, which Sphinx passes over."""
    file = docs / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x", encoding="utf-8")
    assert places(docs) == []


def test_drawing_that_a_build_wrote(docs: Path) -> None:
    """Its own, as long as it is what was written."""
    write_pages(docs, {"pictures/x.svg": "<svg/>"})
    assert places(docs) == []
    (docs / "pictures/x.svg").write_text("<svg onload='x'/>", encoding="utf-8")
    assert places(docs) == [("docs/pictures/x.svg", 1)]


@pytest.mark.parametrize("before", ["\ufeff", "\ufeff\ufeff", "\u200b", "\x0c", "\x00"])
def test_front_matter_behind_a_character_that_nobody_sees(docs: Path, before: str) -> None:
    """Sphinx takes a byte order mark off, and then the settings behind it count: refused at the mark."""
    text = "---\nmyst:\n  enable_extensions: [substitution]\n---\n# T\n"
    (docs / "page.md").write_bytes(f"{before}{text}".encode())
    assert places(docs)[0] == ("docs/page.md", 1)


def test_page_that_a_build_wrote_is_not_looked_at_again(docs: Path) -> None:
    """As long as it is what was written: one that was changed since is somebody's."""
    text = "# T\n\n```{ops:entity} role keeper\n```\n\n```{mine}\n```\n"
    write_pages(docs, {"page.md": text, "public/page.md": text})
    assert places(docs) == []
    (docs / "page.md").write_text(f"{text}\n", encoding="utf-8")
    assert places(docs) == [("docs/page.md", 6)]


@pytest.mark.parametrize(
    "text",
    [
        "# T\n",
        "---\norphan: true\ntocdepth: 2\n---\n# T\n",
        "# T\n\n`{raw}` in words\n",
        "# T\n\n```{note}\n{doc}`a`, {ops:role}`b`\n```\n",
    ],
)
def test_ordinary_page_is_accepted(docs: Path, text: str) -> None:
    """Words about directives are words."""
    (docs / "page.md").write_text(text, encoding="utf-8")
    assert places(docs) == []


def test_page_that_is_not_utf_8_is_refused_at_its_line(docs: Path) -> None:
    """Sphinx would end in a traceback."""
    (docs / "page.md").write_bytes(b"# T\n\n\xff\n")
    assert places(docs) == [("docs/page.md", 3)]


def test_pipe_is_refused_and_does_not_hang(docs: Path) -> None:
    """Sphinx would wait for a writer that never comes."""
    os.mkfifo(docs / "page.md")
    assert places(docs) == [("docs/page.md", 1)]


def test_link_below_docs_is_refused(docs: Path) -> None:
    """Sphinx copies what static links lead to, onto the public site as well."""
    (docs / "_static").mkdir()
    (docs / "_static" / "x.txt").symlink_to("/etc/hostname")
    (docs / "more").symlink_to("/etc")
    assert places(docs) == [("docs/more", 1), ("docs/_static/x.txt", 1)]
    assert all("symbolic link" in finding.message for finding in page_findings(docs.parent))


def test_page_that_is_too_large_is_not_read(docs: Path) -> None:
    """A mebibyte is a page; one byte more is not, and it is not looked at further."""
    (docs / "page.md").write_bytes(b"x" * LARGEST_PAGE)
    assert places(docs) == []
    (docs / "page.md").write_bytes(b"```{raw} html\n```\n" + b"x" * LARGEST_PAGE)
    (finding,) = page_findings(docs.parent)
    assert finding.message == "more than 1048576 bytes"


def test_settings_of_docutils_are_refused(docs: Path) -> None:
    """They are stronger than conf.py, which closes raw HTML."""
    (docs.parent / "docutils.conf").write_text("[general]\nraw_enabled: 1\n", encoding="utf-8")
    assert places(docs) == [("docutils.conf", 1)]
