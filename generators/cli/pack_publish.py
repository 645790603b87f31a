"""`dfops pack publish`: versions of packs as archives in a catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import INTERNAL
from generators.cli.engines import progress
from generators.cli.lookup import require_valid, selected
from generators.cli.options import AtOption, PacksArgument, RootOption, Unusable, moment, repository, writing
from generators.packs.reading.collection import packs_at

IntoOption = Annotated[
    Path, typer.Option("--into", help="The folder of the catalog; made when missing. Versions in it never change.")
]


def publish(into: IntoOption, names: PacksArgument = None, at: AtOption = None, root: RootOption = Path()) -> None:
    """Write the present version of each pack into a catalog: an archive for each runtime and warehouse.

    Only adds, and leaves out internal packs. Refused, with nothing written for that pack: other content under a
    published version; a version number that says less than what changed since the last one; other numbers without a
    line in the changelog; an entry of another day. Exit 1 then.
    """
    top = repository(root)
    packs = packs_at(top)
    require_valid(packs.findings)
    chosen = selected(packs, names)
    inner = next((pack.id for pack in chosen if names and pack.pack.entity.audience == INTERNAL), None)
    if inner:
        raise Unusable(
            f"{inner} is for the team alone (audience: internal): it is never published; "
            f"`dfops pack install {inner} --project DIR` installs it from this repository"
        )
    with writing(into):
        into.mkdir(parents=True, exist_ok=True)
    from generators.cli.pack_publisher import Publisher  # noqa: PLC0415 - a parser and an engine, needed only here

    publisher = Publisher(packs, top, into, moment(at).date())
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            publisher.publish(pack)
    publisher.finish()
    raise typer.Exit(1 if publisher.refused else 0)
