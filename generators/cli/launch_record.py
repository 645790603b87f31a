"""`dfops launch record`: what is written down of the launch."""

from __future__ import annotations

from pathlib import Path

from generators.cli.launch_runs import GateOption, OnlyOption, RunOption, TimeoutOption, record_runs
from generators.cli.options import RootOption, Unusable


def record(
    run: RunOption = False,
    gate: GateOption = None,
    only: OnlyOption = None,
    timeout: TimeoutOption = 1800,
    root: RootOption = Path(),
) -> None:
    """Run what gates and scope items name as proof, and record it.

    Prints what it will run before it starts. Each record replaces the one before it in ops_model/launch/runs/. A run
    that fails, or takes longer than --timeout, is recorded as failed, and the exit code is 1.
    """
    if not run:
        raise Unusable("what is to be recorded? dfops launch record --run runs what gates and scope items name")
    record_runs(root, gate, only, timeout)
