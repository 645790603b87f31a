"""A process at a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tests.timeouts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

TAKE_THE_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_IGN if sys.argv[1] == "ignored" else signal.SIG_DFL)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Makes the terminal the one whose Ctrl-C reaches the process."""


class Terminal:
    """Keys in, what is seen out."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, sigint_ignored: bool = False) -> None:
        """Starts the command; with SIGINT ignored, as a shell without job control starts what is in the background."""
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", TAKE_THE_TERMINAL, "ignored" if sigint_ignored else "default", *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environment),
            start_new_session=True,
        )
        os.close(theirs)
        self._open = True
        self.seen = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close()

    def asked(self, *prompts: str) -> None:
        """Wait for a question: lines are written whole, so what ends without a line feed is one."""
        late = time.monotonic() + LONGEST
        while not self.seen.endswith(tuple(prompt.encode() for prompt in prompts or ("> ", ": "))):
            assert time.monotonic() < late, self.seen
            assert self._read(), self.seen

    def type(self, keys: str) -> None:
        """Press keys; after each Enter, wait for the next question, as people do."""
        for line in keys.splitlines(keepends=True):
            os.write(self._ours, line.encode())
            if line.endswith("\n"):
                self.seen += b"\n"
                self.asked()

    def press(self, keys: str) -> None:
        """Press keys, and do not wait."""
        os.write(self._ours, keys.encode())

    def end(self) -> int:
        """The exit code, once all that it had to say is seen."""
        while self._open and self._read():
            pass
        return self.process.wait(LONGEST)

    def close(self) -> None:
        """Close the window."""
        if self._open:
            self._open = False
            os.close(self._ours)

    def _read(self) -> bool:
        """Whether something came before the other side was closed."""
        with suppress(OSError):  # EIO: nobody is on the other side any more
            ready, _, _ = select.select([self._ours], [], [], LONGEST)
            if ready and (data := os.read(self._ours, 4096)):
                self.seen += data
                return True
        return False
