"""`dfops new pack CONNECTOR --schema FILE`: a folder that is valid and runs, for a connector nobody has seen."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from generators.cli.options import Unusable, writing
from generators.cli.pack import export_of
from generators.model.operating import Connector
from generators.model.organization import Role
from generators.packs.beginning import LISTED, PLAIN, Begun, begin
from generators.report import printable
from generators.site import check as check_repository
from generators.site.scaffold import scaffold

SHOWN = 8
LONGEST = 40
"""Characters of a pack's name: it stands in folders, addresses and labels."""


def new_pack(root: Path, connector: str, file: Path | None, schema_name: str | None) -> None:
    """Write the pack's folder, and the connector where there is none yet. Raises Unusable; never overwrites."""
    if not PLAIN.fullmatch(connector) or len(connector) > LONGEST or connector.startswith("_"):
        raise Unusable(f"{printable(connector)} is no id for a pack: it needs letters a to z, digits and _, at most 40")
    if file is None:
        raise Unusable(f"a pack begins with its tables: dfops new pack {connector} --schema FILE")
    target = root / "packs" / connector
    if target.exists() or target.is_symlink():
        raise Unusable(f"packs/{connector} is already there; edit it, or choose another id")
    snapshot = export_of(file, connector, (), schema_name, "")
    catalog = check_repository(root).catalog
    roles = [entry.id for entry in catalog.entries_of(Role)]
    owner = next((role for role in roles if "maintainer" in role), min(roles, default="change-me"))
    known = catalog.find(Connector, connector)
    title = known.entity.title if known else connector.replace("_", " ").title()
    begun = begin(connector, title, owner, snapshot, datetime.now(UTC).date().isoformat())
    paths = _written(root, target, begun)
    if known is None:
        paths += _connector(root, connector, title, snapshot.schema, len(snapshot.tables), catalog)
    _told(root, paths, begun, len(snapshot.tables))
    sys.stdout.write(f"Next: dfops pack check {connector}\n")


def _told(root: Path, paths: list[str], begun: Begun, tables: int) -> None:
    """What was written, what was left out, and what is still to do."""
    for path in paths:
        sys.stdout.write(f"{path}\n")
    if begun.left_out:
        shown = ", ".join(map(printable, begun.left_out[:SHOWN])) + (" …" if len(begun.left_out) > SHOWN else "")
        sys.stdout.write(f"  left out, names a pack cannot hold: {shown}\n")
    if tables > LISTED:
        sys.stdout.write(f"  of {tables} tables the {LISTED} widest are counted\n")
    for finding in check_repository(root).findings:
        if finding.place.path in paths:
            sys.stdout.write(f"  still to do: {printable(finding.message)} ({finding.rule.code})\n")


def _written(root: Path, target: Path, begun: Begun) -> list[str]:
    with writing(target):
        target.parent.mkdir(exist_ok=True)
        if not target.parent.resolve().is_relative_to(root):
            raise Unusable(f"{target} would be written outside the repository: packs/ is a symbolic link")
        folder = Path(mkdtemp(prefix=".new-", dir=target.parent))
        try:
            for path, text in begun.files.items():
                file = folder / path
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, encoding="utf-8")
            folder.chmod(0o755)
            folder.rename(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return [f"packs/{target.name}/{path}" for path in begun.files]


def _connector(root: Path, connector: str, title: str, schema: str, tables: int, catalog: object) -> list[str]:
    path = Connector.folder.pattern.replace("{id}", connector)
    file = root / path
    if file.exists():
        return []
    text = scaffold(Connector, connector, catalog)  # type: ignore[arg-type]
    lines = []
    for line in text.splitlines():
        field = line.split(":", 1)[0]
        given = {"title": title, "schema_name": schema, "tables": tables}.get(field)
        lines.append(line if given is None else f"{field}: {given}")
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [path]
