"""`dfops telemetry on` and `off`: the consent of the project's owner, and its withdrawal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable, user_environment
from generators.output.paths import UnsafePathError
from generators.published.manifest import Unreadable
from generators.report.text import printable
from generators.telemetry.consent import agree, decide, withdraw
from generators.telemetry.spool import Spool
from generators.telemetry.switches import CONSENT, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.telemetry.consent import Decision

ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project with the packs.")]
SendToOption = Annotated[
    str | None,
    typer.Option("--send-to", metavar="URL", help="Where events are sent to.", show_default="kept on this machine"),
]


@contextmanager
def reading() -> Iterator[None]:
    """Turns a consent or a spool that cannot be read or written into Unusable."""
    try:
        yield
    except (Unreadable, UnsafePathError) as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        raise Unusable(f"{error.filename or CONSENT}: {error.strerror}") from error


def decision(project: Path) -> Decision:
    """What holds in a project. Raises Unusable."""
    with reading():
        return decide(project, user_environment())


def require_folder(project: Path) -> None:
    """Raises Unusable for a project that is no folder."""
    if not project.is_dir():
        raise Unusable(f"{printable(str(project))} is no folder: name your project with --project DIR")


def turn_on(project: ProjectOption = Path(), send_to: SendToOption = None) -> None:
    """Record events of packs in a project: which pack, version and board worked, and which did not. Never data.

    Writes dataface-telemetry.json with a random installation id: commit it with the project. Without --send-to events
    stay in .dfops/telemetry/ on this machine. `dfops telemetry show` prints what would be sent.
    """
    require_folder(project)
    with reading():
        consent = agree(project, send_to)
    sys.stdout.write(f"Telemetry is on in {named(project)}: {where(consent.send_to)}\n")
    sys.stdout.write(f"Installation id: {consent.installation}, random, in {CONSENT}. Commit that file.\n")
    sys.stdout.write(
        "See what would be sent: dfops telemetry show. Take it back: dfops telemetry off.\n"
        "On one machine: DFOPS_TELEMETRY=off or DO_NOT_TRACK=1.\n"
    )
    if refused := refusal(user_environment()):
        sys.stdout.write(f"On this machine nothing is recorded all the same: {refused}.\n")


def named(project: Path) -> str:
    """A project, for people."""
    return "this folder" if project == Path() else printable(str(project))


def counted(events: int) -> str:
    """So many events."""
    return "1 event" if events == 1 else f"{events:,} events"


def where(address: str | None) -> str:
    """Where events go, for people."""
    return f"events are sent to {printable(address)}" if address else "events stay on this machine"


def turn_off(project: ProjectOption = Path()) -> None:
    """Record nothing in a project any more: deletes dataface-telemetry.json and the events that wait."""
    require_folder(project)
    with reading():
        was_on = withdraw(project)
        forgotten = Spool.of(project).forget()
    sys.stdout.write(f"Telemetry is off in {named(project)}{'' if was_on else ', as it was before'}.\n")
    if forgotten:
        sys.stdout.write(f"{counted(forgotten)} that waited to be sent: deleted.\n")
