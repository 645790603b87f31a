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
        "ingest": Entry("telemetry_ingest:ingest", "Take events into the store, each once."),
        "report": Entry("telemetry_report:report", "Rates, budgets and failures, from the store."),
        "metrics": Entry("telemetry_metrics:metrics", "Print what Prometheus reads of the store, or serve it."),
        "evaluate": Entry("telemetry_evaluate:evaluate", "Ask the conditions of alerts, and tell Alertmanager."),
        "summary": Entry("telemetry_summary:summary", "Write what pages of the site say of each connector."),
        "sample": Entry("telemetry_sample:sample", "Make synthetic events, for trying things out."),
    }


app = group(
    Telemetry, "Events of packs: consent, what is sent, and what teams make of it: on, off, record, show, ship."
)
