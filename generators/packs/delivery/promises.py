"""What a version of a pack promises its users, and what its number must say when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.proof.statements import statements
from generators.packs.reading.dialects import AUTHORED
from generators.packs.reading.snapshots import snapshot_of
from generators.published.catalog import order
from generators.published.manifest import BoardContract

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generators.packs.reading.folder import PackFolder
    from generators.published.manifest import Release

MAJOR, MINOR, PATCH = range(3)
STEPS = ("MAJOR", "MINOR", "PATCH")


def promised(pack: PackFolder) -> tuple[BoardContract, ...]:
    """The boards of a pack with what users may link to or build on."""
    columns: dict[str, dict[str, tuple[str, ...]]] = {}
    for statement in statements(pack, snapshot_of(pack), (AUTHORED,)):
        columns.setdefault(statement.board.id, {})[statement.query.name] = statement.outputs
    return tuple(
        BoardContract(
            id=board.id,
            title=board.title,
            variables=tuple(sorted(board.defaults)),
            queries=dict(sorted(columns.get(board.id, {}).items())),
        )
        for board in pack.boards
    )


def required_tables(pack: PackFolder) -> tuple[str, ...]:
    """The tables that must be there."""
    return tuple(sorted(name for name, table in pack.schema.entity.tables.items() if not table.optional))


def breaking(old: Release, new: Release) -> tuple[str, ...]:
    """What users of the older version lose with the newer one, a phrase for each."""
    return (*_lost("board", _boards(old), _boards(new)), *_lost_parts(old, new), *_demanded(old, new))


def added(old: Release, new: Release) -> tuple[str, ...]:
    """What the newer version has and the older one had not, a phrase for each."""
    gained = [*_lost("board", _boards(new), _boards(old)), *_lost_parts(new, old)]
    return tuple(phrase.replace(" is gone", " is new") for phrase in gained)


def _boards(release: Release) -> dict[str, BoardContract]:
    return {board.id: board for board in release.boards}


def _lost(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    have = set(new)
    return (f"{what} {name} is gone" for name in old if name not in have)


def _lost_parts(old: Release, new: Release) -> Iterator[str]:
    """Variables, queries and columns of boards that both have."""
    boards = _boards(new)
    for before in old.boards:
        after = boards.get(before.id)
        if after is None:
            continue
        yield from _lost(f"{before.id}: variable", before.variables, after.variables)
        yield from _lost(f"{before.id}: query", before.queries, after.queries)
        for query, columns in before.queries.items():
            if query in after.queries:
                named = [f"{query}.{column}" for column in columns]
                yield from _lost(f"{before.id}: column", named, [f"{query}.{c}" for c in after.queries[query]])


def _demanded(old: Release, new: Release) -> Iterator[str]:
    """Tables that must be there from now on, and warehouses and runtimes that are no longer served."""
    for table in new.required:
        if table not in old.required:
            yield f"table {table} is required"
    served = {(archive.runtime, archive.warehouse) for archive in new.archives}
    for archive in old.archives:
        if (archive.runtime, archive.warehouse) not in served:
            yield f"{archive.warehouse} with {archive.runtime} is no longer supported"


def step(old: str, new: str) -> int:
    """Which part of a version number grew first: MAJOR, MINOR or PATCH. Below 1.0.0, MINOR counts for MAJOR."""
    before, after = order(old), order(new)
    if after.major != before.major:
        return MAJOR
    if after.minor != before.minor:
        return MINOR if before.major else MAJOR
    return PATCH
