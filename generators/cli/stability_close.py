"""`dfops stability close`: how a tranche came out, written beside how it began; the rest goes into the next one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.lookup import entry_of
from generators.cli.options import AtOption, ResultsOption, RootOption, Unusable, moment, repository, writing
from generators.cli.partial import name_unread, partial_catalog
from generators.cli.rehearse_files import write_record
from generators.cli.reporting import report_new
from generators.cli.results import results_for
from generators.cli.stability_plan import FOLDER, end_of, names_from
from generators.model.operating import Cadence
from generators.model.refs import TrancheRef
from generators.model.stability import Defect, Tranche
from generators.output import write_if_changed
from generators.report.stability_plan import closing_text
from generators.stability.ranking import counted_alone, registered, scored
from generators.stability.tranches import DAY, Closing, closing, tranche_text
from generators.stability.validation import Standing, Validated, validated, with_reopened

if TYPE_CHECKING:
    from datetime import date

    from generators.catalog import Catalog, Entry

TrancheArgument = Annotated[str, typer.Argument(metavar="TRANCHE", help="The tranche.")]


def close(
    tranche: TrancheArgument, results: ResultsOption = None, at: AtOption = None, root: RootOption = Path()
) -> None:
    """Close a tranche, and carry over what is left.

    Writes how each of its defects stands beside how it stood at the beginning. A fix counts only once its validation
    passed. What is not settled becomes the next tranche, from the next day on. Exit 1 when anything is carried over.
    """
    top, when = repository(root), moment(at)
    read = partial_catalog(top)
    validations = validated(read, results_for(top, results))
    catalog = with_reopened(read, validations.reopened)
    entry = entry_of(catalog, Tranche, tranche)
    _refuse(catalog, entry, when.date())
    _refuse_unproven(catalog, entry, validations)
    review = entry_of(catalog, Cadence, entry.entity.cadence)
    defects = registered(catalog)
    ranked = scored(defects, counted_alone(defects, when.date()))
    found = closing(entry.entity, ranked, when.date(), end_of(review, when + DAY))
    closed, paths = _write(top, entry, found)
    sys.stdout.write(closing_text(closed))
    report_new(top, paths)
    name_unread(catalog)
    raise typer.Exit(1 if found.next else 0)


def _refuse(catalog: Catalog, entry: Entry[Tranche], today: date) -> None:
    """Raises Unusable for a tranche that cannot be closed."""
    tranche = entry.entity
    if tranche.closed:
        raise Unusable(f"tranche {entry.id} was closed on {tranche.closed}")
    if tranche.starts > today:
        raise Unusable(f"tranche {entry.id} starts on {tranche.starts}; close it once it has run")
    if not tranche.before:
        raise Unusable(f"tranche {entry.id} has no `before`; plan it with `dfops stability plan --write`")
    unknown = [str(name) for name in tranche.defects if not catalog.knows(name) or (name.kind, name) in catalog.broken]
    if unknown:
        raise Unusable(f"{entry.path} takes '{unknown[0]}', which is no defect that can be read; run `dfops check`")


def _refuse_unproven(catalog: Catalog, entry: Entry[Tranche], validations: Validated) -> None:
    """Raises Unusable where a defect is called fixed and its validation did not run."""
    for name in entry.entity.defects:
        defect = catalog.find(Defect, name)
        if defect is None or defect.entity.state != "fixed":
            continue
        stands = validations.standings.get(str(name), Standing(()))
        if stands.verdict != "passed":
            waiting = next((run.name for run in stands.runs if run.verdict != "passed"), "nothing")
            raise Unusable(
                f"defect {name} is called fixed, and its validation did not run ({waiting}); run it with "
                "pytest --junitxml build/tests.xml, or with dfops pack test"
            )


def _write(root: Path, entry: Entry[Tranche], found: Closing) -> tuple[Tranche, list[str]]:
    """The closed tranche, and the paths of what was written.

    The next tranche comes first: without it the closed one would name what is not there. After a run that was killed in
    between, the next run finds it as it would write it.
    """
    closed, paths = found.closed, [entry.path]
    if found.next:
        path = write_record(root, FOLDER, names_from(found.next.starts), tranche_text(found.next))
        closed = closed.model_copy(update={"carried_to": TrancheRef(Path(path).stem)})
        paths.append(path)
    with writing(root / entry.path):
        write_if_changed(root / entry.path, tranche_text(closed))
    return closed, paths
