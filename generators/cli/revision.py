"""The repository as it was at a commit, in a folder of its own for as long as it is needed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

import typer

from generators.cli.options import MODEL, Unusable, writing
from generators.report import printable

BaseOption = Annotated[
    str, typer.Option("--base", metavar="REV", help="The commit to compare with, such as main or HEAD~1.")
]
LARGEST = 256 << 20
"""Bytes of the model at a commit; a repository of ten thousand entities has 10 MB."""
SECONDS = 60
REGULAR = {"100644", "100755"}
"""Modes of files; links and other repositories have others."""


@contextmanager
def at_revision(root: Path, revision: str, folders: Sequence[str] = (MODEL,)) -> Iterator[Path]:
    """A folder with ops_model/, or other folders too, as they were at a commit; nothing in the repository is touched.

    Blobs are read one by one: no attribute of the repository leaves a file out, and a symbolic link is not followed but
    left out. Raises Unusable where git is missing, the folder is in no repository, or there is no such commit.
    """
    with TemporaryDirectory(prefix="dfops-") as name:
        folder = Path(name).resolve()
        commit = git_text(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
        entries = git_text(root, "ls-tree", "-r", "-z", "--long", commit, "--", *folders).split("\0")
        files = [_File(*re.split(r"[ \t]+", entry, maxsplit=4)) for entry in entries if entry]
        blobs = [file for file in files if file.mode in REGULAR]
        if not any(file.path.startswith(f"{MODEL}/") for file in blobs):
            raise Unusable(f"{printable(revision)} holds no {MODEL}/ folder here")
        if sum(int(file.size) for file in blobs) > LARGEST:
            raise Unusable(f"{MODEL}/ at {printable(revision)} is larger than {LARGEST >> 20} MB")
        with writing(folder):
            _write(root, blobs, folder)
        yield folder


def commit_of(root: Path, beside: str) -> str | None:
    """The commit whose files the repository has; None where one differs or is new, outside the folder `beside`.

    None as well where there is no git, no repository or no commit.
    """
    try:
        if git_text(
            root, "status", "--porcelain", "--untracked-files=normal", "--", ".", f":(exclude){beside}"
        ).strip():
            return None
        return git_text(root, "rev-parse", "--verify", "--quiet", "HEAD").strip()
    except Unusable:
        return None


class _File(NamedTuple):
    """An entry of a tree as git lists it."""

    mode: str
    kind: str
    blob: str
    size: str
    path: str


def _write(root: Path, files: Sequence[_File], folder: Path) -> None:
    """Each blob at its path. git gives back what it was asked for in order, each with its size in front."""
    asked = "".join(f"{file.blob}\n" for file in files)
    said = _run(root, ["cat-file", "--batch"], asked.encode())
    at = 0
    for file in files:
        start = said.index(b"\n", at) + 1
        end = start + int(file.size)
        target = (folder / file.path).resolve()
        if target.is_relative_to(folder):  # git takes no path with .. in it; this is the second lock
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(said[start:end])
        at = end + 1


_GIT = ("git", "-c", "core.fsmonitor=false")


def git_text(root: Path, *words: str) -> str:
    """What git prints. Raises Unusable with its own reason where it refuses."""
    return os.fsdecode(_run(root, words))


def _run(root: Path, words: Sequence[str], given: bytes = b"") -> bytes:
    """What git prints. Raises Unusable with its own reason where it refuses."""
    command = [*_GIT, "-C", str(root), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise Unusable("git is not installed: it holds the model as it was") from None
    except subprocess.TimeoutExpired:
        raise Unusable("git does not answer") from None
    if done.returncode:
        said = [line for line in os.fsdecode(done.stderr).splitlines() if line.strip()]
        why = said[0] if said else f"there is no commit {words[-1].removesuffix('^{commit}')!r}"
        raise Unusable(f"git: {printable(why)}")
    return done.stdout
