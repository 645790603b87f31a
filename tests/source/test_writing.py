from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.source import read
from generators.source.writing import Inline, InlineList, Quoted, yaml_text

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=("Cc", "Cf")), max_size=40)
ODD = st.sampled_from(
    ["no", "on", "y", "1e3", "0o14", "012", "1_000", "22:00", ".5", "~", "null", "=", "- x", "a: b", "# c"]
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
SCALARS = TEXTS | ODD | st.integers(-(10**9), 10**9) | st.booleans() | st.none()
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4), st.booleans())
def test_any_tree_is_read_back_as_it_was_meant(tree: dict[str, Any], spaced: bool) -> None:  # noqa: FBT001 - drawn
    """By our strict reader without a finding, and by a reader of YAML 1.1."""
    text = yaml_text(tree, spaced=spaced)
    reading = read("x.yaml", text.encode())
    assert reading.findings == ()
    assert reading.document
    assert reading.document.tree == tree
    assert yaml.safe_load(text) == tree


@pytest.mark.parametrize("text", ["SELECT 1\nFROM x\n", "SELECT 1\n  FROM x", "a\n\nb\n"])
def test_several_lines_are_a_block(text: str) -> None:
    """SQL is read, and differs, line by line."""
    written = yaml_text({"sql": text})
    assert written.startswith("sql: |")
    assert yaml.safe_load(written) == {"sql": text}


def test_forms_that_are_asked_for() -> None:
    """Comments first, one line where that was wanted, a day as a day."""
    fields = {"a": Inline(x="no", y=1), "b": InlineList(["u", "n"]), "c": Quoted("plain"), "d": date(2027, 1, 4)}
    assert yaml_text(fields, head="One\n\nthree") == (
        '# One\n#\n# three\na: {x: "no", "y": 1}\nb: [u, "n"]\nc: "plain"\nd: 2027-01-04\n'
    )


def test_sections_stand_apart() -> None:
    """Mappings at the top begin after an empty line."""
    assert yaml_text({"a": 1, "b": {"c": 2}, "d": [3]}, spaced=True) == "a: 1\n\nb:\n  c: 2\nd:\n  - 3\n"


def test_equal_values_are_written_twice() -> None:
    """Our reader refuses aliases."""
    shared = {"x": ["1"]}
    assert "&" not in yaml_text({"a": shared, "b": shared})
