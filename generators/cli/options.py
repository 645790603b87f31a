"""Options that several commands share, and the one way to give up."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "ops_model"


class Unusable(Exception):  # noqa: N818 - it is not an error of the program
    """The command cannot start: one sentence that says why and what to do."""


@contextmanager
def writing(what: Path) -> Iterator[None]:
    """Turns what the system refuses while files are written into Unusable."""
    try:
        yield
    except OSError as error:
        raise Unusable(f"{error.filename or what} cannot be written: {error.strerror}") from error


RootOption = Annotated[
    Path,
    typer.Option(
        "--root", envvar="DFOPS_ROOT", help="The repository: the folder that holds ops_model/.", show_default="here"
    ),
]


def repository(root: Path) -> Path:
    """The root as an absolute path. Raises Unusable when it is no repository."""
    try:
        resolved = root.resolve()
        found = (resolved / MODEL).is_dir()
    except OSError as error:
        raise Unusable(f"{root} cannot be read: {error.strerror}") from error
    except RuntimeError as error:  # what Python 3.11 and 3.12 raise for a link that leads to itself
        raise Unusable(f"{root} cannot be read: a symbolic link leads back to itself") from error
    if not found:
        raise Unusable(f"{root} holds no {MODEL}/ folder; go to the repository or name it with --root DIR")
    return resolved
