"""Comments that cut an unquoted text short are found at their first character; those of an honest author are not."""

from __future__ import annotations

import pytest

from generators.source import read


def cut(text: str) -> list[tuple[int, int]]:
    """Line and column of each text that a comment cuts short."""
    return [
        (finding.place.line, finding.place.column)
        for finding in read("f.yaml", text.encode()).findings
        if finding.rule.code == "OPS015"
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: Reported in #lamps at once\n", 1, 16),
        ("a: Room # 4\n", 1, 9),
        ("a: see ticket\t#4\n", 1, 15),
        ("a: ticket #4\n", 1, 11),
        ("a:\n  - Answers ticket #4 and later ones\n", 2, 20),
        ("a: one\n  two #three\nb: 1\n", 2, 7),
        ("a: one\n  two #three\n  four\n", 2, 7),
        ("a: one two\n  #three four\nb: 1\n", 2, 3),
        ("a:\n  - one\n    #two\n", 3, 5),
        ("a: one\r\n  #two\r\n", 2, 3),
        ("a: [Answers #4,\n  b]\n", 1, 13),
        ("a: #lamps\n", 1, 4),
        ("a: # lamps\n", 1, 4),
        ("a:\n  - #lamps\n  - b\n", 2, 5),
        ("a:\n  - b: 1\n    c: #1f77b4\n", 3, 8),
        ("a:\n  #lamps\nb: 1\n", 2, 3),
    ],
)
def test_comment_that_was_meant_as_text(text: str, line: int, column: int) -> None:
    """On one line or several, in mappings, lists and brackets, where it is all there is, and before a syntax error."""
    assert cut(text) == [(line, column)]


@pytest.mark.parametrize(
    "text",
    [
        "# a: b #c\na: b\n",
        "a: keeper # who else\n",
        "a: ops_model/x.yaml # a path\nb: 0.1.0 # a version\nc: Europe/London # a zone\n",
        "a: 3 # of them\nb: true # always\nc: null # nothing\nd: 2027-01-04 #monday\ne: 1.5 #half\n",
        "a: [x, z] # a list\nb: {c: d} # a mapping\nc: # in order\n  - x\n",
        "a: \"x #y\" # quoted\nb: 'x #y' #z\nc: x#y\n",
        "a: | # as it stands\n  x #y\nb: > # folded\n  x #y\n  #z\n",
        "a: one two\n# of its own\nb: 1\n",
        "a:\n  - id: x\n    # of its own\n    #do: y\n    to: z\n",
        "a:\n  - id: x\n    #do: y\n    to: z\n",
        "a:\n  - one\n  #- two\n  - three\n",
    ],
)
def test_comment_that_is_one(text: str) -> None:
    """Behind ids, numbers, dates, quotes and brackets, in blocks, and on lines of its own."""
    assert cut(text) == []


def test_lost_value_is_reported_once() -> None:
    """The empty value has the place of its comment, so that what else is wrong with it is not said again."""
    reading = read("f.yaml", b"a: #lamps\n")
    assert reading.document
    assert reading.document.at("a") == reading.findings[0].place
    assert reading.findings[0].hint == 'quote it: "#lamps"'


def test_comments_of_a_large_file_cost_one_pass() -> None:
    """A hundred thousand blank lines, spaces or signs before a comment is read in a moment."""
    for filling in ("\n" * 100_000, " " * 100_000, "# \n" * 50_000, " #" * 50_000):
        assert cut(f"a: Bright light{filling}\nb: 1\n") in ([], [(1, 17)])
