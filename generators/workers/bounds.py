"""How much memory one step may take that somebody else's text decides: a query, a template.

Engines and templates make large values out of short texts. What they allocate cannot be counted beforehand, so the
operating system refuses it, and the refusal is an error of that step alone.
"""

from __future__ import annotations

import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTE = 1 << 20
STEP = 200
"""MiB that one query or template may take beyond what the process holds already."""
_STATUS = Path("/proc/self/status")


@contextmanager
def bounded(mebibytes: int = STEP) -> Iterator[None]:
    """Allocations in the block fail once the process holds so much more than at its start.

    They fail as MemoryError, or as the error of a library. The whole process is bounded meanwhile: one step at a time.
    Without effect where the system does not say how much a process holds (macOS).
    """
    held = _held()
    if held is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = held + mebibytes * MEBIBYTE
    limits = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _held() -> int | None:
    """Bytes of private memory that the process may write to, as the limit counts them."""
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)
