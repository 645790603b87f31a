"""`dfops stability report`: how the programme stands, on one screen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from generators.cli.options import AtOption, RootOption, moment
from generators.cli.stability_store import counted_at
from generators.cli.telemetry_store import ConnectionOption, StoreOption
from generators.report.stability import report_csv, report_json, report_text
from generators.stability.standing import standing

ReportFormat = Annotated[
    Literal["text", "json", "csv"],
    typer.Option("--format", help="For people, for programs, or the ranking for a spreadsheet."),
]


def report(
    store: StoreOption = None,
    connection: ConnectionOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
    form: ReportFormat = "text",
) -> None:
    """Say what recurs, what it costs users, what comes next, and whether it is getting better.

    Defects are ranked by severity weight × affected installs × occurrences per 30 days over the last 90, and each
    score says how it came about. Without a store the days count that stand in the files of defects.
    """
    when = moment(at)
    catalog, counts = counted_at(root, store, connection, when)
    found = standing(catalog, counts, when)
    made = {
        "json": lambda: report_json(found, when),
        "csv": lambda: report_csv(found),
        "text": lambda: report_text(found),
    }
    sys.stdout.write(made[form]())
