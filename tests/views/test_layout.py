from __future__ import annotations

import re
from functools import cache

import pytest

from generators.model import KINDS, Entity
from generators.model.anchors import anchor_of
from generators.site import Site, prepare
from generators.views.layout import CHAPTERS, folder_of, kinds_of, page_of, targets
from tests.clock import AT
from tests.conftest import MINIATURE


@cache
def site(audience: str) -> Site:
    """The miniature's pages; the miniature is not changed here."""
    return prepare(MINIATURE, audience, AT)


def documents(audience: str) -> set[str]:
    """The documents that are made."""
    return {path.removesuffix(".md") for path in site(audience).pages}


def test_every_chapter_is_a_chapter_of_some_kind() -> None:
    """Each kind stands in a listed chapter, and no chapter is empty."""
    assert {kind.chapter for kind in KINDS} == {chapter.name for chapter in CHAPTERS}
    assert len({chapter.name for chapter in CHAPTERS}) == len(CHAPTERS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_kind_has_its_page(kind: type[Entity]) -> None:
    """The document that shows or lists a kind is made."""
    assert page_of(kind) in documents("internal")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_chapter_has_its_index(chapter: object) -> None:
    """The start page links to it by this name."""
    assert f"{chapter.name}/index" in documents("internal")  # type: ignore[attr-defined]


def test_kinds_do_not_share_a_page() -> None:
    """Two kinds in one document would have one kind's anchors on the other's page."""
    pages = [page_of(kind) for kind in KINDS]
    assert len(set(pages)) == len(pages)
    assert {folder_of(kind) for kind in KINDS if len(kinds_of(kind.chapter)) == 1} == {
        "runbooks",
        "onboarding",
    }


def test_every_entity_and_part_is_shown_on_a_page_that_is_made() -> None:
    """A link never leads to a document that does not exist."""
    found = site("internal").targets
    assert {kind.kind for kind in KINDS} <= {kind for kind, _ in found}
    assert {part for kind in KINDS for part, _ in kind.parts} <= {kind for kind, _ in found}
    assert {target.docname for target in found.values()} <= documents("internal")


def test_anchor_of_a_target_stands_on_its_page() -> None:
    """Each entity says on its page that it is shown here; those with a page of their own as well."""
    made = site("internal")
    for (kind, identity), target in made.targets.items():
        text = made.pages[f"{target.docname}.md"]
        assert text.count(f"```{{ops:entity}} {kind} {identity}\n```") == 1, (kind, identity)
        assert target.title


def test_anchors_of_a_page_differ() -> None:
    """`a-b/c` and `a/b-c` would read the same: within one document they may not meet."""
    anchors = [(target.docname, target.anchor) for target in site("internal").targets.values() if target.anchor]
    assert len(set(anchors)) == len(anchors)
    assert anchor_of("step", "roll-back-pack/confirm") == "step-roll-back-pack-confirm"


def test_public_pages_are_the_same_in_both_sites() -> None:
    """What the team previews is what the public gets, and the public site knows no entity.

    The page for a lost link is there once a site, where it begins.
    """
    public = site("public")
    inside = {path: text for path, text in site("internal").pages.items() if path.startswith("public/")}
    assert inside == {f"public/{path}": text for path, text in public.pages.items() if path != "404.md"}
    assert public.targets == {}
    assert not re.search(r"\{ops:(?!picture\}|feed\}|search\}|section\})", "".join(public.pages.values()))


def test_pages_lie_below_the_source_folder() -> None:
    """Plain relative paths in lower case but for rules: nothing to be refused by the writer."""
    for path in site("internal").pages:
        assert path.endswith(".md")
        assert not set(path.split("/")) & {"", ".", ".."}
        assert path.isascii()


def test_no_page_is_the_hand_written_start() -> None:
    """The two start pages and the guides are written by people."""
    made = documents("internal")
    assert not made & {"index", "public/index"}
    assert not [name for name in made if name.startswith(("guides/", "public/guides/"))]


def test_targets_follow_the_catalog() -> None:
    """The same table whichever way it is asked for."""
    from generators.site import check  # noqa: PLC0415 - only here

    assert targets(check(MINIATURE, AT).catalog) == site("internal").targets


def test_moments_are_written_as_people_write_them() -> None:
    """No page shows the form that YAML has, but for the examples of rules, which are YAML."""
    pages = {path: text for path, text in site("internal").pages.items() if not path.startswith("rules/")}
    raw = re.compile(r"\d(?:-|&#45;)\d\dT\d\d(?::|&#58;)")
    assert [path for path, text in pages.items() if raw.search(text)] == []
    assert any("Friday&#44; 20 November 2026&#44; 06&#58;00 UTC" in text for text in pages.values())
