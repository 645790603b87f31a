"""A user's project, as the commands that look at its packs need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.cli.pack_turn import project_turn
from generators.published.installed import found_in
from generators.report.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from generators.published.installed import Found
    from generators.published.lockfile import Installed

NONE_INSTALLED = "no pack is installed in"


def packs_of(project: Path) -> tuple[Found, ...]:
    """The packs of a project. Raises Unusable where it cannot be looked at."""
    with project_turn(project) as packs:
        return found_in(project, packs.lock)


def named(pack: Found) -> str:
    """A pack in a line: which, of which version, for what, where it lies, and which tables it reads."""
    said, record = pack.manifest, pack.record
    where = f", reads {tables_of(record)}" if record else ""
    if record and record.left_out:
        where += f", without {', '.join(sorted(record.left_out))}"
    return printable(
        f"{said.pack} {said.version} for {said.warehouse} ({said.runtime.id}), {pack.how} {pack.path}{where}"
    )


def tables_of(record: Installed) -> str:
    """Where the boards of a folder read from: schema, database and source."""
    place = f"{record.database}.{record.schema_name}" if record.database else record.schema_name
    return f"{place} of source {record.source}" if record.source else place


def placed(pack: Found) -> dict[str, object]:
    """What the lock file says of a folder, for programs; nothing of a dbt package."""
    record = pack.record
    if record is None:
        return {}
    return {
        "source": record.source,
        "schema": record.schema_name,
        "database": record.database,
        "left_out": record.left_out,
    }


def nothing(project: Path) -> str:
    """What is said of a project without packs."""
    return f"{NONE_INSTALLED} {printable(str(project))}\n"
