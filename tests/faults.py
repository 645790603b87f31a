"""Runs that end in the middle: killed at a system call, refused by the system, or cut off from power.

`killed` and `refused` work on real processes and real files. `Recording` keeps every call of a run, and `image` makes
the files that a disk could hold had the power gone after one of them: what was not synced is there or not, by chance.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

CALLS = ("open", "write", "fsync", "fchmod", "mkdir", "rmdir", "rename", "replace", "link", "unlink")
"""The functions of `os` that change something. Opening counts where it makes a file."""
ENDED, COMPLETE = 7, 0
Moment = Literal["before", "after", "torn"]
"""Of a kill: before a call, after it, or, of a write, when half of it is done."""


@contextmanager
def _wrapped(hook: Callable[[str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]) -> Iterator[None]:
    """Every call that changes something goes through a hook."""
    real = {name: getattr(os, name) for name in CALLS}

    def wrap(name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if name == "open" and not args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                return real[name](*args, **kwargs)
            return hook(name, real[name], args, kwargs)

        return call

    for name in CALLS:
        setattr(os, name, wrap(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def killed(run: Callable[[], object], at: int, moment: Moment) -> bool:
    """Whether a run, in a process of its own, was killed at its call `at`, from 0; False where it ended before."""
    return ended(started(run, at, moment))


def started(run: Callable[[], object], at: int, moment: Moment) -> int:
    """A process of its own with a run that is killed at its call `at`; its number, for `ended`."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with _wrapped(_killing(at, moment)):
                run()
            code = COMPLETE
        finally:
            os._exit(code)
    return child


def ended(child: int) -> bool:
    """Waits for a process; whether it was killed at its call."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {COMPLETE, ENDED}, f"the run failed by itself: {code}"
    return code == ENDED


def _killing(at: int, moment: Moment) -> Callable[..., Any]:
    """What ends the process at a call."""
    count = -1

    def hook(name: str, real: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        nonlocal count
        count += 1
        if count != at:
            return real(*args, **kwargs)
        try:
            if moment == "torn" and name == "write":
                real(args[0], bytes(args[1])[: len(args[1]) // 2])
            elif moment == "after":
                real(*args, **kwargs)
        finally:
            os._exit(ENDED)

    return hook


def refused(run: Callable[[], object], at: int, number: int) -> bool:
    """Whether the system refused the call number `at` of a run; the run goes on as it likes. Raises what it raises."""
    count, done = -1, False

    def hook(_: str, real: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        nonlocal count, done
        count += 1
        if count == at:
            done = True
            raise OSError(number, os.strerror(number))
        return real(*args, **kwargs)

    try:
        with _wrapped(hook):
            run()
    except OSError as error:
        if error.errno != number:
            raise
    return done


REFUSALS = (errno.ENOSPC, errno.EIO, errno.EACCES)


# ── power ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class _Inode:
    synced: bytes = b""
    pending: bytes | None = None
    """What is there since the last write, where that was not synced."""

    def kept(self, chance: Random) -> bytes:
        """What a disk may hold: with an unsynced write all of it, nothing of it or a part."""
        if self.pending is None:
            return self.synced
        return chance.choice((self.pending, self.synced, self.pending[: len(self.pending) // 2]))


@dataclass(frozen=True)
class _Named:
    """A change of names: what it takes away and what it puts there; durable once a folder it changes was synced."""

    gone: tuple[str, ...]
    put: str | None
    what: int | None
    """The inode; None for a folder."""

    @property
    def paths(self) -> frozenset[str]:
        """All that it speaks of."""
        return frozenset(path for path in (*self.gone, self.put) if path is not None)

    @property
    def folders(self) -> frozenset[str]:
        """Those whose lists of names it changes."""
        return frozenset(path.rpartition("/")[0] for path in self.paths)


@dataclass
class Recording:
    """The calls of a run below a folder, and what of them a disk would have kept at each moment."""

    top: Path
    without: Literal["", "files", "folders"] = ""
    """What is not synced, as if the program had forgotten it."""
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin."""
        self.start = {path.relative_to(self.top).as_posix(): _held(path) for path in sorted(self.top.rglob("*"))}
        self._open: dict[int, str] = {}
        self._context = _wrapped(self._hook)
        self._context.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._context.__exit__(None, None, None)

    def _hook(self, name: str, real: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        answer = real(*args, **kwargs)
        if name == "open":
            self._open[answer] = self._path(args[0])
            self.calls.append(("create", self._path(args[0])))
        elif name == "write":
            self.calls.append(("write", self._open[args[0]], bytes(args[1])[:answer]))
        elif name == "fsync":
            path = Path(f"/proc/self/fd/{args[0]}")
            if self.without != ("folders" if path.is_dir() else "files"):
                self.calls.append(("sync", self._path(path.readlink())))
        elif name in {"rename", "replace"}:
            self.calls.append(("rename", self._path(args[0]), self._path(args[1])))
        elif name != "fchmod":
            self.calls.append((name, *(self._path(path) for path in args if isinstance(path, str | Path))))
        return answer

    def _path(self, path: str | Path) -> str:
        relative = os.path.relpath(path, self.top.resolve())
        return "" if relative == "." else relative

    def image(self, count: int, chance: Random, into: Path) -> None:
        """The files that a disk may hold when the power goes after so many calls, written into an empty folder."""
        disk = _Disk(self.start)
        for call, path, *rest in self.calls[:count]:
            if not path.startswith(".."):
                getattr(disk, call)(path, *rest)
        names = disk.names_kept(chance)
        for path in sorted(names):
            if any(names.get(parent, 0) is not None for parent in _parents(path)):
                continue  # its folder was never kept
            inode = names[path]
            if inode is None:
                (into / path).mkdir()
            else:
                (into / path).write_bytes(disk.inodes[inode].kept(chance))


class _Disk:
    """What programs see, and what is on the disk for sure."""

    def __init__(self, start: dict[str, bytes | None]) -> None:
        self.inodes: list[_Inode] = []
        self.now: dict[str, int | None] = {}
        """The inode by path; None for a folder."""
        self.changes: list[_Named] = []
        self.durable: set[int] = set()
        """Numbers of changes."""
        for path, data in start.items():
            self.now[path] = None if data is None else len(self.inodes)
            if data is not None:
                self.inodes.append(_Inode(data))
        self.first = dict(self.now)

    def names_kept(self, chance: Random) -> dict[str, int | None]:
        """Durable changes, some of the others by chance, and what those build on."""
        kept: list[_Named] = []
        for number, change in reversed(list(enumerate(self.changes))):
            needed = any(change.paths & later.paths for later in kept)
            if needed or number in self.durable or chance.choice((True, False)):
                kept.append(change)
        names = dict(self.first)
        for change in reversed(kept):
            for path in change.gone:
                names.pop(path, None)
            if change.put is not None:
                names[change.put] = change.what
        return names

    def create(self, path: str) -> None:
        if path not in self.now:
            self.inodes.append(_Inode())
            self._change((), path, len(self.inodes) - 1)

    def write(self, path: str, data: bytes) -> None:
        held = self._inode(path)
        held.pending = (held.synced if held.pending is None else held.pending) + data

    def sync(self, path: str) -> None:
        if self.now.get(path) is not None:
            held = self._inode(path)
            held.synced, held.pending = held.synced if held.pending is None else held.pending, None
            return
        self.durable |= {number for number, change in enumerate(self.changes) if path in change.folders}

    def mkdir(self, path: str) -> None:
        self._change((), path, None)

    def unlink(self, path: str) -> None:
        self._change((path,), None, None)

    rmdir = unlink

    def rename(self, path: str, target: str) -> None:
        self._change((path,), target, self.now[path])

    def link(self, path: str, target: str) -> None:
        self._change((), target, self.now[path])

    def _inode(self, path: str) -> _Inode:
        number = self.now[path]
        assert number is not None
        return self.inodes[number]

    def _change(self, gone: tuple[str, ...], put: str | None, what: int | None) -> None:
        self.changes.append(_Named(gone, put, what))
        for path in gone:
            self.now.pop(path, None)
        if put is not None:
            self.now[put] = what


def _held(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def tree(top: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder: bytes by path, None for a folder."""
    return {path.relative_to(top).as_posix(): _held(path) for path in sorted(top.rglob("*"))}
