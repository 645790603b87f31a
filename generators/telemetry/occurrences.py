"""What commands say happened, as records of the contracts: names and numbers are moved, and nothing is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from generators.published.events import PackEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.published.events import BoardEvent, Happened, Outcome

INSTALL, RENDER, CHECK = "pack-install-result", "pack-render-result", "check-result"
"""Contracts."""
OUTCOMES: Final[Mapping[Outcome, str]] = {
    "done": "succeeded",
    "conflicts": "succeeded",  # the new version is there; what is left is the user's own edit
    "refused": "user-error",
    "user-error": "user-error",
    "failed": "failed",
    "aborted": "aborted",
}

Values: TypeAlias = dict[str, object]


def record_of(event: Happened, connector: str) -> tuple[str, Values]:
    """The contract of an event, and its fields; what is not known is None. `connector`: the pack's."""
    if isinstance(event, PackEvent):
        return INSTALL, _installed(event, connector)
    return RENDER, _drawn(event, connector)


def _installed(event: PackEvent, connector: str) -> Values:
    return {
        "pack": event.pack,
        "connector": connector,
        "pack_version": event.version,
        "runtime": event.runtime,
        "warehouse": event.warehouse,
        "action": event.what,
        "outcome": OUTCOMES[event.outcome],
        "stage": event.stage,
        "previous_version": event.previous,
        "files_restored": event.restored,
        "duration_ms": event.duration_ms,
    }


def _drawn(event: BoardEvent, connector: str) -> Values:
    return {
        "pack": event.pack,
        "connector": connector,
        "pack_version": event.version,
        "runtime": event.runtime,
        "runtime_version": event.runtime_version,
        "warehouse": event.warehouse,
        "board": event.board,
        "trigger": "check",
        "outcome": event.outcome,
        "stage": None if event.outcome == "succeeded" else "query",
        "code": event.code,
        "failing_query": event.query,
        "failing_table": event.table,
        "modified": False,  # a check reads the pack's own files
        "schema_digest": event.schema_digest,
    }
