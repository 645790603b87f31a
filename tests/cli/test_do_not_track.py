"""Tools of others report nothing about us: DO_NOT_TRACK is set in each process that we start."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generators.runtime.environments import lock_of
from tests.changes import change
from tests.cli.test_oncall import committed
from tests.launch.keys import PROGRAM, needs_ssh_keygen, new_key
from tests.packs.small import lamps
from tests.runtimes import needs_runtime

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.command import Dfops

REPOSITORY = Path(__file__).parents[2]
STARTING = {
    "generators/cli/revision.py",  # git
    "generators/cli/telemetry_listener.py",  # ourselves, in the environment of the user, whose refusal holds
    "generators/processes.py",  # the Python of an engine or of a runtime; ssh-keygen
    "generators/published/merging.py",  # git, which merges the lines of edited files
    "generators/published/warehouse.py",  # the runtime of a user's project
    "generators/runtime/registry.py",  # pip, which asks what has been released
    "generators/runtime/environments.py",  # uv, or the Python that makes an environment
    "generators/sphinxext/svg.py",  # dot
}
"""Modules that start a process. One more needs a test here."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where each tool says what it found in its environment."""
    return tmp_path / "environments"


@pytest.fixture
def tool(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """A tool that writes down DO_NOT_TRACK and then is the real one; first on the PATH. The variable is not set yet."""
    monkeypatch.delenv("DO_NOT_TRACK")
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def made(name: str, real: str) -> Path:
        script = folder / name
        script.write_text(f'#!/bin/sh\necho "{name} ${{DO_NOT_TRACK:-unset}}" >>{log}\nexec {real} "$@"\n', "utf-8")
        script.chmod(0o755)
        return script

    return made


def said(log: Path) -> set[str]:
    """What the tools wrote."""
    return set(log.read_text(encoding="utf-8").splitlines())


def test_git(dfops: Dfops, miniature: Path, tool: Callable[[str, str], Path], log: Path) -> None:
    """`dfops oncall diff` asks git."""
    root = committed(miniature)
    tool("git", str(shutil.which("git")))
    assert dfops("oncall", "diff", "--base", "HEAD", "--root", root).code == 0
    assert said(log) == {"git 1"}


@pytest.mark.long
@needs_runtime
def test_engine(
    dfops: Dfops, tmp_path: Path, tool: Callable[[str, str], Path], log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dfops pack check` asks an engine in an environment of its own."""
    lamps(tmp_path / "repository")
    monkeypatch.setenv("DFOPS_FAKESNOW", str(tool("python-of-fakesnow", sys.executable)))
    dfops("pack", "check", "--warehouse", "snowflake", "--no-cache", "--root", tmp_path / "repository")
    assert said(log) == {"python-of-fakesnow 1"}


@needs_ssh_keygen
def test_ssh_keygen(dfops: Dfops, miniature: Path, tool: Callable[[str, str], Path], log: Path, tmp_path: Path) -> None:
    """`dfops launch sign` with a key."""
    public = new_key(tmp_path / "key")
    change(miniature / "ops_model/organization/people/keeper-seat-1.yaml", ssh_keys=[public])
    tool("ssh-keygen", str(PROGRAM))
    words = ("first-night", "--as", "keeper-seat-1", "--ssh-key", tmp_path / "key", "--root", miniature)
    assert dfops("launch", "sign", *words).code == 0
    assert said(log) == {"ssh-keygen 1"}


def test_a_project_that_is_asked_for_its_columns(
    dfops: Dfops, tmp_path: Path, tool: Callable[[str, str], Path], log: Path
) -> None:
    """`dfops pack snapshot` starts the runtime of the user."""
    (tmp_path / "dbt_charts.yml").write_text("sources:\n  w:\n    type: duckdb\n    path: w.duckdb\n")
    tool("dct", "/bin/false")
    words = ("--project", tmp_path, "--schema", "lamps", "--out", tmp_path / "out.json", "--root", REPOSITORY)
    assert dfops("pack", "snapshot", *words).code == 2
    assert said(log) == {"dct 1"}


def test_making_an_environment(
    dfops: Dfops, tmp_path: Path, tool: Callable[[str, str], Path], log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dfops runtime install` starts an installer."""
    root = tmp_path / "repository"
    lamps(root)
    lock = lock_of(root, "dbt-charts", "0.10.0")
    lock.parent.mkdir()
    lock.write_text("# nothing\n", encoding="utf-8")
    monkeypatch.setenv("DFOPS_RUNTIMES", str(tmp_path / "rooms"))
    monkeypatch.setattr(sys, "executable", str(tool("uv", sys.executable)))
    assert dfops("runtime", "install", "--root", root).code == 2
    assert said(log) == {"uv 1"}


def test_each_place_that_starts_a_process_is_known() -> None:
    """A new one is looked at by someone: what it starts must find the variable."""
    starting = set()
    for path in sorted((REPOSITORY / "generators").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        calls = {f"{node.value.id}.{node.attr}" for node in ast.walk(tree)
                 if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}  # fmt: skip
        if "subprocess" in names or any(
            re.match(r"os\.(?:system|popen|spawn|exec|posix_spawn|fork)", c) for c in calls
        ):
            starting.add(path.relative_to(REPOSITORY).as_posix())
    assert starting == STARTING


@pytest.mark.parametrize(
    "script", ["Makefile", ".ci/run", "tests/engines/postgres.sh", "tests/engines/environments.sh"]
)
def test_scripts_say_so(script: str) -> None:
    """What a script starts inherits what it exports."""
    text = (REPOSITORY / script).read_text(encoding="utf-8")
    assert re.search(r"^export .*\bDO_NOT_TRACK ?:?= ?1\b", text, re.MULTILINE)
