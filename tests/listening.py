"""Somebody who listens to what commands say of packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generators.published.events import Happened


class Ear:
    """Keeps what it hears, and does something each time."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.heard: list[Any] = []
        self.then = then

    def offer(self, project: Path, events: tuple[Happened, ...]) -> None:
        """As a listener is told."""
        del project
        self.heard += events
        self.then()
