"""The seal of an evidence: a digest over all of its facts, so that one which is changed by hand no longer fits."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Entry
    from generators.model.pack import PackEvidence

SEAL = "seal"


def seal_of(fields: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of all facts of an evidence but the seal itself: 64 hexadecimal digits."""
    facts = {key: value for key, value in fields.items() if key != SEAL}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(evidence: Entry[PackEvidence]) -> bool:
    """Whether no fact of an evidence was changed after it was written."""
    return evidence.entity.seal == seal_of(evidence.document.tree)
