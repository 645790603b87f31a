"""`dfops stability`: where defects were met, what they cost users, and what comes next."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Stability(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "import": Entry(
            "stability_import:import_reports", "Take reports of a tracker, or what telemetry counted, into the store."
        ),
        "report": Entry(
            "stability_report:report",
            "Say what recurs, what it costs users, what comes next, and whether it is getting better.",
        ),
        "plan": Entry("stability_plan:plan", "Propose the next tranche of defects to fix."),
        "close": Entry("stability_close:close", "Close a tranche, and carry over what is left."),
        "incident": Entry("stability_incident:incident", "Write an incident from the notes of a runbook page."),
        "summary": Entry("stability_summary:summary", "Write how often each defect was met, for pages of the site."),
    }


app = group(
    Stability,
    "Defects: what recurs, what it costs users, what comes next: import, report, plan, close, incident, summary.",
)
