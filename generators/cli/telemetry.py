"""`dfops telemetry`: from a command on somebody's machine to a rate, a budget and an alert."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Telemetry(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "on": Entry("telemetry_consent:turn_on", "Record events of packs in a project, and say where they go."),
        "off": Entry("telemetry_consent:turn_off", "Record nothing in a project any more."),
        "record": Entry(
            "telemetry_record:record", "Record which boards drew, from what a runtime printed for machines."
        ),
        "show": Entry("telemetry_show:show", "Say what holds here, and print what waits to be sent."),
        "ship": Entry("telemetry_ship:ship", "Send the events that wait."),
    }


app = group(
    Telemetry, "Events of packs: consent, what is sent, and what teams make of it: on, off, record, show, ship."
)
