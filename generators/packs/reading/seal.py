"""The seal of a record: a digest over all of its facts, so that one which is changed by hand no longer fits."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.catalog import Entry
    from generators.model.pack import PackEvidence
    from generators.model.runtime_report import RuntimeReport

SEAL = "seal"


def seal_of(fields: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of all facts of a record but the seal itself: 64 hexadecimal digits."""
    facts = {key: value for key, value in fields.items() if key != SEAL}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(record: Entry[PackEvidence] | Entry[RuntimeReport]) -> bool:
    """Whether no fact of a record was changed after it was written."""
    return record.entity.seal == seal_of(record.document.tree)
