"""Options that several commands share, and the one way to give up."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from generators.clock import ANSWERABLE, now, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODEL = "ops_model"
USER_ENVIRONMENT: dict[str, str] = {}
"""The environment as the user has it: what programs that we start inherit says more."""


class Unusable(Exception):  # noqa: N818 - it is not an error of the program
    """The command cannot start: one sentence that says why and what to do."""


class Failed(Unusable):
    """What was asked for did not work, for a reason that is not in the project or in what was typed."""

    def __init__(self, sentence: str, stage: Literal["download", "verify", "write"]) -> None:
        """`stage`: where it ended."""
        super().__init__(sentence)
        self.stage = stage


def user_environment() -> Mapping[str, str]:
    """The environment as the user has it."""
    return USER_ENVIRONMENT or os.environ  # noqa: TID251 - the edge asks


@contextmanager
def writing(what: Path) -> Iterator[None]:
    """Turns what the system refuses while files are written into Unusable."""
    try:
        yield
    except OSError as error:
        raise Unusable(f"{error.filename or what} cannot be written: {error.strerror}") from error


ROOT_HELP = "The repository: the folder that holds ops_model/."


def _root(context: typer.Context, value: Path) -> Path:
    """What was named with the command, or in front of it: `dfops --root DIR check`; else what the environment says."""
    above = context.find_root().params.get("root")
    named = context.get_parameter_source("root")
    return above if above is not None and (named is None or named.name != "COMMANDLINE") else value


RootOption = Annotated[
    Path,
    typer.Option("--root", envvar="DFOPS_ROOT", help=ROOT_HELP, show_default="here", callback=_root),
]


AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="ISO8601", help="The moment to ask about; without an offset, UTC.", show_default="now"
    ),
]

ResultsOption = Annotated[
    Path | None,
    typer.Option(
        "--results",
        metavar="FILE",
        help="Results of the tests, as pytest --junitxml writes them: they say which fixes still hold.",
        show_default="build/tests.xml below the root, where it is",
    ),
]
PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="The pack's name.")]
PacksArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PACK]…", help="Packs by name.", show_default="all")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Fail on warnings too, as CI does.")]
RecordedOption = Annotated[
    bool, typer.Option("--recorded", help="Leave out packs whose evidence is of this pack, this code, these versions.")
]
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="For people or for programs.")]
SiteOption = Annotated[
    str, typer.Option("--site", envvar="DFOPS_SITE", metavar="URL", help="Address of the internal site, for the link.")
]


SITE = re.compile(r"(?:https?|file)://[\x21-\x7e]+")


def site_address(site: str) -> str:
    """The address of the internal site as given, which may be empty. Raises Unusable for what is none."""
    if site and not SITE.fullmatch(site):
        raise Unusable(f"--site {site!r}: write an address like https://ops.example.org/")
    return site


def moment(at: str | None) -> datetime:
    """The moment asked about, in UTC; without one SOURCE_DATE_EPOCH where it is set, else now.

    Raises Unusable for what is no moment, and for years in which no duties can be worked out.
    """
    if at is None:
        return clock()
    try:
        found = datetime.fromisoformat(at)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unusable(f"--at: {at!r} is no moment; write it like 2026-12-24T03:10Z") from None
    if found.year not in ANSWERABLE:
        raise Unusable(f"--at: {found.year} is too far away; duties are worked out for the years 1971 to 2197")
    return found


def clock() -> datetime:
    """Now, in UTC, or what SOURCE_DATE_EPOCH holds still for builds that must repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")  # noqa: TID251 - the edge asks
    if epoch and pinned(epoch) is None:
        raise Unusable(f"SOURCE_DATE_EPOCH is {epoch!r}: it needs the seconds of a moment in the years 1971 to 2197")
    return now(epoch)


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
