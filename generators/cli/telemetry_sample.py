"""`dfops telemetry sample`: synthetic events, for trying out what is made of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import INTERNAL
from generators.cli.lookup import valid_packs
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository, writing
from generators.exports.contracts import contracts_of
from generators.model.runtime import Runtime
from generators.output.writing import created
from generators.report.text import printable

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write; it must not be there yet.")]
DaysOption = Annotated[int, typer.Option("--days", min=1, max=90, help="How far back they reach.")]
ProjectsOption = Annotated[int, typer.Option("--installations", min=1, max=100_000, help="How many projects report.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same number makes the same events.")]
FailOption = Annotated[
    list[str] | None,
    typer.Option("--failing", metavar="PACK=SHARE", help="A share of a pack's boards fails; repeat it."),
]


def sample(
    out: OutOption,
    days: DaysOption = 30,
    installations: ProjectsOption = 100,
    failing: FailOption = None,
    seed: SeedOption = 1,
    at: AtOption = None,
    root: RootOption = Path(),
) -> None:
    """Write synthetic events as JSON lines. Each is marked as synthetic, and what is built on them says so."""
    top, when = repository(root), moment(at)
    packs, chosen = valid_packs(top, None)
    from generators.measures.sample import Plan, SampledPack, sampled  # noqa: PLC0415 - its own extra

    runtime = next((entry for entry in packs.catalog.entries_of(Runtime) if entry.entity.status == "current"), None)
    if runtime is None:
        raise Unusable("no runtime is current: see ops_model/operating/runtimes/")
    made = [
        SampledPack(
            pack.id,
            str(pack.pack.entity.connector),
            pack.pack.entity.version,
            [board.id for board in pack.boards],
            [name for name, table in pack.schema.entity.tables.items() if not table.optional],
            [support.name for support in pack.pack.entity.warehouses],
        )
        for pack in chosen
        if pack.pack.entity.audience != INTERNAL
    ]
    plan = Plan(when, days, installations, seed, _failing(failing or []), runtime.id, runtime.entity.newest.version)
    count = 0
    with writing(out), created(out) as part, part.open("wb") as stream:
        for line in sampled(contracts_of(packs.catalog), made, plan):
            stream.write(line)
            count += 1
    sys.stdout.write(f"{count} synthetic events in {printable(str(out))}\n")


def _failing(words: list[str]) -> dict[str, float]:
    found = {}
    for word in words:
        pack, _, share = word.partition("=")
        try:
            found[pack] = float(share)
        except ValueError:
            raise Unusable(f"--failing {printable(word)}: write it like stripe=0.05") from None
        if not 0 <= found[pack] <= 1:
            raise Unusable(f"--failing {printable(word)}: a share lies between 0 and 1")
    return found
