"""`dfops pack`: the commands about dashboard packs, and the list of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from generators.cli.options import FormatOption, RootOption
from generators.cli.tree import CommandGroup, Entry, group


class Packs(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "list": Entry("pack:list_packs", "Every pack with its version, boards, queries and what was last proven."),
        "check": Entry(
            "pack_check:check",
            "Prove each query: parsed and bound to the schema for every warehouse, executed where one answers.",
        ),
        "test": Entry(
            "pack_regressions:run_regressions",
            "Run each pack's regressions on DuckDB: changes that broke dashboards somewhere.",
        ),
        "sample": Entry(
            "pack_sample:sample",
            "Make a DuckDB file with synthetic rows for a pack, for those without a warehouse at hand.",
        ),
        "install": Entry(
            "pack_install:install",
            "Put a pack's boards into a project, with the SQL that its warehouse reads.",
        ),
        "publish": Entry(
            "pack_publish:publish",
            "Write the present version of each pack into a catalog: an archive for each runtime and warehouse.",
        ),
    }


app = group(Packs, "The dashboard packs: list, check, test, sample, install, publish.")


def list_packs(root: RootOption = Path(), form: FormatOption = "text") -> None:
    """Every pack with its version, boards, queries and what was last proven."""
    from generators.cli.pack_repository import listed  # noqa: PLC0415 - the model, needed only here

    sys.stdout.write(listed(root, form))
