"""`dfops new pack CONNECTOR --schema FILE`: a folder that is valid and runs, for a connector nobody has seen."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generators.catalog.loading import RESERVED
from generators.cli.lookup import export_of, unoccupied, within
from generators.cli.options import Unusable, clock, writing
from generators.model.operating import Connector
from generators.model.organization import Role
from generators.output import create_file, create_folder
from generators.report import printable
from generators.scaffold.entity import scaffold
from generators.scaffold.pack import LISTED, PLAIN, FirstPack, first_pack
from generators.site import check as check_repository

if TYPE_CHECKING:
    from pathlib import Path

    from generators.catalog import Catalog
    from generators.packs.reading.snapshots import Snapshot

SHOWN = 8
LONGEST = 40
"""Characters of a pack's name: it stands in folders, addresses and labels."""


def new_pack(root: Path, connector: str, file: Path | None, schema_name: str | None) -> None:
    """Write the pack's folder, and the connector where there is none yet. Raises Unusable; never overwrites."""
    if not _is_pack_id(connector):
        raise Unusable(f"{printable(connector)} is no id for a pack: it needs letters a to z, digits and _, at most 40")
    if file is None:
        raise Unusable(f"a pack begins with its tables: dfops new pack {connector} --schema FILE")
    target, beside = root / "packs" / connector, root / Connector.folder.pattern.replace("{id}", connector)
    unoccupied(target, "edit it, or choose another id")
    for path in (target, beside):
        if not within(path, root):
            raise Unusable(f"{path} would be written outside the repository: a folder on the way is a symbolic link")
    snapshot = export_of(file, connector, (), schema_name, "")
    catalog = check_repository(root, clock()).catalog
    roles = [entry.id for entry in catalog.entries_of(Role)]
    owner = next((role for role in roles if "maintainer" in role), min(roles, default="change-me"))
    known = catalog.find(Connector, connector)
    title = known.entity.title if known else connector.replace("_", " ").title()
    first = first_pack(connector, title, owner, snapshot, datetime.now(UTC).date().isoformat())
    if not first.files:
        raise Unusable(f"{file} has no table a pack can hold: names of letters a to z, digits and _, such as page.id")
    with writing(target):
        create_folder(target, first.files)
    paths = [f"packs/{connector}/{path}" for path in first.files]
    if known is None and not beside.exists():
        with writing(beside):
            create_file(beside, _connector(connector, title, snapshot, catalog))
        paths.append(beside.relative_to(root).as_posix())
    _report(root, paths, first, len(snapshot.tables))
    sys.stdout.write(f"Next: dfops pack check {connector}\n")


def _is_pack_id(connector: str) -> bool:
    """Whether a pack may be called so; a few words are pages of their own."""
    plain = PLAIN.fullmatch(connector) is not None and not connector.startswith("_")
    return plain and len(connector) <= LONGEST and connector not in RESERVED


def _report(root: Path, paths: list[str], first: FirstPack, tables: int) -> None:
    """What was written, what was left out, and what is still to do."""
    for path in paths:
        sys.stdout.write(f"{path}\n")
    if first.left_out:
        shown = ", ".join(map(printable, first.left_out[:SHOWN])) + (" …" if len(first.left_out) > SHOWN else "")
        sys.stdout.write(f"  left out, names a pack cannot hold: {shown}\n")
    if tables > LISTED:
        sys.stdout.write(f"  of {tables} tables the {LISTED} widest are counted\n")
    for finding in check_repository(root, clock()).findings:
        if finding.place.path in paths:
            sys.stdout.write(f"  still to do: {printable(finding.message)} ({finding.rule.code})\n")


def _connector(connector: str, title: str, snapshot: Snapshot, catalog: Catalog) -> str:
    """The connector's own file: a schema's name that a pack cannot hold is left to be filled in, as in the pack."""
    schema = snapshot.schema if PLAIN.fullmatch(snapshot.schema) else connector
    given = {"title": title, "schema_name": schema, "tables": len(snapshot.tables)}
    lines = []
    for line in scaffold(Connector, connector, catalog).splitlines():
        field = line.split(":", 1)[0]
        lines.append(f"{field}: {json.dumps(given[field])}" if field in given else line)
    return "\n".join(lines) + "\n"
