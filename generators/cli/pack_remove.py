"""`dfops pack remove`: packs out of a project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable
from generators.cli.pack_attempt import attempting
from generators.cli.pack_turn import chosen, folder_turn, project_turn
from generators.output.manifest import digest
from generators.published.merging import BESIDE
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.published.project_packs import ProjectPacks

FoldersArgument = Annotated[list[str], typer.Argument(metavar="PACK…", help="Packs or their folders.")]
ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project with the packs.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Delete files that were edited, too.")]


def remove(names: FoldersArgument, project: ProjectOption = Path(), force: ForceOption = False) -> None:
    """Take packs out of a project: the files that were delivered, and nothing else.

    Refused where one of them was edited, unless --force says otherwise. Files that you added stay.
    """
    said: list[str] = []
    with project_turn(project) as packs, folder_turn():
        found = {folder: _found(packs, folder) for folder in chosen(packs, names, project, each=False)}
        if not force:
            _require_unedited(packs, found)
        for folder, present in found.items():
            now, edited = packs.lock.packs[folder].now, _edited(packs, folder, present)
            with attempting("remove", project, now.pack, now) as attempt, folder_turn():
                attempt.stage = "write"
                packs.forget(folder, present)
                attempt.ends("done")
            gone = f", with your edits of {', '.join(edited)}" if edited else ""
            said.append(f"{folder}: {now.title} {now.version} is removed{gone}{_left(packs, folder)}")
    sys.stdout.write("".join(f"{printable(line)}\n" for line in said))


def _require_unedited(packs: ProjectPacks, found: Mapping[str, Mapping[str, bytes | None]]) -> None:
    """Raises Unusable where a file of any of the folders was edited."""
    for folder, present in found.items():
        edited = _edited(packs, folder, present)
        if edited:
            more = f", and {len(edited) - 1} more" if len(edited) > 1 else ""
            raise Unusable(f"{folder}/{edited[0]} was edited{more}: copy what you need, then add --force")


def _found(packs: ProjectPacks, folder: str) -> dict[str, bytes | None]:
    """What lies at the places of a pack's files, and of what was written beside them."""
    now = packs.lock.packs[folder].now
    return packs.present(folder, *now.files, *(path + BESIDE for path in now.conflicts))


def _edited(packs: ProjectPacks, folder: str, present: Mapping[str, bytes | None]) -> list[str]:
    """The files that are not as they were written."""
    now = packs.lock.packs[folder].now
    written = {**now.files, **{path + BESIDE: conflict.beside for path, conflict in now.conflicts.items()}}
    return [path for path, data in present.items() if data is not None and digest(data) != written[path]]


def _left(packs: ProjectPacks, folder: str) -> str:
    """What stays there that was not delivered."""
    top = packs.top / folder
    left = (
        sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if not path.is_dir()) if top.is_dir() else []
    )
    return f"; your own files stay: {', '.join(left)}" if left else ""
