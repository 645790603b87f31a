"""`dfops pack install`: the boards of a pack in a user's project, from a catalog or from this repository."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import PackArgument, RootOption, Unusable
from generators.cli.pack_attempt import attempting
from generators.cli.pack_folder import placed_files, put
from generators.cli.pack_origins import CatalogOption, FromCatalog, Origin, VersionOption, from_repository
from generators.cli.pack_source import DatabaseOption, SourceOption, source_of
from generators.cli.pack_tables import CheckOption, Fitted, Tables, fitted, refusal
from generators.cli.pack_turn import folder_turn, project_turn, remember
from generators.cli.places import within
from generators.cli.trust import TrustOption
from generators.findings import nearest
from generators.published.installed import META, Target, installed
from generators.published.projects import NoProject, UserProject, project_in
from generators.published.tables import Place, unusable
from generators.report.text import printable
from generators.source.portable import unportable

if TYPE_CHECKING:
    from generators.cli.pack_attempt import Attempt
    from generators.published.catalog import Contents
    from generators.published.lockfile import Installed
    from generators.published.manifest import PackManifest
    from generators.published.project_packs import ProjectPacks

ProjectOption = Annotated[
    Path, typer.Option("--project", help="The project: the folder with the file that its runtime looks for.")
]
WarehouseOption = Annotated[
    str | None,
    typer.Option(
        "--warehouse", help="duckdb, postgres, snowflake …", show_default="what the project says of the source"
    ),
]
RuntimeOption = Annotated[
    str | None,
    typer.Option("--runtime", help="The runtime that reads them, by id.", show_default="the one whose project it is"),
]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", help="The schema with the tables.", show_default="the connector's own")
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="FOLDER", help="Another folder and title: for a second copy.", show_default="the pack's name"
    ),
]


def install(
    name: PackArgument,
    project: ProjectOption = Path(),
    catalog: CatalogOption = None,
    trust: TrustOption = None,
    version: VersionOption = None,
    source: SourceOption = None,
    warehouse: WarehouseOption = None,
    schema: SchemaOption = None,
    database: DatabaseOption = None,
    as_folder: AsOption = None,
    runtime: RuntimeOption = None,
    check: CheckOption = True,
    root: RootOption = Path(),
) -> None:
    """Put a pack's boards into a project, with the SQL that its warehouse reads. Never overwrites.

    Where the program of the project's runtime is at hand, it is asked for your columns first: a board whose optional
    tables are missing is left out and named, and a pack whose required ones are missing is refused with exit code 1.

    With --catalog the published version, the newest unless --version names another; else the pack as it stands in the
    repository. A dbt project does better with the pack as a dbt package: its quickstart shows how.
    """
    for word, option in ((schema, "--schema"), (database, "--database")):
        _require_name(word, option)
    folder = _folder(as_folder)
    with attempting("install", project, name) as attempt:
        attempt.stage = "download"
        origin = FromCatalog.open(catalog, name, version, trust) if catalog else from_repository(root, name, version)
        reader = _project(project, origin, runtime)
        source = source_of(reader, source)
        contents = origin.contents(reader.runtime.id, _warehouse(reader, source, warehouse, origin))
        manifest = contents.manifest
        folder = folder if folder != manifest.pack else None
        path = f"{reader.runtime.folder}/{folder or manifest.pack}"
        target = Target(Place(schema or manifest.schema_name, database), source, folder)
        found = _fitted(attempt, contents, target, Tables(project, check), reader)
        record = installed(contents, target, "catalog" if catalog else "repository", found)
        _require_whole(attempt, record, found)
        with project_turn(project) as packs, folder_turn():
            if isinstance(origin, FromCatalog):
                remember(packs, origin.packs)
            _require_free(packs, path, project, manifest, folder)
            attempt.stage = "write"
            put(packs, path, record, found.files)
        attempt.ends("done")
    sys.stdout.write(_done(project / path, manifest, reader, found))


def _fitted(attempt: Attempt, contents: Contents, target: Target, tables: Tables, reader: UserProject) -> Fitted:
    """What of an archive fits the user's tables."""
    said = contents.manifest
    attempt.version, attempt.runtime, attempt.warehouse = said.version, said.runtime.id, said.warehouse
    attempt.stage = "validate"
    return fitted(placed_files(contents, target), said, tables.fitting(said, target, reader))


def _require_whole(attempt: Attempt, record: Installed, found: Fitted) -> None:
    """Ends the command where boards would be broken."""
    if found.broken:
        attempt.ends("refused", "validate")
        sys.stdout.write(refusal(f"{record.title} {record.version}", found))
        raise typer.Exit(1)


def _require_free(packs: ProjectPacks, path: str, project: Path, manifest: PackManifest, folder: str | None) -> None:
    """Raises Unusable where the folder is taken, or would not lie in the project."""
    target = project / path
    if path in packs.lock.packs and target.exists():
        now = packs.lock.packs[path].now
        have = f"it holds {now.title} {now.version}, and `dfops pack upgrade {now.pack}` brings another version"
        raise Unusable(f"{target} is already there: {have}; {_occupied(manifest, folder)}")
    if target.exists() or target.is_symlink():
        raise Unusable(f"{target} is already there; {_occupied(manifest, folder)}")
    alike = next((other for other in packs.lock.packs if other.casefold() == path.casefold() and other != path), None)
    if alike:
        raise Unusable(f"{target} and {alike} are one folder on some systems: name another with --as")
    if not within(target.parent, project):
        raise Unusable(f"{target} would be written outside the project: a folder on the way is a symbolic link")


def _project(folder: Path, origin: Origin, runtime: str | None) -> UserProject:
    known = {needed.id: needed for needed in origin.runtimes}
    if runtime is not None and runtime not in known:
        hint = nearest(runtime, known) or f"there are: {', '.join(known)}"
        raise Unusable(f"no runtime is called {printable(runtime)}; {hint}")
    try:
        return project_in(folder, [known[runtime]] if runtime else list(known.values()))
    except NoProject as error:
        raise Unusable(str(error)) from error


def _warehouse(project: UserProject, source: str | None, name: str | None, origin: Origin) -> str:
    """What was named, or the type of the source; Unusable where two of them disagree."""
    kind = project.sources.get(source or "", "")
    if name is None:
        if kind in origin.warehouses:
            return kind
        what = f"source '{source}' is of type '{kind}'" if kind else "the project does not say what its source is"
        raise Unusable(f"{what}: name the warehouse with --warehouse, one of {', '.join(origin.warehouses)}")
    if kind in origin.warehouses and kind != name and name in origin.warehouses:
        raise Unusable(f"source '{source}' is of type '{kind}', not {printable(name)}: leave out --warehouse")
    return name


def _require_name(word: str | None, option: str) -> None:
    if word is not None and (sentence := unusable(word)):
        raise Unusable(f"{option} {printable(word)!r} {sentence}")


def _folder(name: str | None) -> str | None:
    """Another name for the folder of boards, which is part of their address."""
    if name is None:
        return None
    plain = name.replace("_", "").replace("-", "")
    if not plain.isascii() or not plain.isalnum() or unportable(name) or name[0] in "_-":
        raise Unusable(f"--as {printable(name)!r} is no name for a folder of boards: letters, digits, - and _")
    return name


def _occupied(manifest: PackManifest, folder: str | None) -> str:
    if folder is not None:
        return "name another folder with --as"
    return f"for a second copy name a folder with --as, such as --as {manifest.pack}_2; else move it away first"


def _done(target: Path, manifest: PackManifest, project: UserProject, found: Fitted) -> str:
    runtime = manifest.runtime
    boards = sum(1 for path in target.glob(f"*{runtime.suffix}") if path.stem != META)
    what = f"{boards} {runtime.boards} of {manifest.title} {manifest.version} for {manifest.warehouse}"
    lines = [f"{target}: {printable(what)}", *map(printable, found.lines())]
    if project.is_dbt and project.mark != runtime.project_files[0]:
        lines.append(
            f"This is a dbt project: the dbt package {manifest.package} is the better way, "
            "with versions, upgrades and the schema in dbt's own words."
        )
    here = target.parent.parent
    where = "" if str(here) == "." else f" --project-dir {shlex.quote(str(here))}"
    lines.append(f"Next: {runtime.program} serve{printable(where)}")
    return "\n".join(lines) + "\n"
