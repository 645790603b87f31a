"""`dfops stability summary`: how often each defect was met, as a small file that builds of the site read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.cli.stability_store import counted_at
from generators.cli.telemetry_store import ConnectionOption, StoreOption
from generators.output.writing import write_if_changed
from generators.published.manifest import dumps
from generators.report.text import printable
from generators.stability.standing import NO_OCCURRENCE, NO_STORE, SYNTHETIC
from generators.stability.summary import FILE

OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write.", show_default=FILE)]


def summary(
    out: OutOption = None,
    store: StoreOption = None,
    connection: ConnectionOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Write how often each defect was met, for pages of the site. The next build shows it, with its day.

    Pages that are built without this file count the days that stand in the files of defects, and say so.
    """
    when, path = moment(at), out or repository(root) / FILE
    _, counts = counted_at(root, store, connection, when)
    if counts is None:
        raise Unusable(f"{NO_STORE} Pages do that without a summary; `dfops telemetry ingest` makes a store")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(path, dumps(counts).decode())
    for note in ([SYNTHETIC] if counts.synthetic else []) + ([] if counts.recorded else [NO_OCCURRENCE]):
        sys.stderr.write(f"note: {note}\n")
    sys.stdout.write(f"{counts.recorded:,} occurrences of {len(counts.defects):,} defects in {printable(str(path))}\n")
