"""`dfops pack test`, `sample` and `install`: regressions, synthetic rows, and faces in a user's project."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators import report
from generators.cli.engines import progress, the_extra
from generators.cli.lookup import project_at, require_valid, selected, unoccupied, within
from generators.cli.options import RootOption, Unusable, repository, writing
from generators.cli.pack import FormatOption, NamesArgument
from generators.findings import nearest
from generators.output import create_folder, created
from generators.packs.engines import duck
from generators.packs.proof.fixtures import generate
from generators.packs.proof.recipes import FixtureError
from generators.packs.proof.results import SCHEMA_VERSION
from generators.packs.reading.collection import packs_at
from generators.packs.reading.folder import PackFolder

if TYPE_CHECKING:
    from generators.packs.proof.regressions import Miss, Ran

PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="The pack's name.")]
OutOption = Annotated[Path, typer.Option("--out", help="The DuckDB file to make; it must not exist.")]
AwkwardOption = Annotated[
    bool, typer.Option("--awkward", help="Mix in what packs must survive: NULL, odd text, zero, negative, huge.")
]
ProjectOption = Annotated[Path, typer.Option("--project", help="The Dataface project: the folder with dataface.yml.")]
WarehouseOption = Annotated[str, typer.Option("--warehouse", help="What the source is: duckdb, postgres, snowflake …")]
SourceOption = Annotated[str, typer.Option("--source", help="The source's name in dataface.yml.")]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", help="The schema with the tables.", show_default="the connector's own")
]


def run_regressions(names: NamesArgument = None, root: RootOption = Path(), form: FormatOption = "text") -> None:
    """Run each pack's regressions on DuckDB: changes that broke dashboards somewhere. Exit 1 when one fails."""
    packs = packs_at(repository(root))
    require_valid(packs)
    chosen = selected(packs, names)
    ran: list[tuple[PackFolder, Ran]] = []
    with the_extra(), progress(len(chosen)) as step:
        from generators.packs.proof.regressions import run  # noqa: PLC0415 - a parser: `dfops check` does without it

        for pack in chosen:
            step(pack.id)
            ran += ((pack, one) for one in run(pack))
    failed = sum(1 for _, one in ran if one.misses)
    if form == "json":
        rows = [{"pack": pack.id, "id": one.id, "misses": [_miss(m) for m in one.misses]} for pack, one in ran]
        sys.stdout.write(json.dumps({"schema_version": SCHEMA_VERSION, "results": rows}, indent=2) + "\n")
    else:
        for pack, one in ran:
            sys.stdout.write(
                f"{'FAILED' if one.misses else 'ok':7} {pack.id}  {one.id}  {report.printable(one.title)}\n"
            )
            for miss in one.misses:
                where = f"{miss.place.path}:{miss.place.line}:{miss.place.column}"
                sys.stdout.write(f"        {where}  {report.printable(miss.sentence)}\n")
        sys.stdout.write(f"{len(ran)} regressions, {failed or 'none'} failed\n")
    raise typer.Exit(1 if failed else 0)


def _miss(miss: Miss) -> dict[str, object]:
    place = miss.place
    return {"path": place.path, "line": place.line, "column": place.column, "message": miss.sentence}


def sample(name: PackArgument, out: OutOption, root: RootOption = Path(), awkward: AwkwardOption = False) -> None:
    """Make a DuckDB file with synthetic rows for a pack, for those without a warehouse at hand."""
    packs = packs_at(repository(root))
    require_valid(packs)
    pack = selected(packs, [name])[0]
    if pack.fixtures is None:
        raise Unusable(f"pack {name} has no fixtures.yaml to make rows from")
    unoccupied(out, "name another file with --out")
    if out.stem.lower() == pack.schema_name:  # DuckDB names a database after its file, and cannot tell the two apart
        raise Unusable(f"{out} is called like the schema in it; name another file with --out, such as warehouse.duckdb")
    try:
        rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=awkward)
    except FixtureError as error:
        raise Unusable(error.text(pack.fixtures)) from error
    try:
        with the_extra(), writing(out), created(out) as part:
            duck.fill(part, pack.schema_name, pack.schema.entity.tables, rows)
    except ValueError as error:
        raise Unusable(f"packs/{name}/fixtures.yaml: {error}") from error
    total = sum(len(found) for found in rows.values())
    sys.stdout.write(
        f"{report.printable(str(out))}: {total} synthetic rows in {len(rows)} tables of schema {pack.schema_name}\n"
    )


def install(
    name: PackArgument,
    project: ProjectOption,
    source: SourceOption,
    warehouse: WarehouseOption = "duckdb",
    schema: SchemaOption = None,
    root: RootOption = Path(),
) -> None:
    """Put a pack's faces into a Dataface project, with the SQL that its warehouse reads. Never overwrites."""
    packs = packs_at(repository(root))
    require_valid(packs)
    pack = selected(packs, [name])[0]
    supported = [support.name for support in pack.pack.entity.warehouses]
    if warehouse not in supported:
        known = nearest(warehouse, supported) or f"it has: {', '.join(supported)}"
        raise Unusable(f"pack {name} does not support {report.printable(warehouse)}; {known}")
    if pack.pack.entity.state == "withdrawn":
        raise Unusable(f"pack {name} is withdrawn: {pack.pack.entity.note}")
    project_at(project)
    schema = pack.schema_name if schema is None else schema
    for word, option in ((source, "--source"), (schema, "--schema")):
        if not word.replace("_", "").replace("-", "").isalnum() or not word.isascii():
            raise Unusable(f"{option} {report.printable(word)} is no name: letters, digits, - and _")
    target = project / "faces" / pack.id
    unoccupied(target, "move it away first: what you changed in it is yours")
    files = _delivered(pack, warehouse, source, schema)
    _placed(project, target, files)
    sys.stdout.write(f"{target}: {len(files) - 1} faces of {pack.pack.entity.title} {pack.pack.entity.version}\n")
    where = "" if str(project) == "." else f" --project-dir {shlex.quote(str(project))}"
    sys.stdout.write(f"Next: dft serve{report.printable(where)}\n")


def _delivered(pack: PackFolder, warehouse: str, source: str, schema: str) -> dict[str, str]:
    with the_extra():
        from generators.packs.delivery.faces import Undeliverable, delivered  # noqa: PLC0415 - a parser, needed only here
    try:
        return delivered(pack, warehouse, source, schema)
    except Undeliverable as error:
        raise Unusable(str(error)) from error


def _placed(project: Path, target: Path, files: dict[str, str]) -> None:
    """At once, or not at all: there is never half a pack."""
    if not within(target.parent, project):
        raise Unusable(f"{target} would be written outside the project: a folder on the way is a symbolic link")
    with writing(target):
        create_folder(target, files)
