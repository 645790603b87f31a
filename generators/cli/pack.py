"""`dfops pack`: list what there is, and prove that its queries run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from generators import report
from generators.cli.engines import engines_here, progress
from generators.cli.options import RootOption, Unusable, repository, writing
from generators.findings import fails, nearest
from generators.installed import Missing
from generators.installed.dataface import open_project
from generators.output import write_if_changed
from generators.packs.beginning import PLAIN
from generators.packs.check import CheckedPack, Plan
from generators.packs.dialects import SQLGLOT
from generators.packs.exports import BadExport, read_export
from generators.packs.live import Freshness, LiveWarehouse, check_live, freshness, unproven
from generators.packs.reading import PackFolder
from generators.packs.results import SCHEMA_VERSION, worst
from generators.packs.statements import Snapshot
from generators.report.packs import freshness_text, pack_text
from generators.site.proofs import CACHE, Memory, Packs, evidence_of, packs_at, proven, reachable

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
AtOption = Annotated[datetime | None, typer.Option("--at", help="The moment to judge freshness at, UTC.")]


def selected(packs: Packs, names: list[str] | None) -> list[PackFolder]:
    """The packs that were asked for, all of them by default. Raises Unusable for a name that is none."""
    for name in names or ():
        if name not in packs.folders:
            hint = nearest(name, packs.folders)
            known = hint or f"there are: {', '.join(packs.folders) or 'none'}"
            raise Unusable(f"there is no pack {report.printable(name)}; {known}")
    return [packs.folders[name] for name in dict.fromkeys(names or packs.folders)]


def sound(packs: Packs) -> None:
    """Stop with the findings when the packs' own files are malformed: what they mean is not known."""
    if fails(packs.findings):
        sys.stdout.write(report.report(packs.findings, "text"))
        raise typer.Exit(1)


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
    packs = packs_at(top)
    sound(packs)
    chosen = selected(packs, names)
    wanted = _warehouses(warehouse)
    if record and (schema or project or warehouse):
        raise Unusable("--record keeps what a pack is worth by itself: leave out --warehouse, --schema and --project")
    if project is not None:
        fresh: list[Freshness] = []
        checked = _on_project(chosen, project, source, schema_name, wanted, at or datetime.now(UTC), fresh)
        _print(chosen, checked, form, fresh)
    else:
        memory = Memory(top / CACHE if cache else None)
        checked = _on_engines(chosen, schema, schema_name, wanted, memory)
        if record:
            _record(top, chosen, checked, at or datetime.now(UTC))
        _print(chosen, checked, form, [])
    bad = {"broken", "unproven"} & {result.verdict for one in checked for result in one.results}
    raise typer.Exit(1 if bad else 0)


def _warehouses(names: list[str] | None) -> tuple[str, ...]:
    for name in names or ():
        if name not in SQLGLOT:
            raise Unusable(
                f"there is no warehouse {report.printable(name)}; {nearest(name, SQLGLOT) or _list(SQLGLOT)}"
            )
    return tuple(dict.fromkeys(names or ()))


def _list(names: object) -> str:
    return f"there are: {', '.join(names)}"  # type: ignore[arg-type]


def _on_engines(
    chosen: list[PackFolder], schema: Path | None, name: str | None, wanted: tuple[str, ...], memory: Memory
) -> list[CheckedPack]:
    engines = engines_here(wanted)
    versions, absent = reachable(engines)
    for missing in absent:
        sys.stderr.write(f"not proven by execution: {missing.warehouse}: {missing.reason}; {missing.remedy}\n")
    checked = []
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            warehouse = wanted[0] if len(wanted) == 1 else ""
            tables = pack.schema.entity.tables
            snapshot = export_of(schema, pack.schema_name, tables, name, warehouse) if schema else None
            checked.append(proven(pack, Plan(wanted, engines, snapshot), versions, memory))
    return checked


def export_of(file: Path, default: str, tables: Iterable[str], name: str | None, warehouse: str) -> Snapshot:
    """The tables in somebody's export. Raises Unusable with file, line and remedy."""
    try:
        return read_export(file, default, tables, name, warehouse)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror or error}") from error
    except BadExport as error:
        raise Unusable(f"{file}{f':{error.line}:' if error.line else ''} {error.sentence}") from error


def _on_project(
    chosen: list[PackFolder],
    project: Path,
    source: str | None,
    name: str | None,
    wanted: tuple[str, ...],
    at: datetime,
    fresh: list[Freshness],
) -> list[CheckedPack]:
    if source is None:
        raise Unusable(
            "--project needs --source NAME: the source in its dataface.yml that holds the connector's tables"
        )
    opened = open_project(project, source)
    if isinstance(opened, Missing):
        raise Unusable(opened.sentence)
    warehouse = wanted[0] if wanted else {"postgresql": "postgres"}.get(opened.kind, opened.kind)
    if warehouse not in SQLGLOT:
        raise Unusable(f"a source of type '{opened.kind}' may be any warehouse: name it with --warehouse")
    live = LiveWarehouse(opened, warehouse)
    checked = []
    with progress(len(chosen)) as step:
        for pack in chosen:
            step(pack.id)
            schema = (name or pack.schema_name).lower()
            if not PLAIN.fullmatch(schema):
                raise Unusable(f"--schema-name {report.printable(schema)} is no name: letters a to z, digits and _")
            snapshot = live.snapshot(schema)
            if isinstance(snapshot, str):
                checked.append(unproven(pack, warehouse, snapshot))
                continue
            if not snapshot.tables:
                checked.append(
                    unproven(pack, warehouse, f"the warehouse has no schema '{schema}', or none we may read")
                )
                continue
            checked.append(check_live(pack, snapshot, live, schema))
            fresh += freshness(
                pack, snapshot, live, at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC), schema
            )
    return checked


def _record(root: Path, chosen: list[PackFolder], checked: list[CheckedPack], at: datetime) -> None:
    for pack, one in zip(chosen, checked, strict=True):
        path = root / "packs" / pack.id / "evidence.yaml"
        with writing(path):
            write_if_changed(path, evidence_of(pack, one, at))
        sys.stderr.write(f"packs/{pack.id}/evidence.yaml\n")


def _print(chosen: list[PackFolder], checked: list[CheckedPack], form: str, fresh: list[Freshness]) -> None:
    pairs = list(zip(chosen, checked, strict=True))
    if form == "json":
        found = {
            "schema_version": SCHEMA_VERSION,
            "results": [result.as_json() for _, one in pairs for result in one.results],
            "freshness": [asdict(row) for row in fresh],
        }
        sys.stdout.write(json.dumps(found, indent=2, default=str) + "\n")
        return
    for pack, one in pairs:
        sys.stdout.write(pack_text(pack.id, pack.pack.entity.version, one))
        sys.stdout.write(freshness_text([row for row in fresh if row.pack == pack.id]))
    if not pairs:
        sys.stdout.write("No pack here; `dfops new pack CONNECTOR --schema FILE` begins one.\n")
