"""`dfops catalog`: the keys and signatures of a catalog, for those who publish packs."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Signatures(CommandGroup):
    """Each a module of its own."""

    entries: ClassVar = {
        "init": Entry(
            "catalog_init:init", "Make the keys of a new catalog, outside of the repository and the catalog."
        ),
        "sign": Entry("catalog_sign:sign", "Sign what was published, or renew the signatures that end soon."),
        "rotate": Entry("catalog_rotate:rotate", "Replace a key: once a year, or when it was lost or stolen."),
        "status": Entry("catalog_status:status", "Say who signs, until when, and what is not signed."),
    }


app = group(Signatures, "The signatures of a catalog: init, sign, rotate, status.")
