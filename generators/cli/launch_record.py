"""`dfops launch record`: how far the launch is, or how a run went, written down."""

from __future__ import annotations

from pathlib import Path

from generators.cli.launch_day import CriteriaStoreOption, record_day
from generators.cli.launch_runs import GateOption, OnlyOption, RunOption, TimeoutOption, record_runs
from generators.cli.options import AtOption, RootOption, Unusable


def record(
    run: RunOption = False,
    gate: GateOption = None,
    only: OnlyOption = None,
    timeout: TimeoutOption = 1800,
    store: CriteriaStoreOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Record how far the launch is today, for the burn-up.

    There is one record a day: a second one replaces the first. Commit it. With --store the criteria of the day are put
    into the store as well, for the boards of the launch.

    With --run the commands and tests that gates and scope items name as proof are run and recorded instead. What will
    run is printed first. Each record replaces the one before it in ops_model/launch/runs/. A run that fails, or takes
    longer than --timeout, is recorded as failed, and the exit code is 1.
    """
    if not run:
        if gate is not None or only:
            raise Unusable("--gate and --only say what --run runs: add --run")
        record_day(root, at, store)
        return
    if store is not None:
        raise Unusable("--store takes the criteria of a day: leave out --run")
    if at is not None:
        raise Unusable("a run is recorded as of now: leave out --at")
    record_runs(root, gate, only, timeout)
