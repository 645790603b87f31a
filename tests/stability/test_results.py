"""Results of tests: what a JUnit file says, whatever wrote it, and what is no JUnit file."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from generators.published.manifest import Unreadable
from generators.stability.results import MOST, NO_RESULTS, has_test, read_results, results_at

if TYPE_CHECKING:
    from pathlib import Path

SUITE = '<testsuite name="pytest" timestamp="2026-11-20T06:00:00+00:00">{cases}</testsuite>'
CASE = '<testcase classname="tests.test_lamp" name="{name}">{what}</testcase>'
NODE = "tests/test_lamp.py::test_it_is_lit"


def read(*cases: tuple[str, str]) -> object:
    """How the test went in a file with these cases."""
    text = SUITE.format(cases="".join(CASE.format(name=name, what=what) for name, what in cases))
    return read_results(text.encode(), "tests.xml").of(NODE)


@pytest.mark.parametrize(
    ("cases", "outcome"),
    [
        ([("test_it_is_lit", "")], "passed"),
        ([("test_it_is_lit", "<failure/>")], "failed"),
        ([("test_it_is_lit", "<error/>")], "failed"),
        ([("test_it_is_lit", "<skipped/>")], None),
        ([("test_it_is_lit[oil]", ""), ("test_it_is_lit[gas]", "<failure/>"), ("test_it_is_lit[wax]", "")], "failed"),
        ([("test_it_is_lit[oil]", ""), ("test_it_is_lit[gas]", "<skipped/>")], "passed"),
        ([("test_it_is_lit_twice", "")], None),
    ],
    ids=["passed", "failed", "in-its-fixture", "skipped", "one-of-three", "one-skipped", "another"],
)
def test_one_failure_of_several_is_a_failure_and_a_skipped_test_says_nothing(
    cases: list[tuple[str, str]], outcome: str | None
) -> None:
    """A test with several values counts once, by its worst; only what ran counts."""
    assert read(*cases) == outcome


@pytest.mark.long
def test_what_pytest_writes_is_read(tmp_path: Path) -> None:
    """The real thing: classes, parameters, failures and the day."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_lamp.py").write_text(
        "import pytest\n\n\nclass TestLamp:\n    def test_lit(self): ...\n\n\n"
        "@pytest.mark.parametrize('oil', [1, 0])\ndef test_oil(oil):\n    assert oil\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=build/tests.xml", "tests"]
    subprocess.run([*command, "--rootdir=."], cwd=tmp_path, check=False, capture_output=True)  # noqa: S603 - our own words
    found = results_at(tmp_path)
    assert found.of("tests/test_lamp.py::TestLamp::test_lit") == "passed"
    assert found.of("tests/test_lamp.py::test_oil") == "failed"
    assert isinstance(found.day, date)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not XML",
        "<html/>",
        "<testsuite><testcase",
        '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><html>&c;</html>',
        "\x00",
    ],
    ids=["nothing", "text", "another-root", "cut-off", "entities", "zero"],
)
def test_what_is_no_junit_file_is_refused(text: str) -> None:
    """In a sentence with its name."""
    with pytest.raises(Unreadable, match=r"tests\.xml is no JUnit file"):
        read_results(text.encode(), "tests.xml")


def test_no_file_of_elsewhere_is_read(tmp_path: Path) -> None:
    """An entity that names a file stays unexpanded: the name of the case is not its content."""
    (tmp_path / "secret").write_text("test_it_is_lit", encoding="utf-8")
    text = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{tmp_path}/secret">]>' + SUITE.format(
        cases='<testcase classname="tests.test_lamp" name="x"><system-out>&a;</system-out></testcase>'
    )
    assert read_results(text.encode(), "tests.xml").of(NODE) is None


def test_a_missing_file_is_none_and_a_huge_or_misnamed_one_is_refused(tmp_path: Path) -> None:
    """Without results nothing ran; what was named must be there; what is larger than 8 MiB is not read."""
    assert results_at(tmp_path) is NO_RESULTS
    with pytest.raises(Unreadable, match="is no file"):
        results_at(tmp_path, tmp_path / "tests.xml")
    (tmp_path / "build").mkdir()
    with (tmp_path / "build/tests.xml").open("wb") as huge:
        huge.truncate(MOST + 1)
    with pytest.raises(Unreadable, match="larger than 8 MiB"):
        results_at(tmp_path)


@pytest.mark.parametrize(
    ("node", "there"),
    [
        ("tests/test_lamp.py::test_it", True),
        ("tests/test_lamp.py::TestLamp::test_lit", True),
        ("tests/test_lamp.py::test_lit", False),
        ("tests/test_lamp.py::TestLamp::test_it", False),
        ("tests/test_gone.py::test_it", False),
        ("tests/test_broken.py::test_it", False),
        ("../tests/test_lamp.py::test_it", False),
    ],
    ids=["function", "method", "not-outside-its-class", "not-in-it", "no-file", "no-python", "outside"],
)
def test_a_test_is_looked_up_in_its_file(tmp_path: Path, node: str, *, there: bool) -> None:
    """By reading it; nothing is imported or run."""
    root = tmp_path / "repository"
    (root / "tests").mkdir(parents=True)
    code = "raise SystemExit\nclass TestLamp:\n    def test_lit(self): ...\nasync def test_it(): ...\n"
    (root / "tests/test_lamp.py").write_text(code, encoding="utf-8")
    (root / "tests/test_broken.py").write_text("def test_it(:", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_lamp.py").write_text(code, encoding="utf-8")
    assert has_test(root, node) is there
