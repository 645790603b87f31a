from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generators.model.launch import Run, ScopeItem
from generators.runbooks.seals import is_whole
from generators.site import check
from tests.changes import change, files_of, tree
from tests.clock import AT, EPOCH

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

RUNS = "ops_model/launch/runs"
GATE = "ops_model/launch/gates/first-night.yaml"
TEST = "tests/test_lamp.py"


@pytest.fixture
def root(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The miniature with a file of tests, which its scope item names; nothing is recorded yet."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    for path in files_of(miniature, Run):
        path.unlink()
    (miniature / "tests").mkdir()
    (miniature / TEST).write_text("def test_burns():\n    pass\n\n\ndef test_smokes():\n    pass\n", encoding="utf-8")
    (item,) = [path for path in files_of(miniature, ScopeItem) if path.stem == "light-every-night"]
    change(item, evidence=[{"what": "It burns", "test": TEST}])
    return miniature


def test_a_test_is_run_and_recorded(dfops: Dfops, root: Path) -> None:
    """What is run is said first; the record counts the tests, is sealed, and no rule objects to it."""
    ran = dfops("launch", "record", "--run", "--only", TEST, "--root", root)
    assert (ran.code, ran.err) == (0, "")
    assert f"test  {TEST}  (light-every-night)\n1 to run, on files that no commit has\n" in ran.out
    record = tree(root / RUNS / "tests-test-lamp.yaml")
    assert (record["exit_code"], record["passed"], record["failed"], record["skipped"]) == (0, 2, 0, 0)
    checked = check(root, AT)
    assert checked.findings == ()
    (entry,) = checked.catalog.entries_of(Run)
    assert is_whole(entry)
    assert entry.entity.succeeded


def test_a_failure_is_recorded_as_one(dfops: Dfops, root: Path) -> None:
    """With exit code 1 and the last words."""
    (root / TEST).write_text("def test_burns():\n    assert 'it is dark' == ''\n", encoding="utf-8")
    ran = dfops("launch", "record", "--run", "--only", TEST, "--root", root)
    assert ran.code == 1
    assert "failed: 0 passed, 1 failed, 0 skipped" in ran.out
    assert "  | FAILED tests/test_lamp.py::test_burns" in ran.out
    assert tree(root / RUNS / "tests-test-lamp.yaml")["failed"] == 1


@pytest.mark.parametrize(
    ("command", "seconds", "code", "words"),
    [
        ("sh -c 'exit 3'", 60, 3, "failed: exit code 3"),
        ("no-such-program", 60, 127, "failed: exit code 127"),
        ("sh -c 'sleep 60 & sleep 60'", 1, 124, "failed: stopped, it took too long"),
        ("true\nfalse\ntrue", 60, 1, "failed: exit code 1"),
        ("sh -c 'kill -9 $$'", 60, 137, "failed: exit code 137"),
    ],
)
def test_a_command_that_fails(  # noqa: PLR0913, PLR0917 - what is run, and how it ends
    dfops: Dfops, root: Path, command: str, seconds: int, code: int, words: str
) -> None:
    """However it does: its children go with it, and what it was is in the record."""
    change(root / GATE, criteria=[{"id": "ran", "statement": "It ran", "command": command}])
    ran = dfops(
        "launch", "record", "--run", "--gate", "first-night", "--only", command, "--timeout", seconds, "--root", root
    )
    assert (ran.code, ran.err) == (1, "")
    assert words in ran.out
    (path,) = files_of(root, Run)
    assert (tree(path)["command"], tree(path)["exit_code"]) == (command, code)


def test_a_great_output_is_not_kept(dfops: Dfops, root: Path) -> None:
    """Only its end is, to be shown; the installed commands are found first."""
    command = "python -c \"import sys; print('x' * 9_000_000); print(sys.argv[0], 'end'); sys.exit(1)\""
    change(root / GATE, criteria=[{"id": "ran", "statement": "It ran", "command": command}])
    ran = dfops("launch", "record", "--run", "--gate", "first-night", "--only", command, "--root", root)
    assert ran.code == 1
    assert "  | -c end" in ran.out
    assert len(ran.out) < 10_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--run", "--at", "2026-11-21"), "a run is recorded as of now: leave out --at"),
        (("--gate", "first-night"), "--gate and --only say what --run runs: add --run"),
        (("--run", "--only", "tests/test_lump.py"), "there is no command or test 'tests/test_lump.py'; did you mean"),
        (("--run", "--gate", "second-winter"), "second-winter names no command and no file of tests to run"),
    ],
)
def test_what_cannot_be_run(dfops: Dfops, root: Path, words: tuple[str, ...], said: str) -> None:
    """One sentence, exit code 2, and nothing is written."""
    ran = dfops("launch", "record", *words, "--root", root)
    assert ran.code == 2
    assert ran.sentence.startswith(said)
    assert files_of(root, Run) == []
