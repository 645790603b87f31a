"""`dfops pack`: the commands about dashboard packs."""

from __future__ import annotations

from typing import ClassVar

from generators.cli.tree import CommandGroup, Entry, group


class Packs(CommandGroup):
    """Each in a module of its own."""

    entries: ClassVar = {
        "list": Entry(
            "pack_list:list_packs",
            "Every pack: of a project what is installed, of a catalog what is published, else those of the repository.",
        ),
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
        "upgrade": Entry(
            "pack_upgrade:upgrade",
            "Bring packs of a project to the newest published version, or to the one that --version names.",
        ),
        "rollback": Entry(
            "pack_rollback:rollback",
            "Bring packs of a project back to what they were before the last upgrade.",
        ),
        "diff": Entry(
            "pack_diff:diff",
            "Show what was edited in the packs of a project since they were delivered, as a unified diff.",
        ),
        "remove": Entry(
            "pack_remove:remove",
            "Take packs out of a project: the files that were delivered, and nothing else.",
        ),
        "verify": Entry(
            "pack_verify:verify",
            "Compare the packs of a project with what was delivered, and with what a catalog publishes.",
        ),
        "watch": Entry(
            "pack_watch:watch",
            "Say which boards will break, and which connections stand still or are late, before anybody opens a board.",
        ),
        "snapshot": Entry(
            "pack_snapshot:snapshot",
            "Write the names and types of the tables and columns of one schema to a file. Nothing is sent.",
        ),
        "eject": Entry(
            "pack_eject:eject",
            "Copy a board of a dbt package into the project, where the copy replaces it.",
        ),
        "withdraw": Entry(
            "pack_withdraw:withdraw",
            "Keep everybody from installing a version, or a pack, from now on, and say why.",
        ),
        "publish": Entry(
            "pack_publish:publish",
            "Write the present version of each pack into a catalog: an archive for each runtime and warehouse.",
        ),
    }


app = group(Packs, "The dashboard packs: list, check, install, upgrade, rollback, verify, publish and more.")
