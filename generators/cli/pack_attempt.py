"""One attempt on one pack, from its begin to whatever end: what is known of it is told once, failures too."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from generators.cli.options import Failed, Unusable
from generators.cli.pack_events import tell
from generators.output.paths import UnsafePathError, content, located
from generators.published.events import PackEvent
from generators.published.lockfile import LOCK, read_lock
from generators.published.manifest import Unreadable
from generators.published.project_packs import STATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generators.published.events import Outcome, Stage, What
    from generators.published.lockfile import Installed


def _now() -> float:
    return time.monotonic()  # noqa: TID251 - the edge asks


@dataclass(slots=True)
class Attempt:
    """What is known of an attempt so far."""

    what: What
    project: Path
    pack: str
    version: str | None = None
    previous: str | None = None
    runtime: str | None = None
    warehouse: str | None = None
    stage: Stage = "plan"
    is_told: bool = True
    """Not where nothing is attempted but a question asked."""
    _since: float = field(default_factory=_now)
    _has_ended: bool = False

    def is_of(self, wanted: Installed) -> None:
        """Which version is attempted, for what."""
        self.version, self.runtime, self.warehouse = wanted.version, wanted.runtime.id, wanted.warehouse

    def ends(self, outcome: Outcome, stage: Stage | None = None, *, restored: bool | None = None) -> None:
        """Tell who listens how it ended; a second end is none."""
        if self._has_ended or not self.is_told:
            return
        self._has_ended = True
        length = max(0, round((_now() - self._since) * 1000))
        known = self.pack, self.version, self.previous, self.runtime, self.warehouse
        tell(self.project, PackEvent(self.what, outcome, *known, length, stage, restored))


@contextmanager
def attempting(what: What, project: Path, pack: str, now: Installed | None = None) -> Iterator[Attempt]:
    """An attempt on a pack; `now` is what is installed of it. What ends the block is told, and raised again."""
    attempt = _begun(what, project, pack, now)
    try:
        yield attempt
    except BaseException as error:
        _ended(attempt, error)
        raise


@contextmanager
def attempting_each(what: What, project: Path, names: Sequence[str] | None) -> Iterator[None]:
    """What packs wait for before it is their turn: where it fails, that is told of each pack that was meant."""
    try:
        yield
    except (Failed, KeyboardInterrupt) as error:
        for now in _meant(project, names):
            _ended(_begun(what, project, now.pack, now), error)
        raise


def _begun(what: What, project: Path, pack: str, now: Installed | None) -> Attempt:
    attempt = Attempt(what, project, pack)
    if now is not None:
        attempt.is_of(now)
        attempt.previous = now.version
    return attempt


def _ended(attempt: Attempt, error: BaseException) -> None:
    """Tell what the error means."""
    match error:
        case Failed():
            attempt.ends("failed", error.stage, restored=_restored(attempt, error.stage))
        case Unusable() | UnsafePathError() | typer.Exit():
            # What a catalog does not have is no fault of a download.
            attempt.ends("user-error", "plan" if attempt.stage == "download" else attempt.stage)
        case KeyboardInterrupt():
            attempt.ends("aborted", attempt.stage, restored=_restored(attempt, attempt.stage))
        case _:
            attempt.ends("failed", attempt.stage, restored=_restored(attempt, attempt.stage))


def _restored(attempt: Attempt, stage: Stage) -> bool | None:
    """Whether nothing is left for the next command to undo; None where nothing was written, or that cannot be seen."""
    if stage != "write":
        return None
    with suppress(OSError):
        return not (attempt.project / STATE).exists()
    return None


def _meant(project: Path, names: Sequence[str] | None) -> list[Installed]:
    """What is installed in the folders that were named, by folder or by pack, or in all."""
    try:
        packs = read_lock(content(located(project.resolve(), LOCK))).packs
    except (Unreadable, UnsafePathError, OSError):  # said when it is the project's turn
        return []
    wanted = {name.strip("/") for name in names or ()}
    return [
        locked.now
        for folder, locked in sorted(packs.items())
        if not wanted or wanted & {folder, folder.rpartition("/")[2], locked.now.pack}
    ]
