"""`dfops pack check`: prove that the queries of packs run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, get_args

import typer

from generators.cli.lookup import name_of, named_in_warehouse, valid_packs
from generators.cli.options import (
    AtOption,
    FormatOption,
    PacksArgument,
    RecordedOption,
    RootOption,
    Unusable,
    moment,
    repository,
)
from generators.cli.pack_columns import query_of_columns, require_alone
from generators.cli.pack_events import tell
from generators.cli.pack_fit import fit
from generators.cli.runtimes import runtimes_here
from generators.cli.trust import TrustOption, opened
from generators.model.pack import Warehouse

if TYPE_CHECKING:
    from generators.cli.pack_proof import Proof

WarehouseOption = Annotated[
    list[str] | None,
    typer.Option("--warehouse", help="Only this warehouse; may be given again.", show_default="those of the pack"),
]
RuntimeOption = Annotated[
    list[str] | None,
    typer.Option("--runtime", help="Only this runtime, by id; repeat it for more.", show_default="all installed"),
]
SchemaOption = Annotated[
    Path | None,
    typer.Option("--schema", help="Somebody's tables: an export of information_schema.columns, as text or JSON."),
]
SchemaNameOption = Annotated[
    str | None, typer.Option("--schema-name", help="The schema in it, where it is not the connector's default name.")
]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="The database in it, where the export has several.")
]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="Somebody's project: the pack is run on its warehouse, read-only.")
]
SourceOption = Annotated[str | None, typer.Option("--source", help="The source in the project's file.")]
RecordOption = Annotated[
    bool,
    typer.Option("--record", help="Run the tests too, and write what was found to packs/PACK/evidence.yaml."),
]
SchemaQueryOption = Annotated[
    bool,
    typer.Option("--schema-query", help="Print the SQL whose rows are an export for --schema, and check nothing."),
]
CatalogOption = Annotated[
    str | None,
    typer.Option(
        "--catalog",
        metavar="DIR|URL",
        help="Check the published packs of a catalog, with --schema.",
        show_default="the repository",
    ),
]
ALONE = "is about a pack by itself: leave out --warehouse, --runtime, --schema and --project"
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Whether unchanged packs are recalled.")]


def check(
    names: PacksArgument = None,
    root: RootOption = Path(),
    warehouse: WarehouseOption = None,
    runtime: RuntimeOption = None,
    schema: SchemaOption = None,
    schema_name: SchemaNameOption = None,
    database: DatabaseOption = None,
    project: ProjectOption = None,
    source: SourceOption = None,
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    schema_query: SchemaQueryOption = False,
    record: RecordOption = False,
    recorded: RecordedOption = False,
    cache: CacheOption = True,
    at: AtOption = None,
    form: FormatOption = "text",
) -> None:
    """Prove each query: parsed and bound to the schema for every warehouse, executed where one answers.

    Against the pack's own schema by default; against somebody's tables with --schema or --project, for a published pack
    with --catalog as well. Exit 1 when something is broken or could not be proven, 0 when all is well or only optional
    tables are missing.
    """
    if catalog is not None:
        _require_export(names, schema, project or runtime or record or recorded or schema_query)
        where = schema or Path(), (schema_name, database), _warehouses(warehouse)
        _tell(fit(opened(catalog, trust), names or [], *where), form, project)
    top = repository(root)
    if schema_query:
        require_alone(schema, project, source, record=record or recorded)
        sys.stdout.write(query_of_columns(top, names, _warehouses(warehouse), (schema_name, database)))
        return
    _together(schema, schema_name, project, source)
    _of_an_export(database, schema, project)
    _by_itself(schema or project or warehouse or runtime, record=record, recorded=recorded)
    packs, chosen, now = *valid_packs(top, names), moment(at)
    from generators.cli import pack_proof  # noqa: PLC0415 - a parser and engines: `dfops check` does without them

    with runtimes_here(packs.catalog, top, runtime) as runtimes:
        here = pack_proof.Here(_warehouses(warehouse), runtimes, top if cache else None)
        if project is not None and source is not None:
            proof = pack_proof.on_project(chosen, pack_proof.AtSource(project, source), schema_name, here, now)
        elif schema is not None:
            proof = pack_proof.on_export(chosen, schema, (schema_name, database), here)
        else:
            proof = pack_proof.on_engines(chosen, here, recorded=recorded)
        if record:
            pack_proof.record(top, proof, here, now)
    _tell(proof, form, project)


def _tell(proof: Proof, form: str, project: Path | None) -> NoReturn:
    """Print what was found, tell it where it is of a user's tables, and end."""
    if proof.snapshots or proof.asked:
        from generators.cli.pack_boards import board_events  # noqa: PLC0415 - a parser, which was needed by now

        tell(project or Path(), *board_events(proof))
    sys.stdout.write(proof.json if form == "json" else proof.text)
    raise typer.Exit(1 if proof.failed else 0)


def _require_export(names: list[str] | None, schema: Path | None, other: object) -> None:
    """A published pack is checked against an export of columns, and against nothing else. Raises Unusable."""
    if not names:
        raise Unusable("--catalog needs the name of a PACK: `dfops pack list --catalog DIR` names them")
    if schema is None or other:
        raise Unusable("--catalog checks a published pack against an export of columns: name that with --schema FILE")


def _together(schema: Path | None, name: str | None, project: Path | None, source: str | None) -> None:
    """Options that mean nothing without another, or are two answers to one question."""
    if project is not None and source is None:
        raise Unusable("--project needs --source NAME: the source of the project that holds the connector's tables")
    if source is not None and project is None:
        raise Unusable("--source is one of a project's: name the project with --project DIR")
    if project is not None and schema is not None:
        raise Unusable("--schema and --project both say whose tables: leave one out")
    if name is not None and project is None and schema is None:
        raise Unusable("--schema-name is one in somebody's tables: name them with --schema FILE or --project DIR")
    named_in_warehouse("--schema-name", name)


def _by_itself(given: object, *, record: bool, recorded: bool) -> None:
    """Evidence is of the pack's own tables, on all that is here."""
    if (record or recorded) and given:
        raise Unusable(f"{'--record' if record else '--recorded'} {ALONE}")


def _of_an_export(database: str | None, schema: Path | None, project: Path | None) -> None:
    """A database is named in an export; a source reads its own."""
    named_in_warehouse("--database", database)
    if database is not None and project is not None:
        raise Unusable("--database is one in an export: a source reads the database that the project's file names")
    if database is not None and schema is None:
        raise Unusable("--database is one in an export: name the file with --schema FILE")


def _warehouses(names: list[str] | None) -> tuple[str, ...]:
    titles = {name: name for name in get_args(Warehouse)}
    return tuple(dict.fromkeys(name_of("warehouse", name, titles) for name in names or ()))
