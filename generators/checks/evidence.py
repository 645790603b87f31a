"""8xx, continued: the evidence of a pack is about the boards, queries, tables and warehouses that the pack has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generators.findings import Finding, Rule, Severity, nearest
from generators.model.forms import SLUG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generators.catalog import Catalog, Entry
    from generators.checks.facts import Facts
    from generators.model.pack import PackEvidence
    from generators.packs.reading.folder import PackFolder

OTHER_BOARDS = Rule(
    "OPS843",
    "evidence-of-other-boards",
    Severity.WARNING,
    "The evidence of a pack speaks of a board or of queries that the pack does not have, or leaves a board out.",
    "What is not there was proven, and what is there was not: neither may count.",
    "Run `dfops pack check --record`, which writes the evidence of the pack as it is.",
)
RULES = (OTHER_BOARDS,)


def evidence_is_of_the_packs_boards(catalog: Catalog, facts: Facts) -> Iterator[Finding]:
    """Every row is of a board that there is; of a pack as it is now, also with its queries, and no board is missing."""
    for folder in facts.packs.values():
        if folder.evidence is None:
            continue
        yield from _strangers(folder, folder.evidence)
        if folder.evidence.entity.digest == folder.digest:  # else OPS809 says that there is more to prove
            yield from _counts(folder, folder.evidence)
            yield from _left_out(folder, folder.evidence)


def _strangers(folder: PackFolder, evidence: Entry[PackEvidence]) -> Iterator[Finding]:
    boards = {board.id for board in folder.boards}
    places = [(name, evidence.at("reads", name, key=True)) for name in evidence.entity.reads]
    places += [(row.board, evidence.at("boards", n, "board")) for n, row in enumerate(evidence.entity.boards)]
    places += [(row.board, evidence.at("shown", n, "board")) for n, row in enumerate(evidence.entity.shown)]
    for name, place in places:
        if name not in boards:
            yield Finding(place, OTHER_BOARDS, f"the pack has no board '{name}'", nearest(name, boards))


def _counts(folder: PackFolder, evidence: Entry[PackEvidence]) -> Iterator[Finding]:
    queries = {board.id: len(board.queries) for board in folder.boards}
    for index, cell in enumerate(evidence.entity.boards):
        if cell.board in queries and cell.queries != queries[cell.board]:
            message = f"board '{cell.board}' has {queries[cell.board]} queries, not {cell.queries}"
            yield Finding(evidence.at("boards", index, "queries"), OTHER_BOARDS, message)


def _left_out(folder: PackFolder, evidence: Entry[PackEvidence]) -> Iterator[Finding]:
    """Each board on each warehouse that the pack claims has a row, through some runtime."""
    found = {(cell.board, cell.warehouse) for cell in evidence.entity.boards}
    for board in folder.boards:
        if not re.fullmatch(SLUG, board.id):
            continue  # no row can name it: OPS819 says so
        missing = [claim.name for claim in folder.pack.entity.warehouses if (board.id, claim.name) not in found]
        if missing:
            message = f"it leaves out board '{board.id}' on {', '.join(missing)}"
            yield Finding(evidence.at("boards", key=True), OTHER_BOARDS, message)


CHECKS = (evidence_is_of_the_packs_boards,)
