"""`dfops export`: what is derived from the model, as files for other tools."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import RootOption, repository, writing
from generators.cli.pack import sound
from generators.output import write_if_changed
from generators.packs.dbt import sources
from generators.schemas import schema_files
from generators.site.proofs import packs_at

app = typer.Typer(no_args_is_help=True, help="Write what other tools read: JSON Schemas for editors, dbt sources.")

CheckOption = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not what it should be.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to write into.", show_default="the root")]


@app.command("schemas")
def schemas(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """JSON Schemas of every kind in schemas/, and the editor's table of which folder uses which."""
    _exported("schemas", schema_files(), (out or repository(root)).resolve(), check)


@app.command("dbt")
def dbt(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """The tables of each pack as dbt sources, with keys and freshness: packs/PACK/dbt/sources.yaml."""
    top = repository(root)
    packs = packs_at(top)
    sound(packs)
    files = {
        f"packs/{name}/dbt/sources.yaml": sources(name, pack.schema.entity) for name, pack in packs.folders.items()
    }
    _exported("dbt", files, (out or top).resolve(), check)


def _exported(name: str, files: Mapping[str, str], folder: Path, check: bool) -> None:
    """Write what differs, or with `check` say what does and exit 1."""
    stale = [path for path, text in files.items() if not _same(folder / path, text)]
    if check:
        for path in stale:
            sys.stdout.write(f"{path} is not up to date; run `dfops export {name}`\n")
        raise typer.Exit(1 if stale else 0)
    with writing(folder):
        for path, text in files.items():
            write_if_changed(folder / path, text)
    sys.stdout.write(f"{len(stale)} of {len(files)} files written\n")


def _same(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
