from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from generators.model import KINDS
from generators.model.runbook import Runbook
from generators.site import check
from generators.views.entity import entity_view, ref_to, row, shortened
from tests.changes import change, tree
from tests.clock import AT
from tests.conftest import MINIATURE

if TYPE_CHECKING:
    from pathlib import Path


def test_short_text_stays() -> None:
    """What fits is shown as it is, on one line."""
    assert shortened("One.\n\n  Two.") == "One. Two."
    assert shortened("x" * 160) == "x" * 160
    assert shortened("") == ""


def test_long_text_ends_with_a_sentence_where_one_ends_in_time() -> None:
    """A whole sentence reads better than half of two; a very short one says too little."""
    first = "a" * 80 + "."
    assert shortened(f"{first} " + "b" * 100) == first
    assert shortened("No. " + "word " * 60) == "No. " + ("word " * 31).rstrip() + " …"


def test_one_endless_word_is_cut() -> None:
    """Text without spaces (Chinese, a path) keeps its beginning."""
    assert shortened("漢" * 500).startswith("漢" * 100)


@given(st.text(max_size=600), st.integers(min_value=20, max_value=200))
def test_any_text_is_shortened_to_its_beginning(text: str, limit: int) -> None:
    """At most `limit` characters and the mark of the cut; nothing that was not there, never nothing of something."""
    line = " ".join(text.split())
    made = shortened(text, limit)
    assert len(made) <= limit + 2
    assert line.startswith(made.removesuffix(" …"))
    assert bool(made.removesuffix(" …")) == bool(line)


def test_every_kind_has_a_list_line() -> None:
    """What `lead` names is said, in a few words, with a link to the entity."""
    catalog = check(MINIATURE, AT).catalog
    for kind in KINDS:
        for entry in catalog.entries_of(kind):
            made = row(entry, "a/b")
            assert made.ref.kind == entry.kind
            assert made.ref == entry.id
            assert bool(made.about) == bool(kind.lead)


def test_users_are_listed_once_by_kind_and_without_itself() -> None:
    """Backlinks say who leads here, not how often."""
    catalog = check(MINIATURE, AT).catalog
    kinds = {kind.kind: kind for kind in KINDS}
    (keeper,) = (entry for entry in catalog.entries_of(kinds["role"]) if entry.id == "keeper")
    users = entity_view(catalog, keeper).used_by
    keys = [(user.kind, str(user)) for user in users]
    assert keys == sorted(set(keys))
    assert ("surface", "lamp") in keys


def test_entity_that_refers_to_itself_is_no_user_of_itself(miniature: Path) -> None:
    """A runbook may lead back to its own beginning; that is no way in."""
    path = miniature / "runbooks/lamp/lamp-out.yaml"
    steps = tree(path)["steps"]
    steps[2]["end"]["to"] = "lamp-out"
    change(path, steps=steps)
    catalog = check(miniature, AT).catalog
    (entry,) = catalog.entries_of(Runbook)
    assert any(use.by is entry for use in catalog.used_by("runbook", "lamp-out"))
    assert ("runbook", "lamp-out") not in [(user.kind, str(user)) for user in entity_view(catalog, entry).used_by]


def test_reference_made_from_names_prints_as_a_link() -> None:
    """The kind decides the role; one type a kind, so that two equal references are equal."""
    assert ref_to("role", "keeper").__myst__() == "{ops:role}`keeper`"
    assert type(ref_to("role", "a")) is type(ref_to("role", "b"))
