"""What commands tell, recorded where the project or the environment says so. Never a command's problem."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from generators.cli.options import clock, user_environment
from generators.report.text import printable
from generators.telemetry.switches import may_record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generators.published.events import Happened
    from generators.telemetry.consent import Decision

PAUSE: Final = timedelta(minutes=10)
"""After an attempt to send that did not end well, none is started by a command for so long."""


class Recorder:
    """Appends to the spool of a project; where events are sent, a process of its own does that."""

    def __init__(self) -> None:
        """Nothing is read or written before something happens."""
        self._started: list[subprocess.Popen[bytes]] = []
        """Kept, since no one waits for them."""

    def offer(self, project: Path, events: tuple[Happened, ...]) -> None:
        """Record what happened; what goes wrong is one line on standard error."""
        try:
            self._record(project, events)
        except Exception as error:  # noqa: BLE001 - whatever it is, the command has done its work
            sys.stderr.write(f"telemetry: not recorded: {printable(str(error) or type(error).__name__)}\n")

    def _record(self, project: Path, events: tuple[Happened, ...]) -> None:
        if not _is_asked_for(project):
            return
        from generators.telemetry.consent import decide  # noqa: PLC0415 - for projects in which something is recorded

        decision = decide(project, user_environment())
        if decision.records and append(project, decision, events) and decision.address is not None:
            self._ship(project)

    def _ship(self, project: Path) -> None:
        from generators.telemetry.spool import Spool  # noqa: PLC0415 - as above

        if not sys.executable or not Spool.of(project).may_send(clock(), PAUSE):
            return
        words = (sys.executable, "-P", "-m", "generators.cli", "telemetry", "ship", "--project", str(project.resolve()))
        started = subprocess.Popen(  # noqa: S603 - this very Python, and a path that no shell reads
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=dict(user_environment()),  # the user's: ours refuses tracking on behalf of other programs
        )
        self._started.append(started)


def _is_asked_for(project: Path) -> bool:
    """Whether anything may be recorded; a place that is no folder at all was the command's to complain of."""
    try:
        return project.is_dir() and may_record(project, user_environment())
    except OSError:
        return False


def append(project: Path, decision: Decision, events: Iterable[Happened]) -> bool:
    """Whether anything was recorded: packs of other publishers are not. Raises Refused, Unreadable, OSError."""
    from generators.telemetry.contracts import own_contracts  # noqa: PLC0415 - as above
    from generators.telemetry.event import recorded  # noqa: PLC0415
    from generators.telemetry.occurrences import record_of  # noqa: PLC0415
    from generators.telemetry.spool import Spool  # noqa: PLC0415

    contracts, at = own_contracts(), clock()
    lines = []
    for event in events:
        if event.pack in contracts.connectors:
            contract, values = record_of(event, contracts.connectors[event.pack])
            lines.append(recorded(contracts.require(contract), values, at, decision.installation).line)
    return bool(lines) and Spool.of(project).append(*lines)
