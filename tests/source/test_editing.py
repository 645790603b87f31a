from __future__ import annotations

import pytest

from generators.source import Document, read
from generators.source.editing import Route, edited

FILE = """\
# The head
queries:
  # about a
  # and more
  a:
    notes: x
    sql: |
      SELECT 1

      -- c

  # about b
  b: other.b  # why
  c: {sql: "SELECT 1", notes: {deep: [1, {e: f}]}}  # tail
  d:
    sql: >-
      SELECT 2
      FROM x

# below
charts: {k: {query: a}, l: {query: b}}  # end
last: "SELECT 3"  # of all
"""


def document(text: str = FILE) -> Document:
    """What is read from a file."""
    found = read("packs/lamps/charts/index.yml", text.encode()).document
    assert found
    return found


@pytest.mark.parametrize(
    ("route", "gone"),
    [
        (
            ("queries", "a"),
            "  # about a\n  # and more\n  a:\n    notes: x\n    sql: |\n      SELECT 1\n\n      -- c\n\n",
        ),
        (("queries", "b"), "  # about b\n  b: other.b  # why\n"),
        (("queries", "c"), '  c: {sql: "SELECT 1", notes: {deep: [1, {e: f}]}}  # tail\n'),
        (("queries", "c", "notes"), "notes: {deep: [1, {e: f}]}"),
        (("queries", "d"), "  d:\n    sql: >-\n      SELECT 2\n      FROM x\n\n"),
        (("charts", "k"), "k: {query: a}, "),
        (("charts",), "# below\ncharts: {k: {query: a}, l: {query: b}}  # end\n"),
        (("last",), 'last: "SELECT 3"  # of all\n'),
    ],
)
def test_an_entry_goes_with_the_comments_above_it(route: Route, gone: str) -> None:
    """All else stays to the character, and is read as before."""
    assert FILE.count(gone) == 1
    left = edited(document(), {}, [route])
    assert left == FILE.replace(gone, "")
    assert read("packs/lamps/charts/index.yml", left.encode()).findings == ()


@pytest.mark.parametrize(
    "sql", ["SELECT 9", "SELECT 'a\n\n  b  '\nFROM x", "  SELECT 8\nFROM y", "\n\n SELECT '\u20ac'"]
)
@pytest.mark.parametrize(
    "route", [("queries", "a", "sql"), ("queries", "b"), ("queries", "c", "sql"), ("queries", "d", "sql"), ("last",)]
)
def test_another_text_is_read_as_it_was_written(route: Route, sql: str) -> None:
    """As a block or in brackets, with the comment behind it, and blank lines below."""
    tree = document(edited(document(), {route: sql})).tree
    node: object = tree
    for step in route:
        assert isinstance(node, dict)
        node = node[step]
    assert isinstance(node, str)
    assert node.rstrip("\n") == sql
    assert edited(document(), {route: sql}).count("#") == FILE.count("#")


def test_several_changes_at_once() -> None:
    """In whatever order they are named."""
    text = edited(
        document(), {("last",): "SELECT 4", ("queries", "d", "sql"): "X"}, [("queries", "b"), ("charts", "l")]
    )
    assert document(text).tree == {
        "queries": {
            "a": {"notes": "x", "sql": "SELECT 1\n\n-- c\n"},
            "c": {"sql": "SELECT 1", "notes": {"deep": [1, {"e": "f"}]}},
            "d": {"sql": "X\n"},
        },
        "charts": {"k": {"query": "a"}},
        "last": "SELECT 4\n",
    }


@pytest.mark.parametrize("route", [("gone",), ("queries", "a", "sql", "x"), ("charts",)])
def test_what_is_no_text_cannot_be_another(route: Route) -> None:
    """A mistake of the caller."""
    with pytest.raises(KeyError):
        edited(document(), {route: "x"})
