"""Whom a command trusts to say what is in a catalog, and what it remembers of one."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Failed, Unusable, clock
from generators.output.paths import content
from generators.published.catalog import PublishedPacks, Unavailable, published
from generators.published.download import Unfetched, require_trusted
from generators.published.manifest import Unreadable
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.published.trust import Trust

HOME = "DFOPS_HOME"
"""The variable that names the folder of this program; else `dfops` in XDG_DATA_HOME, which is ~/.local/share."""
EMBEDDED = Path(__file__).parents[1] / "published/root.json"
"""The root of the catalog that this program was got from; in a checkout there is none."""
NO_ROOT = (
    "dfops does not know who signs this catalog: ask its publisher for the root metadata and name the file with "
    "--trust FILE or DFOPS_TRUST, or install dfops from that catalog, which brings them along"
)
MOST_ROOT = 512_000
"""Bytes of root metadata."""

TrustOption = Annotated[
    Path | None,
    typer.Option(
        "--trust",
        envvar="DFOPS_TRUST",
        metavar="FILE",
        help="The root metadata of the catalog, as its publisher gave it.",
        show_default="those that came with dfops",
    ),
]


@contextmanager
def asking() -> Iterator[None]:
    """Turns what a catalog does not have into Unusable, and what it has and cannot give into Failed."""
    try:
        yield
    except Unavailable as error:
        raise Unusable(str(error)) from error
    except (Unfetched, Unreadable) as error:
        raise Failed(str(error), "download" if isinstance(error, Unfetched) else "verify") from error


def opened(where: str, root: Path | None) -> PublishedPacks:
    """The catalog in a folder or at an address, verified. What was seen of it is remembered. Raises Unusable."""
    trust = trust_in(root)
    with asking():
        try:
            packs = published(where, trust)
        except Unfetched as error:
            if error.absent or not _is_asked(where):  # there is no catalog: what was typed is not its place
                raise Unusable(str(error)) from error
            raise
    if packs.trusted is not None and packs.trusted.unremembered:
        sys.stderr.write(
            "warning: what was seen of the catalog could not be kept, so an older one would not be noticed next time: "
            f"{printable(packs.trusted.unremembered)}\n"
        )
    return packs


def _is_asked(where: str) -> bool:
    """Whether anyone is asked at all: not for a folder, and not for an address that is refused."""
    try:
        require_trusted(where)
    except Unfetched:
        return False
    return True


def trust_in(root: Path | None) -> Trust:
    """Root metadata from a file, else those that came with the program. Raises Unusable."""
    from generators.published.trust import Trust  # noqa: PLC0415 - a tenth of a second, for catalogs alone

    if root is None and not EMBEDDED.is_file():
        raise Unusable(NO_ROOT)
    name = str(root) if root else "the root that came with dfops"
    return Trust(_read(root or EMBEDDED), name, clock(), home())


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        data = content(path.resolve()) if size <= MOST_ROOT else b""
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", "") or "it is no regular file"
        raise Unusable(f"--trust: {path} cannot be read: {reason}") from error
    if size > MOST_ROOT:
        raise Unusable(f"--trust: {path} is too large for root metadata")
    return data or b""


def home() -> Path | None:
    """The folder in which this program keeps what it has seen; None where the user has no home folder."""
    named = os.environ.get(HOME)  # noqa: TID251 - the edge asks
    if named:
        return Path(named).absolute()
    data = os.environ.get("XDG_DATA_HOME", "")  # noqa: TID251 - as above
    try:
        top = Path(data) if Path(data).is_absolute() else Path.home() / ".local/share"  # noqa: TID251 - as above
    except RuntimeError:
        return None
    return top / "dfops"
