"""Ids of sections, former ids, and pages that had another name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from generators.sphinxext.moved import moved_page
from tests.sphinxext.conftest import runbooks, toctree

if TYPE_CHECKING:
    from tests.sphinxext.conftest import Repository

SECTION = "```{ops:section} confirm\n```\n\n"


def ids(repository: Repository, docname: str) -> list[str]:
    """The ids of a page's sections, in order."""
    return [str(tag["id"]) for tag in BeautifulSoup(repository.html(docname), "lxml").select("section")]


def test_sections_of_our_pages_have_the_ids_that_they_are_given(repository: Repository) -> None:
    """Whatever the headings say: also where one above says what is the id of one below, or two say the same."""
    text = f"# Confirm\n\n## Twice\n\n{SECTION}## Anything\n\n## Twice\n"
    repository.site["internal"] = replace(runbooks(), pages=runbooks().pages | {"guide.md": text})
    result = repository.build()
    assert len(result.warnings) == 2
    assert all("no id for the section" in line and "Twice" in line for line in result.warnings)
    assert ids(repository, "guide")[:1] == ["top"]
    assert "confirm" in ids(repository, "guide")
    assert ids(repository, "runbooks/roll-back") == ["top", "step-roll-back-confirm"]


def test_pages_by_hand_keep_the_ids_of_their_words(repository: Repository) -> None:
    """Nobody is asked to name every heading of a guide; where one is named, the name is its only id."""
    repository.site["internal"] = runbooks()
    index = repository.site["internal"].pages.pop("index.md")
    (repository.root / "docs/index.md").write_text(f"{index}\n## By words\n\n{SECTION}## Named\n", encoding="utf-8")
    assert repository.build().warnings == ()
    assert ids(repository, "index") == ["start", "by-words", "confirm"]


def test_former_ids_are_anchors(repository: Repository) -> None:
    """In the section of the step, after its own id."""
    pages = runbooks().pages
    name = "runbooks/roll-back.md"
    former = pages[name].replace("step roll-back/confirm", "step roll-back/confirm undo/confirm")
    repository.site["internal"] = replace(runbooks(), pages=pages | {name: former})
    assert repository.build().warnings == ()
    page = BeautifulSoup(repository.html("runbooks/roll-back"), "lxml")
    assert page.select("section#step-roll-back-confirm > span#step-undo-confirm")


def test_old_addresses_come_and_go(repository: Repository) -> None:
    """A page at each, for as long as an entity says so; one that is a page again stays that page."""
    old = repository.out() / "runbooks/undo.html"
    repository.site["internal"] = replace(runbooks(), moved={"runbooks/undo": "runbooks/roll-back"})
    repository.build()
    assert 'href="roll-back.html"' in old.read_text(encoding="utf-8")
    repository.site["internal"] = runbooks()
    repository.build()
    assert not old.exists()
    pages = runbooks().pages | {"index.md": "# Start\n" + toctree("guide", "runbooks/roll-back", "runbooks/undo")}
    pages["runbooks/undo.md"] = "# Undo\n"
    repository.site["internal"] = replace(runbooks(), pages=pages, moved={"runbooks/undo": "runbooks/roll-back"})
    assert repository.build().warnings == ()
    assert "<h1>Undo" in old.read_text(encoding="utf-8")


def test_old_address_says_the_title_as_text() -> None:
    """A title is free text, and the page is written without a template."""
    page = moved_page("help/a", "help/b", "<b>\"Fish\"</b> & 'chips'")
    assert "<b>" not in page
    assert BeautifulSoup(page, "lxml").select_one("a[data-moved]").text == "<b>\"Fish\"</b> & 'chips'"  # type: ignore[union-attr]
