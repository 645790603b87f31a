"""One side of the static figure, as a process: `ours` binds every statement of the packs, `bare` is sqlglot alone.

Both collect garbage as rarely as the product does: trees of SQL are circles that only the collector frees.

`statements.py write FILE N` writes the statements of N packs; `ours FILE N` and `bare FILE N` then work on the same.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from generators.cli import COLLECTION
from generators.packs.proof.check import WAREHOUSES
from generators.packs.proof.statements import statements
from generators.packs.reading.collection import packs_at
from generators.packs.reading.snapshots import snapshot_of
from generators.packs.reading.templates import readable

ROOT = Path(__file__).parents[2]


def ours(count: int) -> list[tuple[str, str, str]]:
    """Every statement as a check sees it: pack, warehouse, SQL."""
    folders = list(packs_at(ROOT).folders.values())[:count]
    return [
        (pack.id, statement.warehouse, text)
        for pack in folders
        for statement in statements(pack, snapshot_of(pack), WAREHOUSES)
        for text in readable(statement.sql)
    ]


def write(file: Path, count: int) -> None:
    """The statements and the schemas they are bound to."""
    folders = list(packs_at(ROOT).folders.values())[:count]
    schemas = {pack.id: {pack.schema_name: snapshot_of(pack).tables} for pack in folders}
    file.write_text(json.dumps({"schemas": schemas, "statements": ours(count)}))


def bare(file: Path) -> int:
    """Parse and qualify, as sqlglot's documentation shows it."""
    found = json.loads(file.read_text())
    for pack, warehouse, text in found["statements"]:
        try:
            qualify(sqlglot.parse_one(text, read=warehouse), schema=found["schemas"][pack], dialect=warehouse)
        except SqlglotError:  # a name in another letter case than the warehouse stores; the work is done all the same
            continue
    return len(found["statements"])


if __name__ == "__main__":
    side, path, number = sys.argv[1:]
    gc.set_threshold(*COLLECTION)
    if side == "write":
        write(Path(path), int(number))
    sys.stdout.write(f"{bare(Path(path)) if side == 'bare' else len(ours(int(number)))}\n")
