"""Derived files on a disk: what differs is written whole, what is no longer derived goes, or both are only said."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from generators.cli.options import Unusable, writing
from generators.output import write_if_changed
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from generators.exports.table import Made

HEAD = 4096
"""Bytes at the beginning of a file in which its mark stands."""


@dataclass(frozen=True, slots=True)
class Derived:
    """An export at its place: what was made, and the folder it belongs in."""

    name: str
    """As in `dfops export NAME`."""
    folder: Path
    made: Made

    @classmethod
    def following(cls, name: str, folder: Path, made: Made) -> Derived:
        """An export at its place, with what its files keep of those that they replace."""
        follow = made.follow
        if follow is None:
            return cls(name, folder, made)
        files = {path: follow(text, _former(folder / path, made.mark)) for path, text in made.files.items()}
        return cls(name, folder, replace(made, files=files))

    def differing(self) -> tuple[str, ...]:
        """The paths whose file is missing or holds something else."""
        return tuple(path for path, text in self.made.files.items() if not _same(self.folder / path, text.encode()))

    def left_over(self) -> tuple[str, ...]:
        """The paths of files that an earlier run wrote and this one would not. One without the mark is somebody's."""
        found = {path for pattern in self.made.owned for path in self.folder.glob(pattern)}
        names = {path.relative_to(self.folder).as_posix(): path for path in found if _marked(path, self.made.mark)}
        return tuple(sorted(names.keys() - self.made.files.keys() - self.made.kept.keys()))


def settle(
    derived: Sequence[Derived], *, check: bool, options: str = "", name: str = "", refused: bool = False
) -> None:
    """Write every export, or with `check` name what is stale. Exits 1 where something is, or could not be made.

    `options`, as given, and `name` (by default that of each export) make the command that repairs what is stale.
    `refused`: whether an export was not made at all.
    """
    stale = refused
    for one in derived:
        for path, finding in one.made.kept.items():
            stale = True
            place = f"{finding.place.path}:{finding.place.line}:{finding.place.column}"
            sys.stdout.write(printable(f"{path} stays as it is: {place}: {finding.message}") + "\n")
        if check:
            repair = f"dfops export {name or one.name}{options}"
            for line in _complaints(one):
                stale = True
                sys.stdout.write(printable(f"{line}; run `{repair}`") + "\n")
        else:
            for remark in one.made.remarks:
                sys.stderr.write(f"{printable(remark)}\n")
            sys.stdout.write(f"{one.name}: {_written(one)}\n" if len(derived) > 1 else f"{_written(one)}\n")
    if check or stale:
        raise typer.Exit(1 if stale else 0)


def options(out: Path | None, at: str | None = None, site: str = "") -> str:
    """The options of this run that say what is written where, as they are typed."""
    given = (("--out", out), ("--at", at), ("--site", site or None))
    return "".join(f" {name} {shlex.quote(str(value))}" for name, value in given if value is not None)


def _complaints(one: Derived) -> Iterator[str]:
    yield from (f"{path} is not up to date" for path in one.differing())
    yield from (f"{path} is no longer derived from anything" for path in one.left_over())


def _written(one: Derived) -> str:
    """Write and remove; what was done, in a line."""
    differing, gone = one.differing(), one.left_over()
    with writing(one.folder):
        for path in (*differing, *gone):
            if not (one.folder / path).parent.resolve().is_relative_to(one.folder.resolve()):
                raise Unusable(f"{one.folder / path}: a folder on the way is a symbolic link that leads elsewhere")
        for path in differing:
            write_if_changed(one.folder / path, one.made.files[path])
        for path in gone:
            (one.folder / path).unlink(missing_ok=True)
            with suppress(OSError):  # other files are still in there
                if path.count("/"):
                    (one.folder / path).parent.rmdir()
    removed = f", {len(gone)} removed" if gone else ""
    return f"{len(differing)} of {len(one.made.files)} files written{removed}"


def progress(what: str) -> AbstractContextManager[object]:
    """A line that turns while a terminal waits; nothing in a pipe."""
    from rich.console import Console  # noqa: PLC0415 - only where something is written

    console = Console(stderr=True)
    return console.status(what) if console.is_terminal else nullcontext()


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.is_file() and path.read_bytes() == data  # a pipe would be waited for
    except OSError:
        return False


def _former(path: Path, mark: str) -> str:
    """The text of a file that was written from here; empty where there is none."""
    try:
        return path.read_bytes().decode(errors="replace") if _marked(path, mark) else ""
    except OSError:
        return ""


def _marked(path: Path, mark: str) -> bool:
    """Whether a regular file begins as one that was written from here."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return mark.encode() in file.read(HEAD)
    except OSError:
        return False
