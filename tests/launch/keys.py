"""Throw-away SSH keys, made by ssh-keygen for one test."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = shutil.which("ssh-keygen")
IN_CI = bool(os.environ.get("CI"))
needs_ssh_keygen = pytest.mark.skipif(
    PROGRAM is None and not IN_CI,
    reason="signatures are made and verified by ssh-keygen, which is not installed here: install openssh-client",
)
"""A user's machine may be without it; .ci/run installs it, so the tests fail there where it is missing."""
"""`.ci/run` installs it: nothing is skipped there."""


def new_key(path: Path, kind: str = "ed25519", passphrase: str = "", bits: str = "256") -> str:
    """Makes a private key at the path; its public half, as `ssh_keys` takes it."""
    assert PROGRAM is not None
    words = [PROGRAM, "-q", "-t", kind, "-b", bits, "-N", passphrase, "-C", "a test", "-f", str(path)]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - fixed words
    return path.with_suffix(".pub").read_text(encoding="utf-8").strip()
