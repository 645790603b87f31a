"""Events on this machine until they are sent: JSON lines below `.dfops/telemetry/`, appended under a lock and synced.

What `append` has returned for survives a killed process and a power cut. A line that a killed writer tore stands
alone: the next one begins a line of its own. Whoever sends takes the file over whole, so that writers never wait for a
network.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from generators.output.paths import content, located
from generators.output.writing import append, replace, sync_folder, taking_turns, write_if_changed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

STATE: Final = ".dfops/telemetry"
EVENTS, TAKEN, SENT, REFUSED = "events.jsonl", "taken.jsonl", "sent", "refused.jsonl"
"""Files: what is appended to; what is being sent, and how many bytes of it were; lines that no one takes."""
TRIED: Final = "tried"
"""The file with the moment at which a process was started that sends, for as long as none has sent all of it."""
DROPPED: Final = "dropped"
"""The file with the count of events that no longer had room."""
MOST: Final = 64 << 20
"""Bytes that wait at most; events beyond are counted and dropped."""
PRIVATE: Final = 0o600


class Busy(Exception):  # noqa: N818 - what another process does, not a fault of the program
    """Another process is sending the same events."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies in a spool."""

    events: int
    size: int
    """Bytes."""
    refused: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Spool:
    """The events of a project that wait to be sent."""

    folder: Path

    @classmethod
    def of(cls, project: Path) -> Spool:
        """The spool of a project. Raises UnsafePathError where a symbolic link stands on the way."""
        return cls(located(project.resolve(), f"{STATE}/{EVENTS}").parent)

    def append(self, *lines: bytes) -> bool:
        """Keep events, each a line with its end; False where there was no room. Raises OSError."""
        self._prepare()
        path = self.folder / EVENTS
        with taking_turns(self.folder):
            size = _size(path)
            if size + _size(self.folder / TAKEN) + sum(map(len, lines)) > MOST:
                self._count_dropped(len(lines))
                return False
            torn = b"" if size == 0 or _last_byte(path) == b"\n" else b"\n"
            append(path, torn + b"".join(lines), PRIVATE)
        return True

    @contextmanager
    def taken(self) -> Iterator[Taken]:
        """What waits, taken over for sending. Raises Busy where another process has done so, OSError."""
        self._prepare()
        (self.folder / SENT).mkdir(mode=0o700, exist_ok=True)
        with taking_turns(self.folder / SENT, waiting=_busy):
            yield Taken(self)

    def may_send(self, at: datetime, pause: timedelta) -> bool:
        """Whether another process may be started that sends; then this moment is kept. Raises OSError.

        Not for a while after one that has not ended well, or not yet. `at` is aware.
        """
        self._prepare()
        with taking_turns(self.folder):
            before = _moment(content(self.folder / TRIED))
            if before is not None and before <= at < before + pause:
                return False
            replace(self.folder / TRIED, f"{at.isoformat()}\n".encode(), self.folder / f"{TRIED}.new")
        return True

    def has_sent(self) -> None:
        """All that waited is sent. Raises OSError."""
        (self.folder / TRIED).unlink(missing_ok=True)

    def waiting(self) -> Waiting:
        """How much waits. Raises OSError."""
        taken = (content(self.folder / TAKEN) or b"")[self.offset() :]
        waiting = taken + (content(self.folder / EVENTS) or b"")
        refused = content(self.folder / REFUSED) or b""
        return Waiting(
            waiting.count(b"\n"), len(waiting), refused.count(b"\n"), _number(content(self.folder / DROPPED))
        )

    def lines(self) -> list[bytes]:
        """Every whole event that waits, oldest first. Raises OSError."""
        taken = (content(self.folder / TAKEN) or b"")[self.offset() :]
        waiting = (taken + (content(self.folder / EVENTS) or b"")).splitlines(keepends=True)
        return [line for line in waiting if is_whole(line)]

    def forget(self) -> int:
        """Delete what waits; how many events it were. Raises OSError."""
        if not self.folder.is_dir():
            return 0
        with taking_turns(self.folder):
            count = self.waiting().events
            for name in (EVENTS, TAKEN, REFUSED, DROPPED, TRIED):
                (self.folder / name).unlink(missing_ok=True)
        return count

    def offset(self) -> int:
        """How many bytes of the file that was taken over were sent."""
        return _number(content(self.folder / SENT / "offset"))

    def refuse(self, line: bytes, reason: str) -> None:
        """Keep a line that is never sent, with the reason. Raises OSError."""
        text = line.decode(errors="backslashreplace").rstrip("\n")[:2000]
        append(self.folder / REFUSED, json.dumps({"reason": reason, "line": text}).encode() + b"\n", PRIVATE)

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / ".gitignore").exists():
            write_if_changed(self.folder / ".gitignore", "*\n")

    def _count_dropped(self, more: int) -> None:
        count = _number(content(self.folder / DROPPED)) + more
        replace(self.folder / DROPPED, f"{count}\n".encode(), self.folder / f"{DROPPED}.new")


class Taken:
    """Events that are being sent by this process."""

    def __init__(self, spool: Spool) -> None:
        """Continue with what a killed run had taken over, else take over what waits."""
        self._spool = spool
        self._path = spool.folder / TAKEN
        self._offset = spool.offset()

    def batches(self, most_events: int, most_bytes: int) -> Iterator[list[bytes]]:
        """Lines, so many at a time. After each batch `sent` says that it needs not be sent again. Raises OSError."""
        while self._take():
            with self._path.open("rb") as stream:
                stream.seek(self._offset)
                batch: list[bytes] = []
                size = 0
                for line in stream:
                    if batch and (len(batch) == most_events or size + len(line) > most_bytes):
                        yield batch
                        batch, size = [], 0
                    batch.append(line)
                    size += len(line)
                if batch:
                    yield batch
            self._clear()

    def sent(self, lines: list[bytes]) -> None:
        """These were taken in by the other side, or refused for good. Raises OSError."""
        self._offset += sum(map(len, lines))
        folder = self._spool.folder / SENT
        replace(folder / "offset", f"{self._offset}\n".encode(), folder / "offset.new", durable=True)

    def refuse(self, line: bytes, reason: str) -> None:
        """A line that is never sent. Raises OSError."""
        self._spool.refuse(line, reason)

    def _take(self) -> bool:
        """Whether there is anything to send."""
        if self._path.exists():
            return True
        with taking_turns(self._spool.folder):
            waiting = self._spool.folder / EVENTS
            if _size(waiting) == 0:
                return False
            self._reset()
            waiting.rename(self._path)
            sync_folder(self._spool.folder)
        return True

    def _clear(self) -> None:
        """All was sent. The file goes first: an offset without one is of no file, and is set back before the next."""
        self._path.unlink()
        sync_folder(self._spool.folder)
        self._reset()

    def _reset(self) -> None:
        (self._spool.folder / SENT / "offset").unlink(missing_ok=True)
        sync_folder(self._spool.folder / SENT)
        self._offset = 0


def is_whole(line: bytes) -> bool:
    """Whether this is an event and not a part of one: a line that a killed writer tore spoils a whole batch."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _busy() -> None:
    raise Busy


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1)


def _moment(data: bytes | None) -> datetime | None:
    """The moment that was kept; None for what is none."""
    try:
        found = datetime.fromisoformat((data or b"").decode().strip())
    except ValueError:
        return None
    return found if found.tzinfo else None


def _number(data: bytes | None) -> int:
    text = (data or b"").strip()[:20]
    return int(text) if text.isdigit() else 0
