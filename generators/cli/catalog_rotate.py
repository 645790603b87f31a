"""`dfops catalog rotate`: another key in the place of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.catalog_keys import (
    KeysOption,
    key_folder,
    require_outside,
    signing,
    summary,
)
from generators.cli.catalog_terms import CatalogArgument, folder_of, terms_in
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.output.writing import taking_turns
from generators.packs.delivery.keys import Key, names_of
from generators.packs.delivery.signing import role_of, rotated
from generators.published.standing import roots_in

if TYPE_CHECKING:
    from tuf.api.metadata import Root

    from generators.packs.delivery.keys import KeyFolder

NameArgument = Annotated[str, typer.Argument(metavar="KEY", help="root-1, root-2, targets, snapshot or timestamp.")]
LostOption = Annotated[bool, typer.Option("--lost", help="The old key is not there any more.")]


def rotate(
    name: NameArgument,
    catalog: CatalogArgument,
    keys: KeysOption,
    lost: LostOption = False,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Make a new key and have the root keys name it; whatever the old one signed is signed anew in the same step.

    As many root keys as the threshold says must lie in the folder of --keys. Users need do nothing.
    """
    terms, folder, store = terms_in(root), folder_of(catalog), key_folder(keys)
    require_outside(keys, catalog, repository(root))
    with writing(folder), taking_turns(folder):
        with signing():
            before = roots_in(folder)[-1].signed
            role_of(before, name)
            _require_known(store, before, name, lost=lost)
            key = Key.new(name)
            made = rotated(folder, name, key, store, terms, moment(at))
        # The key first: a root that names a key which is nowhere could never be followed by another release.
        path = store.add(key)
        made.write(folder)
    sys.stdout.write(f"{path} is the new key {name}\n{summary(made)}")
    old = names_of(before)[name][:8]
    sys.stdout.write(f"The old key, {name}-{old}.pem, is not accepted any more: delete it.\n")


def _require_known(store: KeyFolder, before: Root, name: str, *, lost: bool) -> None:
    """Raises Unusable where the old key is missing and nobody said so: it may be the wrong folder."""
    if names_of(before)[name] not in store.signers(before) and not lost:
        raise Unusable(f"the key {name} is not in {store.path}: name another folder with --keys, or say --lost")
