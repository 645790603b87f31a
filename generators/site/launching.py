"""How the launch of a repository stands: what it was checked for, and what its records say."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from generators.launch.facts import LaunchFacts
from generators.launch.ssh import verifier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from generators.site import Checked
    from generators.status.packs import PackStatus
    from generators.telemetry.summary import Summary

LARGEST = 4 << 20
"""Bytes of a file of tests."""
MOST = 500
"""Files that a pattern may name."""


def launch_facts(
    root: Path, checked: Checked, packs: Mapping[str, PackStatus], telemetry: Summary | None, at: datetime
) -> LaunchFacts:
    """The facts of a repository at a moment; files of tests are read only when they are asked for."""
    digests = partial(digest_of_tests, root)
    verified = verifier(checked.catalog)
    return LaunchFacts(checked.catalog, at, packs, checked.findings, checked.accepted, telemetry, digests, verified)


def digest_of_tests(root: Path, path: str) -> str | None:
    """`sha256:…` over the files that a path below the root names, `*` standing for any name; None where there is none.

    The bytes count, and the name of each file where there are several.
    """
    if path.startswith("/") or ".." in path.split("/") or "**" in path:
        return None
    files = sorted(root.glob(path.rstrip("/")))[:MOST] if "*" in path else [root / path]
    found = hashlib.sha256()
    try:
        for file in files:
            found.update(_digest_of(file, file.relative_to(root).as_posix() if len(files) > 1 else ""))
    except OSError:
        return None
    return f"sha256:{found.hexdigest()}" if files else None


def _digest_of(file: Path, name: str) -> bytes:
    """Raises OSError for what is no file, cannot be read or is too large."""
    if not file.is_file() or file.stat().st_size > LARGEST:
        raise OSError(f"{file.name} is no file of tests")
    return name.encode() + hashlib.sha256(file.read_bytes()).digest()
