"""Somebody who listens to what commands say of packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from generators.published.events import PackEvent


class Ear:
    """Keeps what it hears, and does something each time."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.heard: list[PackEvent] = []
        self.then = then

    def offer(self, event: PackEvent) -> None:
        """As a listener is told."""
        self.heard.append(event)
        self.then()
