"""`dfops pack test`: regressions of packs, and the variations that every pack must withstand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from generators.cli.engines import progress
from generators.cli.lookup import require_valid, selected
from generators.cli.options import FormatOption, PacksArgument, RecordedOption, RootOption, repository
from generators.cli.runtimes import first_of, runtimes_here, versions_of
from generators.packs.reading.collection import packs_at

if TYPE_CHECKING:
    from generators.packs.proof.regressions import Ran


def run_regressions(
    names: PacksArgument = None,
    root: RootOption = Path(),
    recorded: RecordedOption = False,
    form: FormatOption = "text",
) -> None:
    """Run each pack's regressions on DuckDB: changes that broke dashboards somewhere. Exit 1 when one fails.

    Then the pack on rows that are all text, that are empty but for the keys, and whose joins find nothing.
    """
    top = repository(root)
    packs = packs_at(top)
    require_valid(packs.findings)
    results: list[tuple[str, Ran]] = []
    from generators.packs.proof.evidence import Versions, tests_hold  # noqa: PLC0415 - a parser: other commands do without it
    from generators.packs.proof.variations import run_all  # noqa: PLC0415 - as above
    from generators.report.packs import regressions_json, regressions_text, unchanged_text  # noqa: PLC0415 - as above

    chosen = selected(packs, names)
    with runtimes_here(packs.catalog, top) as here:
        versions = Versions({}, versions_of(here))
    unchanged = [pack for pack in chosen if recorded and tests_hold(pack, versions)]
    asked = [pack for pack in chosen if pack not in unchanged]
    with runtimes_here(packs.catalog, top) as here, progress(len(asked)) as step:
        for pack in asked:
            step(pack.id)
            results += ((pack.id, one) for one in run_all(pack, first_of(here)))
    if form == "json":
        sys.stdout.write(regressions_json(results))
    else:
        sys.stdout.write(unchanged_text(unchanged, "tested"))
        sys.stdout.write(regressions_text(results) if results or not unchanged else "")
    raise typer.Exit(1 if any(one.misses for _, one in results) else 0)
