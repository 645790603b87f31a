"""`dfops new pack CONNECTOR --schema FILE`: a folder that is valid and runs, for a connector without a pack."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generators.catalog import load
from generators.cli.lookup import export_of, named_in_warehouse
from generators.cli.options import Unusable, clock, writing
from generators.cli.places import unoccupied, within
from generators.cli.reporting import report_new
from generators.model import KINDS
from generators.model.operating import Connector
from generators.model.organization import Role
from generators.output import create_file, create_folder
from generators.packs.reading.tables import Asked
from generators.report.text import printable
from generators.scaffold.entity import is_id, scaffold
from generators.scaffold.pack import LISTED, PLAIN, FirstPack, first_pack
from generators.source import LIMITS, Repository
from generators.source.portable import unportable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.packs.reading.snapshots import Snapshot

SHOWN = 8
LONGEST = 40
"""Characters of a pack's name: it stands in folders, addresses and labels."""


def new_pack(root: Path, connector: str, export: Path | None, schema_name: str | None) -> None:
    """Write the pack's folder, and the connector where there is none yet. Raises Unusable; never overwrites."""
    if not _is_pack_id(connector):
        raise Unusable(f"{printable(connector)} is no id for a pack: it needs letters a to z, digits and _, at most 40")
    if reason := unportable(connector):
        raise Unusable(f"{connector} is no id for a pack: {reason}")
    if export is None:
        raise Unusable(f"a pack begins with its tables: dfops new pack {connector} --schema FILE")
    folder, beside = f"packs/{connector}", Connector.folder.pattern.replace("{id}", connector)
    unoccupied(root / folder, "edit it, or choose another id")
    for path in (folder, beside):
        if not within(root / path, root):
            raise Unusable(f"{path} would be written outside the repository: a folder on the way is a symbolic link")
    snapshot = export_of(export, connector, (), Asked(named_in_warehouse("--schema-name", schema_name)))
    catalog, _ = load(Repository(root, LIMITS), KINDS)
    first = _first_pack(connector, snapshot, catalog)
    if not first.files:
        raise Unusable(f"{export} has no table a pack can hold: names of letters a to z, digits and _, such as page.id")
    with writing(root / folder):
        create_folder(root / folder, first.files)
    paths = [f"{folder}/{path}" for path in first.files]
    if catalog.find(Connector, connector) is None and not (root / beside).exists():
        with writing(root / beside):
            create_file(root / beside, _connector(connector, snapshot, catalog))
        paths.append(beside)
    report_new(root, paths, _remarks(first, len(snapshot.tables)))
    sys.stdout.write(f"Next: dfops export all --committed, and dfops pack check {connector}\n")


def _is_pack_id(connector: str) -> bool:
    """Whether a pack may be called so."""
    plain = PLAIN.fullmatch(connector) is not None and not connector.startswith("_")
    return plain and len(connector) <= LONGEST and is_id(connector)


def _first_pack(connector: str, snapshot: Snapshot, catalog: Catalog) -> FirstPack:
    """The files, owned by the role that maintains packs here."""
    roles = [entry.id for entry in catalog.entries_of(Role)]
    owner = next((role for role in roles if "maintainer" in role), min(roles, default="change-me"))
    entry = catalog.find(Connector, connector)
    title = entry.entity.title if entry else _title(connector)
    return first_pack(connector, title, owner, snapshot, clock().date().isoformat())


def _title(connector: str) -> str:
    return connector.replace("_", " ").title()


def _remarks(first: FirstPack, tables: int) -> Iterator[str]:
    """What was left out."""
    if first.left_out:
        more = " …" if len(first.left_out) > SHOWN else ""
        yield f"left out, names a pack cannot hold: {', '.join(first.left_out[:SHOWN])}{more}"
    if tables > LISTED:
        yield f"of {tables} tables the {LISTED} widest are counted"


def _connector(connector: str, snapshot: Snapshot, catalog: Catalog) -> str:
    """The connector's own file: a schema's name that a pack cannot hold is left to be filled in, as in the pack."""
    schema = snapshot.schema if PLAIN.fullmatch(snapshot.schema) else connector
    values = {"title": _title(connector), "schema_name": schema, "tables": len(snapshot.tables)}
    return scaffold(Connector, connector, catalog, values)
