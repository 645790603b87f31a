"""What a check on a user's tables found, board by board, for whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generators.packs.proof.results import cells_of
from generators.published.events import BoardEvent
from generators.published.snapshots import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.cli.pack_proof import Proof
    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder
    from generators.published.events import Drawn

CODES: Final = ("ERR-", "WARN-")
"""How the codes of runtimes begin; the others of a check are ours."""


def board_events(proof: Proof) -> Iterator[BoardEvent]:
    """An event for each board that was checked for one warehouse, as the first runtime sees it.

    A pack that was checked for several warehouses tells nothing: no one says which of them is the user's.
    """
    for pack, checked in proof.packs:
        warehouses = {result.warehouse for result in checked.results}
        if len(warehouses) == 1:
            yield from _of_pack(proof, pack, checked, warehouses.pop())


def _of_pack(proof: Proof, pack: PackFolder, checked: CheckedPack, warehouse: str) -> Iterator[BoardEvent]:
    digest = _digest(proof, pack, warehouse)
    seen: set[str] = set()
    for (board, runtime, _), results in cells_of(checked.results).items():
        outcome = _outcome(results, is_live=bool(proof.asked))
        if board in seen or outcome is None:
            continue
        seen.add(board)
        by = runtime or proof.asked or None
        failing = next((result for result in results if result.verdict == "broken"), None)
        yield BoardEvent(
            pack.id,
            pack.pack.entity.version,
            by,
            proof.versions.runtimes.get(by or "", "").partition(",")[0] or None,  # without that of its engine
            warehouse,
            board,
            outcome,
            code=failing.code if failing and failing.code.startswith(CODES) else None,
            query=failing.query if failing else None,
            table=_table(pack, failing) if failing else None,
            schema_digest=digest,
        )


def _outcome(results: Sequence[Result], *, is_live: bool) -> Drawn | None:
    """What became of a board; None where nothing of it is known, or only optional tables are missing."""
    counted = [result.verdict for result in results if result.verdict != "unavailable"]
    if "broken" in counted:
        return "partial" if "ok" in counted else "failed"
    if "unproven" in counted:
        return "not-reached" if is_live else None
    return "succeeded" if counted else None


def _table(pack: PackFolder, failing: Result) -> str | None:
    """The first missing table, where the pack itself names it."""
    own = pack.schema.entity.tables
    return next((name.table for name in failing.missing if name.table in own), None)


def _digest(proof: Proof, pack: PackFolder, warehouse: str) -> str | None:
    """Over names and types of the tables that the pack requires, as far as they are there."""
    snapshot = proof.snapshots.get(pack.id)
    if snapshot is None:
        return None
    required = sorted(name for name, table in pack.schema.entity.tables.items() if not table.optional)
    return digest_of(warehouse, {name: dict(snapshot.tables[name]) for name in required if name in snapshot.tables})
