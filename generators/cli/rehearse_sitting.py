"""One sitting of a walk: asks, writes each answer down before the next question, and stops at any moment."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import typer

from generators.cli.options import clock
from generators.cli.rehearse_input import lines
from generators.report import printable
from generators.report import rehearsal as report
from generators.runbooks import journal
from generators.runbooks.answers import Now, Refused, understood
from generators.runbooks.walk import Walk, digests_of

if TYPE_CHECKING:
    from generators.cli.rehearse_files import JournalFile
    from generators.cli.rehearse_input import Lines
    from generators.runtime.spelling import Spellings

monotonic = time.monotonic  # noqa: TID251 - the edge asks


class Sitting:
    """A walk at a terminal, or with answers from a pipe."""

    def __init__(
        self, walk: Walk, file: JournalFile, roles: frozenset[str], again: str, *, spellings: Spellings
    ) -> None:
        self.walk = walk
        self._spellings = spellings
        self._journal = file
        self._roles = roles
        self._again = again
        self._look = look()
        self._since = monotonic()
        self._shown: dict[str, object] = {}
        self._lines: Lines

    def run(self) -> None:
        """Ask until the walk is over. Raises typer.Exit when it is paused: 0 by choice, else 128 and the signal."""
        with lines() as self._lines:
            closed: OSError | None = None
            try:
                self._ask()
            except OSError as error:  # of the terminal: a closed window is a signal as well
                closed = error
            if came := self._lines.signal():
                self._pause(128 + came)
            if closed:
                raise closed

    def _ask(self) -> None:
        if not self.walk.over:
            self._welcome()
        while not self.walk.over:
            self._show()
            self._take(self._line(report.prompt(self.walk)))

    def _welcome(self) -> None:
        """Where an unfinished walk stands, and whether its runbook is still the same."""
        walk = self.walk
        if walk.visits or walk.here.ms:
            passed = sum(visit.ms for visit in (*walk.visits, walk.here)) // 1000
            self._say(
                f"Going on with the walk of {walk.begun:%Y-%m-%d} at step {walk.number}, {report.clock(passed)} so far."
            )
        if walk.changed:
            self._say(
                f"The runbook changed since: {report.steps_text(walk, walk.changed)}.\n"
                "What was walked stays bound to the steps as they stood."
            )
            self._ask_to_go_on()

    def _ask_to_go_on(self) -> None:
        while (line := self._line("Enter goes on, q leaves it as it is (--restart begins anew): ").strip()) != "":
            if line == "q":
                self._pause(0)
        self._add(journal.Changed(at=clock(), digests=digests_of(self.walk.runbook)))

    def _show(self) -> None:
        """What the question is about, where it was not shown yet."""
        walk = self.walk
        about = (walk.open_parameter, len(walk.visits), walk.here.step, dict(walk.given))
        if self._shown.get(walk.asks) == about:
            return
        self._shown[walk.asks] = about
        if walk.asks == "setting":
            sys.stdout.write(report.SETTING)
        elif walk.asks == "parameter":
            sys.stdout.write(report.parameter_text(walk, self._look))
        elif walk.asks == "step":
            sys.stdout.write(report.step_text(walk, self._look, self._spellings))

    def _line(self, prompt: str) -> str:
        """The next line. What is not ended by Enter was not entered: the walk pauses, as at the end of input."""
        sys.stdout.write(prompt)
        sys.stdout.flush()
        raw = self._lines.next()
        if isinstance(raw, int):
            self._pause(128 + raw)
        if not raw.endswith(b"\n"):
            if raw:
                self._say("\nThe last line was not ended by Enter: it is not taken.")
            self._pause(0)
        line = raw.decode(errors="surrogateescape")
        if not sys.stdin.isatty():  # else the terminal has shown it
            sys.stdout.write(printable(line.rstrip("\r\n")) + "\n")
        return line

    def _take(self, line: str) -> None:
        """Write down what was answered, or say why it is no answer."""
        now = Now(clock(), self._passed())
        answer = understood(self.walk, line, now, self._roles)
        if answer == "pause":
            self._pause(0)
        elif answer == "help":
            sys.stdout.write(report.HELP)
        elif answer == "time":
            sys.stdout.write(report.time_text(self.walk, now.ms))
        elif isinstance(answer, Refused):
            self._say(f"  {printable(answer.why)}")
        else:
            if isinstance(answer, journal.Went | journal.Ended | journal.GaveUp):
                sys.stdout.write(report.time_text(self.walk, now.ms))
            self._add(answer)
            sys.stdout.write(report.kept_text(self.walk, answer))

    def _passed(self) -> int:
        """Milliseconds since the last answer of this sitting; none while the step is not shown yet."""
        if self.walk.asks in {"setting", "parameter"}:
            return 0
        return max(0, round((monotonic() - self._since) * 1000))

    def _add(self, answer: journal.Answer) -> None:
        self._since = monotonic()  # first: a signal right after the line is written must not count the time twice
        self._journal.add(answer)
        self.walk = self.walk.after(answer)

    def _pause(self, code: int) -> NoReturn:
        """Keep the time that passed, and say how to go on; a terminal that is gone is told nothing."""
        self._journal.add(journal.Paused(at=clock(), ms=self._passed()))
        with suppress(OSError):
            self._say(f"\nPaused; every answer is kept. To go on: {self._again}")
        raise typer.Exit(code)

    @staticmethod
    def _say(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def look() -> report.Look:
    """Bold and faint on a terminal, unless NO_COLOR is set."""
    terminal = sys.stdout.isatty()
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 0
    return report.Look(columns or report.WIDTH, styled=terminal and not os.environ.get("NO_COLOR"))  # noqa: TID251 - the edge asks
