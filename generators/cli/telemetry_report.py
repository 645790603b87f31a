"""`dfops telemetry report`: rates, budgets and what recurs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.catalog import public_part
from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment
from generators.cli.telemetry_store import ConnectionOption, StoreOption, measured, note_synthetic
from generators.findings.naming import hint_for
from generators.model.operating import Connector
from generators.report.measures import Measurement, budgets_text, measurements_text, report_json
from generators.report.text import printable

if TYPE_CHECKING:
    from datetime import datetime

    from generators.cli.telemetry_store import Measured

SHOWN = 20
"""Rows of a metric that are printed for people."""
WindowOption = Annotated[str, typer.Option("--window", metavar="SPAN", help="1h, 6h, 1d, 7d, 30d or 90d.")]
MetricOption = Annotated[
    list[str] | None, typer.Option("--metric", metavar="NAME", help="Only this one; repeat it.", show_default="all")
]
ConnectorOption = Annotated[
    str | None, typer.Option("--connector", metavar="NAME", help="Only what happened with this connector's pack.")
]
ByOption = Annotated[
    list[str] | None,
    typer.Option(
        "--by", metavar="FIELD", help="Tell apart by pack, connector, pack_version, runtime, warehouse; repeat it."
    ),
]


def report(
    window: WindowOption = "30d",
    metric: MetricOption = None,
    by: ByOption = None,
    connector: ConnectorOption = None,
    store: StoreOption = None,
    connection: ConnectionOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Say how each objective stands, and what the metrics of a window are, by connector unless --by says otherwise.

    A target of which it says "proposed" was never measured. Moments are those at which things happened.
    """
    when = moment(at)
    with measured(root, store, connection) as whole:
        from generators.measures.objectives import budgets  # noqa: PLC0415 - its own extra

        asked = whole if connector is None else _of(whole, connector)
        found = [] if metric else list(budgets(asked.connection, asked.events, asked.objectives, when))
        rows = _measurements(asked, when, window, metric, by)
        synthetic = asked.synthetic
        note_synthetic(asked)
    if form == "json":
        sys.stdout.write(report_json(found, rows, when, synthetic=synthetic))
        return
    if not metric:
        titles = {name: objective.title for name, objective in asked.objectives.items()}
        basis = {name: objective.basis for name, objective in asked.objectives.items()}
        sys.stdout.write(budgets_text(found, titles, basis) + "\n")
    sys.stdout.write(measurements_text(rows, SHOWN))


def _of(asked: Measured, connector: str) -> Measured:
    """The events of one connector. Raises Unusable for one that the model does not have."""
    known = [entry.id for entry in public_part(asked.catalog).entries_of(Connector)]
    if connector not in known:
        raise Unusable(f"--connector: {printable(connector)!r} is not known; {hint_for(connector, known)}")
    return replace(asked, events=asked.events.filter(asked.events.connector == connector))


def _measurements(
    asked: Measured, at: datetime, window: str, names: list[str] | None, by: list[str] | None
) -> list[Measurement]:
    """The rows of metrics, sorted by what tells them apart. Raises Unusable for a name that is not there."""
    from generators.measures.metrics import METRICS, PLACES, WINDOWS, during  # noqa: PLC0415 - its own extra

    known = [one.id for one in METRICS]
    for option, values, there in (
        ("--window", [window], list(WINDOWS)),
        ("--metric", names or [], known),
        ("--by", by or [], list(PLACES)),
    ):
        for value in values:
            if value not in there:
                raise Unusable(f"{option}: {printable(value)!r} is not known; {hint_for(value, there)}")
    chosen = [one for one in METRICS if not names or one.id in names]
    events = during(asked.events, at, WINDOWS[window])
    made = []
    for one in chosen:
        rows = asked.connection.to_pyarrow(one.make(events, by or ["connector"])).to_pylist()
        made.append(Measurement(one.id, one.title, window, sorted(rows, key=lambda row: tuple(map(str, row.values())))))
    return made
