"""`dfops new KIND ID`: a file that is valid at once, to be filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from generators.catalog import load
from generators.cli.lookup import kind_of
from generators.cli.options import RootOption, Unusable, repository, writing
from generators.cli.reporting import report_new
from generators.model import KINDS, Entity
from generators.model.operating import Baseline
from generators.model.pack import Pack
from generators.model.support import Diagnostic
from generators.output import create_file
from generators.report.text import printable
from generators.scaffold.entity import destination, refusal, scaffold
from generators.source import LIMITS, Repository

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="What to add: " + ", ".join(sorted(kind.kind for kind in KINDS)) + ".")
]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Its id, which becomes the file's name. Runbooks: GROUP/ID.")
]
SchemaOption = Annotated[
    Path | None,
    typer.Option("--schema", help="For a pack: its tables, an information_schema.columns export as CSV or JSON."),
]
SchemaNameOption = Annotated[
    str | None, typer.Option("--schema-name", help="The schema in it, where it is not named like the connector.")
]


def new(
    kind: KindArgument,
    identity: IdArgument,
    root: RootOption = Path(),
    schema: SchemaOption = None,
    schema_name: SchemaNameOption = None,
) -> None:
    """Write a new entity with every field it needs, then say what is still missing. Never overwrites.

    A baseline accepts everything that `dfops check` finds now. A pack is a folder:
    `dfops new pack CONNECTOR --schema FILE` writes schema, boards and fixtures that run at once.
    """
    top = repository(root)
    if kind == Pack.kind:
        from generators.cli.new_pack import new_pack  # noqa: PLC0415 - other kinds do without it

        new_pack(top, identity, schema, schema_name)
        return
    if schema is not None:
        raise Unusable("--schema is for packs: dfops new pack CONNECTOR --schema FILE")
    chosen = kind_of(kind)
    path = _path(top, chosen, identity)
    if chosen is Baseline:
        from generators.cli.new_baseline import new_baseline  # noqa: PLC0415 - it asks every rule

        new_baseline(top, identity, path)
        return
    catalog, _ = load(Repository(top, LIMITS), KINDS)
    known = {"title": identity.upper()} if chosen is Diagnostic else {}
    text = scaffold(chosen, identity.rsplit("/", 1)[-1], catalog, known)
    with writing(top / path):
        create_file(top / path, text)
    report_new(top, [path])


def _path(root: Path, kind: type[Entity], identity: str) -> str:
    """Where the entity will be, below the root. Raises Unusable for what is no id, and where something is already."""
    if problem := refusal(kind, identity):
        raise Unusable(f"{printable(identity)} is no id for a {kind.kind}: {problem}")
    path = destination(kind, identity)
    target = root / path
    if target.exists() or target.is_symlink():
        raise Unusable(f"{path} is already there; edit it, or choose another id")
    if not target.parent.resolve().is_relative_to(root):
        raise Unusable(f"{path} would be written outside the repository: a folder on the way is a symbolic link")
    return path
