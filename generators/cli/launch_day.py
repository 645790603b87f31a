"""The record that a day leaves of the launch: a point of the burn-up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generators.cli.launch_state import require_read, require_readable, standing
from generators.cli.options import Unusable, clock, writing
from generators.launch.records import launch_record, text_of
from generators.model.launch import LaunchRecord
from generators.output import write_if_changed

if TYPE_CHECKING:
    from pathlib import Path


def record_day(root: Path, at: str | None) -> None:
    """Write the record of today, or replace it, and say so. Raises Unusable for another day."""
    state = standing(root, at)
    if state.today != clock().date():
        raise Unusable(
            f"--at: {state.today} is not today; a record is of the day on which it is made, since it counts what is "
            "here now"
        )
    require_read(state.catalog)
    record = launch_record(state.ready, state.today)
    text = text_of(record)
    require_readable(LaunchRecord, text)
    relative = LaunchRecord.folder.pattern.format(id=state.today)
    path = state.top / relative
    with writing(path):
        if not path.parent.resolve().is_relative_to(state.top):
            raise Unusable(f"{relative} lies outside the repository: a folder on the way is a symbolic link")
        existed = path.is_file()
        is_new = write_if_changed(path, text)
    for name, count in record.gates.items():
        sys.stdout.write(f"{name}: {count.holds} of {count.criteria} criteria hold, ")
        sys.stdout.write(f"{count.settled} of {count.items} scope items settled, {count.signed} signed\n")
    how = "Recorded" if not existed else "Recorded, in place of the record of earlier today" if is_new else "Unchanged"
    sys.stdout.write(f"{how}: {relative}\n")
