"""Every rule is proven by an example that breaks it and one that keeps it; the same stand on the rule's page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators import checks
from generators.findings import Finding, Rule, Severity
from generators.site import check
from generators.stability.results import results_at
from tests.clock import AT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CASES = Path(__file__).parent / "cases"
GROUND = "ground"
"""Not a case: a second surface, connector and symptoms, for rules that need two. Every case lies over it."""
IDS = [rule.code for rule in checks.RULES]


def nobody_may_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git keeps no file that cannot be read, and root may read all: the refusal of the operating system is played."""
    (root / "ops_model/launch/unsupported/storm.yaml").chmod(0)
    really_open = os.open

    def refusing(path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if Path(path).name == "storm.yaml":
            raise PermissionError(13, os.strerror(13), str(path))
        return really_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refusing)


AT_TEST_TIME: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {"OPS013": nobody_may_read}
"""Faults that no committed file can have. The folder of the case says in words what is made here."""


def laid_over(root: Path, code: str, side: str) -> Path:
    """The miniature repository with the common ground and one side of a case laid over it."""
    folder = CASES / code / side
    assert folder.is_dir(), f"tests/cases/{code}/{side}/ is missing: add the files that show it"
    for layer in (CASES / GROUND, folder):
        shutil.copytree(layer, root, dirs_exist_ok=True, symlinks=True)
    return root


def codes(findings: Iterable[Finding], rule: Rule) -> set[str]:
    """The codes found. A note beside another rule is no fault of the example: a vacant role is always noted."""
    return {found.rule.code for found in findings if found.rule == rule or found.rule.severity is not Severity.NOTE}


@pytest.mark.parametrize("rule", checks.RULES, ids=IDS)
def test_broken_example_breaks_exactly_its_rule(rule: Rule, miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example on a rule's page shows that rule and nothing else, at one of its files and a line that it has."""
    root = laid_over(miniature, rule.code, "broken")
    if made := AT_TEST_TIME.get(rule.code):
        made(root, monkeypatch)
    findings = check(root, AT, results=results_at(root)).findings
    assert codes(findings, rule) == {rule.code}, "\n".join(map(str, findings))
    folder = CASES / rule.code / "broken"
    own = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    here = [finding.place for finding in findings if finding.place.path in own]
    assert here, f"found at {[finding.place for finding in findings]}, which are no files of the example"
    assert all(place.line == 1 or place.line <= len(own[place.path].read_bytes().splitlines()) for place in here)


@pytest.mark.long
@pytest.mark.parametrize("rule", checks.RULES, ids=IDS)
def test_mended_example_has_no_finding(rule: Rule, miniature: Path) -> None:
    """The remedy works. Notes of other rules are no fault of it: a step that it changes was rehearsed as it stood."""
    root = laid_over(miniature, rule.code, "mended")
    assert codes(check(root, AT, results=results_at(root)).findings, rule) == set()


def test_ground_is_clean_and_adds_nothing_to_the_miniature_but_files(miniature: Path) -> None:
    """What a case is laid over is right without it: whatever is found comes from the example."""
    assert check(miniature, AT).findings == ()
    shutil.copytree(CASES / GROUND, miniature, dirs_exist_ok=True)
    assert check(miniature, AT).findings == ()


def test_no_case_is_left_over() -> None:
    """A folder of cases whose rule is gone would rot."""
    assert {path.name for path in CASES.iterdir()} == {*IDS, GROUND}


def test_codes_are_stable_and_unique() -> None:
    """A code means one rule, for ever: the list of codes and names only grows."""
    assert len(set(IDS)) == len(IDS)
    assert len({rule.name for rule in checks.RULES}) == len(IDS)
