"""The extra named 'site' without that named 'packs': every command is there, and says what it cannot do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generators.cli.extras import EXTRAS, install_line
from tests.packs.small import lamps
from tests.timeouts import LONGEST

REPOSITORY = Path(__file__).resolve().parents[2]
ABSENT = EXTRAS["packs"] | EXTRAS["sample"]
BLOCKER = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted(ABSENT)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """A folder whose presence on PYTHONPATH makes every module of the extra impossible to import."""
    folder = tmp_path / "blocked"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKER, encoding="utf-8")
    return folder


def core(blocked: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command to its end in an interpreter that lacks the extra."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "generators.cli", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": f"{blocked}{os.pathsep}{REPOSITORY}", "COLUMNS": "200"},
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )


def whole(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The same where everything is installed."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "generators.cli", *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        timeout=LONGEST,
    )


@pytest.mark.long
def test_check_of_the_repository(blocked: Path) -> None:
    """The rules of packs and their boards are asked all the same: no rule needs the extra, nor a runtime."""
    asked = ("check", "--root", REPOSITORY, "--format", "json")
    with_extra, without = whole(*asked), core(blocked, *asked)
    assert (without.returncode, without.stdout) == (with_extra.returncode, with_extra.stdout)
    assert with_extra.stderr == ""
    assert without.stderr == ""


def test_boards_are_checked_without_the_extra(blocked: Path, tmp_path: Path) -> None:
    """A rule of the 8xx family speaks: a chart fed by a query that its board does not have."""
    (tmp_path / "ops_model").mkdir()
    lamps(tmp_path, colours=("{query: colours,", "{query: colors,"))
    found = json.loads(core(blocked, "check", "--root", tmp_path, "--format", "json").stdout)
    assert "OPS808" in {finding["code"] for finding in found["findings"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pack", "list"), "stripe"),
        (("pack", "check", "--help"), "--warehouse"),
        (("pack", "test", "--help"), "regressions"),
        (("new", "pack", "--help"), "--schema-name"),
        (("export", "dbt", "--check"), ""),
        (("explain", "OPS808"), "unknown-query"),
    ],
    ids=" ".join,
)
def test_what_needs_no_engine_works(blocked: Path, arguments: tuple[str, ...], words: str) -> None:
    """Packs are listed, begun and exported without an engine, and the whole tree of commands is there."""
    root = () if "--help" in arguments or arguments[0] == "explain" else ("--root", REPOSITORY)
    ran = core(blocked, *arguments, *root)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert words in ran.stdout


def test_a_pack_begins_without_an_engine(blocked: Path, tmp_path: Path) -> None:
    """From an export to files."""
    (tmp_path / "ops_model").mkdir()
    export = tmp_path / "export.csv"
    export.write_text("table_schema,table_name,column_name,data_type\nnotes,page,id,text\n", encoding="utf-8")
    ran = core(blocked, "new", "pack", "notes", "--schema", export, "--root", tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "packs/notes/charts/index.yml").is_file()


def _files(folder: Path) -> list[Path]:
    """All that lies in a folder, less what the interpreter compiles."""
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in str(path))


@pytest.mark.parametrize(
    ("arguments", "module", "extra"),
    [
        (("check",), "sqlglot", "packs"),
        (("check", "--project", "{here}", "--source", "w"), "sqlglot", "packs"),
        (("test",), "sqlglot", "packs"),
        (("sample", "lamps", "--out", "{here}/made.duckdb"), "duckdb", "sample"),
        (("install", "lamps", "--project", "{here}", "--source", "w"), "sqlglot", "packs"),
    ],
    ids=lambda given: given if isinstance(given, str) else " ".join(given),
)
def test_what_needs_an_engine_says_which(
    blocked: Path, tmp_path: Path, arguments: tuple[str, ...], module: str, extra: str
) -> None:
    """Exit 2, the module and the remedy in one sentence, nothing left behind."""
    (tmp_path / "ops_model").mkdir()
    lamps(tmp_path)
    (tmp_path / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n    path: w.duckdb\n", encoding="utf-8")
    before = _files(tmp_path)
    ran = core(blocked, "pack", *(word.format(here=tmp_path) for word in arguments), "--root", tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"dfops: {module} is not installed; install the extra named '{extra}': {install_line(extra)}\n"
    )
    assert _files(tmp_path) == before
