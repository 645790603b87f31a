"""What happened to a pack in a project, offered to whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

What = Literal["install", "upgrade", "rollback", "remove"]
Outcome = Literal["done", "conflicts", "refused", "user-error", "failed", "aborted"]
"""Done; done with files that wait to be merged; refused before anything changed, because boards would be broken;
not done for a reason in the project or in what was typed; not done for another reason; broken off by the user."""
Stage = Literal["plan", "download", "verify", "write", "validate"]
"""Where an attempt is: worked out, an archive being fetched, compared with what was signed, compared with the tables of
the project, written."""
Drawn = Literal["succeeded", "partial", "failed", "not-reached"]
"""Of a board: every query ran, some did, none did; the source could not be asked."""


@dataclass(frozen=True, slots=True)
class PackEvent:
    """One attempt on one pack: ids and versions alone, no path, name or text of the user's.

    What was not known when the attempt ended is None.
    """

    what: What
    outcome: Outcome
    pack: str
    version: str | None
    """Installed afterwards; of an attempt that did not succeed the one that was to be installed."""
    previous: str | None
    """Installed before."""
    runtime: str | None
    """By id."""
    warehouse: str | None
    duration_ms: int
    stage: Stage | None = None
    """Where it ended, when it did not succeed."""
    restored: bool | None = None
    """After a failure while it wrote: whether the folder is again as it was before."""


@dataclass(frozen=True, slots=True)
class BoardEvent:
    """One board of a pack, checked against the tables of a user: names of the pack's own alone."""

    pack: str
    version: str
    runtime: str | None
    """By id; None for a check that sent no query."""
    runtime_version: str | None
    warehouse: str
    board: str
    outcome: Drawn
    code: str | None = None
    query: str | None = None
    """The first that failed."""
    table: str | None = None
    """That the query asked for in vain, by the pack's name for it."""
    schema_digest: str | None = None
    """SHA-256 over names and types of the tables that the pack reads, as the warehouse has them."""


Happened: TypeAlias = PackEvent | BoardEvent


class Listener(Protocol):
    """Is told what happened. Raises nothing, and does not keep a command waiting."""

    def offer(self, project: Path, events: tuple[Happened, ...]) -> None:
        """Events of a command on this project, once it has done its work."""


class Nobody:
    """Listens to nothing: no event leaves the process."""

    def offer(self, project: Path, events: tuple[Happened, ...]) -> None:
        """Forget it."""
