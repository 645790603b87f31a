"""How a file or folder reaches the disk: compared, staged beside its place, synced, renamed into it.

Whoever reads sees the old text or the new one, never half of it. What a killed run leaves is staged under a name that
begins with `.dfops-staged-`; the next call for the same place removes it. Every function here raises OSError for what
the system refuses, and leaves nothing behind when it does.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from generators.output.renaming import rename_new

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

STAGED = ".dfops-staged-"
FILE, FOLDER = 0o644, 0o755
"""Modes of what is written: readable by all, as git has it."""


def write_if_changed(path: Path, text: str, *, mode: int | None = None) -> bool:
    """Whether the file had to be written; one that holds the text already keeps its time. `mode`: else all may read."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    write_bytes(path, data, mode=mode)
    return True


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """A file with these bytes, whole or as it was. `mode`: else all may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with staging(path.parent) as folder:
        part = folder / path.name
        _write(part, data)
        if mode is not None:
            part.chmod(mode)
        part.replace(path)


def replace(target: Path, data: bytes, part: Path, *, durable: bool = False) -> None:
    """Put bytes at a place in one step, staged at `part`, which is the caller's alone and on the same file system.

    Without `durable` a power cut may leave the file empty: for what is made again.
    """
    part.unlink(missing_ok=True)
    _write(part, data, durable=durable)
    part.replace(target)


def create_file(path: Path, text: str) -> None:
    """A new file, whole or not at all. Raises FileExistsError where anything is there, be it a broken link."""
    with created(path) as part:
        _write(part, text.encode())


def create_folder(target: Path, files: Mapping[str, str | bytes]) -> None:
    """A new folder with these files by path, whole or not at all. Raises FileExistsError where anything is there."""
    with created(target) as made:
        made.mkdir(mode=FOLDER)
        for path, content in files.items():
            file = made / path
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, content.encode() if isinstance(content, str) else content)


@contextmanager
def created(path: Path) -> Iterator[Path]:
    """A path to make a file or folder at, which is moved to `path` when the block ends well; FileExistsError as above.

    Folders on the way that are not there yet appear together with it, in one step.
    """
    clear_leftovers(path)
    with _staged(path) as (ground, folder):
        way = path.relative_to(ground)
        part = folder / way
        part.parent.mkdir(parents=True, exist_ok=True)
        yield part
        if len(way.parts) > 1 or part.is_dir():
            rename_new(folder / way.parts[0], ground / way.parts[0])
        else:
            os.link(part, path)


def clear_leftovers(path: Path) -> None:
    """Remove what a killed run that made something at `path` had staged, in the folder it lies in or the one above."""
    for folder in list(path.parents)[:2]:
        if folder.is_dir() and not folder.is_symlink() and any(folder.glob(f"{STAGED}*")):
            with taking_turns(folder):
                _clear(folder)


def _clear(folder: Path) -> None:
    for left in folder.glob(f"{STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _staged(path: Path) -> Iterator[tuple[Path, Path]]:
    """The nearest folder above `path` that is there, and an empty folder in it."""
    while True:
        ground = _ground(path)
        with staging(ground) as folder:
            if _ground(path) == ground:  # else another run has made a folder on the way meanwhile
                yield ground, folder
                return


def _ground(path: Path) -> Path:
    return next(folder for folder in path.parents if os.path.lexists(folder))


def append(path: Path, data: bytes, mode: int) -> None:
    """Add bytes at the end of a file, made with `mode` where it is missing; they are on the disk when this returns.

    A symbolic link is not followed.
    """
    new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, mode)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def move_aside(path: Path, target: Path) -> None:
    """Give a file another name on the same file system. Raises FileExistsError where anything has that name."""
    os.link(path, target)
    path.unlink()


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """An empty folder inside `parent`, removed afterwards with what is left in it; then the names are on the disk.

    Those who stage in one folder take turns, so that what is there already was left by a run that was killed.
    """
    with taking_turns(parent):
        _clear(parent)
        folder = Path(mkdtemp(prefix=STAGED, dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            sync_folder(parent)


@contextmanager
def taking_turns(folder: Path, waiting: Callable[[], object] | None = None) -> Iterator[None]:
    """Hold a lock on the folder itself: no lock file is left in the way, and the kernel frees it.

    `waiting` is called once where somebody else holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file that is not there yet, synced unless it is made again anyway."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        if durable:
            os.fsync(descriptor)
