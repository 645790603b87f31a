"""What programs read: one object with the version of its shape."""

from __future__ import annotations

import json

SCHEMA_VERSION = 1


def document(**fields: object) -> str:
    """JSON with `schema_version` first, in ASCII: no text in it can do anything to a terminal."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **fields}, indent=2, default=str) + "\n"
