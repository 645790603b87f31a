"""`dfops launch status`: go or no-go, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.launch_state import standing
from generators.cli.options import AtOption, FormatOption, RootOption
from generators.cli.partial import name_unread
from generators.report.launch_status import status_json, status_text

GateOption = Annotated[
    str | None, typer.Option("--gate", metavar="GATE", help="One gate, by id or title.", show_default="all")
]


def status(
    gate: GateOption = None,
    at: AtOption = None,
    form: FormatOption = "text",
    root: RootOption = Path(),
) -> None:
    """Say go or no-go, and why: every criterion, its evidence, who must act, and what would open it.

    --at judges the records and facts that are here now as of another moment. In a pipe each criterion is one line, its
    cells parted by tabs. Exit 0 for go, 1 for no-go.
    """
    state = standing(root, at)
    name_unread(state.catalog)
    gates = [state.gate(gate)] if gate is not None else list(state.ready.gates.values())
    if form == "json":
        sys.stdout.write(status_json(state.ready, gates, state.facts.at))
    else:
        sys.stdout.write(status_text(state.ready, gates, state.facts.at, is_wrapped=sys.stdout.isatty()))
    is_go = state.ready.is_go if gate is None else gates[0].is_open
    raise typer.Exit(0 if is_go else 1)
