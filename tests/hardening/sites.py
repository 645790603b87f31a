"""F8 and F10: what is in the bytes of a finished site, and whether another build of it has the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.clock import EPOCH
from tests.hardening.figure import Effort, Reached
from tests.pages.sites import REPOSITORY, Sites, built, files
from tests.pages.test_leaks import leaks, marked_everywhere

if TYPE_CHECKING:
    from pathlib import Path

HOMES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Chatham", "LC_ALL": "C"},
)
"""What differs in the environments of two builds, besides their folders and the times of their files."""


def furnished(effort: Effort, name: str) -> Path:
    """The miniature with all that a site needs, in a folder of its own."""
    (effort.folder / "shared").mkdir(exist_ok=True)
    return Sites(effort.folder / "shared").furnished(effort.folder / name)


def published(root: Path, audience: str, home: dict[str, str] | None = None) -> tuple[Path, str]:
    """The folder of a site that the command built, and what it said where it failed."""
    out = root / "out"
    command = [sys.executable, "-m", "generators.cli", "build", "--root", str(root), "--out", str(out)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "PYTHONPATH": str(REPOSITORY), **(home or {})}
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--audience", audience], env=environment, cwd=root, capture_output=True, text=True, check=False
    )
    return out, "" if done.returncode == 0 else f"{done.stdout}{done.stderr}"[-1000:]


def measure_leaks(effort: Effort) -> Reached:
    """A mark in each value of every kind; none of an internal one in a byte, inflated, unescaped or decoded."""
    root = furnished(effort, "marked")
    marks = marked_everywhere(root)
    allowed = {mark for mark, spot in marks.spots.items() if marks.is_public(spot)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        out, _ = built(root, "public")  # whatever is wrong in the model: marks are no sensible values
    site = files(out)
    wrong = [
        f"{mark} {marks.spots.get(mark, '')}: {sorted(paths)}" for mark, paths in sorted(leaks(out, allowed).items())
    ]
    shown = {mark for mark in allowed if any(mark.encode() in data for data in site.values())}
    wrong += [] if shown else ["not even a public value is in the site"]
    said = f"{len(site)} files, {sum(map(len, site.values())) / 1e6:.1f} MB; {len(shown)} public values seen"
    return Reached(len(marks.given) - len(allowed), tuple(wrong), said)


def measure_equal_bytes(effort: Effort) -> Reached:
    """Both sites twice: other folder, other times, other hash seed, zone and locale; the same SOURCE_DATE_EPOCH."""
    one, other = furnished(effort, "one"), effort.folder / "some where" / "quite else"
    shutil.copytree(one, other)
    for path in other.rglob("*"):
        os.utime(path, (10**9, 10**9))
    wrong: list[str] = []
    made: list[dict[str, bytes]] = []
    for root, home in zip((one, other), HOMES, strict=True):
        out, failed = published(root, "all", home)
        made.append(files(out))
        wrong += [failed] if failed else []
    first, second = made
    wrong += sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    return Reached(len(first), tuple(wrong), "two folders, times, hash seeds, zones, locales")
