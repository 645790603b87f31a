"""The second wall: what `check` would refuse does nothing even where Sphinx reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.findings import Finding, Place
from generators.source.rules import HANDWRITTEN
from tests.hardening.probes.laying import compiled

if TYPE_CHECKING:
    from tests.sphinxext.conftest import Repository

SETTINGS = "myst:\n  enable_extensions: [substitution]\n  substitutions: {a: zqzq}\n"
EVALUATED = '{{ "zq" * 2 }}'


@pytest.mark.parametrize("text", [f"---\n{SETTINGS}---\n", f"---\n{SETTINGS}---x\n", f"\ufeff---\n{SETTINGS}---\n"])
def test_settings_in_a_page_do_not_count(repository: Repository, text: str) -> None:
    """Looked at in the very text that MyST reads, a byte order mark taken off: shown, not obeyed, and warned of."""
    repository.site["internal"].pages["index.md"] = f"{text}\n# T\n\n{EVALUATED} {{{{ a }}}}\n"
    result = repository.build()
    assert "zqzq zqzq" not in repository.html("index")
    assert [line for line in result.warnings if "front matter says more" in line]


def test_translations_do_not_replace_text(repository: Repository) -> None:
    """A catalogue beside the pages is not asked."""
    repository.site["internal"].pages["index.md"] = "# T\n\nText.\n"
    file = repository.root / "docs/locales/en/LC_MESSAGES/index.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "Text."\nmsgstr "Another."\n', encoding="utf-8")
    compiled(file)
    assert repository.build().ok
    assert "Another." not in repository.html("index")


@pytest.mark.parametrize("name", ["x.css_t", "x.txt.jinja", "x.html", "deep/x.svg"])
def test_static_files_that_run_are_not_copied(repository: Repository, name: str) -> None:
    """Neither as they are nor as what a template makes of them."""
    repository.site["internal"].pages["index.md"] = "# T\n"
    file = repository.root / "docs/_static" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(EVALUATED, encoding="utf-8")
    assert repository.build().ok
    assert not list((repository.out() / "_static").rglob("x.*"))


@pytest.mark.parametrize(
    ("name", "page"), [("x.svg", "![x](x.svg)"), ("x.html", "[x](x.html)"), ("../x.png", "![x](../x.png)")]
)
def test_files_that_run_or_lie_outside_are_not_copied(repository: Repository, name: str, page: str) -> None:
    """Named by a page, by whichever means: a warning, and no copy."""
    repository.site["internal"].pages["index.md"] = f"# T\n\n{page}\n"
    (repository.root / "docs" / name).write_text("<svg onload='x'/>", encoding="utf-8")
    (line,) = repository.build().warnings
    assert "was not copied" in line
    assert not list(repository.out().rglob("x.*"))


@pytest.mark.parametrize("path", ["ops_model/../private/x.yaml", "/x.yaml", "ops_model/./x.yaml", "ops_model//x.yaml"])
def test_source_of_a_page_is_named_plainly(repository: Repository, path: str) -> None:
    """A way through the model and out of it shows no file."""
    for folder in ("ops_model", "private"):
        (repository.root / folder).mkdir()
        (repository.root / folder / "x.yaml").write_text("zqzq: 1\n", encoding="utf-8")
    repository.site["internal"].pages["index.md"] = f"# T\n\n{{ops:source}}`{path}`\n"
    assert repository.build().ok
    assert not list(repository.out().rglob("*.yaml.txt"))


@pytest.mark.parametrize(
    "page",
    [
        "```{raw} html\n<zq-zq>\n```",
        "```{include} ../x.txt\n```",
        "```{literalinclude} ../x.txt\n```",
        "```{csv-table}\n:file: ../x.txt\n```",
        "```{eval-rst}\n.. raw:: html\n\n   <zq-zq>\n```",
        "<zq-zq>",
    ],
)
def test_directives_that_write_html_or_read_files_do_nothing(repository: Repository, page: str) -> None:
    """Neither an element of the author's own nor a file of the machine."""
    repository.site["internal"].pages["index.md"] = f"# T\n\n{page}\n"
    (repository.root / "x.txt").write_text("zqfilezq\n", encoding="utf-8")
    repository.build()
    html = repository.html("index")
    assert "<zq-zq" not in html
    assert "zqfilezq" not in html


@pytest.mark.parametrize(
    "page",
    [
        ":::{card} x\n:link: javascript:zq\n:link-type: url\n:::",
        "```{button-link} javascript:zq\nx\n```",
        "```{image} https://zq.example/x.png\n```",
    ],
)
def test_addresses_of_directives_lead_to_web_pages_only(repository: Repository, page: str) -> None:
    """Settings hold links of Markdown; a directive makes its own."""
    repository.site["internal"].pages["index.md"] = f"# T\n\n{page}\n"
    (line,) = repository.build().warnings
    assert "no link to" in line
    assert '"javascript:' not in repository.html("index")
    assert "zq.example" not in repository.html("index")


def test_page_that_is_refused_is_not_read(repository: Repository) -> None:
    """The build ends before Sphinx opens a page, with place and remedy."""
    site = repository.site["internal"]
    site.pages["index.md"] = "# T\n"
    site.findings = (Finding(Place("docs/page.md", 3), HANDWRITTEN, "it is closed", "say it in Markdown"),)
    result = repository.build()
    assert not result.ok
    assert "docs/page.md:3: it is closed; say it in Markdown [OPS014]" in result.warnings[-1]
    assert not (repository.out() / "index.html").exists()
