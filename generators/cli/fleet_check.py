"""`dfops fleet check`: whom a release of a pack would break, judged by the snapshots that users have sent."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.options import FormatOption, PackArgument, RootOption, Unusable, repository
from generators.cli.pack_origins import CatalogOption
from generators.cli.trust import TrustOption, opened

SnapshotsOption = Annotated[
    Path,
    typer.Option(
        "--snapshots",
        metavar="PATH",
        help="A folder of snapshots, or a table of installations (.parquet, .csv, .jsonl) beside them.",
    ),
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against", metavar="VERSION", help="The published version to compare with.", show_default="the newest"
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where results are kept.", show_default="build/cache/fleet"),
]
BudgetOption = Annotated[
    str, typer.Option("--budget", metavar="N|N%", help="Installations that may newly break, or a share of all.")
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, max=1024, help="Processes.", show_default="one for each processor")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask cluster instead, such as tcp://10.0.0.5:8786."),
]
_BUDGET = re.compile(r"(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<share>%?)")


def check(
    name: PackArgument,
    snapshots: SnapshotsOption,
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    against: AgainstOption = None,
    out: OutOption = None,
    budget: BudgetOption = "0",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    root: RootOption = Path(),
    form: FormatOption = "text",
) -> None:
    """Say whom the pack, as it stands in the repository, would break, on which table or column, and who loses boards.

    With --catalog beside a published version: who newly breaks, and who is fixed. Exit 1 when more installations newly
    break than --budget allows. What was found is kept: a run that was ended goes on where it was.
    """
    if against is not None and catalog is None:
        raise Unusable("--against is a published version: name the catalog with --catalog DIR or URL")
    if workers is not None and scheduler is not None:
        raise Unusable("--workers are processes of this machine, --scheduler has its own: leave one out")
    share = _budget(budget)
    top = repository(root)
    from generators.cli import fleet_run  # noqa: PLC0415 - a parser and DuckDB, needed only here

    places = fleet_run.Places(top, snapshots, out or top / fleet_run.CACHE)
    judgement = fleet_run.judged(
        name, places, fleet_run.Other(opened(catalog, trust) if catalog else None, against), (workers, scheduler), share
    )
    sys.stdout.write(fleet_run.shown(judgement, form))
    raise typer.Exit(1 if judgement.is_over else 0)


def _budget(text: str) -> tuple[float, bool]:
    """A number, and whether it is a share of all in per cent. Raises Unusable."""
    found = _BUDGET.fullmatch(text.strip())
    number = float(found["number"]) if found else 0.0
    is_share = bool(found and found["share"])
    if found is None or (is_share and number > 100) or (not is_share and not number.is_integer()):  # noqa: PLR2004 - all
        raise Unusable(f"--budget {text[:40]!r} is neither a number of installations nor a share such as 0.1%")
    return number, is_share
