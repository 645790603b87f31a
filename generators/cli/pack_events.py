"""Where commands say what happened to packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.telemetry_listener import Recorder

if TYPE_CHECKING:
    from pathlib import Path

    from generators.published.events import Happened, Listener

LISTENER: Listener = Recorder()
"""Is told what each command did."""


def tell(project: Path, *events: Happened) -> None:
    """What happened in a project, once it has."""
    if events:
        LISTENER.offer(project, events)
