"""`dfops telemetry record`: what a runtime printed for machines, and what a scheduled check found, as events."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from generators.cli.options import AtOption, Unusable, moment
from generators.cli.telemetry_consent import ProjectOption, decision, reading, require_folder
from generators.report.text import printable
from generators.telemetry.boards import boards_in, records_of
from generators.telemetry.contract import Refused
from generators.telemetry.contracts import own_contracts
from generators.telemetry.diagnostics import MOST, read_printed
from generators.telemetry.event import recorded
from generators.telemetry.occurrences import CHECK, RENDER
from generators.telemetry.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from generators.telemetry.occurrences import Values

FileArgument = Annotated[
    str | None, typer.Argument(metavar="[FILE]", help="What the runtime printed; - is standard input.")
]
VersionOption = Annotated[
    str | None, typer.Option("--runtime-version", help="The version of the runtime that printed it.")
]
CheckOption = Annotated[str | None, typer.Option("--check", metavar="NAME", help="A check of the team's own jobs.")]
OutcomeOption = Annotated[
    Literal["passed", "failed", "unknown"] | None, typer.Option("--outcome", help="How that check ended.")
]
RevisionOption = Annotated[
    str | None, typer.Option("--revision", metavar="SHA", help="The commit that it checked, in hexadecimal digits.")
]


def record(
    file: FileArgument = None,
    project: ProjectOption = Path(),
    runtime_version: VersionOption = None,
    check: CheckOption = None,
    outcome: OutcomeOption = None,
    revision: RevisionOption = None,
    at: AtOption = None,
) -> None:
    """Record which boards of installed packs drew, from what the runtime printed for machines.

    Reads standard error of a render with --diagnostics-json, or what a validation prints with --json. One event for
    each board of a pack; boards of your own are not recorded, and of messages only the code. A validation records only
    boards that fail. With --check and --outcome the result of a check is recorded instead, and nothing is read.
    """
    require_folder(project)
    when = moment(at)
    if check is not None:
        _require_alone(file or runtime_version)
        values: Values = {"check": check, "outcome": outcome, "revision": revision}
        _keep(project, CHECK, [values], when)
        return
    if outcome is not None or revision is not None:
        raise Unusable("--outcome and --revision are of a check: name it with --check NAME")
    if file is None:
        raise Unusable("name the file with what the runtime printed, or - for standard input")
    with reading():
        printed = read_printed(_bytes(file))
        boards = boards_in(project)
    connectors = own_contracts().connectors
    found = [
        {**said, "connector": connectors[board.pack], "runtime_version": runtime_version}
        for board, said in records_of(printed, boards)
        if board.pack in connectors
    ]
    if printed.unplaced:
        what = "1 error names" if printed.unplaced == 1 else f"{printed.unplaced} errors name"
        sys.stderr.write(f"{what} no board and is not recorded: pass the output of one board at a time to see which.\n")
    _keep(project, RENDER, found, when)


def _require_alone(other: object) -> None:
    if other:
        raise Unusable("--check records the result of a check, and reads no file: leave the file and the version out")


def _bytes(file: str) -> bytes:
    """What was printed, at most one byte more than is read of it. Raises Unusable."""
    if file == "-":
        if sys.stdin is None:  # whoever started us closed it
            raise Unusable("standard input is closed: name the file with what the runtime printed")
        return sys.stdin.buffer.read(MOST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MOST + 1)
    except OSError as error:
        raise Unusable(f"{printable(file)} cannot be read: {error.strerror}") from error


def _keep(project: Path, name: str, found: Sequence[Values], at: datetime) -> None:
    """Append all of it, or nothing. Raises Unusable."""
    what = f"{len(found)} {'event' if len(found) == 1 else 'events'}"
    decided = decision(project)
    if not decided.records:
        sys.stdout.write(printable(f"Nothing is recorded: telemetry is off ({decided.reason}).") + "\n")
        return
    try:
        with reading():
            contract = own_contracts().require(name)
            lines = [recorded(contract, values, at, decided.installation).line for values in found]
            has_room = not lines or Spool.of(project).append(*lines)
    except Refused as error:
        raise Unusable(f"nothing is recorded: {error}") from error
    if not has_room:
        raise Unusable("nothing is recorded: too many events wait to be sent; run `dfops telemetry ship`")
    sys.stdout.write(f"{what} recorded.\n")
