from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from generators import checks
from generators.findings.examples import examples
from generators.report import FORMATS
from tests.changes import change, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.command import Dfops

ROUTE = "ops_model/support/routes/no-light.yaml"


@pytest.fixture
def vacant(miniature: Path) -> Path:
    """A repository with one note: a role that nobody holds."""
    roles = miniature / "ops_model/organization/roles"
    write(roles / "stoker.yaml", {"title": "Stoker", "purpose": "Carries oil.", "responsibilities": ["Carries"]})
    change(miniature / "ops_model/organization/teams/keepers.yaml", roles=["keeper", "stoker"])
    return miniature


@pytest.fixture
def broken(vacant: Path) -> Path:
    """A repository with one error and one note."""
    change(vacant / ROUTE, runbook="lamp-outt")
    return vacant


ACCEPTED = "1 accepted until 2096-12-31 by the baseline moving-in\n"
"""What the sample repository accepts."""


def test_clean_repository(dfops: Dfops, miniature: Path) -> None:
    """Exit 0, and what was looked at is counted: silence could also mean that nothing was."""
    ran = dfops("check", "--root", miniature)
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(rf"\d+ entities, no findings\n{ACCEPTED}", ran.out)


@pytest.mark.parametrize("form", FORMATS)
def test_findings_are_exit_code_1_in_every_format(dfops: Dfops, broken: Path, form: str) -> None:
    """A script reads the exit code, whatever it prints."""
    assert dfops("check", "--root", broken, "--format", form).code == 1


@pytest.mark.parametrize("form", FORMATS)
def test_note_alone_fails_nothing(dfops: Dfops, vacant: Path, form: str) -> None:
    """A vacant role is said and stops nobody."""
    ran = dfops("check", "--root", vacant, "--format", form)
    assert ran.code == 0
    assert "OPS205" in ran.out


def test_findings_as_text(dfops: Dfops, broken: Path) -> None:
    """Code, place, line with caret, nearest name, remedy, count."""
    out = dfops("check", "--root", broken).out
    assert f"OPS201 error  {ROUTE}:" in out
    assert "unknown runbook 'lamp-outt'" in out
    assert re.search(r'\| +"runbook": "lamp-outt"', out)
    assert re.search(r"\| +\^+ did you mean 'lamp-out'\?", out)
    assert out.endswith(f"1 error, 1 note\n{ACCEPTED}")


def test_findings_as_json(dfops: Dfops, broken: Path) -> None:
    """One object with a version of its own; each finding has the fields that the documentation names."""
    value = json.loads(dfops("check", "--root", broken, "--format", "json").out)
    assert value["schema_version"] == 1
    assert value["counts"] == {"error": 1, "warning": 0, "note": 1}
    assert [found["code"] for found in value["findings"]] == ["OPS205", "OPS201"]
    assert all(
        set(found) == {"code", "severity", "path", "line", "column", "message", "hint"} for found in value["findings"]
    )
    assert value["findings"][1]["path"] == ROUTE
    assert value["findings"][1]["hint"] == "did you mean 'lamp-out'?"


def test_findings_as_sarif(dfops: Dfops, broken: Path) -> None:
    """Version 2.1.0: a run with its rules, and results that name a rule and a region."""
    value = json.loads(dfops("check", "--root", broken, "--format", "sarif").out)
    assert value["version"] == "2.1.0"
    (run,) = value["runs"]
    assert run["tool"]["driver"]["name"] == "dfops"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({result["ruleId"] for result in run["results"]}) == ["OPS201", "OPS205"]
    assert {result["level"] for result in run["results"]} == {"error", "note"}
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert (broken / place["artifactLocation"]["uri"]).is_file()
        region = place["region"]
        assert 1 <= region["startColumn"] < region["endColumn"]
        assert region["startLine"] >= 1


def test_findings_as_annotations(dfops: Dfops, broken: Path) -> None:
    """A command for the forge on each line, at the file and line of the fault."""
    lines = dfops("check", "--root", broken, "--format", "github").out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::notice", "::error"]
    assert f"file={ROUTE},line=" in lines[1]
    assert lines[1].endswith("title=OPS201::unknown runbook 'lamp-outt' (did you mean 'lamp-out'?)")


def test_clean_repository_in_a_format_for_machines(dfops: Dfops, miniature: Path) -> None:
    """Nothing found is a value as well: valid JSON with no findings, and no annotation at all."""
    assert json.loads(dfops("check", "--root", miniature, "--format", "json").out)["findings"] == []
    assert json.loads(dfops("check", "--root", miniature, "--format", "sarif").out)["runs"][0]["results"] == []
    assert dfops("check", "--root", miniature, "--format", "github").out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["check", "--format", "xml"],
        ["check", "--rooot", "x"],
        ["check", "x"],
        ["explain"],
        ["new", "role"],
    ],
)
def test_wrong_usage_is_exit_code_2(dfops: Dfops, arguments: list[str]) -> None:
    """The parser says what it did not understand; nothing is done."""
    ran = dfops(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.code)
def test_explain_every_rule(dfops: Dfops, rule: Any) -> None:
    """The rule, why it is there, the remedy, and both examples as they lie in the tests."""
    ran = dfops("explain", rule.code.lower())
    assert (ran.code, ran.err) == (0, "")
    for said in (rule.code, rule.name, rule.summary, f"Why: {rule.why}", f"Remedy: {rule.remedy}"):
        assert said in ran.out
    for side, label in (("broken", "Broken"), ("mended", "Fixed")):
        for file in examples(rule.code, side):
            assert f"\n{label}: {file.path}\n" in ran.out
    assert all(char == "\n" or char.isprintable() for char in ran.out)


def test_explain_a_rule_that_does_not_exist(dfops: Dfops) -> None:
    """The nearest code is named; nothing hostile reaches the terminal."""
    ran = dfops("explain", "OPSS201")
    assert ran.code == 2
    assert "did you mean 'OPS201'?" in ran.sentence
    assert "\x1b" not in dfops("explain", "\x1b[31mOPS").err


# ── roots that are none, and what should not lie in one ─────────────────────────────────────────────────────────────
def missing(tmp_path: Path) -> Path:
    """A folder that is not there."""
    return tmp_path / "nowhere"


def a_file(tmp_path: Path) -> Path:
    """A file instead of a folder."""
    (tmp_path / "file").touch()
    return tmp_path / "file"


def empty(tmp_path: Path) -> Path:
    """A folder without a model."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def model_is_a_file(tmp_path: Path) -> Path:
    """A file where the model should be."""
    (tmp_path / "ops_model").touch()
    return tmp_path


def circle(tmp_path: Path) -> Path:
    """A symbolic link to itself."""
    (tmp_path / "circle").symlink_to("circle")
    return tmp_path / "circle"


def undecodable(tmp_path: Path) -> Path:
    """A name that is no UTF-8."""
    return tmp_path / os.fsdecode(b"\xff\x1b[31m")


@pytest.mark.parametrize("make", [missing, a_file, empty, model_is_a_file, circle, undecodable])
@pytest.mark.parametrize("command", [["check"], ["new", "role", "abc"], ["build"], ["serve"], ["export", "schemas"]])
def test_root_that_is_no_repository(
    dfops: Dfops, tmp_path: Path, make: Callable[[Path], Path], command: list[str]
) -> None:
    """Exit 2 and one sentence that names the root and what to do; nothing is written, no traceback."""
    root = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = dfops(*command, "--root", root)
    assert ran.code == 2
    assert ran.sentence.isprintable()
    assert "ops_model" in ran.sentence or "cannot be read" in ran.sentence
    assert sorted(tmp_path.rglob("*")) == before


def test_root_that_may_not_be_read(dfops: Dfops, miniature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operating system refuses is said in its words. It is played: the superuser may read all."""

    def refuse(_path: Path, **_how: bool) -> Path:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(type(miniature), "resolve", refuse)
    assert dfops("check", "--root", miniature).sentence.endswith("cannot be read: Permission denied")


def pipe(root: Path) -> str:
    """A named pipe among the YAML."""
    os.mkfifo(root / "ops_model/support/x.yaml")
    return "ops_model/support/x.yaml"


def linked_folder(root: Path) -> str:
    """A link that leads back up."""
    (root / "ops_model/again").symlink_to(".")
    return "ops_model/again"


def linked_circle(root: Path) -> str:
    """Two links that lead to each other."""
    (root / "ops_model/a.yaml").symlink_to("b.yaml")
    (root / "ops_model/b.yaml").symlink_to("a.yaml")
    return "ops_model/a.yaml"


def folder_for_a_file(root: Path) -> str:
    """A folder named like a file."""
    (root / "ops_model/support/routes/x.yaml").mkdir()
    return "ops_model/support/routes/x.yaml"


def undecodable_name(root: Path) -> str:
    """A file whose name is no UTF-8."""
    (root / "ops_model/support" / os.fsdecode(b"a\xff\n\x1b.yaml")).touch()
    return "ops_model/support/a"


@pytest.mark.parametrize("make", [pipe, linked_folder, linked_circle, folder_for_a_file, undecodable_name])
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_file_is_a_finding(dfops: Dfops, miniature: Path, make: Callable[[Path], str], form: str) -> None:
    """It neither hangs nor ends the run, and every format can print its name."""
    where = make(miniature)
    ran = dfops("check", "--root", miniature, "--format", form)
    assert (ran.code, ran.err) == (1, "")
    assert where in ran.out
    assert "\x1b" not in ran.out
    ran.out.encode()


@pytest.mark.parametrize(("name", "code"), [("Makefile", 0), ("README.md", 0), ("docs/index.md", 1)])
def test_pipe_beside_the_model(dfops: Dfops, miniature: Path, name: str, code: int) -> None:
    """What else is read neither hangs nor ends the run when it is no file; among the pages it is a finding."""
    (miniature / "docs").mkdir()
    os.mkfifo(miniature / name)
    assert dfops("check", "--root", miniature).code == code
