"""What the commands share that sign a catalog: the folder of keys, the terms, and where nothing may be written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable
from generators.cli.places import within
from generators.packs.delivery.keys import KeyFolder, Unsignable
from generators.published.manifest import Unreadable
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.packs.delivery.signing import Signing

PASSWORD = "DFOPS_KEY_PASSWORD"  # noqa: S105 - the name of the variable

KeysOption = Annotated[
    Path, typer.Option("--keys", metavar="DIR", help="The folder with the keys, outside of repository and catalog.")
]


@contextmanager
def signing() -> Iterator[None]:
    """Turns what cannot be signed into Unusable."""
    try:
        yield
    except (Unsignable, Unreadable) as error:
        raise Unusable(printable(str(error))) from error


def key_folder(path: Path) -> KeyFolder:
    """The folder of keys, with the password that the environment holds."""
    password = os.environ.get(PASSWORD)  # noqa: TID251 - the edge asks
    return KeyFolder(path, password.encode() if password else None)


def require_outside(keys: Path, catalog: Path, root: Path) -> None:
    """Raises Unusable for a folder of keys from where they could be published or committed."""
    here = keys.absolute()
    if within(here, catalog):
        raise Unusable(f"{keys} is in the catalog, which is served to everybody: keys lie elsewhere")
    checkout = next((top for top in here.resolve().parents if (top / ".git").exists()), None)
    if within(here, root) or checkout is not None:
        raise Unusable(
            f"{keys} is in the repository {checkout or root}: keys lie outside, where they cannot be committed"
        )


def summary(signed: Signing) -> str:
    """What was signed, a line for each role."""
    lines = [
        f"{role} {version}, valid until {signed.expires[role]:%Y-%m-%d}\n" for role, version in signed.versions.items()
    ]
    if signed.changed:
        lines.insert(0, f"{len(signed.changed)} files are new, changed or gone since the last signature\n")
    return "".join(lines)
