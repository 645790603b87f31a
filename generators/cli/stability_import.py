"""`dfops stability import`: bugs, support notes, releases and telemetry into the store, each report once."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.cli.partial import partial_catalog
from generators.cli.telemetry_store import StoreOption, layout_of, store_path
from generators.output.writing import write_if_changed
from generators.report.text import printable
from generators.report.text import text as findings_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.catalog import Catalog
    from generators.measures.occurrences import Compared, Occurrence
    from generators.stability.mapping import Mapping
    from generators.stability.proposals import Proposal
    from generators.stability.reports import Taken

PROPOSALS = "build/stability/proposals.yaml"
"""Below the root of the repository."""
SHOWN = 50
"""Bad rows, and proposals, that are printed; the rest are counted."""
Form = Literal["github-json", "github-csv"]

FileArgument = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="What an issue tracker or a desk exports: JSON or CSV.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="MAP.yaml", help="What its labels and columns mean here.")
]
TelemetryOption = Annotated[
    bool, typer.Option("--telemetry", help="Instead of a file: the failures in the store whose code a defect names.")
]
FormOption = Annotated[Form | None, typer.Option("--format", help="The form of the file.", show_default="as it looks")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]
ProposalsOption = Annotated[
    Path | None,
    typer.Option("--proposals", metavar="FILE", help="Where reports for review are written.", show_default=PROPOSALS),
]
SkipOption = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out instead of refusing the file.")]


def import_reports(
    file: FileArgument = None,
    mapping: MappingOption = None,
    telemetry: TelemetryOption = False,
    form: FormOption = None,
    dry_run: DryRunOption = False,
    skip_bad: SkipOption = False,
    review: ProposalsOption = None,
    store: StoreOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Take reports of a tracker, or what telemetry counted, into the store.

    Each report is a row of its own, once: importing it again changes only what is known of it by now. A file with a bad
    row changes nothing, unless --skip-bad. Reports that may be one of the known defects are proposed for review.
    """
    top, when = repository(root), moment(at)
    if telemetry == (file is not None):
        raise Unusable("name one of the two: a FILE with reports, or --telemetry")
    path, catalog = store_path(top, store), partial_catalog(top)
    if telemetry:
        rows = _counted(catalog, path)
        _tell(_kept(catalog, path, rows, dry_run=dry_run), path, dry_run=dry_run)
        return
    if file is None or mapping is None:
        raise Unusable("--mapping MAP.yaml says what the labels and columns of the file mean; see the stability guide")
    found = _taken(file, _mapping(mapping, catalog), form, catalog, when.date())
    _refuse(found, file, skip_bad=skip_bad)
    rows = [report.occurrence for report in found.reports]
    done = _kept(catalog, path, rows, dry_run=dry_run)
    _say_left_out(found)
    _tell(done, path, dry_run=dry_run)
    _propose(review or top / PROPOSALS, catalog, found, dry_run=dry_run)


def _mapping(path: Path, catalog: Catalog) -> Mapping:
    """The mapping. Raises Unusable where it cannot be read; prints what is wrong in it and exits 1."""
    from generators.stability.mapping import LARGEST, read_mapping  # noqa: PLC0415 - only this command reads one

    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    mapping, findings = read_mapping(str(path), data, catalog)
    sys.stderr.write(findings_text(findings))
    if mapping is None:
        raise typer.Exit(1)
    return mapping


def _taken(file: Path, mapping: Mapping, form: Form | None, catalog: Catalog, today: date) -> Taken:
    from generators.stability.exports import UnreadableExport, form_of, rows_of, text_of  # noqa: PLC0415 - as above
    from generators.stability.reports import Known, taken  # noqa: PLC0415

    try:
        text = text_of(file)
        return taken(rows_of(text, form or form_of(text), mapping), mapping, Known.of(catalog), today)
    except UnreadableExport as error:
        raise Unusable(f"{file} {error}") from error
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror}") from error


def _refuse(found: Taken, file: Path, *, skip_bad: bool) -> None:
    """Name the bad rows; without --skip-bad they end it."""
    for bad in found.bad[:SHOWN]:
        sys.stderr.write(f"{printable(str(file))}: {bad.place}: {printable(bad.reason)}\n")
    if len(found.bad) > SHOWN:
        sys.stderr.write(f"and {len(found.bad) - SHOWN:,} more bad rows\n")
    if found.bad and not skip_bad:
        rows = _count(len(found.bad), "bad row")
        sys.stderr.write(
            f"{rows}: nothing is written; correct the file or the mapping, or leave them out: --skip-bad\n"
        )
        raise typer.Exit(1)
    if found.bad:
        sys.stdout.write(f"Left out: {_count(len(found.bad), 'bad row')}.\n")


def _say_left_out(found: Taken) -> None:
    if found.ignored:
        sys.stdout.write(f"Left out: {_count(found.ignored, 'row')}: pull requests, or a label that is ignored.\n")
    if found.repeated:
        sys.stdout.write(f"Folded: {_count(found.repeated, 'row')} that repeat another.\n")


# ── the store ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _counted(catalog: Catalog, path: Path) -> list[Occurrence]:
    from generators.measures.occurrences import failures  # noqa: PLC0415 - its own extra
    from generators.measures.store import Unstored, opened  # noqa: PLC0415
    from generators.stability.counted import counted  # noqa: PLC0415

    try:
        with opened(path, layout_of(catalog), reads=True) as store:
            return counted(catalog, failures(store.connection))
    except Unstored as error:
        raise Unusable(str(error)) from error


def _kept(catalog: Catalog, path: Path, rows: Sequence[Occurrence], *, dry_run: bool) -> Compared:
    """The rows in the store, or what they would change in it; a dry run makes no store."""
    from generators.measures.occurrences import compared, in_memory, keep  # noqa: PLC0415 - its own extra
    from generators.measures.store import Unstored, opened  # noqa: PLC0415

    try:
        if dry_run and not path.is_file():
            with in_memory() as connection:
                return compared(connection, rows)
        with nullcontext() if dry_run else writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with opened(path, layout_of(catalog), reads=dry_run) as store:
                return (compared if dry_run else keep)(store.connection, rows)
    except Unstored as error:
        raise Unusable(str(error)) from error


def _tell(done: Compared, path: Path, *, dry_run: bool) -> None:
    where = printable(str(path))
    if not done.known and not done.writes:
        sys.stdout.write("Nothing to take in.\n")
        return
    if not done.writes:
        sys.stdout.write(f"Nothing changes: {where} holds {_count(done.known, 'occurrence')} of these already.\n")
        return
    verb = "would be written to" if dry_run else "written to"
    counts = f"{_count(done.new, 'new occurrence')}, {done.changed:,} changed, {done.known:,} known"
    sys.stdout.write(f"{counts}; {verb} {where}.\n")
    for connector, (new, changed) in done.connectors.items():
        sys.stdout.write(f"  {connector or 'no connector'}: {new:,} new, {changed:,} changed\n")


# ── proposals ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _propose(path: Path, catalog: Catalog, found: Taken, *, dry_run: bool) -> None:
    """Print what unassigned reports may be; the same as a file for review, unless nothing is to be written."""
    from generators.stability.proposals import proposals, proposals_text  # noqa: PLC0415 - its own extra

    made = proposals(catalog, found.reports)
    left = sum(not report.occurrence.defect for report in found.reports) - len(made)
    if made:
        sys.stdout.write(f"{_count(len(made), 'report')} without a defect:\n")
        sys.stdout.writelines(f"{line}\n" for line in _lines(made))
    if left:
        sys.stdout.write(f"{left:,} older ones are not compared: assign these first, and import again.\n")
    if dry_run:
        return
    with writing(path):
        write_if_changed(path, proposals_text(made, left))
    if made:
        sys.stdout.write(f"For review: {printable(str(path))}\n")


def _lines(made: Sequence[Proposal]) -> Iterator[str]:
    likely = [one for one in made if one.candidates]
    for one in likely[:SHOWN]:
        first = one.candidates[0]
        more = f", and {len(one.candidates) - 1} more" if len(one.candidates) > 1 else ""
        yield printable(f"  {one.report.occurrence.reference}: {first.defect}? ({first.why}){more}")
    if len(likely) > SHOWN:
        yield f"  and {len(likely) - SHOWN:,} more with a defect that they may be"
    if without := len(made) - len(likely):
        yield f"  {_count(without, 'report')} like no defect: `dfops new defect ID` for what is confirmed"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
