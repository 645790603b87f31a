"""Links keep to their schemes, and what an unfinished build left behind is not built upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sphinxext.conftest import Site

if TYPE_CHECKING:
    from tests.sphinxext.conftest import Repository

LINKS = [
    "```{button-link} javascript:alert(1)\nx\n```",
    "```{card} T\n:link: javascript:alert(1)\nx\n```",
    "```{image} https://x.example/z.png\n```",
]


@pytest.mark.parametrize("text", LINKS, ids=["button", "card", "remote image"])
def test_link_that_would_run_or_fetch_loses_its_target(repository: Repository, text: str) -> None:
    """Whichever directive made it: a warning with the page, and nothing to click or to load."""
    repository.site["internal"] = Site(pages={"index.md": f"# Start\n\n{text}\n"})
    assert any("no link to" in warning and "index.md" in warning for warning in repository.build().warnings)
    html = repository.html("index")
    assert 'href="javascript:' not in html
    assert "https://x.example" not in html


def test_build_after_one_that_was_killed_begins_anew(repository: Repository) -> None:
    """A killed build leaves its mark; neither its memory nor its pages are trusted."""
    repository.site["internal"] = Site(pages={"index.md": "# Start\n"})
    assert repository.build().read == 1
    assert repository.build().read == 0
    (repository.root / "build/doctrees/internal.unfinished").touch()
    (repository.out() / "left.html").write_text("left", encoding="utf-8")
    assert repository.build().read == 1
    assert not (repository.out() / "left.html").exists()
    assert repository.build().read == 0


def test_warning_is_said_again_by_the_next_build(repository: Repository) -> None:
    """Sphinx says it once; a site must not be published because somebody built twice."""
    repository.site["internal"] = Site(pages={"index.md": "# Start\n\n{doc}`nowhere`\n"})
    assert len(repository.build().warnings) == len(repository.build().warnings) == 1
