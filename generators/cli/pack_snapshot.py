"""`dfops pack snapshot`: names and types of tables and columns as a file, to look at and to send by choice."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import RootOption, Unusable, writing
from generators.cli.pack_origins import CatalogOption, require_repository
from generators.cli.pack_source import DatabaseOption, SourceOption, source_of
from generators.cli.trust import TrustOption, opened
from generators.findings import nearest
from generators.output import create_file
from generators.packs.reading.decoding import BadExport
from generators.packs.reading.tables import Asked, column_type, read_export
from generators.published.manifest import Unreadable
from generators.published.projects import NoProject, project_in
from generators.published.snapshots import WAREHOUSES, TakenSnapshot, taken, text_of
from generators.published.warehouse import Columns, NotChecked, Where, columns_of
from generators.report.text import printable

if TYPE_CHECKING:
    from generators.published.catalog import PublishedPacks
    from generators.published.manifest import RuntimeNeeded
    from generators.published.projects import UserProject

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write; it must not be there yet.")]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="Your project: its runtime asks the source for the list of columns.")
]
ExportOption = Annotated[
    Path | None,
    typer.Option("--export", metavar="FILE", help="Instead of a project: an export of information_schema.columns."),
]
WarehouseOption = Annotated[
    str | None, typer.Option("--warehouse", help="duckdb, postgres, snowflake …", show_default="what the project says")
]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", "--schema-name", help="The schema with the connector's tables.")
]


def snapshot(
    out: OutOption,
    project: ProjectOption = None,
    source: SourceOption = None,
    export: ExportOption = None,
    warehouse: WarehouseOption = None,
    schema: SchemaOption = None,
    database: DatabaseOption = None,
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    root: RootOption = Path(),
) -> None:
    """Write the names and types of the tables and columns of one schema to a file. Nothing is sent.

    Maintainers of a pack can then say before a release whether it works on these tables. No row is read; the names of
    the schema and the database are not part of the file.
    """
    if not out.name or out.is_dir():
        raise Unusable(f"--out: {str(out)!r} is no name of a file")
    if schema is None:
        raise Unusable("name the schema with the connector's tables with --schema NAME")
    if warehouse is not None and warehouse not in WAREHOUSES:
        hint = nearest(warehouse, WAREHOUSES) or f"there are: {', '.join(WAREHOUSES)}"
        raise Unusable(f"no warehouse is called {printable(warehouse)!r}; {hint}")
    if (project is None) == (export is None):
        raise Unusable("name your project with --project DIR, or a file with its columns with --export FILE")
    try:
        if export is not None:
            made = _of_export(export, warehouse, (schema, database))
        else:
            made = _of_project(
                _project(project or Path(), opened(catalog, trust) if catalog else None, root),
                source,
                warehouse,
                (schema, database),
            )
    except Unreadable as error:
        raise Unusable(str(error)) from error
    sys.stdout.write(summary(made))
    _write(out, text_of(made))
    sys.stdout.write(
        f"Written to {printable(str(out))}. Nothing was sent: read the file, and send it if you want to.\n"
    )


def _write(out: Path, text: str) -> None:
    """A new file. Raises Unusable."""
    try:
        with writing(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            create_file(out, text)
    except Unusable as error:
        if os.path.lexists(out):
            raise Unusable(f"{out} is there already: name another file with --out, or move it away") from error
        raise


def summary(made: TakenSnapshot) -> str:
    """What a file holds, for the one who decides whether to send it."""
    lines = [f"{len(made.tables)} tables with {made.columns} columns on {made.warehouse}, their names and types only:"]
    lines += [f"  {printable(table)} ({len(columns)})" for table, columns in made.tables.items()]
    return "\n".join([*lines, f"Digest: {made.digest}\n"])


# ── an export ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _of_export(file: Path, warehouse: str | None, named: tuple[str, str | None]) -> TakenSnapshot:
    """The tables of a file with columns. Raises Unusable and Unreadable."""
    if warehouse is None:
        raise Unusable("say of which warehouse the export is with --warehouse NAME")
    try:
        return taken(warehouse, read_export(file, named[0], (), Asked(*named, warehouse)).tables)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror or error}") from error
    except BadExport as error:
        where = f":{error.line}:" if error.line else ""
        raise Unusable(f"{file}{where} {printable(error.sentence)}") from error


# ── a project ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _of_project(
    project: UserProject, source: str | None, warehouse: str | None, named: tuple[str, str | None]
) -> TakenSnapshot:
    """The tables that a project's source shows. Raises Unusable and Unreadable."""
    chosen = source_of(project, source)
    kind = warehouse or project.sources.get(chosen or "", "")
    if kind not in WAREHOUSES:
        raise Unusable("the project does not say which warehouse the source is: name it with --warehouse NAME")
    where = Where(chosen, kind, *named)
    found = columns_of(project, where, os.environ)  # noqa: TID251 - the edge asks
    if isinstance(found, NotChecked):
        raise Unusable(found.reason)
    return taken(kind, _typed(found, kind))


def _typed(found: Columns, warehouse: str) -> dict[str, dict[str, str]]:
    return {
        table: {column: column_type(kind, warehouse) for column, kind in columns.items()}
        for table, columns in found.tables.items()
    }


def _project(folder: Path, catalog: PublishedPacks | None, root: Path) -> UserProject:
    """The project, read by a runtime that its packs, a catalog or the repository name. Raises Unusable."""
    try:
        return project_in(folder, _runtimes(catalog, root))
    except NoProject as error:
        raise Unusable(str(error)) from error


def _runtimes(catalog: PublishedPacks | None, root: Path) -> list[RuntimeNeeded]:
    """Those that a catalog or the repository names: what lies in a project may name any program."""
    named = [runtime for release in catalog.index.releases for runtime in release.runtimes] if catalog else []
    if not named and catalog is None:
        require_repository(root)
        from generators.cli.pack_built import runtimes_named  # noqa: PLC0415 - the model, needed only here

        named = list(runtimes_named(root))
    return list({runtime.id: runtime for runtime in reversed(named)}.values())[::-1]
