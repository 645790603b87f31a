"""`dfops pack sample`: synthetic rows of a pack as a DuckDB file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.lookup import require_valid, selected
from generators.cli.options import PackArgument, RootOption, Unusable, repository, writing
from generators.cli.places import unoccupied
from generators.output import created
from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.packs.reading.collection import packs_at
from generators.report.text import printable

OutOption = Annotated[Path, typer.Option("--out", help="The DuckDB file to make; it must not exist.")]
AwkwardOption = Annotated[
    bool, typer.Option("--awkward", help="Mix in what packs must survive: NULL, odd text, zero, negative, huge.")
]


def sample(name: PackArgument, out: OutOption, root: RootOption = Path(), awkward: AwkwardOption = False) -> None:
    """Make a DuckDB file with synthetic rows for a pack, for those without a warehouse at hand."""
    packs = packs_at(repository(root))
    require_valid(packs.findings)
    pack = selected(packs, [name])[0]
    if pack.fixtures is None:
        raise Unusable(f"pack {pack.id} has no fixtures.yaml to make rows from")
    unoccupied(out, "name another file with --out")
    if out.stem.lower() == pack.schema_name:  # DuckDB names a database after its file, and cannot tell the two apart
        raise Unusable(f"{out} is called like the schema in it; name another file with --out, such as warehouse.duckdb")
    try:
        rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=awkward)
    except FixtureError as error:
        raise Unusable(error.text(pack.fixtures)) from error
    try:
        with writing(out), created(out) as part:
            duck.fill(part, pack.schema_name, pack.schema.entity.tables, rows)
    except ValueError as error:
        raise Unusable(f"packs/{pack.id}/fixtures.yaml: {error}") from error
    total = sum(len(found) for found in rows.values())
    sys.stdout.write(
        f"{printable(str(out))}: {total} synthetic rows in {len(rows)} tables of schema {pack.schema_name}\n"
    )
