"""Whether two versions of a pack give the same numbers: both asked on the same synthetic rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generators.packs.engines.duck import DuckEngine
from generators.packs.engines.engine import Unreachable
from generators.packs.proof.execution import Rows, execute, same
from generators.packs.proof.fixtures import generate
from generators.packs.proof.statements import statements
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import snapshot_of
from generators.published.tables import exchanged
from generators.source import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.packs.proof.statements import Key, Statement
    from generators.packs.reading.folder import PackFolder
    from generators.published.catalog import Contents
    from generators.runtime.port import RuntimePort

REFERENCE = AUTHORED


class Incomparable(Exception):  # noqa: N818 - what is missing on a machine, not a fault of the program
    """The rows of two versions cannot be held against each other: one sentence."""


def moved(pack: PackFolder, before: Contents, runtime: RuntimePort) -> tuple[str, ...]:
    """The queries that both versions have and that give other rows now, as `board/query`.

    `before` is the older version's archive for DuckDB. Raises Incomparable, and FixtureError as the rows are made.
    """
    old = {key: _plain(sql, pack) for key, sql in queries_of(before).items()}
    present = statements(pack, snapshot_of(pack), (REFERENCE,))
    changed = [one for one in present if one.key in old and _plain(one.sql, pack) != old[one.key]]
    if not changed or pack.fixtures is None:
        return ()
    filled = generate(pack.schema.entity, pack.fixtures.entity, awkward=True)
    rows = Rows(pack.schema_name, pack.schema.entity.tables, filled)
    after = _answers(changed, rows, runtime)
    earlier = _answers([replace(one, sql=old[one.key], trouble=None) for one in changed], rows, runtime)
    return tuple("/".join(one.key) for one in changed if not _equal(after, earlier, one.key))


def _answers(asked: Sequence[Statement], rows: Rows, runtime: RuntimePort) -> Mapping[Key, object]:
    """What each query gives on these rows. Raises Incomparable."""
    runs = execute(asked, rows, DuckEngine, {"": runtime})
    if isinstance(runs, Unreachable):
        raise Incomparable(f"{runs.reason}; {runs.remedy}")
    if unproven := next((t for t in runs[""].troubles.values() if t.verdict == "unproven"), None):
        raise Incomparable(unproven.message)
    return runs[""].answers


def _equal(after: Mapping[Key, object], earlier: Mapping[Key, object], key: Key) -> bool:
    left, right = after.get(key), earlier.get(key)
    return left is not None and right is not None and same(left, right)  # type: ignore[arg-type]


def _plain(sql: str, pack: PackFolder) -> str:
    """SQL with its tables in the pack's own schema, without the layout of its ends."""
    return exchanged(sql, lambda table: f'{pack.schema_name}."{table}"').strip()


def queries_of(contents: Contents) -> dict[Key, str]:
    """The SQL of each query of an archive, by board and query."""
    found: dict[Key, str] = {}
    runtime = contents.manifest.runtime
    for path, data in contents.files.items():
        if not path.startswith(f"{runtime.folder}/") or not path.endswith(runtime.suffix):
            continue
        document = read(path, data).document
        queries = document.tree.get("queries") if document else None
        board = path.removeprefix(f"{runtime.folder}/").removesuffix(runtime.suffix)
        for name, query in queries.items() if isinstance(queries, dict) else ():
            sql = query.get("sql") if isinstance(query, dict) else query
            if isinstance(sql, str):
                found[board, str(name)] = sql
    return found
