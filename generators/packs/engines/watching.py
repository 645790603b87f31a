"""A limit of our own for a PostgreSQL server that keeps silent: the line to it is cut."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.packs.engines.guest import Connection


class Guard:
    """Cuts the line to a server that keeps silent: whoever waits on it then gets an error."""

    def __init__(self, connection: Connection) -> None:
        """Nothing is cut yet."""
        self.connection = connection
        self.cut = False

    def act(self) -> None:
        """Cut the line."""
        self.cut = True
        with suppress(OSError, self.connection.OperationalError), self._line() as line:
            line.shutdown(socket.SHUT_RDWR)

    def _line(self) -> socket.socket:
        return socket.socket(fileno=os.dup(self.connection.fileno()))


@contextmanager
def guarded(connection: Connection, seconds: float) -> Iterator[Guard]:
    """Cuts the line when the block takes longer than so many seconds."""
    guard = Guard(connection)
    watch = Timer(seconds, guard.act)
    watch.daemon = True
    watch.start()
    try:
        yield guard
    finally:
        watch.cancel()
