"""The evidence of a pack: what a check found, folded into a line for each face and warehouse, beside the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.packs.proof.memory import part_version
from generators.packs.proof.results import faces_of, worst
from generators.source.writing import Inline, InlineList, yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder


HEAD = "Written by `dfops pack check --record`; what is changed here by hand is no evidence."
NO_FOLD = 1_000
"""Columns: a fact stays on its line, so that a difference reads line by line."""


def evidence_of(pack: PackFolder, checked: CheckedPack, at: datetime) -> str:
    """The text of evidence.yaml."""
    faces = []
    for (face, warehouse), results in faces_of(checked.results).items():
        verdict = worst(result.verdict for result in results)
        reason = next((result.message for result in results if result.verdict == verdict != "ok"), None)
        faces.append(
            {
                "face": face,
                "warehouse": warehouse,
                "proof": _weakest(results),
                "verdict": verdict,
                "queries": len(results),
            }
            | ({"reason": reason} if reason else {})
        )
    return evidence_text(pack, checked, at, faces)


def evidence_text(pack: PackFolder, checked: CheckedPack, at: datetime, faces: Sequence[Mapping[str, object]]) -> str:
    """One line a fact."""
    parser = f"sqlglot {part_version('sqlglot')}"
    warehouses = dict.fromkeys(result.warehouse for result in checked.results)
    fields = {
        "title": f"{pack.pack.entity.title} evidence",
        "connector": pack.id,
        "version": pack.pack.entity.version,
        "digest": pack.digest,
        "checked_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "engines": {name: checked.engines.get(name, parser) for name in warehouses},
        "reads": {face: InlineList(tables) for face, tables in checked.reads.items()},
        "faces": [Inline(face) for face in faces],
    }
    return yaml_text(fields, head=HEAD, width=NO_FOLD)


def _weakest(results: Sequence[Result]) -> str:
    order = ("none", "static", "emulated", "executed")
    return min((result.proof for result in results), key=order.index)
