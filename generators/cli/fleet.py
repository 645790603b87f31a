"""`dfops fleet`: what users of packs have, and what a release means for them."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Fleet(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "check": Entry(
            "fleet_check:check",
            "Say whom a release of a pack would break, from the snapshots that users have sent.",
        ),
    }


app = group(Fleet, "What users have, and what a release of a pack means for them: check.")
