"""`dfops pack verify`: the packs of a project, compared with what was delivered."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import FormatOption
from generators.cli.pack_places import named, nothing, packs_of, placed
from generators.cli.trust import TrustOption, opened
from generators.published.verification import verified
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.published.verification import Verified

ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project with the packs.")]
CatalogOption = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        envvar="DFOPS_CATALOG",
        metavar="DIR|URL",
        help="The catalog to compare with.",
        show_default="only the packs' own lists of files",
    ),
]
ALONE = "Compared with each pack's own list of files only; --catalog DIR or URL compares with what is published too.\n"


def verify(
    project: ProjectOption = Path(),
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    form: FormatOption = "text",
) -> None:
    """Compare the packs of a project with what was delivered, and with what a catalog publishes as the same version.

    Exit 1 when something differs, 2 when the project or the catalog cannot be read.
    """
    found = packs_of(project)
    index = opened(catalog, trust).index if catalog is not None else None
    packs = verified(found, index)
    if form == "json":
        sys.stdout.write(document(catalog=catalog, packs=[_fields(pack) for pack in packs]))
    else:
        sys.stdout.write(_text(packs, alone=index is None) if packs else nothing(project))
    raise typer.Exit(0 if all(pack.holds for pack in packs) else 1)


def _text(packs: Sequence[Verified], *, alone: bool) -> str:
    lines = []
    for one in packs:
        said = "; ".join(_differences(one)) or ("as delivered" if alone else "as published")
        lines.append(f"{named(one.pack)}: {printable(said)}\n")
    return "".join(lines) + (ALONE if alone else "")


def _differences(one: Verified) -> Iterator[str]:
    said, found = one.pack.manifest, one.pack.differences
    name = f"{said.pack} {said.version} for {said.warehouse}"
    if one.standing == "unpublished":
        yield f"{name} is not in the catalog"
    if one.withdrawn:
        yield one.withdrawn.rstrip(".")
    if one.standing == "other":
        yield f"not what is published as {name}"
    for what, paths in (
        ("edited here", found.changed),
        ("missing", found.missing),
        ("added here", found.added),
        ("waits to be merged", found.waiting),
    ):
        if paths:
            yield f"{what}: {', '.join(paths)}"


def _fields(one: Verified) -> dict[str, object]:
    said, found = one.pack.manifest, one.pack.differences
    return {
        "pack": said.pack,
        "version": said.version,
        "warehouse": said.warehouse,
        "runtime": said.runtime.id,
        "how": one.pack.how,
        "path": one.pack.path,
        "holds": one.holds,
        "catalog": one.standing,
        "withdrawn": one.withdrawn,
        "changed": found.changed,
        "missing": found.missing,
        "added": found.added,
        "waiting": found.waiting,
        **placed(one.pack),
    }
