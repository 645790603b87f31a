"""The evidence of a pack: what a check found, folded into a line for each face and warehouse, beside the pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generators.packs.proof.memory import part_version
from generators.packs.proof.results import faces_of, worst

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generators.packs.proof.check import CheckedPack
    from generators.packs.proof.results import Result
    from generators.packs.reading.folder import PackFolder


def evidence_of(pack: PackFolder, checked: CheckedPack, at: datetime) -> str:
    """The text of evidence.yaml: JSON is YAML, and a diff of it reads line by line."""
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
    """One line a fact; every text quoted."""
    parser = f"sqlglot {part_version('sqlglot')}"
    engines = {
        support: checked.engines.get(support, parser)
        for support in dict.fromkeys(result.warehouse for result in checked.results)
    }
    head = {
        "title": f"{pack.pack.entity.title} evidence",
        "connector": pack.id,
        "version": pack.pack.entity.version,
        "digest": pack.digest,
        "checked_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    lines = ["# Written by `dfops pack check --record`; what is changed here by hand is no evidence."]
    lines += [f"{name}: {json.dumps(value)}" for name, value in head.items()]
    lines.append("engines:")
    lines += [f"  {name}: {json.dumps(version)}" for name, version in engines.items()]
    lines.append("reads:")
    lines += [f"  {face}: {json.dumps(list(tables))}" for face, tables in checked.reads.items()]
    lines.append("faces:")
    lines += [f"  - {json.dumps(face, ensure_ascii=False)}" for face in faces]
    return "\n".join(lines) + "\n"


def _weakest(results: Sequence[Result]) -> str:
    order = ("none", "static", "emulated", "executed")
    return min((result.proof for result in results), key=order.index)
