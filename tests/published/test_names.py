"""Names as warehouses allow them, and as tools print them."""

from __future__ import annotations

import pytest

from generators.published.names import bare_name, is_template, name_trouble, spelled_as


@pytest.mark.parametrize(
    "name",
    [
        "stripe-prod",
        "Github Prod",
        "GITHUB",
        "été",
        "日本",
        "2024",
        "a.b",
        "a'b",
        'a"b',
        "a`b",
        "a\\b",
        "{{ x }}",
        "n" * 255,
    ],
)
def test_a_name_that_some_warehouse_allows(name: str) -> None:
    """It is for the warehouse to say whether there is one."""
    assert name_trouble(name) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *((name, "is empty") for name in ("", " ", "\t", "\u00a0")),
        *(
            (name, "control character")
            for name in ("a\0b", "a\nb", "a\x1bb", "a\x7fb", "a\x85b", "a\u2028b", "a\ud800b")
        ),
        ("n" * 256, "longer than 255 characters"),
    ],
)
def test_a_name_that_no_warehouse_allows(name: str, words: str) -> None:
    """One phrase that a sentence about the name ends with."""
    assert words in name_trouble(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"lamp"', "lamp"),
        ("`lamp`", "lamp"),
        ("'lamp'", "lamp"),
        (' "lamp" ', "lamp"),
        ('""lamp""', '"lamp"'),
        ('"la""mp"', 'la"mp'),
        ("lamp", "lamp"),
        ('la"mp"', 'la"mp"'),
        ('"lamp`', '"lamp`'),
        ('""', '""'),
        ('"', '"'),
        ("", ""),
    ],
)
def test_one_pair_of_quotes_is_taken_off(text: str, name: str) -> None:
    """And only one, of the same sign."""
    assert bare_name(text) == name


def test_names_that_differ_in_case_only() -> None:
    """The one that is spelled so comes before those in other case."""
    assert spelled_as("lamps", ["Lamps", "lamps"]) == ["lamps"]
    assert spelled_as("LAMPS", ["lamps", "Lamps", "x"]) == ["Lamps", "lamps"]
    assert spelled_as("storms", ["lamps"]) == []


@pytest.mark.parametrize(
    ("name", "found"), [("{{x}}", True), ("a{%b", True), ("{#", True), ("{x}", False), ("%}", False)]
)
def test_signs_of_a_template(name: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    """Only what begins one counts."""
    assert is_template(name) is found
