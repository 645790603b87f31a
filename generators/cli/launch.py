"""`dfops launch`: how far the launch is, and what was recorded for it."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Launch(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "record": Entry("launch_record:record", "Run what gates and scope items name as proof, and record it."),
    }


app = group(Launch, "Gates of the launch: record.")
