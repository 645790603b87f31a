"""What a template hands to a directive or role has the shape that it must have, or there is no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.model.refs import RoleRef
from generators.render import directives

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.render import Safe

STRAYS = ("", "a b", "A\n", 'a"', "a`", "a}", "../a", "a\n```", "a<b", "a>", "{a}", "a|b", "/a//b", "é")
"""Texts that are no id, no path and no words."""
SHAPES: dict[str, Callable[[str], Safe]] = {
    "entity": lambda text: directives.entity(text, "role"),
    "kind of an entity": lambda text: directives.entity("keeper", text),
    "former id": lambda text: directives.entity("keeper", "role", [text]),
    "section": directives.section,
    "page in a toctree": lambda text: directives.toctree([text]),
    "jump": lambda text: directives.jump(text, "step", "x"),
    "source": directives.source,
    "picture": lambda text: directives.picture(text, "", "x"),
    "feed": lambda text: directives.feed(text, "x"),
}
WORDS: dict[str, Callable[[str], Safe]] = {
    "text of a feed": lambda text: directives.feed("status.json", text),
    "title of a reference": lambda text: directives.titled(RoleRef("keeper"), text),
    "text of the bundle": directives.offline,
}


@pytest.mark.parametrize("stray", STRAYS, ids=ascii)
@pytest.mark.parametrize("name", SHAPES)
def test_another_shape_is_refused(name: str, stray: str) -> None:
    """A mark that ends a fence, a role or a line never gets into one."""
    with pytest.raises(ValueError, match="no "):
        SHAPES[name](stray)


@pytest.mark.parametrize("stray", [text for text in STRAYS if text != "a b"], ids=ascii)
@pytest.mark.parametrize("name", WORDS)
def test_other_than_words_are_refused(name: str, stray: str) -> None:
    """Letters and single spaces, and nothing that means something to a parser."""
    with pytest.raises(ValueError, match="no "):
        WORDS[name](stray)


@pytest.mark.parametrize("stray", ["", "a b", "a`", "a\n", "../../a", "//a", "a}"], ids=ascii)
def test_no_document_of_another_shape(stray: str) -> None:
    """One step up or a beginning at the top is all that stands in front of a name."""
    with pytest.raises(ValueError, match="no document"):
        directives.document(stray)
    assert directives.document("../a/b") == "{doc}`../a/b`"


@pytest.mark.parametrize("size", ["1", "1x", "x1", "1x1\n", "123456x1", '1x1"'])
def test_no_picture_of_another_size(size: str) -> None:
    """Two numbers of at most five digits."""
    with pytest.raises(ValueError, match="no picture"):
        directives.picture("a.svg", size, "x")


def test_data_for_scripts_is_one_line_of_its_kind() -> None:
    """A line more could end the fence."""
    with pytest.raises(ValueError, match="one line"):
        directives.night('{"a": 1}\n~~~')
    for text in ('{"a": "<"}', "{}\n```", "`"):
        with pytest.raises(ValueError, match="no clock"):
            directives.clock(text)


@pytest.mark.parametrize("dot", ["digraph { a }\n```\nb", "digraph { `````` }"])
def test_fence_of_a_diagram_is_longer_than_what_is_inside(dot: str) -> None:
    """No text in a label closes it."""
    first, *inside, last = directives.diagram(dot).split("\n")
    assert first.removesuffix("{ops:diagram}") == last
    assert last not in "\n".join(inside)
