"""`dfops pack sample`: synthetic rows of a pack as a DuckDB file, also as a source of a user's project."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import PackArgument, RootOption, Unusable, writing
from generators.cli.pack_origins import CatalogOption, VersionOption
from generators.cli.pack_recipes import Asked, Recipe, recipe_of
from generators.cli.pack_sources import Registered, registered
from generators.cli.places import unoccupied
from generators.cli.trust import TrustOption
from generators.output import created
from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.packs.engines.rows import Tables

OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="The DuckDB file to make; it must not exist.", show_default="PACK_sample.duckdb"),
]
ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Put the file into this project, and make it a source of it."),
]
AwkwardOption = Annotated[
    bool, typer.Option("--awkward", help="Mix in what packs must survive: NULL, odd text, zero, negative, huge.")
]


def sample(
    name: PackArgument,
    out: OutOption = None,
    project: ProjectOption = None,
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    version: VersionOption = None,
    root: RootOption = Path(),
    awkward: AwkwardOption = False,
) -> None:
    """Make a DuckDB file with synthetic rows for a pack, for those without a warehouse at hand.

    With --catalog for a published version, the newest unless --version names another; else for the pack as it stands in
    the repository. With --project the file is a source of that project, whose own file is made where it has none.
    """
    recipe = recipe_of(name, Asked(catalog, version, trust), root)
    source = f"{recipe.pack}_sample"
    file = out or (project or Path()) / f"{source}.duckdb"
    unoccupied(file, "name another file with --out")
    schema = recipe.schema.entity.schema_name
    if file.stem.lower() == schema:  # DuckDB names a database after its file, and cannot tell the two apart
        raise Unusable(f"{file} is called like the schema in it; name another file with --out, such as {source}.duckdb")
    place = registered(project, recipe.runtimes(), source, file) if project is not None else None
    rows = _rows(recipe, awkward=awkward)
    _write(file, recipe, rows, place)
    total = sum(len(found) for found in rows.values())
    sys.stdout.write(f"{printable(str(file))}: {total} synthetic rows in {len(rows)} tables of schema {schema}\n")
    if place is not None:
        sys.stdout.write(_next(recipe.pack, place, catalog, trust))


def _rows(recipe: Recipe, *, awkward: bool) -> Tables:
    try:
        return generate(recipe.schema.entity, recipe.fixtures.entity, awkward=awkward)
    except FixtureError as error:
        raise Unusable(error.text(recipe.fixtures)) from error


def _write(file: Path, recipe: Recipe, rows: Tables, place: Registered | None) -> None:
    """The file, then the source: neither where one of them cannot be written."""
    schema = recipe.schema.entity
    try:
        with writing(file), created(file) as part:
            duck.fill(part, schema.schema_name, schema.tables, rows)
    except ValueError as error:
        raise Unusable(f"{recipe.fixtures.path}: {error}") from error
    if place is not None:
        try:
            with writing(place.file):
                place.write()
        except Unusable:
            file.unlink(missing_ok=True)
            raise


def _next(pack: str, place: Registered, catalog: str | None, trust: Path | None) -> str:
    words = ["dfops", "pack", "install", pack]
    words += ["--catalog", catalog] if catalog else []
    words += ["--trust", str(trust)] if catalog and trust else []
    words += ["--project", str(place.project), "--source", place.source]
    return (
        f"{printable(str(place.file))}: source {place.source}\n"
        f"Next: {printable(' '.join(shlex.quote(word) for word in words))}\n"
    )
