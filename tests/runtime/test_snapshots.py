"""Snapshots: what is written is read again, whatever the tree; what is none is said to be none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from generators.runtime.snapshots import Snapshot, load, path_of, taken

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.text("abcdefgh-", min_size=1, max_size=6).filter(lambda name: name.strip("-") != "")
FACTS = st.dictionaries(st.sampled_from(["hidden", "runs_alone", "default"]), st.sampled_from([True, "x"]))
PARAMETERS = st.lists(st.fixed_dictionaries({"name": NAMES, "options": st.lists(NAMES)}), max_size=2)
LEAVES = st.builds(lambda facts, parameters: {**facts, "parameters": parameters}, FACTS, PARAMETERS)
TREES = st.recursive(
    LEAVES,
    lambda below: st.builds(
        lambda own, under: {**own, "commands": under}, LEAVES, st.dictionaries(NAMES, below, max_size=3)
    ),
    max_leaves=8,
)
CODES = st.dictionaries(NAMES, st.text(max_size=20), max_size=4)


@given(TREES, CODES)
def test_what_is_written_is_read_again(tree: dict[str, Any], codes: dict[str, str]) -> None:
    """A tree of any depth, and codes with any text, a line each."""
    rows = [{"code": code, "level": "error", **({"doc": doc} if doc else {})} for code, doc in codes.items()]
    snapshot = taken("lantern", "1.2.0", tree, rows)
    assert again(snapshot) == snapshot
    assert len(snapshot.text.splitlines()) >= len(rows)


def again(snapshot: Snapshot) -> Snapshot | None:
    """The snapshot, from its text."""
    import tempfile  # noqa: PLC0415 - a folder an example
    from pathlib import Path  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        path = root / path_of(snapshot.distribution, snapshot.version)
        path.parent.mkdir(parents=True)
        path.write_text(snapshot.text, encoding="utf-8")
        return load(root, snapshot.distribution, snapshot.version)


def test_none_is_none(tmp_path: Path) -> None:
    """A version that nobody wrote down."""
    assert load(tmp_path, "lantern", "9.9") is None


def test_a_line_a_fact() -> None:
    """A difference between two versions reads line by line."""
    tree = {"commands": {"draw": {"parameters": [{"name": "board"}]}}}
    text = taken("lantern", "1", tree, [{"code": "ERR-A", "level": "error"}]).text
    assert json.loads(text)["commands"] == {"": {"group": True}, "draw": {"parameters": [{"name": "board"}]}}
    assert '"draw": {"parameters": [{"name": "board"}]}' in text.splitlines()
    assert '{"code": "ERR-A", "level": "error"}' in text.splitlines()
