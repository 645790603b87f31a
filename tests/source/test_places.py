"""Routes into a tree lead to places in the file."""

from __future__ import annotations

import json
import unicodedata
from typing import Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.findings import Place
from generators.source import Document, Tree, read

RUNBOOK = """\
# a runbook
id: roll-back
steps:
  - id: first   # comment
    text: |
      some
      lines
    next: [{when: "x: y", go: second}, {end: done}]
  - id: second
    note: 'quoted'
    ünïcode: {a: é, b: 7}
empty:
last: "end"
"""


def document(text: str) -> Document:
    """The document of a text that has no fault."""
    reading = read("r.yaml", text.encode())
    assert reading.findings == ()
    assert reading.document is not None
    return reading.document


@pytest.mark.parametrize(
    ("route", "value", "key"),
    [
        ((), (2, 1, 1), (2, 1, 1)),
        (("id",), (2, 5, 9), (2, 1, 2)),
        (("steps",), (4, 3, 1), (3, 1, 5)),
        (("steps", 0), (4, 5, 1), (4, 5, 1)),
        (("steps", 0, "id"), (4, 9, 5), (4, 5, 2)),
        (("steps", 0, "text"), (5, 11, 1), (5, 5, 4)),
        (("steps", 0, "next"), (8, 11, 1), (8, 5, 4)),
        (("steps", 0, "next", 0, "when"), (8, 19, 6), (8, 13, 4)),
        (("steps", 0, "next", 0, "go"), (8, 31, 6), (8, 27, 2)),
        (("steps", 0, "next", 1, "end"), (8, 46, 4), (8, 41, 3)),
        (("steps", 1, "note"), (10, 11, 8), (10, 5, 4)),
        (("steps", 1, "ünïcode", "b"), (11, 24, 1), (11, 21, 1)),
        (("empty",), (12, 7, 1), (12, 1, 5)),
        (("last",), (13, 7, 5), (13, 1, 4)),
    ],
)
def test_a_route_leads_to_its_value_and_its_key(
    route: tuple[str | int, ...], value: tuple[int, int, int], key: tuple[int, int, int]
) -> None:
    """Line and column from 1 in characters, the scalar's printed width, and the line itself."""
    found = document(RUNBOOK).at(*route)
    assert (found.line, found.column, found.width) == value
    assert found.path == "r.yaml"
    assert found.excerpt == RUNBOOK.split("\n")[found.line - 1]
    found = document(RUNBOOK).at(*route, key=True)
    assert (found.line, found.column, found.width) == key


@pytest.mark.parametrize(
    ("route", "ancestor"),
    [
        (("owner",), ()),
        (("steps", 1, "owner"), ("steps", 1)),
        (("steps", 7, "id"), ("steps",)),
        (("steps", -1), ("steps",)),
        (("steps", "id"), ("steps",)),
        (("id", 0), ("id",)),
        (("steps", 0, "next", 0, "go", "x", 1), ("steps", 0, "next", 0, "go")),
    ],
)
def test_a_route_that_leaves_the_tree_leads_to_its_nearest_ancestor(
    route: tuple[str | int, ...], ancestor: tuple[str | int, ...]
) -> None:
    """A missing field is reported where it is missing, for its key as well."""
    assert document(RUNBOOK).at(*route) == document(RUNBOOK).at(*ancestor)
    assert document(RUNBOOK).at(*route, key=True) == document(RUNBOOK).at(*ancestor)


def test_what_was_refused_does_not_shift_what_follows() -> None:
    """Duplicates, merge keys, lists as keys and aliases leave the places of the rest alone."""
    text = "a: 1\na: {x: [1, 2]}\n<<: {b: 3}\n? [q, {r: s}]\n: [t]\n*z : u\n? *z\n: {v: w}\nb: *z\nlast: end\n"
    reading = read("f.yaml", text.encode())
    assert reading.document is not None
    assert reading.document.tree == {"a": 1, "b": None, "last": "end"}
    assert [finding.rule.code for finding in reading.findings] == ["OPS004", "OPS006", "OPS009", *["OPS006"] * 3]
    assert reading.document.at("last") == Place("f.yaml", 10, 7, "last: end", 3)
    assert reading.document.at("b") == Place("f.yaml", 9, 4, "b: *z", 2)


def test_a_byte_order_mark_and_a_hidden_character_do_not_shift_what_follows() -> None:
    """Columns are those an editor shows."""
    reading = read("f.yaml", "\ufeffa: 1\nb: x\u200by\nc: {d: e}\n".encode())
    assert reading.document is not None
    assert (reading.document.at("a").line, reading.document.at("a").column) == (1, 4)
    assert (reading.document.at("c", "d").line, reading.document.at("c", "d").column) == (3, 8)


def test_a_windows_line_end_is_not_part_of_the_excerpt() -> None:
    """The excerpt and the width end before the carriage return."""
    reading = read("f.yaml", b"a: 1\r\nb: two\r\n")
    assert reading.document is not None
    assert reading.document.at("b") == Place("f.yaml", 2, 4, "b: two", 3)


def test_an_excerpt_of_a_huge_line_is_a_window() -> None:
    """A line of a megabyte does not end in every message, and the place stays exact."""
    text = "a: [" + "xyz, " * 2000 + "target" + ", abc" * 2000 + "]\n"
    found = document(text).at("a", 2000)
    assert (found.line, found.column, found.width) == (1, 10_005, 6)
    assert "target" in found.excerpt
    assert len(found.excerpt) <= 202
    assert found.excerpt[found.column - 1 - found.shift :].startswith("target")


def test_a_document_without_a_file_points_at_its_path() -> None:
    """Documents made in memory can be asked too."""
    assert Document("x.yaml", {"a": 1}).at("a", key=True) == Place("x.yaml")


FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters that nobody sees: the reader refuses them."""


def letters(*categories: Literal["L", "N", "P", "S", "Zs"]) -> st.SearchStrategy[str]:
    """A character that may stand in a file."""
    return st.characters(codec="utf-8", categories=categories, exclude_characters=FILLERS)


NAMES = (
    st.text(letters("L", "N", "P", "S"), min_size=1, max_size=8)
    .map(lambda name: unicodedata.normalize("NFC", name))
    .filter(lambda name: name != "<<")
)
"""Keys in the form that keys must have; the merge key is refused. The filter comes last, so that nothing undoes it."""
TEXTS = st.text(letters("L", "N", "P", "S", "Zs"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | TEXTS
TREES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4), max_leaves=25
)


STYLES = {"flow": True, "block": False, "mixed": None}


class Dumper(yaml.SafeDumper):
    """PyYAML's dumper, with every text in quotes and no anchors."""

    def ignore_aliases(self, _data: object) -> bool:
        """Never write an anchor for equal values."""
        return True


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def routes(tree: Tree) -> list[tuple[tuple[str | int, ...], Tree]]:
    """Every route into a tree, with what is there."""
    found: list[tuple[tuple[str | int, ...], Tree]] = [((), tree)]
    for route, node in found:
        if isinstance(node, dict):
            found += [((*route, name), value) for name, value in node.items()]
        elif isinstance(node, list):
            found += [((*route, number), value) for number, value in enumerate(node)]
    return found


def scalar_at(lines: list[str], place: Place) -> str:
    """The scalar that begins at a place, read by another scanner."""
    rest = [lines[place.line - 1][place.column - 1 :], *lines[place.line :]]
    return next(str(token.value) for token in yaml.scan("\n".join(rest)) if isinstance(token, yaml.ScalarToken))


@pytest.mark.long
@settings(max_examples=300)
@given(
    st.dictionaries(NAMES, TREES, max_size=5),
    st.sampled_from(["flow", "block", "mixed"]),
    st.sampled_from([30, 10_000]),
)
def test_any_tree_that_was_dumped_is_read_back_with_its_places(tree: dict[str, Tree], flow: str, width: int) -> None:
    """Equal trees; each route's place is where its value's text begins, each key's where the key begins."""
    text = yaml.dump(
        tree, Dumper=Dumper, default_flow_style=STYLES[flow], width=width, sort_keys=False, allow_unicode=True
    )
    reading = read("f.yaml", text.encode())
    assert reading.findings == ()
    assert reading.document is not None
    assert reading.document.tree == tree
    lines = text.split("\n")
    for route, value in routes(tree):
        place = reading.document.at(*route)
        if isinstance(value, str):
            assert scalar_at(lines, place) == value
        elif isinstance(value, (dict, list)):
            assert lines[place.line - 1][place.column - 1] in '"-{[?'
        else:
            assert lines[place.line - 1][place.column - 1 :][: place.width] == json.dumps(value)
        if route and isinstance(route[-1], str):
            assert scalar_at(lines, reading.document.at(*route, key=True)) == route[-1]
