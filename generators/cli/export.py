"""`dfops export`: what is derived from the model, as files for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import RootOption, repository, writing
from generators.output import write_if_changed
from generators.schemas import schema_files

app = typer.Typer(no_args_is_help=True, help="Write what other tools read: JSON Schemas for editors.")

CheckOption = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not what it should be.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to write into.", show_default="the root")]


@app.callback()
def export() -> None:
    """Keeps `schemas` a command of its own while it is the only one."""


@app.command("schemas")
def schemas(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
    """JSON Schemas of every kind in schemas/, and the editor's table of which folder uses which."""
    folder = (out or repository(root)).resolve()
    stale = [path for path, text in schema_files().items() if not _same(folder / path, text)]
    if check:
        for path in stale:
            sys.stdout.write(f"{path} is not up to date; run `dfops export schemas`\n")
        raise typer.Exit(1 if stale else 0)
    with writing(folder):
        for path, text in schema_files().items():
            write_if_changed(folder / path, text)
    sys.stdout.write(f"{len(stale)} of {len(schema_files())} files written\n")


def _same(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
