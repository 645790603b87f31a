"""Environments of runtimes: made from a list, again when it changed, and one sentence where they cannot be made."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import run

import pytest

from generators.runtime import environments
from tests.runtimes import HERE, known, needs_runtimes

ROOT = Path(__file__).parents[2]
COMMAND = """
from importlib.metadata import version
import generators.cli, dbt_charts, typer
print(version("typer"), version("dbt-charts"))
"""


@pytest.mark.long
def test_made_once_and_again_when_the_list_changed(tmp_path: Path) -> None:
    """An environment that is not whole is none."""
    folder = tmp_path / "room"
    environments.make(folder, "# nothing\n", sys.executable, os.environ)
    assert environments.is_made(folder, "# nothing\n")
    assert not environments.is_made(folder, "# something\n")
    (folder / "left").touch()
    environments.make(folder, "# something\n", sys.executable, os.environ)
    assert not (folder / "left").exists()
    assert run([folder / "bin/python", "-c", "import sys"], check=False).returncode == 0  # noqa: S603 - ours


@pytest.mark.long
def test_list_that_cannot_be_installed(tmp_path: Path) -> None:
    """The installer's own words, and no environment that looks whole."""
    folder = tmp_path / "room"
    with pytest.raises(environments.NotInstallable):
        environments.make(folder, "no-such-package-anywhere-at-all==99\n", sys.executable, os.environ)
    assert not environments.is_made(folder, "no-such-package-anywhere-at-all==99\n")


@needs_runtimes
def test_environments_here_are_of_the_lists_in_git() -> None:
    """What proves packs is what the repository pins."""
    for runtime in known():
        lock = environments.lock_of(ROOT, runtime.runtime.distribution, runtime.version)
        folder = HERE / f"{runtime.runtime.distribution}-{runtime.version}"
        assert environments.is_made(folder, lock.read_text(encoding="utf-8"))


@pytest.mark.long
def test_one_environment_can_hold_us_and_the_current_runtime(tmp_path: Path) -> None:
    """Our ranges leave room for its pins: a user who has the runtime can install us beside it."""
    runtime = known()[0]
    lock = environments.lock_of(ROOT, runtime.runtime.distribution, runtime.version).read_text(encoding="utf-8")
    pins = [
        line.split(" ")[0]
        for line in lock.splitlines()
        if line.startswith((runtime.runtime.distribution, "dbt-core=="))
    ]
    environments.make(tmp_path / "room", "\n".join([*pins, f"-e {ROOT}"]) + "\n", sys.executable, os.environ)
    done = run([tmp_path / "room/bin/python", "-c", COMMAND], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    typer, version = done.stdout.split()
    assert version == runtime.version
    assert typer.startswith("0.27.")
    dfops = tmp_path / "room/bin/dfops"
    assert run([dfops, "pack", "install", "--help"], capture_output=True, check=False).returncode == 0  # noqa: S603 - ours
