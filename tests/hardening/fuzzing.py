"""F2: random inputs through the reader and the shapes of entities, in processes that may crash."""

from __future__ import annotations

import hashlib
import mmap
import os
import random
import signal
import struct
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from generators.catalog.shape import shape
from generators.model import KINDS
from generators.source import read
from tests.hardening.figure import Effort, Reached
from tests.hardening.mutating import LARGEST, Mutator
from tests.hardening.process import apart
from tests.source.test_fuzz import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROCESSES = 2
HANG = 30.0
"""Seconds after which an input counts as one on which the reader hangs."""
MOST = 20
"""Inputs that fail before the run ends."""
HEAD = struct.Struct("<QQII")
"""Inputs done, inputs that failed, the length of the present one, its kind."""


def examine(data: bytes, kind: int) -> None:
    """Read and shape an input. Raises whatever goes wrong, AssertionError for a finding without a place in the file."""
    reading = read("f.yaml", data)
    check(data, reading)
    if reading.document is None:
        return
    _, findings = shape(reading.document, KINDS[kind])
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for finding in findings:
        assert finding.place.path == "f.yaml"
        assert 1 <= finding.place.line <= lines
        assert finding.message


class Board:
    """Memory that a worker writes and its parent reads, also after the worker is gone."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, HEAD.size + LARGEST)

    def note(self, done: int, failed: int, data: bytes, kind: int) -> None:
        """The input that is tried now."""
        self._memory[HEAD.size : HEAD.size + len(data)] = data
        HEAD.pack_into(self._memory, 0, done, failed, len(data), kind)

    @property
    def done(self) -> int:
        """Inputs that are over."""
        return int(HEAD.unpack_from(self._memory)[0])

    @property
    def failed(self) -> int:
        """Inputs that raised something."""
        return int(HEAD.unpack_from(self._memory)[1])

    @property
    def present(self) -> tuple[bytes, int]:
        """The input that is tried, and its kind."""
        length, kind = HEAD.unpack_from(self._memory)[2:]
        return self._memory[HEAD.size : HEAD.size + length], kind


@dataclass(slots=True)
class Worker:
    """A process that tries inputs until a time, and what it has done."""

    board: Board
    pid: int
    seen: int
    since: float
    """When the count that was last seen was seen first; monotonic."""


@dataclass(frozen=True, slots=True)
class Fuzz:
    """A run: until when (monotonic), from which seed, what is asked of each input, where inputs are kept."""

    until: float
    seed: int
    examine: Callable[[bytes, int], object]
    kept: Path
    hang: float = HANG

    def run(self) -> Reached:
        """All workers to the end; one that dies or hangs is replaced, and its input is tried again."""
        wrong: list[str] = []
        done, numbers = 0, iter(range(self.seed * 1000, self.seed * 1000 + 1000))
        workers = [self.started(next(numbers)) for _ in range(PROCESSES)]
        while workers:
            time.sleep(0.2)
            for worker in list(workers):
                ended = self.ended(worker)
                if ended is None:
                    continue
                workers.remove(worker)
                done += worker.board.done
                if ended:
                    wrong.append(self.replayed(worker, ended))
                if ended and time.monotonic() < self.until and len(wrong) < MOST:
                    workers.append(self.started(next(numbers)))
        wrong += sorted(path.read_text(encoding="utf-8") for path in self.kept.glob("*.why"))
        return Reached(done, tuple(wrong))

    def started(self, seed: int) -> Worker:
        """A new process."""
        board = Board()
        pid = os.fork()
        if pid == 0:
            try:
                self._work(board, seed)
            finally:
                os._exit(0)
        return Worker(board, pid, 0, time.monotonic())

    def _work(self, board: Board, seed: int) -> None:
        mutator = Mutator(random.Random(seed))  # noqa: S311 - inputs that can be drawn again
        done = failed = 0
        while time.monotonic() < self.until and failed < MOST:
            data, kind = mutator.draw()
            board.note(done, failed, data, kind)
            try:
                self.examine(data, kind)
            except BaseException as error:  # noqa: BLE001 - each is a finding of the fuzz
                failed += 1
                self.keep(data, f"{type(error).__name__}: {error}"[:200])
            done += 1
        board.note(done, failed, b"", 0)

    def ended(self, worker: Worker) -> str | None:
        """How it ended, empty when all was well; None while it works."""
        pid, status = os.waitpid(worker.pid, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return f"killed by {signal.Signals(-code).name}" if code < 0 else ""
        now = time.monotonic()
        if worker.board.done != worker.seen:
            worker.seen, worker.since = worker.board.done, now
        if now - worker.since < self.hang:
            return None
        os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
        return f"no answer in {self.hang:.0f} s"

    def replayed(self, worker: Worker, ended: str) -> str:
        """The input that ended a worker, kept and tried again alone."""
        data, kind = worker.board.present
        again = apart(partial(self.examine, data, kind), self.hang)
        return self.kept_as(data, f"{ended}; again: {again.why or 'nothing'}")

    def keep(self, data: bytes, why: str) -> None:
        """Keep an input that raised something, with the reason beside it."""
        name = self.kept_as(data, why)
        (self.kept / f"{_digest(data)}.why").write_text(name, encoding="utf-8")

    def kept_as(self, data: bytes, why: str) -> str:
        """Keep an input; the line that names it."""
        self.kept.mkdir(parents=True, exist_ok=True)
        file = self.kept / f"{_digest(data)}.yaml"
        file.write_bytes(data)
        return f"{file}: {why}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def measure(effort: Effort) -> Reached:
    """No crash, no hang, no error without a place, in as many inputs as the minutes allow."""
    began = time.monotonic()
    reached = Fuzz(began + effort.minutes * 60, effort.seed, examine, effort.kept).run()
    rate = reached.tried / (time.monotonic() - began)
    return Reached(reached.tried, reached.wrong, f"{rate:,.0f} a second; seed {effort.seed}")
