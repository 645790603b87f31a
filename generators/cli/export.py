"""`dfops export`: what is derived from the model, as files for other tools. The commands follow from the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.derived import Derived, options, progress, settle
from generators.cli.lookup import require_valid
from generators.cli.options import AtOption, RootOption, clock, moment, repository
from generators.cli.tree import SETTINGS
from generators.exports.table import BUILT, EXPORTS, Export, Sources

if TYPE_CHECKING:
    from datetime import datetime

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings=SETTINGS,
    help="Write what other tools read: " + ", ".join(export.name for export in EXPORTS) + ".",
)

CheckOption = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not what it should be.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write into.", show_default="the place named above")
]
CommittedOption = Annotated[bool, typer.Option("--committed", help="Only what is kept in git, as `make bless` does.")]


def _dated(export: Export) -> Callable[..., None]:
    def run(root: RootOption = Path(), at: AtOption = None, out: OutOption = None, check: CheckOption = False) -> None:
        _write([export], root, at, out, check=check)

    return run


def _undated(export: Export) -> Callable[..., None]:
    def run(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
        _write([export], root, None, out, check=check)

    return run


for export in EXPORTS:
    text = f"{export.summary} Written to {export.writes}.\n\n{export.detail}".strip()
    app.command(export.name, help=text)((_dated if export.dated else _undated)(export))


@app.command("all")
def everything(
    root: RootOption = Path(),
    at: AtOption = None,
    out: OutOption = None,
    check: CheckOption = False,
    committed: CommittedOption = False,
) -> None:
    """Everything above, each in its own place, or all of it below one folder."""
    chosen = [export for export in EXPORTS if export.committed or not committed]
    _write(chosen, root, at, out, check=check, name="all --committed" if committed else "all")


def _write(
    chosen: Sequence[Export], root: Path, at: str | None, out: Path | None, *, check: bool, name: str = ""
) -> None:
    """Make each export and settle it. `name` is what is run again, where that is not each export by itself."""
    when = clock() if at is None else moment(at)
    reading = [export for export in chosen if export.reads]
    top = repository(root) if reading or out is None else Path()
    with progress("Reading the model"):
        sources = _sources(top, when, reading) if reading else Sources.none(when)
    derived = []
    with progress("Making the exports"):
        for export in chosen:
            made = export.make(sources)
            derived.append(Derived(export.name, _folder(export, top, out, alone=not name), made))
    again = name if out is not None or name != "all" else ""
    settle(derived, check=check, options=options(out, at), name=again)


def _folder(export: Export, top: Path, out: Path | None, *, alone: bool) -> Path:
    """Where an export's files lie. What has a folder of its own below others keeps it where all are written."""
    if out is None:
        return (top / export.folder).resolve()
    inside = export.folder.removeprefix(BUILT).lstrip("/")
    return out.resolve() if alone else (out / inside).resolve()


def _sources(root: Path, at: datetime, reading: Sequence[Export]) -> Sources:
    """What the exports read, where nothing in it is at fault."""
    if any(export.by_rules for export in reading):
        from generators.site import check  # noqa: PLC0415 - every rule: `dfops export dbt` does without them

        checked = check(root, at)
        for export in reading:
            if export.by_rules:
                require_valid(checked.findings, *export.reads)
        return Sources(checked.catalog, checked.packs, at)
    from generators.packs.reading.collection import packs_at  # noqa: PLC0415 - as above

    packs = packs_at(root)
    require_valid(packs.findings)
    return Sources(packs.catalog, packs.folders, at)
