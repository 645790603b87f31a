"""`dfops new KIND ID`: a file that is valid at once, to be filled in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.cli.new_pack import new_pack
from generators.cli.options import RootOption, Unusable, clock, repository, writing
from generators.findings import nearest
from generators.model import KINDS
from generators.model.pack import Pack
from generators.output import create_file
from generators.report import printable
from generators.scaffold.entity import destination, scaffold
from generators.site import check as check_repository

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

    A pack is a folder: `dfops new pack CONNECTOR --schema FILE` writes schema, faces and fixtures that run at once.
    """
    top = repository(root)
    if kind == Pack.kind:
        new_pack(top, identity, schema, schema_name)
        return
    if schema is not None:
        raise Unusable("--schema is for packs: dfops new pack CONNECTOR --schema FILE")
    found = next((known for known in KINDS if known.kind == kind), None)
    if found is None:
        hint = nearest(kind, (known.kind for known in KINDS))
        raise Unusable(
            f"there is no kind {printable(kind)}{': ' + hint if hint else ''}; `dfops new --help` lists them"
        )
    path = destination(found, identity)
    if path is None:
        needs = (
            "GROUP/ID, such as packs/my-runbook"
            if "{group}" in found.folder.pattern
            else "letters a to z, digits, - and _"
        )
        raise Unusable(f"{printable(identity)} is no id for a {kind}: it needs {needs}")
    target = top / path
    if target.exists() or target.is_symlink():
        raise Unusable(f"{path} is already there; edit it, or choose another id")
    if not target.parent.resolve().is_relative_to(top):
        raise Unusable(f"{path} would be written outside the repository: a folder on the way is a symbolic link")
    text = scaffold(found, identity.rsplit("/", 1)[-1], check_repository(top, clock()).catalog)
    with writing(target):
        create_file(target, text)
    sys.stdout.write(f"{path}\n")
    left = [finding for finding in check_repository(top, clock()).findings if finding.place.path == path]
    for finding in left:
        sys.stdout.write(f"  still to do: {printable(finding.message)} ({finding.rule.code})\n")
