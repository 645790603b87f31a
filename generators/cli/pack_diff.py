"""`dfops pack diff`: what was edited in the packs of a project, or what another version would bring."""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import Unusable
from generators.cli.pack_folder import placed_files
from generators.cli.pack_origins import FromCatalog, VersionOption
from generators.cli.pack_turn import chosen, folder_turn, project_turn
from generators.cli.pack_upgrade import NamesArgument, ProjectOption
from generators.cli.trust import TrustOption, opened
from generators.published.installed import target_of
from generators.published.manifest import Unreadable
from generators.report.text import printable

BesideOption = Annotated[
    str | None,
    typer.Option("--catalog", metavar="DIR|URL", help="The catalog to compare with.", show_default="only your edits"),
]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def diff(
    names: NamesArgument = None,
    project: ProjectOption = Path(),
    catalog: BesideOption = None,
    version: VersionOption = None,
    trust: TrustOption = None,
) -> None:
    """Show what was edited in the packs of a project since they were delivered, as a unified diff.

    With --catalog: what the newest published version, or the one that --version names, delivers otherwise.
    """
    shown: list[str] = []
    published = opened(catalog, trust) if catalog else None
    with project_turn(project) as packs, folder_turn():
        for folder in chosen(packs, names, project):
            now = packs.lock.packs[folder].now
            try:
                delivered = packs.require_kept(folder, "now").files
            except Unreadable as error:
                raise Unusable(
                    f"{error}: take .dfops back from version control, or remove and install the pack"
                ) from error
            if published is None:
                here = packs.present(folder, *now.files)
                shown += _changes(folder, delivered, here, ("delivered", "here"))
            else:
                contents = FromCatalog.of(published, now.pack, version).contents(now.runtime.id, now.warehouse)
                files = placed_files(contents, target_of(folder, now))
                shown += _changes(folder, delivered, files, (now.version, contents.manifest.version))
    sys.stdout.write("".join(f"{printable(line)}\n" for line in shown) or "no differences\n")


def _changes(
    folder: str, before: Mapping[str, bytes], after: Mapping[str, bytes | None], names: tuple[str, str]
) -> Iterator[str]:
    for path in sorted(before.keys() | after.keys()):
        old, new = _lines(before.get(path)), _lines(after.get(path))
        places = [f"{folder}/{path} ({name})" for name in names]
        yield from unified_diff(old, new, places[0], places[1], lineterm="")
        if old == new and before.get(path) != after.get(path):
            yield f"{folder}/{path}: the ends of its lines differ, nothing else"


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode(errors="replace").splitlines()
