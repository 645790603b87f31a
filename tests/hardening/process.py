"""Work in a process of its own: it may crash or hang, and what it costs is counted by the kernel."""

from __future__ import annotations

import os
import pickle
import re
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 120
"""After that a process counts as hanging."""
KIB_A_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: the value or the reason that there is none, processor seconds, peak resident memory in MiB."""

    value: Any
    why: str
    seconds: float
    megabytes: float


def apart(work: Callable[[], Any], seconds: float = SECONDS) -> Ended:
    """What `work` returns when it is done in a child. Raises nothing that `work` raises: that is the reason."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(work, writing)
    os.close(writing)
    answer = _answer(reading, time.monotonic() + seconds)
    os.close(reading)
    late = answer is None
    if late:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    cost = usage.ru_utime + usage.ru_stime
    if not answer:
        code = os.waitstatus_to_exitcode(status)
        return Ended(None, f"no answer in {seconds:.0f} s" if late else _death(code), cost, 0)
    value, why, megabytes = pickle.loads(answer)  # noqa: S301 - our own child
    return Ended(value, why, cost, megabytes)


def _child(work: Callable[[], Any], writing: int) -> None:
    value, why = None, ""
    try:
        value = work()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what was measured
        why = f"{type(error).__name__}: {error}"[:300]
    with os.fdopen(writing, "wb") as stream:
        pickle.dump((value, why, peak()), stream)
    os._exit(0)


def peak() -> float:
    """The peak resident memory of this process in MiB; a child's begins with what its parent held when it forked."""
    # Not getrusage: what the parent had at its peak is counted there as the child's.
    found = re.search(r"VmHWM:\s+([0-9]+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / KIB_A_MEGABYTE if found else 0.0


def _answer(reading: int, until: float) -> bytes | None:
    """All that the child writes; None where it does not end in time."""
    pieces: list[bytes] = []
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, until - time.monotonic()))
        if not ready:
            return None
        piece = os.read(reading, 1 << 16)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _death(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
