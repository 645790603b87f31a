"""Environments of runtimes: one folder a version, made from a list of pinned packages, again when that changed.

They are made by uv where it is installed, else by the interpreter's own venv and pip.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LOCKS = "ops_model/operating/runtimes/locks"
STAMP = ".installed"
"""Holds the digest of the list that an environment was made from, once it is whole."""
SECONDS = 900


class NotInstallable(RuntimeError):  # noqa: N818 - what a registry or a machine refuses, not a fault of the program
    """An environment that cannot be made: one sentence."""


def lock_of(root: Path, distribution: str, version: str) -> Path:
    """The list of pinned packages of a version."""
    return root / LOCKS / f"{distribution}-{version}.txt"


def is_made(folder: Path, requirements: str) -> bool:
    """Whether an environment is whole and was made from this list."""
    try:
        return (folder / STAMP).read_text(encoding="ascii") == _digest(requirements)
    except OSError:
        return False


def make(folder: Path, requirements: str, python: str, environment: Mapping[str, str]) -> None:
    """Make an environment from the text of a list; what was there before goes. Raises NotInstallable.

    `python` is the interpreter to make it with, `environment` that of the installer.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = folder / "requirements.txt"
    hashes = ["--require-hashes"] if "--hash=" in requirements else []
    inside = str(folder / "bin/python")
    if uv := shutil.which("uv", path=environment.get("PATH")):
        steps = [
            [uv, "venv", "--quiet", "--no-project", "--allow-existing", "--python", python, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", inside, *hashes, "-r", str(wanted)],
        ]
    else:
        quietly = ["--quiet", "--disable-pip-version-check"]
        steps = [
            [python, "-m", "venv", str(folder)],
            [inside, "-m", "pip", "install", *quietly, "--upgrade", "pip>=25"],
            [inside, "-m", "pip", "install", *quietly, *hashes, "-r", str(wanted)],
        ]
    for step in steps:
        _run(step, environment)
        wanted.write_text(requirements, encoding="utf-8")
    (folder / STAMP).write_text(_digest(requirements), encoding="ascii")


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    try:
        subprocess.run(  # noqa: S603 - an installer, with the list that the repository keeps
            command,
            env=dict(environment),
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in (error.stderr or error.stdout or "").splitlines() if line.strip()]
        raise NotInstallable(" ".join(lines[-3:])[:300] or f"{command[0]} ended with {error.returncode}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstallable(f"{command[0]}: {type(error).__name__}") from error


def _digest(requirements: str) -> str:
    return hashlib.sha256(requirements.encode()).hexdigest()
