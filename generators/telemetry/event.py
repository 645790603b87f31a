"""A record as it travels: CloudEvents 1.0 in JSON, one line each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from generators.telemetry.contract import Contract

SPECVERSION: Final = "1.0"
ANONYMOUS: Final = "urn:uuid:00000000-0000-0000-0000-000000000000"
"""The source of a run without an installation id: the nil UUID (RFC 9562)."""
BATCH: Final = "application/cloudevents-batch+json"
"""Content type of a list of events."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event: its line in the spool, and what it is."""

    contract: str
    id: str
    source: str
    line: bytes
    """JSON in one line, with the line's end."""


def recorded(  # noqa: PLR0913 - the parts of an event
    contract: Contract,
    values: Mapping[str, object],
    at: datetime,
    installation: str | None,
    key: str | None = None,
    *,
    synthetic: bool = False,
) -> Recorded:
    """An event of a contract. Raises Refused for values that the contract does not allow.

    `at` is aware. `installation` is the project's random id; None counts as anonymous. `key`: the same occurrence told
    twice has the same id, a UUID; a random one otherwise. `synthetic`: made up, and says so wherever it shows.
    """
    data = contract.checked(values)
    source = f"urn:uuid:{installation}" if installation else ANONYMOUS
    made: dict[str, Any] = {
        "specversion": SPECVERSION,
        "id": key or str(uuid4()),
        "source": source,
        "type": contract.type,
        "time": written(at),
        "datacontenttype": "application/json",
        **({"synthetic": True} if synthetic else {}),
        "data": data,
    }
    line = json.dumps(made, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"
    return Recorded(contract.id, str(made["id"]), source, line)


def written(at: datetime) -> str:
    """A moment as events have it: RFC 3339, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
