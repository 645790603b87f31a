"""`dfops pack install`: the boards of a pack in a user's project."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.engines import the_extra
from generators.cli.lookup import project_at, require_valid, selected, unoccupied, within
from generators.cli.options import PackArgument, RootOption, Unusable, repository, writing
from generators.cli.runtimes import runtimes_of
from generators.findings import nearest
from generators.output import create_folder
from generators.packs.reading.collection import packs_at
from generators.packs.reading.grammars import GRAMMARS
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.model.runtime import Runtime
    from generators.packs.reading.folder import PackFolder

ProjectOption = Annotated[
    Path, typer.Option("--project", help="The project: the folder with the file that its runtime looks for.")
]
WarehouseOption = Annotated[str, typer.Option("--warehouse", help="What the source is: duckdb, postgres, snowflake …")]
SourceOption = Annotated[str, typer.Option("--source", help="The source's name in the project.")]
RuntimeOption = Annotated[
    str | None,
    typer.Option("--runtime", help="The runtime that reads them, by id.", show_default="the one whose project it is"),
]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", help="The schema with the tables.", show_default="the connector's own")
]


def install(
    name: PackArgument,
    project: ProjectOption,
    source: SourceOption,
    warehouse: WarehouseOption = "duckdb",
    schema: SchemaOption = None,
    runtime: RuntimeOption = None,
    root: RootOption = Path(),
) -> None:
    """Put a pack's boards into a project, with the SQL that its warehouse reads. Never overwrites."""
    top = repository(root)
    packs = packs_at(top)
    require_valid(packs.findings)
    pack = selected(packs, [name])[0]
    _require_support(pack, warehouse)
    reader = project_at(project, runtimes_of(packs.catalog, top, [runtime] if runtime else None)).runtime.runtime
    schema = pack.schema_name if schema is None else schema
    for word, option in ((source, "--source"), (schema, "--schema")):
        if not word.replace("_", "").replace("-", "").isalnum() or not word.isascii():
            raise Unusable(f"{option} {printable(word)} is no name: letters, digits, - and _")
    target = project / reader.words.folder / pack.id
    unoccupied(target, "move it away first: what you changed in it is yours")
    files = _delivered(pack, warehouse, source, schema, reader)
    if not within(target.parent, project):
        raise Unusable(f"{target} would be written outside the project: a folder on the way is a symbolic link")
    with writing(target):
        create_folder(target, files)
    sys.stdout.write(
        f"{target}: {len(files) - 1} {reader.words.boards} of {pack.pack.entity.title} {pack.pack.entity.version}\n"
    )
    where = "" if str(project) == "." else f" --project-dir {shlex.quote(str(project))}"
    sys.stdout.write(f"Next: {reader.program} serve{printable(where)}\n")


def _require_support(pack: PackFolder, warehouse: str) -> None:
    """Raises Unusable for a warehouse that the pack does not support, and for a pack that was withdrawn."""
    names = [support.name for support in pack.pack.entity.warehouses]
    if warehouse not in names:
        hint = nearest(warehouse, names) or f"it has: {', '.join(names)}"
        raise Unusable(f"pack {pack.id} does not support {printable(warehouse)}; {hint}")
    if pack.pack.entity.state == "withdrawn":
        raise Unusable(f"pack {pack.id} is withdrawn: {pack.pack.entity.note}")


def _delivered(pack: PackFolder, warehouse: str, source: str, schema: str, reader: Runtime) -> dict[str, str]:
    with the_extra():
        from generators.packs.delivery.boards import Undeliverable, delivered  # noqa: PLC0415 - a parser, needed only here
    if reader.grammar not in GRAMMARS:
        raise Unusable(f"packs cannot be written in the grammar '{reader.grammar}' of {reader.title}")
    try:
        return delivered(pack, warehouse, source, schema, GRAMMARS[reader.grammar])
    except Undeliverable as error:
        raise Unusable(str(error)) from error
