"""What happened to a pack in a project, offered to whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

What = Literal["install", "upgrade", "rollback", "remove", "check"]
Outcome = Literal["done", "conflicts", "refused", "broken"]
"""Done, of a check without a fault; done with files that wait to be merged; refused before anything changed, because
boards would be broken; checked, and broken."""


@dataclass(frozen=True, slots=True)
class PackEvent:
    """One command on one pack: ids and versions alone, no path, name or text of the user's."""

    what: What
    outcome: Outcome
    pack: str
    version: str
    """Installed afterwards; of a refused install the one that was to be installed."""
    previous: str | None
    """Installed before; None where nothing was."""
    runtime: str
    """By id; empty for a check that sent no query."""
    warehouse: str


class Listener(Protocol):
    """Is told what happened. Raises nothing, and does not keep a command waiting."""

    def offer(self, event: PackEvent) -> None:
        """One event, once the command has done its work."""


class Nobody:
    """Listens to nothing: no event leaves the process."""

    def offer(self, event: PackEvent) -> None:
        """Forget it."""
