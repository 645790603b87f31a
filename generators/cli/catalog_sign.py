"""`dfops catalog sign`: what was published becomes what users accept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.catalog_keys import KeysOption, key_folder, signing, summary
from generators.cli.catalog_terms import CatalogArgument, folder_of, terms_in
from generators.cli.options import AtOption, RootOption, Unusable, moment, writing
from generators.output.writing import taking_turns
from generators.packs.delivery.signing import signed, with_new_root, with_new_timestamp
from generators.published.standing import roots_in

OnlyOption = Annotated[
    bool, typer.Option("--only-timestamp", help="Renew the timestamp of what is signed; needs its key alone.")
]
AlsoRootOption = Annotated[bool, typer.Option("--root-metadata", help="Renew the root instead; needs the root keys.")]


def sign(
    catalog: CatalogArgument,
    keys: KeysOption,
    only_timestamp: OnlyOption = False,
    root_metadata: AlsoRootOption = False,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Sign every file of a catalog, and renew what ends soon. A file of a published version that changed is refused.

    Until it has run, users of the catalog are served what does not fit its metadata, and refuse it.
    """
    if only_timestamp and root_metadata:
        raise Unusable("--only-timestamp and --root-metadata renew different signatures: leave one out")
    terms, folder = terms_in(root), folder_of(catalog)
    make = with_new_timestamp if only_timestamp else with_new_root if root_metadata else signed
    now = moment(at)
    with writing(folder), taking_turns(folder):
        with signing():
            made = make(folder, key_folder(keys), terms, now)
        made.write(folder)
    sys.stdout.write(summary(made))
    with signing():
        ends = roots_in(folder)[-1].signed.expires
    if terms.is_due(ends, now):
        sys.stdout.write(
            f"warning: the root ends on {ends:%Y-%m-%d}: renew it with --root-metadata and the root keys\n"
        )
