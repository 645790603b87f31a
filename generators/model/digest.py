"""One digest for what people signed or walked: SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generators.model.base import Part


def digest(part: Part) -> str:
    """`sha256:` and 64 hex digits over the part's JSON, keys sorted, no white space, defaults left out.

    Comments, layout and the order of keys in the file do not count, nor does a field that was added to the model later.
    """
    plain = part.model_dump(mode="json", exclude_defaults=True)
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
