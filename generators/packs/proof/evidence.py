"""The evidence of a pack: what a check found, folded into a line for each board and warehouse, beside the pack."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.packs.engines.engine import one_line
from generators.packs.proof.code import code_digest, package_version, packages
from generators.packs.proof.results import cells_of, worst
from generators.packs.reading.seal import SEAL, is_whole, seal_of
from generators.source.writing import Inline, InlineList, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.regressions import Ran
    from generators.packs.proof.results import Result
    from generators.packs.proof.shown import ShownBoard
    from generators.packs.reading.folder import PackFolder


HEAD = "Written by `dfops pack check --record`; what is changed here by hand is no evidence."
TITLE_LENGTH = 140
"""Characters of a title."""
NO_FOLD = 1_000
"""Columns: a fact stays on its line, so that a difference reads line by line."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What proves: the versions of the engines that open here by warehouse, and of the installed runtimes by id."""

    engines: Mapping[str, str]
    runtimes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a check and the tests of a pack came to, and what proved it."""

    checked: CheckedPack
    tests: Sequence[Ran]
    versions: Versions


def evidence_of(pack: PackFolder, found: Found, at: datetime) -> str:
    """The text of evidence.yaml. `at` is UTC."""
    fields = _fields(pack, found, at)
    sealed = fields | {SEAL: seal_of(fields)}
    return yaml_text(sealed, head=HEAD, width=NO_FOLD)


def _fields(pack: PackFolder, found: Found, at: datetime) -> dict[str, object]:
    """One line a fact."""
    checked, tests = found.checked, found.tests
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
        "runtimes": {name: one_line(version) for name, version in found.versions.runtimes.items()},
        "reads": {board: InlineList(tables) for board, tables in checked.reads.items()},
        "boards": [Inline(cell) for cell in _cells(checked.results)],
        "shown": [Inline(_shown(board)) for board in checked.shown],
        "tests": {
            "digest": tests_digest(pack),
            "passed": InlineList(test.id for test in tests if not test.misses),
            "failed": InlineList(test.id for test in tests if test.misses),
        },
    }


def _cells(results: Sequence[Result]) -> Iterator[dict[str, object]]:
    """A line for each board on each warehouse through each runtime."""
    for (board, runtime, warehouse), own in cells_of(results).items():
        where: dict[str, object] = {"board": board, "runtime": runtime, "warehouse": warehouse}
        yield where | _cell(own)


def _cell(results: Sequence[Result]) -> dict[str, object]:
    verdict = worst(result.verdict for result in results)
    reason = next((one_line(result.message) for result in results if result.verdict == verdict != "ok"), None)
    cell: dict[str, object] = {"proof": _weakest(results), "verdict": verdict, "queries": len(results)}
    return cell | ({"reason": reason} if reason else {})


def _shown(board: ShownBoard) -> dict[str, object]:
    facts = {
        "board": board.board,
        "runtime": board.runtime,
        "valid": board.valid,
        "rows": board.rows,
        "drawn": board.drawn,
        "warnings": board.warnings,
    }
    return facts | ({"reason": one_line(board.reason)} if board.reason else {})


def check_holds(pack: PackFolder, versions: Versions) -> bool:
    """Whether a check would find again what the evidence says: ok, by this code, for this pack, on what is here."""
    evidence = pack.evidence.entity if pack.evidence else None
    if evidence is None or not _is_current(pack, versions):
        return False
    executed = {board.warehouse for board in evidence.boards if board.proof == "executed"}
    same = all(versions.engines.get(warehouse) == evidence.engines.get(warehouse) for warehouse in executed)
    held = all(board.verdict == "ok" for board in evidence.boards) and all(board.holds for board in evidence.shown)
    return same and executed >= versions.engines.keys() and held


def tests_hold(pack: PackFolder, versions: Versions) -> bool:
    """Whether the tests would pass again: they passed, by this code, for this pack and these regressions."""
    evidence = pack.evidence.entity if pack.evidence else None
    if evidence is None or evidence.tests is None or not _is_current(pack, versions):
        return False
    return evidence.tests.digest == tests_digest(pack) and not evidence.tests.failed


def _is_current(pack: PackFolder, versions: Versions) -> bool:
    """Whether the evidence is whole, and of this pack, this code and the runtimes here; another may be missing here."""
    if pack.evidence is None or not is_whole(pack.evidence):
        return False
    evidence = pack.evidence.entity
    ours = (pack.pack.entity.version, pack.digest, code_digest(), packages())
    same = (evidence.version, evidence.digest, evidence.code, dict(evidence.packages)) == ours
    runtimes = all(evidence.runtimes.get(name) == version for name, version in versions.runtimes.items())
    return same and runtimes and bool(versions.runtimes)


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
