"""A user's project, as the commands that look at its packs need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.options import Unusable
from generators.published.installed import found_in
from generators.published.manifest import Unreadable
from generators.report.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from generators.published.installed import Found

NONE_INSTALLED = "no pack is installed in"


def packs_of(project: Path) -> tuple[Found, ...]:
    """The packs of a project. Raises Unusable where it cannot be looked at."""
    try:
        if not project.is_dir():
            raise Unusable(f"{project} is no folder: name the project with --project DIR")
        return found_in(project)
    except Unreadable as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        reason = error.strerror or "it is no regular file"
        raise Unusable(f"{error.filename or project} cannot be read: {reason}") from error


def named(pack: Found) -> str:
    """A pack in a line: which, of which version, for what, and where it lies."""
    said = pack.manifest
    return printable(f"{said.pack} {said.version} for {said.warehouse} ({said.runtime.id}), {pack.how} {pack.path}")


def nothing(project: Path) -> str:
    """What is said of a project without packs."""
    return f"{NONE_INSTALLED} {printable(str(project))}\n"
