"""`dfops stability plan`: the next tranche, proposed from the register and written for review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.lookup import entry_of
from generators.cli.options import AtOption, FormatOption, RootOption, Unusable, moment, repository
from generators.cli.partial import name_unread, partial_catalog
from generators.cli.rehearse_files import write_record
from generators.cli.reporting import report_new
from generators.cli.results import results_for
from generators.model.operating import Cadence
from generators.model.organization import Role
from generators.model.stability import Tranche
from generators.oncall.occurrences import next_held
from generators.report.stability_plan import proposal_json, proposal_text
from generators.stability.tranches import CAPACITY, PER_OWNER, planned_tranche, proposal, tranche_text
from generators.stability.validation import validated, with_reopened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from generators.catalog import Catalog, Entry
    from generators.stability.tranches import Proposal

FOLDER = "ops_model/stability/tranches"
CapacityOption = Annotated[
    int, typer.Option("--capacity", min=1, max=100, metavar="N", help="How many defects it takes.")
]
PerOwnerOption = Annotated[
    int, typer.Option("--per-owner", min=1, max=100, metavar="N", help="How many of one owner it takes.")
]
OwnerOption = Annotated[
    str | None, typer.Option("--owner", metavar="ROLE", help="Only defects of this role.", show_default="all")
]
CadenceOption = Annotated[
    str | None,
    typer.Option(
        "--cadence",
        metavar="CADENCE",
        help="The review that it ends with; its owner owns the tranche.",
        show_default="that of the latest tranche",
    ),
]
WriteOption = Annotated[bool, typer.Option("--write", help=f"Write it to {FOLDER}/, for review.")]


def plan(
    capacity: CapacityOption = CAPACITY,
    per_owner: PerOwnerOption = PER_OWNER,
    owner: OwnerOption = None,
    cadence: CadenceOption = None,
    write: WriteOption = False,
    form: FormatOption = "text",
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Propose the next tranche of defects to fix.

    Takes open defects, the worst severity first, then the highest score. What others maintain is listed to be reported
    to them. With --write the tranche becomes a file. Exit 1 when nothing is open.
    """
    top, when = repository(root), moment(at)
    read = partial_catalog(top)
    catalog = with_reopened(read, validated(read, results_for(top, None)).reopened)
    role = entry_of(catalog, Role, owner).id if owner else ""
    found = proposal(catalog, when, capacity=capacity, per_owner=per_owner, owner=role)
    sys.stdout.write(proposal_json(found) if form == "json" else proposal_text(found))
    name_unread(catalog)
    if not found.taken:
        raise typer.Exit(1)
    if write:
        _write(top, found, _review(catalog, cadence), when)


def _write(root: Path, found: Proposal, review: Entry[Cadence], at: datetime) -> None:
    owner = str(review.entity.owner)
    tranche = planned_tranche(found.taken, owner, review.id, at.date(), end_of(review, at))
    path = write_record(root, FOLDER, names_from(at.date()), tranche_text(tranche))
    report_new(root, [path])


def names_from(day: date) -> Iterator[str]:
    """Ids for a tranche that starts on a day, the first one first."""
    yield day.isoformat()
    for number in range(2, 100):
        yield f"{day.isoformat()}-{number}"


def end_of(review: Entry[Cadence], at: datetime) -> date:
    """The day on which a tranche ends: that of the next review."""
    coming = next_held(review.entity, at)
    if coming is None:
        raise Unusable(f"cadence {review.id} is never held again; name another one with --cadence")
    return coming.start.date()


def _review(catalog: Catalog, name: str | None) -> Entry[Cadence]:
    if name:
        return entry_of(catalog, Cadence, name)
    latest = max(catalog.entries_of(Tranche), key=lambda entry: entry.entity.starts, default=None)
    if latest is None:
        raise Unusable("name the review that the tranche ends with: --cadence CADENCE")
    return entry_of(catalog, Cadence, latest.entity.cadence)
