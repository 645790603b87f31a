"""`dfops pack test`, `sample` and `install`: regressions, synthetic rows, and faces in a user's project."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from generators import report
from generators.cli.engines import progress
from generators.cli.options import RootOption, Unusable, repository, writing
from generators.cli.pack import FormatOption, NamesArgument, selected, sound
from generators.findings import nearest
from generators.packs import duck
from generators.packs.delivery import Undeliverable, delivered
from generators.packs.fixtures import FixtureError, Tables, generate
from generators.packs.reading import PackFolder
from generators.packs.regressions import Ran, run
from generators.packs.results import SCHEMA_VERSION
from generators.site.proofs import packs_at

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
    sound(packs)
    chosen = selected(packs, names)
    ran: list[tuple[PackFolder, Ran]] = []
    try:
        with progress(len(chosen)) as step:
            for pack in chosen:
                step(pack.id)
                ran += ((pack, one) for one in run(pack))
    except ImportError as error:
        raise Unusable("DuckDB is not installed; install the extra named 'packs'") from error
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


def _miss(miss: object) -> dict[str, object]:
    place = miss.place  # type: ignore[attr-defined]
    return {"path": place.path, "line": place.line, "column": place.column, "message": miss.sentence}  # type: ignore[attr-defined]


def sample(name: PackArgument, out: OutOption, root: RootOption = Path(), awkward: AwkwardOption = False) -> None:
    """Make a DuckDB file with synthetic rows for a pack, for those without a warehouse at hand."""
    packs = packs_at(repository(root))
    sound(packs)
    pack = selected(packs, [name])[0]
    if pack.fixtures is None:
        raise Unusable(f"pack {name} has no fixtures.yaml to make rows from")
    if out.exists() or out.is_symlink():
        raise Unusable(f"{out} is already there; name another file with --out")
    try:
        rows = generate(pack.schema.entity, pack.fixtures.entity, awkward=awkward)
    except FixtureError as error:
        raise Unusable(f"packs/{name}/fixtures.yaml: {error.sentence}") from error
    try:
        _made(pack, rows, out)
    except ValueError as error:
        raise Unusable(f"packs/{name}/fixtures.yaml: {error}") from error
    total = sum(len(found) for found in rows.values())
    sys.stdout.write(f"{out}: {total} synthetic rows in {len(rows)} tables of schema {pack.schema_name}\n")


def _made(pack: PackFolder, rows: Tables, out: Path) -> None:
    """Build beside, then move into place: a file that is there is whole."""
    with writing(out):
        folder = Path(mkdtemp(prefix=".dfops-", dir=out.parent if out.parent.is_dir() else None))
        try:
            made = folder / out.name
            duck.fill(made, pack.schema_name, pack.schema.entity.tables, rows)
            out.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, out)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


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
    sound(packs)
    pack = selected(packs, [name])[0]
    supported = [support.name for support in pack.pack.entity.warehouses]
    if warehouse not in supported:
        known = nearest(warehouse, supported) or f"it has: {', '.join(supported)}"
        raise Unusable(f"pack {name} does not support {report.printable(warehouse)}; {known}")
    if pack.pack.entity.state == "withdrawn":
        raise Unusable(f"pack {name} is withdrawn: {pack.pack.entity.note}")
    if not (project / "dataface.yml").is_file():
        raise Unusable(f"{project} has no dataface.yml; run `dft init` there, or name the project with --project DIR")
    for word, option in ((source, "--source"), (schema or pack.schema_name, "--schema")):
        if not word.replace("_", "").replace("-", "").isalnum() or not word.isascii():
            raise Unusable(f"{option} {report.printable(word)} is no name: letters, digits, - and _")
    target = project / "faces" / pack.id
    if target.exists() or target.is_symlink():
        raise Unusable(f"{target} is already there; move it away first: what you changed in it is yours")
    try:
        files = delivered(pack, warehouse, source, schema or pack.schema_name)
    except Undeliverable as error:
        raise Unusable(str(error)) from error
    _placed(project, target, files)
    sys.stdout.write(f"{target}: {len(files) - 1} faces of {pack.pack.entity.title} {pack.pack.entity.version}\n")
    sys.stdout.write(f"Next: dft serve --project-dir {project}\n" if str(project) != "." else "Next: dft serve\n")


def _placed(project: Path, target: Path, files: dict[str, str]) -> None:
    """Write beside, then move into place at once: there is never half a pack."""
    with writing(target):
        if not target.parent.resolve().is_relative_to(project.resolve()):
            raise Unusable(f"{target} would be written outside the project: a folder on the way is a symbolic link")
        target.parent.mkdir(exist_ok=True)
        folder = Path(mkdtemp(prefix=".dfops-", dir=project))
        try:
            for path, text in files.items():
                file = folder / pack_path(path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            folder.chmod(0o755)
            folder.rename(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def pack_path(path: str) -> Path:
    """A face's path below its pack; faces are read below it, so nothing here leads out."""
    return Path(*path.split("/"))
