"""Results of checks, kept by what was checked: an unchanged pack is proven once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from generators.output import write_if_changed
from generators.packs.engines.engine import Unreachable
from generators.packs.proof.check import CheckedPack, Plan, check
from generators.packs.proof.code import code_digest, packages
from generators.packs.proof.results import Name, Result
from generators.packs.proof.shown import ShownBoard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generators.packs.engines.engine import Engine
    from generators.packs.proof.evidence import Versions
    from generators.packs.reading.folder import PackFolder

CACHE = "build/cache/packs"
ENTRIES = 400
"""Checks that are remembered; the oldest go."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier checks found, by what they checked: files below `folder`, which may be thrown away at any time.

    Each file begins with the digest of the rest: one that is not whole is none.
    """

    folder: Path | None

    def recall(self, key: str) -> CheckedPack | None:
        """What was found for a key; None when it is unknown or cannot be read."""
        if self.folder is None:
            return None
        file = self.folder / f"{key}.json"
        try:
            if not file.is_file():  # a pipe would be waited for
                return None
            digest, _, text = file.read_text(encoding="utf-8").partition("\n")
            if digest != _digest(key, text):
                return None
            kept = json.loads(text)
            results = tuple(_result(row) for row in kept["results"])
            reads = {board: tuple(tables) for board, tables in kept["reads"].items()}
            shown = tuple(ShownBoard(**board) for board in kept["shown"])
            return CheckedPack(results, reads, dict(kept["engines"]), {}, shown)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def keep(self, key: str, checked: CheckedPack) -> None:
        """Remember a check, unless something in it may be otherwise next time."""
        if self.folder is None or any(result.verdict == "unproven" for result in checked.results):
            return
        kept = {
            "results": [asdict(result) for result in checked.results],
            "reads": checked.reads,
            "engines": checked.engines,
            "shown": [asdict(board) for board in checked.shown],
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(kept)
            write_if_changed(self.folder / f"{key}.json", f"{_digest(key, text)}\n{text}")
            files = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for old in files[:-ENTRIES]:
                old.unlink(missing_ok=True)
        except OSError:  # a memory that cannot be kept costs time, nothing else
            return


def _digest(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()


def _result(row: dict[str, object]) -> Result:
    missing = tuple(Name(**name) for name in row.pop("missing"))  # type: ignore[attr-defined]
    return replace(Result(**row), missing=missing)  # type: ignore[arg-type]


def proven(pack: PackFolder, plan: Plan, versions: Versions, memory: Memory) -> CheckedPack:
    """Check a pack, or recall what was found when nothing that decides it has changed.

    `versions` are those of the engines and runtimes in the plan.
    """
    key = _key(pack, plan, versions)
    checked = memory.recall(key)
    if checked is None:
        checked = check(pack, plan)
        memory.keep(key, checked)
    return checked


def _key(pack: PackFolder, plan: Plan, versions: Versions) -> str:
    snapshot = plan.snapshot
    facts = {
        "code": code_digest(),
        "digest": pack.digest,
        # Places and texts of boards are part of what is reported, and no part of the digest.
        "files": [board.document.digest for board in pack.boards],
        "warehouses": plan.warehouses,
        "snapshot": None if snapshot is None else [snapshot.schema, snapshot.tables],
        "engines": dict(versions.engines),
        "runtimes": dict(versions.runtimes),
        "packages": packages(),
        "shown": [shower.id for shower in plan.showers],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def reachable(
    engines: Mapping[str, Callable[[str], Engine | Unreachable]],
) -> tuple[dict[str, str], list[Unreachable]]:
    """The versions of the engines that open, by warehouse, and those that do not."""
    versions: dict[str, str] = {}
    absent: list[Unreachable] = []
    for warehouse, start in engines.items():
        engine = start("UTC")
        if isinstance(engine, Unreachable):
            absent.append(engine)
        else:
            versions[warehouse] = engine.version
            engine.close()
    return versions, absent
