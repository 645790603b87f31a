"""What a watch records, once the project's owner said yes: how boards fit, and how fresh required tables are."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from generators.cli.telemetry_consent import decision, reading
from generators.published.fit import Fit
from generators.published.snapshots import digest_of
from generators.published.watching import freshness
from generators.report.text import printable
from generators.telemetry.contract import Refused
from generators.telemetry.contracts import own_contracts
from generators.telemetry.event import recorded
from generators.telemetry.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from generators.cli.pack_watch_lines import Watched
    from generators.published.fit import BoardFit
    from generators.published.watching import Look
    from generators.telemetry.contract import Contracts

RENDER, FRESHNESS = "pack-render-result", "data-freshness-result"
UNKNOWN_TABLE, UNKNOWN_COLUMN = "ERR-BINDER-UNKNOWN-RELATION", "ERR-BINDER-UNKNOWN-COLUMN"
"""What boards will show for a table, and for a column, that is not there."""
OUTCOMES = {"complete": "succeeded", "broken": "failed"}
"""Of a board, by how it fits. One that lacks what is optional says nothing about the pack, and is not recorded."""


@dataclass(frozen=True, slots=True)
class _Record:
    contract: str
    values: dict[str, object]
    key: tuple[str, ...]
    """What makes it the same occurrence when it is told again."""


def record(watched: Watched, at: datetime) -> int:
    """Keep what was found in the spool of the project; how many events. Nothing without consent.

    Raises Unusable for a consent or a spool that cannot be read or written.
    """
    found = decision(watched.project)
    if not found.records:
        return 0
    lines = []
    with reading():
        contracts = own_contracts()
        for one in _records(watched, contracts, at):
            contract = contracts.find(one.contract)
            key = str(uuid5(UUID(found.installation), "|".join(one.key))) if found.installation else None
            try:
                if contract is not None:
                    lines.append(recorded(contract, one.values, at, found.installation, key).line)
            except Refused as error:
                sys.stderr.write(f"warning: not recorded: {printable(str(error))}\n")
        if lines and not Spool.of(watched.project).append(*lines):
            sys.stderr.write("warning: not recorded: too many events wait: dfops telemetry ship\n")
            return 0
    return len(lines)


def _records(watched: Watched, contracts: Contracts, at: datetime) -> Iterator[_Record]:
    """Of packs that the contracts know."""
    for look in watched.looks:
        said = look.pack.said
        if said.pack not in contracts.connectors:
            continue
        common: dict[str, object] = {
            "pack": said.pack,
            "connector": contracts.connectors[said.pack],
            "pack_version": said.version,
            "runtime": said.runtime.id,
            "warehouse": said.warehouse,
        }
        yield from _boards(look, common)
        yield from _tables(look, common, at, watched.log.newest)


def _boards(look: Look, common: dict[str, object]) -> Iterator[_Record]:
    """A record for each board in the project, where columns were read."""
    if look.columns is None or not isinstance(look.fit, Fit):
        return
    digest = _digest(look)
    change = look.changes[0].id if look.changes else ""
    for board in look.fit.boards:
        if board.board in look.pack.boards and board.state in OUTCOMES:
            values = {
                **common,
                "board": board.board,
                "trigger": "check",
                "outcome": OUTCOMES[board.state],
                "modified": board.board in look.pack.modified,
                "schema_digest": digest,
                **_failure(board),
            }
            key = ("render", change, look.pack.path, str(common["pack_version"]), board.board, digest)
            yield _Record(RENDER, values, key)


def _failure(board: BoardFit) -> dict[str, object]:
    """What is missing first, by the pack's own names."""
    if not board.missing:
        return {}
    table, _, column = board.missing[0].partition(".")
    return {"stage": "query", "code": UNKNOWN_COLUMN if column else UNKNOWN_TABLE, "failing_table": table}


def _digest(look: Look) -> str:
    """Over names and types of the required tables, as `pack check` has it."""
    from generators.packs.reading.tables import column_type  # noqa: PLC0415 - the model, needed only here

    warehouse = look.pack.said.warehouse
    tables = look.columns.tables if look.columns else {}
    required = {
        name.lower(): {column.lower(): column_type(kind, warehouse) for column, kind in columns.items()}
        for name, columns in tables.items()
        if name.lower() in look.pack.required
    }
    return digest_of(warehouse, required)


def _tables(look: Look, common: dict[str, object], at: datetime, newest: datetime | None) -> Iterator[_Record]:
    """A record for each required table: of one sync and one outcome one a day."""
    last = max((one.rhythm.last for one in look.connections if one.rhythm), key=lambda entry: entry.at, default=None)
    limits = look.pack.said.freshness
    for table in look.pack.required:
        outcome, age = freshness(look, table, at, newest)
        values = {
            **common,
            "table": table,
            "outcome": outcome,
            "age_hours": None if age is None else round(age, 3),
            "warn_after_hours": limits.warn_after_hours if limits else None,
            "error_after_hours": limits.error_after_hours if limits else None,
        }
        key = ("freshness", last.id if last else "", look.pack.path, table, outcome, f"{at:%Y-%m-%d}")
        yield _Record(FRESHNESS, values, key)
