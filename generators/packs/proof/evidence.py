"""The evidence of a pack: what a check found, folded into a line for each board and warehouse, beside the pack."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from generators.packs.engines.engine import one_line
from generators.packs.proof.code import code_digest, package_version, packages
from generators.packs.proof.results import boards_of, worst
from generators.source.writing import Inline, InlineList, yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generators.model.pack import PackEvidence
    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.regressions import Ran
    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder


HEAD = "Written by `dfops pack check --record`; what is changed here by hand is no evidence."
TITLE_LENGTH = 140
"""Characters of a title."""
NO_FOLD = 1_000
"""Columns: a fact stays on its line, so that a difference reads line by line."""


def evidence_of(pack: PackFolder, checked: CheckedPack, tests: Sequence[Ran], at: datetime) -> str:
    """The text of evidence.yaml. `at` is UTC."""
    boards = []
    for (board, warehouse), results in boards_of(checked.results).items():
        verdict = worst(result.verdict for result in results)
        reason = next((one_line(result.message) for result in results if result.verdict == verdict != "ok"), None)
        boards.append(
            {
                "board": board,
                "warehouse": warehouse,
                "proof": _weakest(results),
                "verdict": verdict,
                "queries": len(results),
            }
            | ({"reason": reason} if reason else {})
        )
    return yaml_text(_fields(pack, checked, tests, at, boards), head=HEAD, width=NO_FOLD)


def _fields(
    pack: PackFolder, checked: CheckedPack, tests: Sequence[Ran], at: datetime, boards: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """One line a fact."""
    parser = f"sqlglot {package_version('sqlglot')}"
    warehouses = dict.fromkeys(result.warehouse for result in checked.results)
    return {
        "title": one_line(f"{pack.pack.entity.title} evidence", TITLE_LENGTH),
        "connector": pack.id,
        "version": pack.pack.entity.version,
        "digest": pack.digest,
        "checked_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "code": code_digest(),
        "packages": packages(),
        "engines": {name: one_line(checked.engines.get(name, parser)) for name in warehouses},
        "reads": {board: InlineList(tables) for board, tables in checked.reads.items()},
        "boards": [Inline(board) for board in boards],
        "tests": {
            "digest": tests_digest(pack),
            "passed": InlineList(test.id for test in tests if not test.misses),
            "failed": InlineList(test.id for test in tests if test.misses),
        },
    }


def check_holds(pack: PackFolder, engines: Mapping[str, str]) -> bool:
    """Whether a check would find again what the evidence says: ok, by this code, for this pack, on these engines.

    `engines` are the versions of those that open here, by warehouse.
    """
    evidence = pack.evidence.entity if pack.evidence else None
    if evidence is None or not _is_current(pack, evidence):
        return False
    executed = {board.warehouse for board in evidence.boards if board.proof == "executed"}
    same = all(engines.get(warehouse) == evidence.engines.get(warehouse) for warehouse in executed)
    return same and executed >= engines.keys() and all(board.verdict == "ok" for board in evidence.boards)


def tests_hold(pack: PackFolder) -> bool:
    """Whether the tests would pass again: they passed, by this code, for this pack and these regressions."""
    evidence = pack.evidence.entity if pack.evidence else None
    if evidence is None or evidence.tests is None or not _is_current(pack, evidence):
        return False
    return evidence.tests.digest == tests_digest(pack) and not evidence.tests.failed


def _is_current(pack: PackFolder, evidence: PackEvidence) -> bool:
    ours = (pack.pack.entity.version, pack.digest, code_digest(), packages())
    return (evidence.version, evidence.digest, evidence.code, dict(evidence.packages)) == ours


def tests_digest(pack: PackFolder) -> str:
    """SHA-256 over the regressions and KPIs of a pack, less their texts for readers: 64 hexadecimal digits."""
    facts = {
        "kpis": [
            kpi.model_dump(mode="json", include={"id", "board", "query", "column"}) for kpi in pack.pack.entity.kpis
        ],
        "regressions": {
            entry.id: entry.entity.model_dump(mode="json", include={"changes", "expect"}) for entry in pack.regressions
        },
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _weakest(results: Sequence[Result]) -> str:
    order = ("none", "static", "emulated", "executed")
    return min((result.proof for result in results), key=order.index)
