"""`dfops launch verify`: which sign-offs count, and why the others do not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.launch_state import standing
from generators.cli.options import AtOption, FormatOption, RootOption
from generators.cli.partial import name_unread
from generators.cli.vanished import vanished_records
from generators.report.launch import verified_json, verified_text

GatesArgument = Annotated[str | None, typer.Argument(metavar="[GATE]", help="One gate.", show_default="all")]


def verify(
    gate: GatesArgument = None,
    at: AtOption = None,
    form: FormatOption = "text",
    root: RootOption = Path(),
) -> None:
    """Say of each sign-off whether it counts, and of each gate its quorum.

    --at judges the records and facts that are here now as of another moment. Exit 1 where enough sign-offs are
    missing at a gate that was asked about, or where a record has vanished from the history.
    """
    state = standing(root, at)
    name_unread(state.catalog)
    gates = [state.gate(gate)] if gate is not None else list(state.ready.gates.values())
    history = vanished_records(state.top)
    said = verified_json if form == "json" else verified_text
    sys.stdout.write(said(gates, history, state.facts.at))
    is_complete = bool(gates) and all(one.signed >= one.entry.entity.quorum for one in gates)
    raise typer.Exit(0 if is_complete and not history.vanished else 1)
