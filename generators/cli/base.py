"""The repository as it was at a commit, in a folder of its own for as long as it is needed."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Annotated

import typer

from generators.cli.options import MODEL, Unusable
from generators.report import printable

BaseOption = Annotated[
    str, typer.Option("--base", metavar="REV", help="The commit to compare with, such as main or HEAD~1.")
]
LARGEST = 256 << 20
"""Bytes of the model at a commit; a repository of ten thousand entities has 10 MB."""
SECONDS = 60


@contextmanager
def at_revision(root: Path, revision: str) -> Iterator[Path]:
    """A folder with ops_model/ as it was at a commit; nothing in the repository is touched.

    Raises Unusable where git is missing, the folder is in no repository, or there is no such commit.
    """
    with TemporaryDirectory(prefix="dfops-") as name, TemporaryFile() as packed:
        folder = Path(name).resolve()
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
        inner = _git(root, "rev-parse", "--show-prefix").strip()
        size = sum(
            int(line.split()[3])
            for line in _git(root, "ls-tree", "-r", "--long", commit, "--", MODEL).splitlines()
            if line.split()[3].isdigit()
        )
        if size > LARGEST:
            raise Unusable(f"{MODEL}/ at {printable(revision)} is larger than {LARGEST >> 20} MB")
        asked = [*_GIT, "-C", str(root), "archive", "--format=tar", commit, "--", MODEL]
        try:
            done = subprocess.run(asked, stdout=packed, stderr=subprocess.PIPE, timeout=SECONDS, check=False)  # noqa: S603 - no shell
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unusable(f"git archive does not answer: {error}") from error
        if done.returncode:
            raise Unusable(f"{printable(revision)} holds no {MODEL}/ folder at {printable(inner) or 'its top'}")
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            archive.extractall(folder, filter="data")
        yield folder


_GIT = ("git", "-c", "core.fsmonitor=false")


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the revision stands behind --end-of-options
            [*_GIT, "-C", str(root), *words], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise Unusable("git is not installed: it holds the schedule as it was") from None
    except subprocess.TimeoutExpired:
        raise Unusable("git does not answer") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        why = said[-1] if said else f"there is no commit {words[-1].removesuffix('^{commit}')!r}"
        raise Unusable(f"git: {printable(why)}")
    return done.stdout
