"""`dfops stability incident`: the notes of a runbook page become an incident, for review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.lookup import entry_of
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository
from generators.cli.partial import partial_catalog
from generators.cli.rehearse_files import write_record
from generators.cli.reporting import report_new
from generators.model.operating import Connector
from generators.model.runbook import Runbook
from generators.model.support import Severity
from generators.published.manifest import Unreadable
from generators.report.text import printable
from generators.stability.notes import MOST, Notes, incident_of, incident_text, read_notes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.catalog import Catalog, Entry

FOLDER = "ops_model/stability/incidents"
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="What a runbook page downloads or copies as its timeline.")
]
ConnectorOption = Annotated[
    str | None,
    typer.Option("--connector", metavar="CONNECTOR", help="The connector concerned.", show_default="as noted"),
]
SeverityOption = Annotated[
    str | None, typer.Option("--severity", metavar="SEVERITY", help="How bad it was.", show_default="as noted")
]


def incident(
    file: FileArgument,
    connector: ConnectorOption = None,
    severity: SeverityOption = None,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Write an incident from the notes of a runbook page.

    Takes the times of the steps. Its impact and follow-ups are yours to write. Never overwrites.
    """
    top = repository(root)
    notes = _notes(file, moment(at))
    catalog = partial_catalog(top)
    runbook = entry_of(catalog, Runbook, notes.runbook)
    level = severity or notes.given.get("severity")
    if not level:
        raise Unusable("the notes name no severity; name it with --severity")
    # A value that was filled in on the page may be no connector: only one that is known is taken from there.
    noted = notes.given.get("connector", "")
    named = entry_of(catalog, Connector, connector).id if connector else noted if _is_known(catalog, noted) else ""
    made = incident_of(notes, str(runbook.entity.surface), entry_of(catalog, Severity, level).id, named)
    path = write_record(top, FOLDER, _names(notes), incident_text(made))
    report_new(top, [path], _remarks(notes, runbook))


def _notes(file: Path, at: datetime) -> Notes:
    """The notes in a file. Raises Unusable for what no page writes."""
    try:
        if not file.is_file():
            raise Unusable(f"{printable(str(file))} is no file: name what a runbook page downloaded")
        with file.open("rb") as opened:
            return read_notes(opened.read(MOST + 1), at)
    except Unreadable as error:
        raise Unusable(f"{printable(str(file))} {printable(str(error))}") from error
    except OSError as error:
        raise Unusable(f"{printable(str(file))} cannot be read: {error.strerror}") from error


def _is_known(catalog: Catalog, name: str) -> bool:
    return catalog.find(Connector, name) is not None


def _names(notes: Notes) -> Iterator[str]:
    """Ids for the incident, the first one first; at most 80 characters."""
    day = notes.moments[0].at.date().isoformat()
    stem = f"{day}-{notes.runbook[:60].rstrip('-_')}"
    yield stem
    for number in range(2, 100):
        yield f"{stem}-{number}"


def _remarks(notes: Notes, runbook: Entry[Runbook]) -> Iterator[str]:
    """Steps that the runbook does not have, or no longer."""
    titles = [step.title for step in runbook.entity.steps]
    for moment_ in notes.moments:
        if not any(title in moment_.what for title in titles):
            yield f"line {moment_.line}: runbook {runbook.id} has no such step now"
