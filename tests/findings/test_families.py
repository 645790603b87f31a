from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import generators
from generators import checks
from generators.findings import Rule, Severity
from generators.findings.families import FAMILIES, code_of, family_of
from generators.views.layout import CHAPTERS
from generators.views.pages import rule_index


def test_every_rule_is_in_its_family() -> None:
    """A code in no family would be on no page."""
    for rule in checks.RULES:
        assert family_of(rule).first <= rule.number <= family_of(rule).last
        assert rule.code == code_of(rule.number)


def test_families_follow_each_other_and_none_is_empty() -> None:
    """No number belongs to two, and what is announced is there."""
    assert all(one.first <= one.last < other.first for one, other in pairwise(FAMILIES))
    assert {family_of(rule) for rule in checks.RULES} == set(FAMILIES)


def test_a_family_names_a_chapter_or_a_room() -> None:
    """Where its rules live is where a reader looks for them."""
    rooms = {path.name for path in Path(str(generators.__file__)).parent.iterdir() if path.is_dir()}
    assert {family.chapter for family in FAMILIES} <= rooms | {chapter.name for chapter in CHAPTERS}


def test_numbers_of_four_digits_come_after_those_of_three() -> None:
    """They are sorted as numbers, not as text."""
    rules = [Rule(code_of(number), "x", Severity.ERROR, "", "", "") for number in (905, 302, 14)]
    assert [rule.code for section in rule_index(rules).sections for rule in section.rules] == [
        "OPS014",
        "OPS302",
        "OPS905",
    ]
    assert min([Rule("OPS1001", "x", Severity.ERROR, "", "", ""), rules[0]], key=lambda rule: rule.number) == rules[0]
    with pytest.raises(LookupError, match="OPS9999"):
        family_of(Rule("OPS9999", "x", Severity.ERROR, "", "", ""))
