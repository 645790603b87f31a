"""The record that a day leaves of the launch: a point of the burn-up."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.launch_state import require_read, require_readable, standing
from generators.cli.options import Unusable, clock, writing
from generators.cli.telemetry_store import layout_of
from generators.launch.records import launch_record, text_of
from generators.model.launch import LaunchRecord
from generators.output import write_if_changed
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.cli.launch_state import Standing


CriteriaStoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="FILE",
        help="Put the criteria of the day into this DuckDB file too, where the boards of the launch read them.",
        show_default=False,
    ),
]


def record_day(root: Path, at: str | None, store: Path | None) -> None:
    """Write the record of today, or replace it, and say so; with a store its criteria go there too.

    Raises Unusable for another day, and for a store that cannot be written.
    """
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
    if store is not None:
        sys.stdout.write(f"{_stored(state, store)} criteria of {state.today} are in {printable(str(store))}\n")


def _stored(state: Standing, store: Path) -> int:
    from generators.measures.gate_criteria import keep  # noqa: PLC0415 - its own extra
    from generators.measures.store import Unstored, opened  # noqa: PLC0415

    rows = []
    for name, gate in state.ready.gates.items():
        rows += [(name, one.criterion.id, one.answer.holds) for one in gate.criteria]
    try:
        with writing(store):
            store.parent.mkdir(parents=True, exist_ok=True)
            with opened(store, layout_of(state.catalog)) as opened_store:
                return keep(opened_store.connection, state.today, rows)
    except Unstored as error:
        raise Unusable(str(error)) from error
