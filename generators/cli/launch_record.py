"""`dfops launch record`: how far the launch is, written down."""

from __future__ import annotations

from pathlib import Path

from generators.cli.launch_day import record_day
from generators.cli.options import AtOption, RootOption


def record(at: AtOption = None, root: RootOption = Path()) -> None:
    """Record how far the launch is today, for the burn-up.

    There is one record a day: a second one replaces the first. Commit it.
    """
    record_day(root, at)
