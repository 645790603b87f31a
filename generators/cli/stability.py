"""`dfops stability`: what recurs, what it costs users, and what is fixed next."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Stability(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "import": Entry(
            "stability_import:import_reports", "Take reports of a tracker, or what telemetry counted, into the store."
        ),
    }


app = group(Stability, "Defects: where they were met, what they cost users, what is fixed next: import.")
