"""`dfops telemetry summary`: what pages say of each connector, as a small file that builds of the site read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import AtOption, RootOption, moment, repository, writing
from generators.cli.telemetry_store import ConnectionOption, StoreOption, measured, note_synthetic
from generators.output.writing import write_if_changed
from generators.published.manifest import dumps
from generators.report.text import printable
from generators.telemetry.summary import FILE

OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The file to write.", show_default=FILE)]


def summary(
    out: OutOption = None,
    store: StoreOption = None,
    connection: ConnectionOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Write what the store says of each connector's pack. The next build of the site shows it, with its day.

    A summary of more than two days ago speaks for no status any more.
    """
    when, path = moment(at), out or repository(root) / FILE
    with measured(root, store, connection) as asked:
        from generators.measures.summing import Asked  # noqa: PLC0415 - its own extra
        from generators.measures.summing import summary as summed  # noqa: PLC0415

        made = summed(Asked(asked.connection, asked.events, asked.objectives), when, synthetic=asked.synthetic)
        note_synthetic(asked)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(path, dumps(made).decode())
    sys.stdout.write(f"{len(made.connectors)} connectors in {printable(str(path))}\n")
