"""F16: each limit, fsync, lock, escape and wall is taken away in a copy of the project; some test must notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hardening.figure import Effort, Reached

if TYPE_CHECKING:
    from collections.abc import Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("removals.toml")
COPIED = (".ci", ".github", "docs", "generators", "ops_model", "packs", "runbooks", "tests")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".generated")
SECONDS, ALL_SECONDS = 150, 3600
"""For the tests of one removal: a hang is a failure, where what was removed kept something from hanging. For all."""
RED, GREEN = 1, 0
"""Exit codes of pytest: some test failed, none did. Others mean that no test was run."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A text of a file that is replaced where it stands first, and what pytest is then asked to run."""

    what: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


def removals() -> tuple[Removal, ...]:
    """The table."""
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))["removal"]
    return tuple(Removal(**{**one, "tests": tuple(one["tests"])}) for one in listed)


def copy(root: Path) -> Path:
    """The project without what was built, to be changed."""
    root.mkdir(parents=True)
    for source in sorted(REPOSITORY.iterdir()):
        if source.is_file():
            shutil.copy(source, root)
        elif source.name in COPIED:
            shutil.copytree(source, root / source.name, ignore=LEFT_OUT, symlinks=True)
    return root


def outcome(root: Path, tests: Sequence[str], seconds: float = SECONDS) -> tuple[int, str]:
    """The exit code of pytest in a copy, and the end of what it said. A hang is a failure of the tests."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-n0",
    ]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            [*command, f"--basetemp={root.parent / 'tested'}", *tests],
            cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return RED, "hangs"
    return done.returncode, done.stdout[-300:]


def without(root: Path, removal: Removal) -> str:
    """Why a removal goes unnoticed; empty where a test fails. The copy is afterwards as it was."""
    file = root / removal.path
    text = file.read_text(encoding="utf-8")
    if removal.old not in text:
        return f"{removal.path} no longer says {removal.old!r}"
    file.write_text(text.replace(removal.old, removal.new, 1), encoding="utf-8")
    try:
        code, said = outcome(root, removal.tests)
    finally:
        file.write_text(text, encoding="utf-8")
    if code == RED:
        return ""
    return "all tests pass" if code == GREEN else f"the tests do not run: {' '.join(said.split())}"


def measure(effort: Effort) -> Reached:
    """First all named tests as they are: each must pass. Then each removal alone."""
    root, listed = copy(effort.folder / "copy"), removals()
    named = sorted({name for removal in listed for name in removal.tests})
    code, said = outcome(root, named, ALL_SECONDS)
    if code != GREEN:
        return Reached(len(listed), (f"the tests fail with nothing removed: {' '.join(said.split())}",))
    wrong: list[str] = []
    for number, removal in enumerate(listed, 1):
        why = without(root, removal)
        sys.stderr.write(f"{number}/{len(listed)} {removal.what}: {why or 'noticed'}\n")
        wrong += [f"{removal.what} ({removal.path}): {why}"] if why else []
    return Reached(len(listed), tuple(wrong), f"{len(named)} test files")
