"""The closed table of what can prove what: each command in it was seen to fail for what it is to prove."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from generators.checks.proofs import CRITERION, OURS, RELEASED, VALIDATION

ROOT = Path(__file__).parents[2]
PLANTED = {
    "check": "tests/cli/test_check.py::test_findings_are_exit_code_1_in_every_format",
    "pack check": "tests/cli/test_pack.py::test_a_required_column_that_is_gone_exits_1_with_its_line",
    "pack test": "tests/cli/test_pack.py::test_regressions_run_by_command",
    "pack publish": "tests/cli/test_pack_publish.py::test_what_is_refused_exits_1_and_writes_no_version",
    "pack verify": "tests/cli/test_pack_verify.py::test_files_that_differ_are_named",
    "fleet check": "tests/cli/test_fleet_check.py::test_budget_is_a_gate",
    "catalog status": "tests/cli/test_catalog.py::test_status_says_what_is_due_and_what_is_not_signed",
    "runtime watch": "tests/cli/test_runtime_watch.py::test_newer_release_breaks_lines_codes_and_boards",
}
"""By command: the test that plants a fault and sees exit code 1."""


def test_each_command_was_seen_to_fail() -> None:
    """A command enters the table with a test that plants a fault of its kind."""
    assert {*VALIDATION.words[OURS], *CRITERION.words[OURS], *RELEASED.words[OURS]} == set(PLANTED)


@pytest.mark.parametrize("test", PLANTED.values(), ids=PLANTED)
def test_the_fault_is_planted(test: str) -> None:
    """The test is there and asserts the exit code."""
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert re.search(r"\bcode\b.* == 1|== \(1, |code=1|, 1\)", ast.unparse(found)), ast.unparse(found)


def test_targets_keep_their_exit_code() -> None:
    """No recipe of a target in the table ignores a failure."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in {*VALIDATION.words["make"], *CRITERION.words["make"], *RELEASED.words["make"]}:
        (recipe,) = re.findall(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", makefile, re.MULTILINE)
        assert not re.search(r"^\t@?-|\|\| (?:true|:)|; true$", recipe, re.MULTILINE), target
