"""Every rule is proven by an example that breaks it and one that keeps it; the same examples stand on the rule's page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generators import checks
from generators.findings import Rule
from generators.site import check

CASES = Path(__file__).parent / "cases"
IDS = [rule.code for rule in checks.RULES]


def overlaid(root: Path, code: str, side: str) -> Path:
    """The miniature repository with one side of a case laid over it."""
    folder = CASES / code / side
    assert folder.is_dir(), f"tests/cases/{code}/{side}/ is missing: add the files that show it"
    shutil.copytree(folder, root, dirs_exist_ok=True, symlinks=True)
    return root


@pytest.mark.parametrize("rule", checks.RULES, ids=IDS)
def test_broken_example_breaks_exactly_its_rule(rule: Rule, miniature: Path) -> None:
    """The example on a rule's page shows that rule and nothing else."""
    findings = check(overlaid(miniature, rule.code, "broken")).findings
    assert {finding.rule.code for finding in findings} == {rule.code}, "\n".join(map(str, findings))


@pytest.mark.parametrize("rule", checks.RULES, ids=IDS)
def test_broken_example_is_found_where_it_is(rule: Rule, miniature: Path) -> None:
    """A finding names a file of the example, and a line that the file has."""
    root = overlaid(miniature, rule.code, "broken")
    own = {path.relative_to(CASES / rule.code / "broken").as_posix() for path in (CASES / rule.code / "broken").rglob("*")}
    places = [finding.place for finding in check(root).findings]
    assert {place.path for place in places} & own, f"found at {places}, which are no files of the example"


@pytest.mark.parametrize("rule", checks.RULES, ids=IDS)
def test_mended_example_has_no_finding(rule: Rule, miniature: Path) -> None:
    """The remedy works: the mended example is clean."""
    findings = check(overlaid(miniature, rule.code, "mended")).findings
    assert findings == ()


def test_no_case_is_left_over() -> None:
    """A folder of cases whose rule is gone would rot."""
    assert {path.name for path in CASES.iterdir()} == set(IDS)


def test_codes_are_stable_and_unique() -> None:
    """A code means one rule, for ever: the list of codes and names only grows."""
    assert len(set(IDS)) == len(IDS)
    assert len({rule.name for rule in checks.RULES}) == len(IDS)
