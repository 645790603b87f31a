"""`dfops telemetry ship`: the events that wait leave this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from generators.cli.options import Unusable
from generators.cli.telemetry_consent import ProjectOption, counted, decision, reading, require_folder
from generators.telemetry.shipping import Unsent
from generators.telemetry.shipping import ship as sent
from generators.telemetry.spool import Busy, Spool


def ship(project: ProjectOption = Path()) -> None:
    """Send the events that wait to the address that was agreed to. What is not taken in waits for the next time.

    Exit 1 where the address cannot be reached or refuses: nothing is lost.
    """
    require_folder(project)
    found = decision(project)
    if found.mode == "off":
        raise Unusable(f"nothing is sent: telemetry is off ({found.reason})")
    if found.address is None:
        raise Unusable("events stay on this machine: name an address with `dfops telemetry on --send-to URL`")
    spool = Spool.of(project)
    try:
        with reading(), spool.taken() as taken:
            done = sent(taken, found.address)
    except Busy:
        sys.stdout.write("Another process is sending them.\n")
        return
    except Unsent as error:
        sys.stderr.write(f"{error}. Waiting for the next time: {counted(spool.waiting().events)}.\n")
        raise typer.Exit(1) from error
    with reading():
        spool.has_sent()
    refused = f" {done.refused} lines were refused: .dfops/telemetry/refused.jsonl." if done.refused else ""
    sys.stdout.write(f"Sent: {counted(done.events)}.{refused}\n")
