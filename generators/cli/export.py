"""`dfops export`: what is derived from the model, as files for other tools. The commands follow from the table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators import report
from generators.cli.derived import Derived, options, progress, settle
from generators.cli.lookup import require_valid
from generators.cli.options import AtOption, RootOption, SiteOption, clock, moment, repository, site_address
from generators.cli.tree import SETTINGS
from generators.exports.doubts import COVERAGE
from generators.exports.table import BUILT, EXPORTS, Export, Sources
from generators.findings import Finding, Severity, in_order

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


def _linked(export: Export) -> Callable[..., None]:
    def run(
        root: RootOption = Path(), site: SiteOption = "", out: OutOption = None, check: CheckOption = False
    ) -> None:
        _write([export], root, None, out, check=check, site=site)

    return run


def _undated(export: Export) -> Callable[..., None]:
    def run(root: RootOption = Path(), out: OutOption = None, check: CheckOption = False) -> None:
        _write([export], root, None, out, check=check)

    return run


for export in EXPORTS:
    text = f"{export.summary} Written to {export.writes}.\n\n{export.detail}".strip()
    command = _dated if export.dated else _linked if export.linked else _undated
    app.command(export.name, help=text)(command(export))


@app.command("all")
def everything(
    root: RootOption = Path(),
    at: AtOption = None,
    site: SiteOption = "",
    out: OutOption = None,
    check: CheckOption = False,
    committed: CommittedOption = False,
) -> None:
    """Everything above, each in its own place, or all of it below one folder."""
    chosen = [export for export in EXPORTS if export.committed or not committed]
    _write(chosen, root, at, out, check=check, name="all --committed" if committed else "all", site=site)


def _write(
    chosen: Sequence[Export],
    root: Path,
    at: str | None,
    out: Path | None,
    *,
    check: bool,
    name: str = "",
    site: str = "",
) -> None:
    """Make each export and settle it. `name` is what is run again, where that is not each export by itself."""
    when = clock() if at is None else moment(at)
    base = site_address(site)
    reading = [export for export in chosen if export.reads]
    top = repository(root) if reading or out is None else Path()
    with progress("Reading the model"):
        sources = _sources(top, when, reading) if reading else Sources.none(when)
    sources = replace(sources, site=base)
    derived = []
    refused = _refused(chosen, sources)
    with progress("Making the exports"):
        for export in chosen:
            if export in refused:
                continue
            made = export.make(sources)
            derived.append(Derived.following(export.name, _folder(export, top, out, alone=not name), made))
    again = name if out is not None or name != "all" else ""
    settle(derived, check=check, options=options(out, at, base), name=again, refused=bool(refused))


def _refused(chosen: Sequence[Export], sources: Sources) -> list[Export]:
    """The exports that errors stop whole, after saying which: their files stay as they are."""
    refused = []
    stopping: set[Finding] = set()
    for export in chosen:
        if export.by_rules and not export.by_thing and export.reads:
            found = [one for one in sources.findings if one.place.path.startswith(export.reads) and _spoils(one)]
            stopping.update(found)
            refused += [export] if found else []
    if stopping:
        sys.stdout.write(report.report(in_order(stopping), "text"))
        sys.stdout.write(f"Not exported: {', '.join(export.name for export in refused)}.\n")
    return refused


def _errors(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The first error of each file, less those that only say that somebody is missing."""
    errors: dict[str, Finding] = {}
    for finding in findings:
        if _spoils(finding):
            errors.setdefault(finding.place.path, finding)
    return errors


def _spoils(finding: Finding) -> bool:
    """Whether an error makes a file doubtful. That somebody is missing is what the file then says."""
    return finding.rule.code not in COVERAGE


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
        errors = tuple(finding for finding in checked.findings if finding.rule.severity is Severity.ERROR)
        return Sources(checked.catalog, checked.packs, at, _errors(errors), errors)
    from generators.packs.reading.collection import packs_at  # noqa: PLC0415 - as above

    packs = packs_at(root)
    require_valid(packs.findings)
    return Sources(packs.catalog, packs.folders, at)
