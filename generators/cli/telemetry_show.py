"""`dfops telemetry show`: what holds in a project, and the very lines that would be sent."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from generators.cli.options import FormatOption
from generators.cli.telemetry_consent import ProjectOption, counted, decision, reading, require_folder
from generators.report.text import printable
from generators.telemetry.spool import Spool

SCHEMA_VERSION = 1
SHOWN = 20
"""Events that are printed for people; all of them for programs."""


def show(project: ProjectOption = Path(), form: FormatOption = "text") -> None:
    """Say whether events are recorded here and why, and print what waits to be sent, as it would be sent."""
    require_folder(project)
    found = decision(project)
    with reading():
        spool = Spool.of(project)
        waiting, lines = spool.waiting(), spool.lines()
    if form == "json":
        events = [json.loads(line) for line in lines]
        made = {
            "schema_version": SCHEMA_VERSION,
            "mode": found.mode,
            "reason": found.reason,
            "installation": found.installation,
            "send_to": found.address,
            "waiting": waiting.events,
            "refused": waiting.refused,
            "dropped": waiting.dropped,
            "events": events,
        }
        sys.stdout.write(json.dumps(made, indent=1) + "\n")
        return
    state = {"off": "off", "local": "on, and kept on this machine", "send": f"on, sent to {found.address}"}[found.mode]
    sys.stdout.write(printable(f"Telemetry is {state} ({found.reason}).") + "\n")
    if found.records:
        sys.stdout.write(f"Installation: {found.installation or 'none: events count as anonymous'}\n")
    sys.stdout.write(f"Waiting: {counted(waiting.events)}, {waiting.size:,} bytes.\n")
    for count, what in ((waiting.refused, "lines were refused"), (waiting.dropped, "events had no room")):
        if count:
            sys.stdout.write(f"{count} {what}.\n")
    for line in lines[:SHOWN]:
        sys.stdout.write(printable(line.decode().rstrip("\n")) + "\n")
    if len(lines) > SHOWN:
        sys.stdout.write(f"… and {len(lines) - SHOWN} more: --format json prints all.\n")
