from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.findings import Finding, Place, Rule, Severity
from generators.report import explain, printable, text
from generators.report.text import FOLDED


def rule(code: str = "OPS201", severity: Severity = Severity.ERROR) -> Rule:
    """Some rule."""
    return Rule(code, "unknown-reference", severity, "Summary.", "Why.", "Remedy.")


def finding(excerpt: str, column: int, width: int = 1, **more: str) -> Finding:
    """A finding in a line."""
    place = Place("a/b.yaml", 7, column, excerpt, width)
    return Finding(place, rule(), more.get("message", "is wrong"), more.get("hint", ""))


def drawn(excerpt: str, column: int, width: int = 1) -> tuple[str, str]:
    """The line and its caret as they are printed, without the margin."""
    _, line, caret, *_ = text([finding(excerpt, column, width)]).splitlines()
    assert line.startswith("  7 | ")
    assert caret.startswith("    | ")
    return line.removeprefix("  7 | "), caret.removeprefix("    | ")


def test_caret_stands_under_what_is_meant() -> None:
    """As many carets as characters, from the column that is named."""
    assert drawn("owner: keper", 8, 5) == ("owner: keper", "       ^^^^^")
    assert drawn("owner: keper", 1) == ("owner: keper", "^")


@pytest.mark.parametrize(
    ("excerpt", "column", "width", "caret"),
    [
        ("灯台: x", 5, 1, "      ^"),  # each of these letters fills two cells
        ("a: 灯台", 4, 2, "   ^^^^"),
        ("e\u0301e\u0301: x", 7, 1, "    ^"),  # an accent fills none
        ("\uff4fwner: x", 8, 1, "        ^"),
        ("\ta: x", 5, 1, "    ^"),  # printed as one sign
        ("\x1b[31m: x", 8, 1, "       ^"),
    ],
)
def test_caret_below_letters_of_other_widths(excerpt: str, column: int, width: int, caret: str) -> None:
    """Cells of a terminal are counted, not characters."""
    assert drawn(excerpt, column, width)[1] == caret


def test_nothing_printed_can_steer_a_terminal() -> None:
    """Escape sequences, line ends, directions: from file names, lines, messages and hints, all become `?`."""
    hostile = "\x1b[31m\r\n\x07\u202e\u2028\x9b\0"
    place = Place(f"a{hostile}.yaml", 1, 1, f"x{hostile}", 3)
    out = text([Finding(place, rule(), f"m{hostile}", f"h{hostile}")])
    assert all(char == "\n" or char.isprintable() for char in out)
    assert out.count("\n") == len(out.splitlines()) == 7
    assert printable("a\tb\u00a0c") == "a?b?c"


@pytest.mark.parametrize("column", [1, 60, 100, 400, 500, 501])
def test_long_line_is_shown_around_the_place(column: int) -> None:
    """A part of it that fits a terminal, with the caret under the same character."""
    line = "".join(chr(ord("a") + number % 26) for number in range(500))
    shown, caret = drawn(line, column)
    assert len(shown) == 110
    assert shown in line
    assert len(caret) <= 111
    assert line[column - 1 : column] == shown[len(caret) - 1 : len(caret)]


def test_column_that_the_line_does_not_have() -> None:
    """The end of the line, whatever was said."""
    assert drawn("abc", 99) == ("abc", "   ^")
    assert drawn("abc", 0)[1] == "^"
    assert drawn("abc", 2, 99) == ("abc", " ^^")


@given(st.text(min_size=1, max_size=300), st.integers(-5, 400), st.integers(0, 500))
def test_any_line_any_place(line: str, column: int, width: int) -> None:
    """Never an error, always one line and a caret that lies below it or just after."""
    said = text([finding(line, column, width)]).splitlines()
    assert len(said) == 7
    assert set(said[2].removeprefix("    | ").strip(" ")) == {"^"}
    assert len(said[2]) <= 6 + 2 * 111


def test_hint_stands_beside_the_caret() -> None:
    """Or below, where there is no line to show."""
    assert "^ did you mean 'x'?" in text([finding("abc", 1, hint="did you mean 'x'?")])
    bare = Finding(Place("a.yaml"), rule(), "is wrong", "did you mean 'x'?")
    assert text([bare]).splitlines()[1] == "    did you mean 'x'?"


def test_same_fault_many_times_is_folded() -> None:
    """The first few in full, the rest counted; another message of the same rule is another fault."""
    many = [Finding(Place(f"{number}.yaml"), rule(), "is wrong") for number in range(10)]
    lines = text([*many, Finding(Place("x.yaml"), rule(), "is odd")]).splitlines()
    assert sum(line.endswith("is wrong") and "error" in line for line in lines) == FOLDED
    assert f"OPS201 and {10 - FOLDED} more: is wrong" in lines
    assert sum("is odd" in line for line in lines) == 1
    assert lines[-1] == "11 errors"
    assert lines.count("OPS201: Remedy.") == 1


def test_just_as_many_as_are_shown_are_not_folded() -> None:
    """Nothing is `0 more`."""
    assert "more" not in text([Finding(Place(f"{n}.yaml"), rule(), "is wrong") for n in range(FOLDED)])


def test_counts_by_severity() -> None:
    """One is not plural; what is not there is not counted."""
    some = [
        Finding(Place("a.yaml"), rule("OPS201"), "x"),
        Finding(Place("a.yaml"), rule("OPS202", Severity.WARNING), "y"),
        Finding(Place("a.yaml"), rule("OPS205", Severity.NOTE), "z"),
        Finding(Place("b.yaml"), rule("OPS205", Severity.NOTE), "z"),
    ]
    assert text(some).splitlines()[-1] == "1 error, 1 warning, 2 notes"
    assert text([]) == ""


def test_explained_rule_has_all_its_sentences() -> None:
    """Code, name, severity, summary, reason, remedy."""
    assert explain(rule()).split("\n") == [
        "OPS201 unknown-reference (error)",
        "",
        "Summary.",
        "",
        "Why: Why.",
        "Remedy: Remedy.",
        "Family: References, decisions, owners, OPS201 to OPS299",
        "",
    ]
