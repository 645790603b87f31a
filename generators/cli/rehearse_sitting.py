"""One sitting of a walk: asks, writes each answer down before the next question, and stops at any moment."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

import typer

from generators.cli.options import clock
from generators.report import printable
from generators.report import rehearsal as shown
from generators.runbooks import journal as told
from generators.runbooks.answers import Now, Refused, understood
from generators.runbooks.walk import Walk, digests_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from generators.cli.rehearse_files import JournalFile

monotonic = time.monotonic  # noqa: TID251 - the edge asks
CLOSED = (signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The system asks to end: no error of anything, so nothing catches it by accident."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Sitting:
    """A walk at a terminal, or with answers from a pipe."""

    def __init__(self, walk: Walk, journal: JournalFile, roles: frozenset[str], again: str) -> None:
        self.walk = walk
        self._journal = journal
        self._roles = roles
        self._again = again
        self._look = look()
        self._since = monotonic()
        self._shown: dict[str, object] = {}
        self._woken = -1

    def run(self) -> None:
        """Ask until the walk is over. Raises typer.Exit when it is paused: 0 by choice, else 128 and the signal."""
        try:
            with _stoppable() as self._woken:
                if not self.walk.over:
                    self._welcome()
                while not self.walk.over:
                    self._show()
                    self._take(self._line(shown.prompt(self.walk)))
        except KeyboardInterrupt:
            self._pause(128 + signal.SIGINT)
        except Stopped as stopped:
            self._pause(128 + stopped.number)

    def _welcome(self) -> None:
        """Where an unfinished walk stands, and whether its runbook is still the same."""
        walk = self.walk
        if walk.visits or walk.here.ms:
            passed = sum(visit.ms for visit in (*walk.visits, walk.here)) // 1000
            self._say(
                f"Going on with the walk of {walk.begun:%Y-%m-%d} at step {walk.number}, {shown.clock(passed)} so far."
            )
        if walk.changed:
            self._say(
                f"The runbook changed since: {shown.steps_text(walk, walk.changed)}.\n"
                "What was walked stays bound to the steps as they stood."
            )
            self._ask_to_go_on()

    def _ask_to_go_on(self) -> None:
        while (line := self._line("Enter goes on, q leaves it as it is (--restart begins anew): ").strip()) != "":
            if line == "q":
                self._pause(0)
        self._add(told.Changed(at=clock(), digests=digests_of(self.walk.runbook)))

    def _show(self) -> None:
        """What the question is about, where it was not shown yet."""
        walk = self.walk
        about = (walk.open_parameter, len(walk.visits), walk.here.step, dict(walk.given))
        if self._shown.get(walk.asks) == about:
            return
        self._shown[walk.asks] = about
        if walk.asks == "setting":
            sys.stdout.write(shown.SETTING)
        elif walk.asks == "parameter":
            sys.stdout.write(shown.parameter_text(walk, self._look))
        elif walk.asks == "step":
            sys.stdout.write(shown.step_text(walk, self._look))

    def _line(self, prompt: str) -> str:
        """The next line. What is not ended by Enter was not entered: the walk pauses, as at the end of input."""
        sys.stdout.write(prompt)
        sys.stdout.flush()
        raw = b""
        with suppress(OSError):  # the terminal is gone
            if sys.stdin.isatty():  # gives a line at a time, so that none waits in the buffer
                select.select([sys.stdin, self._woken], [], [])
            raw = sys.stdin.buffer.readline()
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
            sys.stdout.write(shown.HELP)
        elif answer == "time":
            sys.stdout.write(shown.time_text(self.walk, now.ms))
        elif isinstance(answer, Refused):
            self._say(f"  {printable(answer.why)}")
        else:
            if isinstance(answer, told.Went | told.Ended | told.GaveUp):
                sys.stdout.write(shown.time_text(self.walk, now.ms))
            self._add(answer)
            sys.stdout.write(shown.kept_text(self.walk, answer))

    def _passed(self) -> int:
        """Milliseconds since the last answer of this sitting; none while the step is not shown yet."""
        if self.walk.asks in {"setting", "parameter"}:
            return 0
        return max(0, round((monotonic() - self._since) * 1000))

    def _add(self, answer: told.Answer) -> None:
        self._since = monotonic()  # first: a signal right after the line is written must not count the time twice
        self._journal.add(answer)
        self.walk = self.walk.after(answer)

    def _pause(self, code: int) -> NoReturn:
        """Keep the time that passed, and say how to go on; a terminal that is gone is told nothing."""
        self._journal.add(told.Paused(at=clock(), ms=self._passed()))
        with suppress(OSError):
            self._say(f"\nPaused; every answer is kept. To go on: {self._again}")
        raise typer.Exit(code)

    @staticmethod
    def _say(text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def look() -> shown.Look:
    """Bold and faint on a terminal, unless NO_COLOR is set."""
    terminal = sys.stdout.isatty()
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 0
    return shown.Look(columns or shown.WIDTH, styled=terminal and not os.environ.get("NO_COLOR"))  # noqa: TID251 - the edge asks


@contextmanager
def _stoppable() -> Iterator[int]:
    """A signal to end becomes Stopped, so that the sitting ends in order; what the process did before is put back.

    Gives a descriptor that can be read once a signal came. Python runs a handler between two of its own instructions:
    one that comes just before a wait for keys would otherwise be heard after the next key.
    """

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        raise Stopped(number)

    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    earlier = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    before = {number: signal.signal(number, stop) for number in CLOSED}
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(earlier)
        os.close(woken)
        os.close(wake)
        for number, handler in before.items():
            signal.signal(number, handler)
