"""Lines of standard input, one at a time. A signal to end is noticed between two of them, wherever it arrives."""

from __future__ import annotations

import io
import os
import select
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REPEATED = (signal.SIGINT, signal.SIGTERM)
"""Sent once more by whoever does not want to wait. A terminal that is closed sends SIGHUP twice each time."""
CHUNK = 65_536


class Lines:
    """Standard input, and the descriptor that Python writes the number of every signal to."""

    def __init__(self, woken: int) -> None:
        self._woken = woken
        self._read = b""
        self._given: set[int] = set()

    def next(self) -> bytes | signal.Signals:
        """The next line with its line feed, without one at the end of input; or the first signal to end, if one came.

        A signal comes before lines that were read ahead and not taken.
        """
        if came := self.signal():
            return came
        if sys.stdin is None:  # whoever started us closed it
            return b""
        try:
            source = sys.stdin.fileno()
        except io.UnsupportedOperation:  # in memory, where nothing waits
            return sys.stdin.buffer.readline()
        while b"\n" not in self._read:
            select.select([source, self._woken], [], [])
            if came := self.signal():
                return came
            data = self._more(source)
            if not data:
                break
            self._read += data
        line, feed, self._read = self._read.partition(b"\n")
        return line + feed

    def signal(self) -> signal.Signals | None:
        """The first signal to end that came and was not given before, if there is one; each number once."""
        with suppress(BlockingIOError):
            while came := os.read(self._woken, 1):
                if came[0] in ENDING and came[0] not in self._given:
                    self._given.add(came[0])
                    return signal.Signals(came[0])
        return None

    @staticmethod
    def _more(source: int) -> bytes:
        """What there is to read; nothing at the end of input, and where the terminal is gone."""
        with suppress(OSError):
            return os.read(source, CHUNK)
        return b""


@contextmanager
def lines() -> Iterator[Lines]:
    """Standard input, with signals to end held for it. What the process did with them before is put back.

    The handler interrupts nothing: an exception could be raised in the middle of a write, or where Python ignores it.
    The second SIGINT or SIGTERM does what the first would have done without this handler, so that a process that waits
    for something other than input can be ended.
    """
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    earlier = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in ENDING if _is_ours(number)}

    def noticed(number: int, _frame: FrameType | None) -> None:
        if number in REPEATED:
            signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, noticed)
    held = Lines(woken)
    try:
        yield held
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(earlier)
        late = held.signal()
        os.close(woken)
        os.close(wake)
        if late:
            signal.raise_signal(late)


def _is_ours(number: signal.Signals) -> bool:
    """A signal that was ignored when the process started stays ignored (nohup, a job in the background).

    At a terminal, keys such as Ctrl-C are meant for whoever asks.
    """
    return signal.getsignal(number) != signal.SIG_IGN or (sys.stdin is not None and sys.stdin.isatty())
