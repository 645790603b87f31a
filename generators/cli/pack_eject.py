"""`dfops pack eject`: boards of dbt packages as copies of a project's own."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable, writing
from generators.cli.pack_places import packs_of
from generators.cli.places import unoccupied
from generators.findings import nearest
from generators.findings.naming import hint_for
from generators.output.paths import UnsafePathError
from generators.published.ejected import NotText, boards_in, ejected_in
from generators.published.ejected import eject as ejection
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generators.published.ejected import EjectedBoard, PackagedBoard

BoardArgument = Annotated[
    str | None,
    typer.Argument(metavar="[BOARD]", help="PACKAGE/BOARD, or the board alone.", show_default="list what was ejected"),
]
ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The dbt project.")]


def eject(board: BoardArgument = None, project: ProjectOption = Path()) -> None:
    """Copy a board of a dbt package into the project, where the copy replaces it. Never overwrites.

    Without BOARD: list the boards that were copied, with what their packages changed since.
    """
    with _reading(project):
        boards = boards_in(project, packs_of(project))
        if board is None:
            sys.stdout.write("".join(map(_state, ejected_in(project, boards.values()))) or _nothing(project))
            return
    chosen = _chosen(board, boards, project)
    target = project / chosen.copy
    unoccupied(target, "your copy is in use already")
    with writing(target), _reading(project):
        ejection(project, chosen)
    sys.stdout.write(f"{printable(f'{target}: replaces {chosen.address}; change it there')}\n")


@contextmanager
def _reading(project: Path) -> Iterator[None]:
    try:
        yield
    except NotText as error:
        raise Unusable(f"{project / str(error)} is no text in UTF-8") from error
    except UnsafePathError as error:
        raise Unusable(f"{project}: {error}") from error
    except FileExistsError as error:
        raise Unusable(f"{error.filename or error} is already there, or is no regular file") from error


def _chosen(name: str, boards: Mapping[str, PackagedBoard], project: Path) -> PackagedBoard:
    """The board that was meant. Raises Unusable with the nearest name, or with those that it could be."""
    if not boards:
        raise Unusable(f"{project} has no dbt package with boards of a pack: run `dbt deps` there first")
    if name in boards:
        return boards[name]
    alike = [address for address, board in boards.items() if board.name == name]
    if len(alike) == 1:
        return boards[alike[0]]
    if alike:
        raise Unusable(f"several packages have a board {name!r}; name one of: {', '.join(alike)}")
    hint = nearest(name, {board.name for board in boards.values()}) or hint_for(name, boards)
    raise Unusable(f"there is no board {name!r} in a dbt package; {hint}")


def _state(board: EjectedBoard) -> str:
    said = {
        "up to date": "up to date",
        "changed": "the package changed it since",
        "gone": "the package has no such board any more; your copy stays",
        "not used": "there is no copy in the project any more, so the package's board is shown",
    }[board.state]
    changes = "".join(f"  {printable(line)}\n" for line in board.changes.splitlines())
    return f"{printable(board.address)}: {said}\n{changes}"


def _nothing(project: Path) -> str:
    return f"no board of a dbt package was ejected in {printable(str(project))}\n"
