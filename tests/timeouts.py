"""Limits that end a hang. None of them judges speed, which is what `make bench` does: a busy machine is slow."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 120
"""Seconds for a command, a server or a browser."""


@contextmanager
def ends_in_time(seconds: float = 30) -> Iterator[None]:
    """What is given up or refused at once is over long before this; what hangs or grows with the square is not."""
    began = time.monotonic()
    yield
    passed = time.monotonic() - began
    assert passed < seconds, f"{passed:.1f} seconds"
