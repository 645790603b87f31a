"""What a walk leaves on the disk: its journal, its lock, and at the end the record. The only part that writes."""

from __future__ import annotations

import fcntl
import os
import signal
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators.cli.options import Unusable, writing
from generators.output import append, create_file, move_aside
from generators.runbooks.journal import Journal, line_of, read_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.output import append, create_file, move_aside
from generators.runbooks.journal import Answer

FOLDER = "build/rehearsals"
OURS = 0o600
"""Journals say who did what at which second: they are the walker's own."""
HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal on the disk, locked: every answer is there before the next question is asked."""

    path: Path

    def read(self) -> Journal:
        """What it says; a line that was torn off is cut away. Raises Unusable for damage."""
        with writing(self.path):
            try:
                descriptor = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW)
            except FileNotFoundError:
                return Journal((), 0, torn=False)
            with os.fdopen(descriptor, "r+b") as file:
                journal = read_journal(file.read())
                if journal.torn:
                    file.truncate(journal.size)
                    os.fsync(file.fileno())
        if journal.damaged:
            raise Unusable(f"{self.path}: line {journal.damaged} is damaged; --restart keeps the file and begins anew")
        return journal

    def add(self, answer: Answer) -> None:
        """One more line, on the disk when this returns. Signals wait until it is."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
        try:
            with writing(self.path):
                append(self.path, line_of(answer), OURS)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def put_aside(self, at: datetime) -> Path | None:
        """Keep the journal under another name; None when there is none."""
        if not self.path.exists():
            return None
        done = self.path.parent / "done"
        with writing(self.path):
            done.mkdir(mode=0o700, exist_ok=True)
            for name in _numbered(f"{self.path.stem}.{at:%Y%m%dT%H%M%SZ}", ".jsonl"):
                with suppress(FileExistsError):
                    move_aside(self.path, done / name)
                    return done / name
        return None


def _numbered(stem: str, suffix: str) -> Iterator[str]:
    yield f"{stem}{suffix}"
    number = 2
    while True:
        yield f"{stem}-{number}{suffix}"
        number += 1


@contextmanager
def journal_of(root: Path, runbook: str, person: str) -> Iterator[JournalFile]:
    """The journal of one person's walk, for this process alone. Raises Unusable while another terminal has it."""
    folder = root / FOLDER
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.resolve().is_relative_to(root):
            raise Unusable(f"{FOLDER} lies outside the repository: a folder on the way is a symbolic link")
        folder.chmod(0o700)
        name = f"{runbook}--{person}"
        descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, OURS)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(
                f"{person} walks {runbook} in another terminal; go on there, or end it there with q"
            ) from None
        yield JournalFile(folder / f"{name}.jsonl")
    finally:
        os.close(descriptor)


def paused_walks(root: Path) -> dict[str, list[str]]:
    """Runbook to the people who have an unfinished walk of it."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / FOLDER).glob("*--*.jsonl")):
        runbook, _, person = path.stem.partition("--")
        found.setdefault(runbook, []).append(person)
    return found


def write_record(root: Path, folder: str, names: Iterator[str], text: str) -> str:
    """Writes the record under the first free name and gives its path below the root; never overwrites.

    A file that already says exactly this is the same record, from a run that was killed right after writing it.
    """
    target = root / folder
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
        if not target.resolve().is_relative_to(root):
            raise Unusable(f"{folder} lies outside the repository: a folder on the way is a symbolic link")
        for name in names:
            file = target / f"{name}.yaml"
            try:
                create_file(file, text)
            except FileExistsError:
                if file.read_bytes() != text.encode():
                    continue
            break
    return f"{folder}/{name}.yaml"
