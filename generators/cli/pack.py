"""`dfops pack`: list what there is, and prove that its queries run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from generators import report
from generators.cli.engines import the_extra
from generators.cli.lookup import require_valid, selected
from generators.cli.options import AtOption, RootOption, Unusable, moment, repository
from generators.findings import nearest
from generators.model.pack import Warehouse
from generators.packs.proof.results import SCHEMA_VERSION, worst
from generators.packs.reading.collection import packs_at
from generators.packs.reading.folder import PackFolder

app = typer.Typer(no_args_is_help=True, help="The dashboard packs: list, check, test, sample, install.")

NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[PACK]…", help="Packs by name.", show_default="all")
]
FormatOption = Annotated[Literal["text", "json"], typer.Option("--format", help="For people or for programs.")]
WarehouseOption = Annotated[
    list[str] | None,
    typer.Option("--warehouse", help="Only this warehouse; may be given again.", show_default="those of the pack"),
]
SchemaOption = Annotated[
    Path | None, typer.Option("--schema", help="Somebody's tables: an information_schema.columns export, CSV or JSON.")
]
SchemaNameOption = Annotated[
    str | None, typer.Option("--schema-name", help="The schema in it, where it is not the connector's default name.")
]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="A Dataface project: the pack is run on its own warehouse, read-only.")
]
SourceOption = Annotated[str | None, typer.Option("--source", help="The source in the project's dataface.yml.")]
RecordOption = Annotated[
    bool, typer.Option("--record", help="Write what was found to packs/PACK/evidence.yaml, for the status pages.")
]
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Whether unchanged packs are recalled.")]


@app.command("list")
def list_packs(root: RootOption = Path(), form: FormatOption = "text") -> None:
    """Every pack with its version, faces, queries and what was last proven."""
    packs = packs_at(repository(root))
    rows = [_row(folder) for folder in packs.folders.values()]
    if form == "json":
        sys.stdout.write(json.dumps({"schema_version": SCHEMA_VERSION, "packs": rows}, indent=2) + "\n")
        return
    for row in rows:
        sys.stdout.write(
            f"{row['pack']:14} {row['version']:8} {row['state']:10} {row['faces']} faces, {row['queries']} queries, "
            f"{row['proven']}\n"
        )
    if not rows:
        sys.stdout.write("No pack here; `dfops new pack CONNECTOR --schema FILE` begins one.\n")


def _row(folder: PackFolder) -> dict[str, object]:
    evidence = folder.evidence.entity if folder.evidence else None
    if evidence is None:
        said = "never proven"
    elif evidence.digest != folder.digest:
        said = "changed since it was proven"
    else:
        said = f"{worst(face.verdict for face in evidence.faces)} on {evidence.checked_at:%Y-%m-%d}"
    return {
        "pack": folder.id,
        "version": folder.pack.entity.version,
        "state": folder.pack.entity.state,
        "faces": len(folder.faces),
        "queries": sum(len(face.queries) for face in folder.faces),
        "proven": said,
    }


@app.command("check")
def check(
    names: NamesArgument = None,
    root: RootOption = Path(),
    warehouse: WarehouseOption = None,
    schema: SchemaOption = None,
    schema_name: SchemaNameOption = None,
    project: ProjectOption = None,
    source: SourceOption = None,
    record: RecordOption = False,
    cache: CacheOption = True,
    at: AtOption = None,
    form: FormatOption = "text",
) -> None:
    """Prove each query: parsed and bound to the schema for every warehouse, executed where one answers.

    Against the pack's own schema by default; against somebody's tables with --schema or --project. Exit 1 when
    something is broken or could not be proven, 0 when all is well or only optional tables are missing.
    """
    top = repository(root)
    _together(schema, schema_name, project, source)
    wanted = _warehouses(warehouse)
    if record and (schema or project or warehouse):
        raise Unusable("--record keeps what a pack is worth by itself: leave out --warehouse, --schema and --project")
    packs = packs_at(top)
    require_valid(packs)
    chosen = selected(packs, names)
    now = moment(at)
    with the_extra():
        from generators.cli import proving  # noqa: PLC0415 - a parser and engines: `dfops check` does without them

        if project is not None and source is not None:
            found = proving.on_project(chosen, project, source, schema_name, wanted, now)
        else:
            found = proving.on_engines(chosen, schema, schema_name, wanted, top if cache else None)
        if record:
            proving.record(top, found, now)
        sys.stdout.write(proving.shown(found, form))
    raise typer.Exit(1 if found.bad else 0)


def _together(schema: Path | None, name: str | None, project: Path | None, source: str | None) -> None:
    """Options that mean nothing without another, or are two answers to one question."""
    if project is not None and source is None:
        raise Unusable(
            "--project needs --source NAME: the source in its dataface.yml that holds the connector's tables"
        )
    if source is not None and project is None:
        raise Unusable("--source is one of a project's: name the project with --project DIR")
    if project is not None and schema is not None:
        raise Unusable("--schema and --project both say whose tables: leave one out")
    if name is not None and project is None and schema is None:
        raise Unusable("--schema-name is one in somebody's tables: name them with --schema FILE or --project DIR")


def _warehouses(names: list[str] | None) -> tuple[str, ...]:
    known = get_args(Warehouse)
    for name in names or ():
        if name not in known:
            hint = nearest(name, known) or f"there are: {', '.join(known)}"
            raise Unusable(f"there is no warehouse {report.printable(name)}; {hint}")
    return tuple(dict.fromkeys(names or ()))
