from __future__ import annotations

import re

import pytest

from generators.published.sources import Unextendable, extended, lines
from generators.source import read

FIELDS = {"type": "duckdb", "path": "lamps_sample.duckdb"}
FURTHER_IN = "lamps_sample:\n        type: duckdb\n        path: lamps_sample.duckdb\n"
ADDED = "lamps_sample:\n    type: duckdb\n    path: lamps_sample.duckdb\n"


def add(text: str, name: str = "lamps_sample") -> str:
    """A project's file with one more source."""
    return extended("project.yml", text.encode(), name, FIELDS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"sources:\n  {ADDED}"),
        ("\n", f"\n\nsources:\n  {ADDED}"),
        ("# What a new project says.\n# sources:\n", f"# What a new project says.\n# sources:\n\nsources:\n  {ADDED}"),
        ("title: Lamps\n", f"title: Lamps\n\nsources:\n  {ADDED}"),
        ("title: Lamps", f"title: Lamps\n\nsources:\n  {ADDED}"),
        ("sources:\n", f"sources:\n  {ADDED}"),
        ("sources:\n\ntitle: Lamps\n", f"sources:\n  {ADDED}\ntitle: Lamps\n"),
        (
            "# Ours.\nsources: # all of them\n  # The first.\n  a: {type: spark}\n\ntitle: Lamps # lit\n",
            f"# Ours.\nsources: # all of them\n  {ADDED}  # The first.\n  a: {{type: spark}}\n\ntitle: Lamps # lit\n",
        ),
        (
            "sources:\n      a:\n        type: duckdb\n",
            f"sources:\n      {FURTHER_IN}      a:\n        type: duckdb\n",
        ),
        (
            "title: x\r\nsources:\r\n  a: {}\r\n",
            "title: x\r\nsources:\r\n  " + ADDED.replace("\n", "\r\n") + "  a: {}\r\n",
        ),
        ("title: x\r\n", "title: x\r\n\r\nsources:\r\n  " + ADDED.replace("\n", "\r\n")),
    ],
    ids=[
        "no file", "blank", "comments", "other settings", "no line end", "empty section", "empty section first",
        "comments stay", "further in", "line ends of Windows", "line ends of Windows without sources",
    ],
)  # fmt: skip
def test_a_source_is_added_and_all_else_stays(before: str, after: str) -> None:
    """Each comment stays with what it is about, and the file keeps its line ends."""
    assert add(before) == after


def test_two_samples_stand_beside_each_other() -> None:
    """Two packs in one project."""
    both = add(add(""), "oil_sample")
    document = read("project.yml", both.encode()).document
    assert document is not None
    assert document.tree == {"sources": {"lamps_sample": FIELDS, "oil_sample": FIELDS}}


def test_a_source_that_is_there_already_changes_nothing() -> None:
    """Whoever added the lines by hand runs the command again."""
    text = f"title: x\n{lines('lamps_sample', FIELDS)}"
    assert add(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sources: {}\n", "no block of names"),
        ("sources: {a: {type: duckdb}}\n", "no block of names"),
        ("sources:\n  {a: {type: duckdb}}\n", "without a change of something else"),
        ("sources: [a]\n", "no block of names"),
        ("sources: no\n", "no block of names"),
        ("sources: null\n", "without a change of something else"),
        ("{title: x}\n", "without a change of something else"),
        ("title: x\n...\n", "without a change of something else"),
        ("- a\n", "cannot be read"),
        ("title: x\ntitle: y: z\n", "cannot be read"),
        ("title: x\n--- # another\ntitle: y\n", "without a change of something else"),
        ("title: x\u200b\n", "cannot be read"),
        ("sources:\n  lamps_sample:\n    type: postgres\n", "another source lamps_sample"),
    ],
)
def test_a_file_of_another_form_is_left_alone(text: str, reason: str) -> None:
    """One clause says why."""
    with pytest.raises(Unextendable, match=re.escape(reason)):
        add(text)


def test_what_the_reader_passes_over_stays() -> None:
    """Anchors and aliases are nothing that this project writes, and are kept in a user's file."""
    text = "a: |\n  text\nsources:\n  b: &x {}\n  c: *x\n"
    assert add(text) == text.replace("  b:", f"  {ADDED}  b:")


def test_a_file_that_is_no_text_is_left_alone() -> None:
    """It is not guessed at."""
    with pytest.raises(Unextendable, match="not UTF-8"):
        extended("project.yml", b"title: \xff\n", "a", FIELDS)
