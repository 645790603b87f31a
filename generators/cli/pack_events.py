"""Where commands say what happened to packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.published.events import Nobody

if TYPE_CHECKING:
    from generators.published.events import Listener, PackEvent

LISTENER: Listener = Nobody()
"""Is told what each command did."""


def tell(event: PackEvent) -> None:
    """One thing that happened, once it has."""
    LISTENER.offer(event)
