"""What telemetry adds to a pack's status: signals of now, and those of the last weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.published.manifest import Unreadable, loads
from generators.status.state import Signal
from generators.telemetry.summary import FILE, LASTS, MOST, Summary

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from generators.telemetry.summary import PackTelemetry


def summary_at(root: Path) -> Summary | None:
    """The summary that a repository's pages are built from; None where there is none. Raises Unreadable, OSError."""
    path = root / FILE
    if not path.is_file():
        return None
    if path.stat().st_size > MOST:
        raise Unreadable(f"{FILE} is larger than {MOST >> 20} MiB: write it again with `dfops telemetry summary`")
    return loads(Summary, path.read_bytes(), FILE)


def signals_at(summary: Summary | None, connector: str, at: datetime) -> tuple[Signal, ...]:
    """The signals of a connector's pack at a moment that the summary knows of; of a summary that is too old none."""
    telemetry = summary.connectors.get(connector) if summary else None
    if summary is None or telemetry is None or at - summary.at > LASTS:
        return ()
    return spoken(telemetry, at, synthetic=summary.synthetic)


def spoken(telemetry: PackTelemetry, at: datetime, *, synthetic: bool) -> tuple[Signal, ...]:
    """The signals that were there at a moment."""
    return tuple(
        Signal(one.what, one.since, synthetic=synthetic)
        for one in telemetry.signals
        if one.since <= at and (one.until is None or at < one.until)
    )
