"""`dfops catalog init`: the keys of a new catalog, and the root metadata that name them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.catalog_keys import PASSWORD, KeysOption, key_folder, require_outside, summary
from generators.cli.catalog_terms import terms_in
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.cli.places import unoccupied
from generators.packs.delivery.keys import Key
from generators.packs.delivery.signing import ONLINE, ROOT, first_root
from generators.published.trust import METADATA

IntoOption = Annotated[Path, typer.Option("--into", metavar="CATALOG", help="The folder of the catalog; may be new.")]
RootKeysOption = Annotated[
    int, typer.Option("--root-keys", min=1, max=16, help="How many root keys: each is best kept by another person.")
]
ThresholdOption = Annotated[
    int, typer.Option("--threshold", min=1, max=16, help="How many of the root keys must sign a new root.")
]
KEPT = """\
Whoever has the files in {keys} can publish in your name.
- root-*: move each to a place of its own that is offline; only `rotate` and `sign --root-metadata` need them
- targets, snapshot: where releases are made; timestamp: where the cadence renews it
{encrypted}Give {root} to users who cannot install dfops from the catalog: --trust FILE.
Next: make client CATALOG={catalog}, dfops pack publish --into {catalog}, dfops catalog sign --keys {keys} {catalog}
"""


def init(
    keys: KeysOption,
    into: IntoOption,
    root_keys: RootKeysOption = 2,
    threshold: ThresholdOption = 1,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Make the keys of a new catalog: two for the root, one each for targets, snapshot and timestamp.

    With a threshold of 1 the catalog survives the loss of all root keys but one; with 2 also the theft of one, and then
    keep one more key than the threshold. Keys are encrypted with the password in DFOPS_KEY_PASSWORD, if it is set.
    """
    if threshold > root_keys:
        raise Unusable(f"--threshold {threshold} needs at least so many root keys: --root-keys {threshold}")
    terms = terms_in(root)
    require_outside(keys, into, repository(root))
    unoccupied(keys, "name a new folder with --keys")
    if (into / METADATA).exists():
        raise Unusable(f"{into / METADATA} is already there: a catalog gets other keys with `dfops catalog rotate`")
    made = {ROOT: [Key.new(f"{ROOT}-{number}") for number in range(1, root_keys + 1)]}
    made |= {role: [Key.new(role)] for role in ONLINE}
    signed = first_root(made, threshold, terms, moment(at))
    folder = key_folder(keys)
    with writing(keys):
        folder.create(key for of_role in made.values() for key in of_role)
    try:
        with writing(into):
            signed.write(into)
    except Unusable:
        shutil.rmtree(keys)  # nothing was signed for anyone yet
        raise
    encrypted = "" if folder.password else f"- the files are not encrypted: {PASSWORD} was not set\n"
    sys.stdout.write(summary(signed))
    sys.stdout.write(KEPT.format(keys=keys, catalog=into, root=into / METADATA / "1.root.json", encrypted=encrypted))
