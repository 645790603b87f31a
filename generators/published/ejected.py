"""Boards of dbt packages that a project replaces with copies of its own, and what became of the packages' boards since.

A copy lies at `<folder of boards>/<package>/<board>`, where it takes the place of the package's board. Beside it the
text that it was made from is kept, so that a later version of the package can be compared with that.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Literal

from generators.output import create_file, write_if_changed
from generators.output.paths import content, located
from generators.published.installed import DBT_PACKAGES, META

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generators.published.installed import Found
    from generators.published.lockfile import Installed
    from generators.published.manifest import PackManifest

KEPT = ".dfops/ejected"
"""The folder of a project with the texts that copies were made from, by package."""


class NotText(ValueError):  # noqa: N818 - what lies in a project, not a fault of the program
    """A board that is no text in UTF-8: its path."""


@dataclass(frozen=True, slots=True)
class PackagedBoard:
    """A board of a dbt package in a project. Paths are relative to the project."""

    package: str
    """The name of its folder."""
    name: str
    """Without suffix."""
    manifest: PackManifest | Installed

    @property
    def address(self) -> str:
        """How it is called: `stripe_boards/balance`."""
        return f"{self.package}/{self.name}"

    @property
    def source(self) -> str:
        """In the package."""
        return f"{DBT_PACKAGES}/{self.package}/{self.manifest.runtime.folder}/{self.name}{self.manifest.runtime.suffix}"

    @property
    def copy(self) -> str:
        """In the project, in the place of the package's."""
        return f"{self.manifest.runtime.folder}/{self.address}{self.manifest.runtime.suffix}"

    @property
    def kept(self) -> str:
        """The text that the copy was made from."""
        return f"{KEPT}/{self.address}{self.manifest.runtime.suffix}"

    @property
    def head(self) -> str:
        """The first line of the copy."""
        said = self.manifest
        return f"# Replaces the {said.runtime.board} {self.address}: copied from {said.title} {said.version}.\n"


def boards_in(project: Path, packs: Iterable[Found]) -> dict[str, PackagedBoard]:
    """The boards of a project's dbt packages, by address."""
    found = {}
    for pack in packs:
        runtime = pack.manifest.runtime
        if pack.how != "dbt package":
            continue
        folder = project / pack.path / runtime.folder
        for file in sorted(folder.rglob(f"*{runtime.suffix}")):
            name = file.relative_to(folder).as_posix().removesuffix(runtime.suffix)
            if file.is_file() and file.stem != META and not file.name.startswith("_"):
                board = PackagedBoard(pack.path.rpartition("/")[2], name, pack.manifest)
                found[board.address] = board
    return found


def eject(project: Path, board: PackagedBoard) -> None:
    """Write the copy of a board and keep what it was made from: both, or neither.

    What an earlier copy was made from is replaced: the caller has seen that there is no copy now. Raises NotText,
    FileExistsError where a copy appeared meanwhile, UnsafePathError for a link on the way, OSError.
    """
    text = _text(project, board.source)
    copy, kept = located(project.resolve(), board.copy), located(project.resolve(), board.kept)
    before = content(kept)
    write_if_changed(kept, text)
    try:
        create_file(copy, board.head + text)
    except BaseException:
        _restore(kept, before)
        raise


def _restore(kept: Path, before: bytes | None) -> None:
    if before is None:
        kept.unlink(missing_ok=True)
    else:
        write_if_changed(kept, before.decode(errors="replace"))


def _text(project: Path, path: str) -> str:
    data = content(located(project.resolve(), path)) or b""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotText(path) from None


# ── what was ejected ────────────────────────────────────────────────────────────────────────────────────────────────
State = Literal["up to date", "changed", "gone", "not used"]
"""Of an ejected board: the package's board is as it was; it is another one; the package has no such board any more;
the project has no copy any more, so that the package's board is shown."""


@dataclass(frozen=True, slots=True)
class EjectedBoard:
    """A board that was copied into a project, and what the package changed since."""

    address: str
    state: State
    changes: str = ""
    """Unified diff from the text that the copy was made from to the package's board."""


def ejected_in(project: Path, boards: Iterable[PackagedBoard]) -> tuple[EjectedBoard, ...]:
    """Every board that was ejected, by address. Raises NotText, UnsafePathError, OSError."""
    present = {board.kept: board for board in boards}
    top = project / KEPT
    found = (file.relative_to(project).as_posix() for file in sorted(top.rglob("*")) if not file.is_dir())
    return tuple(_ejected(project, kept, present.get(kept)) for kept in found)


def _ejected(project: Path, kept: str, board: PackagedBoard | None) -> EjectedBoard:
    if board is None:
        return EjectedBoard(kept.removeprefix(f"{KEPT}/").rpartition(".")[0], "gone")
    if content(located(project.resolve(), board.copy)) is None:
        return EjectedBoard(board.address, "not used")
    old, new = _text(project, kept), _text(project, board.source)
    if old == new:
        return EjectedBoard(board.address, "up to date")
    lines = unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"{board.address} that was copied",
        f"{board.address} of {board.manifest.title} {board.manifest.version}",
    )
    changes = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    return EjectedBoard(board.address, "changed", changes)
