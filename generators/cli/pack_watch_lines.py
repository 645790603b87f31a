"""What `dfops pack watch` says of packs and connections: for people, in order of need, and for programs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generators.published.fit import Fit
from generators.published.log_sql import SYNC_END
from generators.published.watching import table_of
from generators.report.document import document
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from generators.published.connections import ConnectionState
    from generators.published.fit import BoardFit
    from generators.published.sync_log import Entry, SyncLog
    from generators.published.watching import Look

NAMED = 5
"""Boards and events that are named; the rest are counted."""
STILL = "its boards show older data until somebody acts in Fivetran"
HEALTH = {
    "deleted": f"is deleted: {STILL}",
    "paused": "is paused: its boards show the data from before",
    "incomplete": "started no sync in the log",
    "priority first sync": "is in a priority first sync: older data is still to come",
    "initial sync in progress": "is in its first sync: boards are not complete yet",
}
"""What is said of a connection that is not connected; of a broken one its trouble is said."""


@dataclass(frozen=True, slots=True)
class Watched:
    """All that a watch found."""

    project: Path
    source: str | None
    log: SyncLog
    since: datetime
    looks: tuple[Look, ...]
    is_old: bool
    """Whether the log itself is so old that nothing of it is early."""

    @property
    def connections(self) -> tuple[ConnectionState, ...]:
        """Those of any pack, each once."""
        return tuple({one.connection.id: one for look in self.looks for one in look.connections}.values())

    @property
    def needs_someone(self) -> bool:
        """Whether anything is broken, will break, or comes late."""
        return self.is_old or any(look.needs_someone for look in self.looks)


def text(watched: Watched) -> str:
    """For people: what needs them first, and the next command with it."""
    return "".join(f"{printable(line)}\n" for line in _lines(watched))


def _lines(watched: Watched) -> Iterator[str]:
    yield from _of_packs(watched, _broken, _excluded)
    yield from _of_connections(watched, _still, _late)
    yield from _of_packs(watched, _unavailable, _not_checked)
    yield from _log(watched)
    yield from _of_connections(watched, _waiting)
    yield from _of_packs(watched, _quiet)


def _of_packs(watched: Watched, *parts: Callable[[Watched, Look], Iterator[str]]) -> Iterator[str]:
    for part in parts:
        for look in watched.looks:
            yield from part(watched, look)


def _of_connections(watched: Watched, *parts: Callable[[ConnectionState], Iterator[str]]) -> Iterator[str]:
    for part in parts:
        for state in watched.connections:
            yield from part(state)


# ── packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _named(look: Look) -> str:
    return f"{look.pack.path} ({look.pack.said.title} {look.pack.said.version})"


def _broken(watched: Watched, look: Look) -> Iterator[str]:
    if not look.broken:
        return
    yield f"{_named(look)}: {_count(look.broken)} will show errors"
    yield from _boards(look.broken)
    yield from _changes(look.changes)
    if look.columns is not None and not look.columns.tables:
        yield f"  Schema {look.pack.where.schema} shows none of its tables: it is gone, renamed, or may not be read."
    pack = look.pack.said.pack
    if look.pack.path.startswith("dbt_packages/"):
        yield "  Next: see the pack's page for a version that fits, and write it into packages.yml."
    else:
        yield f"  Next: see whether a newer version fits: {_upgrade(watched, look)} --dry-run"
    yield (
        f"  If none does, report it: dfops pack snapshot{_where(watched)}{_source(look)} "
        f"--schema {shlex.quote(look.pack.where.schema)} --catalog CATALOG --out {pack}.json"
    )


def _unavailable(watched: Watched, look: Look) -> Iterator[str]:
    if not look.unavailable:
        return
    yield f"{_named(look)}: {_count(look.unavailable)} will show errors, and can be left out"
    yield from _boards(look.unavailable)
    if not look.broken:
        yield from _changes(look.changes)
    if look.pack.path.startswith("dbt_packages/"):
        yield "  The other boards work."
    else:
        yield f"  Next: take them out, until the tables are back: {_upgrade(watched, look)}"


def _not_checked(watched: Watched, look: Look) -> Iterator[str]:
    if not look.not_checked:
        return
    yield f"{_named(look)}: not checked: {look.not_checked}"
    yield from _changes(look.changes)
    if isinstance(look.fit, Fit):
        pack = look.pack.said.pack
        yield f"  Next: complete the record: {_upgrade(watched, look)}"
        yield f"  Or check an export of your columns: dfops pack check {pack} --catalog CATALOG --schema FILE"


def _excluded(_: Watched, look: Look) -> Iterator[str]:
    for one in look.excluded:
        what = "required" if one.table in look.pack.required else "optional"
        yield f"{_named(look)}: table {one.table}, {what}, is not synced any more since {_moment(one.entry.at)}"
        boards = [board for board, reads in look.pack.said.reads.items() if one.table in reads]
        yield f"  Boards that show older data from then on: {_some(boards)}"
        yield "  Next: Fivetran excluded it; see the connection's Schema tab in Fivetran for the reason."


def _quiet(_: Watched, look: Look) -> Iterator[str]:
    if look.left_out:
        missing = sorted({name for board in look.left_out for name in board.missing})
        yield f"{_named(look)}: left out until you have {_some(missing)}: {_some([b.board for b in look.left_out])}"
    if look.is_sound:
        what = "nothing changed" if look.fit is None else f"its {len(look.pack.boards)} boards fit your columns"
        yield f"{_named(look)}: {what}"
        yield from _changes(look.changes)
    if not look.connections:
        yield f"  No connection in the log is named {look.pack.where.schema}, so nothing is known of its syncs."


def _boards(boards: Sequence[BoardFit]) -> Iterator[str]:
    for one in boards[:NAMED]:
        yield f"  {one.board} asks for {_some(one.missing)}"
    if len(boards) > NAMED:
        yield f"  and {len(boards) - NAMED} more"


def _changes(entries: Sequence[Entry]) -> Iterator[str]:
    if entries:
        said = [f"{entry.sort} {table_of(entry)}".strip() + f" on {_moment(entry.at)}" for entry in entries]
        yield f"  Fivetran's log: {_some(said)}"


# ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _connection(state: ConnectionState) -> str:
    return f"Connection {state.connection.name} ({state.connection.id})"


def _still(state: ConnectionState) -> Iterator[str]:
    if state.health == "deleted":
        yield f"{_connection(state)} {HEALTH['deleted']}"
    elif state.health == "broken" and state.trouble is not None:
        words = state.trouble.details
        reason = words.get("reason") or words.get("message") or ""
        what = "a sync failed" if state.trouble.sort == SYNC_END else "an error"
        yield f"{_connection(state)} is broken: {what} on {_moment(state.trouble.at)}{f': {reason}' if reason else ''}"
        last = f"the last sync that succeeded ended on {_moment(state.rhythm.last.at)}" if state.rhythm else STILL
        yield f"  Next: fix the connection in Fivetran; {last}."


def _late(state: ConnectionState) -> Iterator[str]:
    if not state.is_late or state.stands_still or state.rhythm is None or state.rhythm.median is None:
        return  # what stands still has been said
    rhythm = state.rhythm
    yield (
        f"{_connection(state)} is late: no successful sync for {_hours(rhythm.gap)}, "
        f"the median between two is {_hours(state.rhythm.median)}"
    )
    yield f"  The last one ended on {_moment(rhythm.last.at)}. Next: see the connection's status in Fivetran."


def _waiting(state: ConnectionState) -> Iterator[str]:
    if state.health in {"paused", "incomplete", "priority first sync", "initial sync in progress"}:
        yield f"{_connection(state)} {HEALTH[state.health]}"


def _log(watched: Watched) -> Iterator[str]:
    log = watched.log
    if log.newest is None:
        yield f"The log in schema {log.schema} is empty: nothing is known of syncs."
    elif watched.is_old:
        yield f"The log itself is old: its newest entry is from {_moment(log.newest)}."
        yield "  Next: see the status of the connection that writes it in Fivetran."
    if log.is_cut:
        yield "The log holds more than was read: what is older than the entries above may be missing here."


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _count(boards: Sequence[BoardFit]) -> str:
    return "1 board" if len(boards) == 1 else f"{len(boards)} boards"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more


def _moment(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y, %H:%M} UTC"


def _hours(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours * 60:.0f} minutes" if hours < 1 else f"{hours:.1f} hours"


def _upgrade(watched: Watched, look: Look) -> str:
    return f"dfops pack upgrade {look.pack.said.pack}{_where(watched)} --catalog CATALOG"


def _where(watched: Watched) -> str:
    here = str(watched.project)
    return "" if here == "." else f" --project {shlex.quote(here)}"


def _source(look: Look) -> str:
    source = look.pack.where.source
    return "" if source is None else f" --source {shlex.quote(source)}"


# ── for programs ────────────────────────────────────────────────────────────────────────────────────────────────────
def as_json(watched: Watched) -> str:
    """Everything, whether it needs somebody or not."""
    log = watched.log
    return document(
        source=watched.source,
        since=watched.since.isoformat(),
        log={
            "schema": log.schema,
            "newest": log.newest.isoformat() if log.newest else None,
            "is_old": watched.is_old,
            "is_cut": log.is_cut,
        },
        needs_someone=watched.needs_someone,
        packs=[_pack(look) for look in watched.looks],
        connections=[_state(one) for one in watched.connections],
    )


def _pack(look: Look) -> dict[str, object]:
    pack = look.pack
    return {
        "path": pack.path,
        "pack": pack.said.pack,
        "version": pack.said.version,
        "warehouse": pack.said.warehouse,
        "schema": pack.where.schema,
        "columns_read": look.columns is not None,
        "not_checked": look.not_checked or None,
        "broken": {board.board: board.missing for board in look.broken},
        "unavailable": {board.board: board.missing for board in look.unavailable},
        "left_out": {board.board: board.missing for board in look.left_out},
        "not_synced": {one.table: one.entry.at.isoformat() for one in look.excluded},
        "changes": [
            {"event": entry.sort, "table": table_of(entry) or None, "at": entry.at.isoformat()}
            for entry in look.changes
        ],
        "connections": [one.connection.id for one in look.connections],
    }


def _state(state: ConnectionState) -> dict[str, object]:
    rhythm = state.rhythm
    return {
        "id": state.connection.id,
        "name": state.connection.name,
        "type": state.connection.kind,
        "health": state.health,
        "is_late": state.is_late,
        "last_success": rhythm.last.at.isoformat() if rhythm else None,
        "gap_hours": round(rhythm.gap.total_seconds() / 3600, 3) if rhythm else None,
        "median_gap_hours": round(rhythm.median.total_seconds() / 3600, 3) if rhythm and rhythm.median else None,
        "trouble": state.trouble.at.isoformat() if state.trouble else None,
    }
