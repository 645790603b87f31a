"""The packs of a project beside the log of their connections: what changed, what breaks, what is no longer synced.

The log says that a table changed, and when, but not what: after that the columns are read anew, and compared by name
with what the boards read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from generators.published.connections import ConnectionState, state_of
from generators.published.fit import Fit, fit
from generators.published.log_sql import EXCLUDED, SCHEMA_CHANGES
from generators.published.warehouse import Columns, NotChecked, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

    from generators.published.fit import BoardFit
    from generators.published.installed import Found
    from generators.published.lockfile import Installed
    from generators.published.manifest import FreshnessLimits, PackManifest
    from generators.published.sync_log import Connection, Entry, SyncLog

Freshness = Literal["fresh", "late", "stale", "missing", "unknown"]
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class WatchedPack:
    """A pack of a project: what its boards read, where from, and which of them are there."""

    path: str
    """Relative to the project."""
    said: Installed | PackManifest
    contents: str
    """SHA-256 of the archive's SHA256SUMS."""
    where: Where
    """Its tables, those that its boards read."""
    boards: frozenset[str]
    """The boards that lie in the project."""
    modified: frozenset[str]
    """Those of them that are not as they were delivered."""

    @property
    def required(self) -> tuple[str, ...]:
        """Tables that must be there, lower case, sorted."""
        return tuple(table for table in self.where.tables if self.said.optional.get(table) != ())


@dataclass(frozen=True, slots=True)
class Excluded:
    """A table that Fivetran stopped syncing."""

    table: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Look:
    """What a watch found of a pack."""

    pack: WatchedPack
    connections: tuple[ConnectionState, ...]
    """Those that write its schema; none where no connection of the log has that name."""
    changes: tuple[Entry, ...] = ()
    """What the log says of changed tables since the last watch, newest first."""
    excluded: tuple[Excluded, ...] = ()
    """Tables that its boards read."""
    fit: Fit | NotChecked | None = None
    """On the columns as they are now; None where nothing changed since they were sound."""
    columns: Columns | None = None
    """As they were read."""

    @property
    def broken(self) -> tuple[BoardFit, ...]:
        """Boards in the project that lack what is required."""
        return self._boards("broken")

    @property
    def unavailable(self) -> tuple[BoardFit, ...]:
        """Boards in the project that lack what is optional."""
        return self._boards("left out")

    @property
    def left_out(self) -> tuple[BoardFit, ...]:
        """Boards that lack what is optional, and are not in the project."""
        found = self.fit.of("left out") if isinstance(self.fit, Fit) else ()
        return tuple(board for board in found if board.board not in self.pack.boards)

    @property
    def not_checked(self) -> str:
        """Why the columns say nothing; empty where they do, or were not read."""
        if isinstance(self.fit, NotChecked):
            return self.fit.reason
        return "" if self.fit is None or self.fit.is_known else "its record does not say what its boards read"

    @property
    def is_sound(self) -> bool:
        """Whether nothing of it needs anybody, so that its columns need not be read before something changes."""
        return not (self.broken or self.unavailable or self.excluded or self.not_checked)

    @property
    def needs_someone(self) -> bool:
        """Whether boards break, or their data stands still or is late."""
        return not self.is_sound or any(one.stands_still or one.is_late for one in self.connections)

    def _boards(self, state: Literal["broken", "left out"]) -> tuple[BoardFit, ...]:
        found = self.fit.of(state) if isinstance(self.fit, Fit) else ()
        return tuple(board for board in found if board.board in self.pack.boards)


def watched(found: Found, schema: str | None, source: str | None) -> WatchedPack:
    """A pack of a project. `schema` is another one than its record or archive names; `source` that of dbt packages."""
    said, record = found.manifest, found.record
    left_out = record.left_out if record else {}
    boards = frozenset(said.reads) - _boards_among(found, found.differences.missing) - frozenset(left_out)
    tables = tuple(sorted({table for reads in said.reads.values() for table in reads}))
    where = Where(
        record.source if record else source,
        said.warehouse,
        schema or said.schema_name,
        record.database if record else None,
        tables,
    )
    edited = _boards_among(found, (*found.differences.changed, *found.differences.waiting))
    return WatchedPack(found.path, said, found.contents, where, boards, boards & edited)


def _boards_among(found: Found, paths: Iterable[str]) -> frozenset[str]:
    """The boards whose files are these: in a folder of their own, or in the one of a dbt package."""
    runtime = found.manifest.runtime
    folder = "" if found.record else f"{runtime.folder}/"
    return frozenset(path.removeprefix(folder).removesuffix(runtime.suffix) for path in paths)


def connections_for(packs: Iterable[WatchedPack], connections: Sequence[Connection]) -> Iterator[Connection]:
    """The connections that write the schema of any of these packs."""
    for pack in packs:
        yield from _connections(pack, connections)


def _connections(pack: WatchedPack, connections: Sequence[Connection]) -> list[Connection]:
    """By name alone: another connection of the same service may be of another project. Live ones, if there are any."""
    schema = pack.where.schema.lower()
    own = [one for one in connections if one.name.lower().partition(".")[0] == schema]
    return [one for one in own if not one.is_deleted] or own


def look_at(
    pack: WatchedPack,
    log: SyncLog,
    since: datetime,
    ask: Callable[[WatchedPack], Columns | NotChecked],
    *,
    was_sound: bool,
) -> Look:
    """A pack beside the log. Its columns are asked for where something changed `since`, or it `was_sound` no more."""
    own = _connections(pack, log.connections)
    states = tuple(state_of(one, log.entries, log.newest or since) for one in own)
    recent = _recent(log, own, since)
    look = Look(pack, states, tuple(_changes(pack, recent)), tuple(_excluded(pack, recent)))
    if own and was_sound and not (look.changes or look.excluded):
        return look
    return _fitted(look, ask)


def _recent(log: SyncLog, connections: Iterable[Connection], since: datetime) -> list[Entry]:
    ids = {one.id for one in connections}
    return [entry for entry in log.entries if entry.connection in ids and entry.at > since]


def _fitted(look: Look, ask: Callable[[WatchedPack], Columns | NotChecked]) -> Look:
    """With the columns as they are now; a schema that shows none of the tables has none of the columns."""
    pack = look.pack
    if not pack.said.reads:
        return replace(look, fit=Fit((), is_known=False))
    found = ask(pack)
    if isinstance(found, Columns):
        return replace(look, fit=fit(pack.said, found.names), columns=found)
    if found.is_absent:
        return replace(look, fit=fit(pack.said, {}), columns=Columns(pack.where.schema, {}))
    return replace(look, fit=found)


def _changes(pack: WatchedPack, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Changed tables, without those of another schema that the same connection writes."""
    for entry in entries:
        schema = entry.details.get("schema", "").lower()
        if entry.sort in SCHEMA_CHANGES and schema in {"", pack.where.schema.lower()}:
            yield entry


def _excluded(pack: WatchedPack, entries: Sequence[Entry]) -> Iterator[Excluded]:
    """Tables that the boards read, each once, unless the log says later that they were made or changed again."""
    back: set[str] = set()
    told: set[str] = set()
    for entry in entries:
        if entry.sort in {"create_table", "alter_table"}:
            back.add(table_of(entry))
        elif EXCLUDED in {entry.sort, entry.details.get("type", "")}:
            for table in _named(pack, entry):
                if table not in back | told:
                    told.add(table)
                    yield Excluded(table, entry)


def table_of(entry: Entry) -> str:
    """The table that an entry is about, lower case, without its schema; empty where it names none."""
    named = entry.details.get("table") or entry.details.get("name") or ""
    return named.rpartition(".")[2].strip('"`').lower()


def _named(pack: WatchedPack, entry: Entry) -> list[str]:
    """The pack's tables that a warning names, in a field of its own or in its sentence."""
    if table := table_of(entry):
        return [table] if table in pack.where.tables else []
    words = {word.strip("\"'`.,:;()").rpartition(".")[2].lower() for word in entry.details.get("message", "").split()}
    return [table for table in pack.where.tables if table in words]


# ── age ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def freshness(look: Look, table: str, at: datetime, newest: datetime | None) -> tuple[Freshness, float | None]:
    """How fresh a required table is by the log, and its age in hours: since the last successful sync of a connection.

    A log that is read late makes tables look older than they are: what would be fresh at its newest entry is unknown.
    """
    if look.columns is not None and table not in look.columns.names:
        return "missing", None
    last = _filled(look, table)
    if last is None:
        return "unknown", None
    limits, age = look.pack.said.freshness, _hours(at - last)
    if limits is None or _outcome(limits, age) != _outcome(limits, min(age, _hours((newest or at) - last))):
        return "unknown", age
    return _outcome(limits, age), age


def _filled(look: Look, table: str) -> datetime | None:
    """When a table last got what its connections had: the last success of one, unless it was excluded before."""
    ends = [one.rhythm.last.at for one in look.connections if one.rhythm]
    return min([max(ends), *(one.entry.at for one in look.excluded if one.table == table)]) if ends else None


def _hours(span: timedelta) -> float:
    return max(span.total_seconds() / _SECONDS, 0.0)


def _outcome(limits: FreshnessLimits, hours: float) -> Freshness:
    if hours <= limits.warn_after_hours:
        return "fresh"
    return "late" if hours <= limits.error_after_hours else "stale"
