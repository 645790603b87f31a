"""What Fivetran's own log says of connections, read through the user's runtime: bounded, and with suspicion.

Names and details in it come from accounts: they are compared, and made printable by whoever prints them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from generators.published.log_sql import CONNECTIONS, LOG, LogTables, connections_of_log, entries_of_log
from generators.published.tables import unusable
from generators.published.warehouse import NotChecked, Where, answer_of, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from generators.published.warehouse import Query, Source

SCHEMAS: Final = ("fivetran_log", "fivetran_platform", "fivetran_metadata")
"""Where accounts have the log, by their age."""
LONGEST: Final = 200
"""Characters of a name or a word that is kept."""
_WORD: Final = re.compile(r'"(status|reason|type|table|name|schema)"\s*:\s*"((?:[^"\\]|\\.){0,200})')
"""Of details that were cut."""
_TRUE: Final = frozenset({"true", "t", "1", "yes"})


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of an account."""

    id: str
    name: str
    """As a rule the schema that it writes, or its beginning."""
    kind: str
    """What it reads from, in Fivetran's word."""
    is_paused: bool
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    id: str
    at: datetime
    """UTC."""
    connection: str
    severity: str
    """INFO, WARNING or SEVERE."""
    sort: str
    """Lower case: `sync_end`."""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncLog:
    """What was read of a log."""

    schema: str
    """As the warehouse spells it."""
    newest: datetime | None
    """The moment of its newest entry; None where it has none."""
    connections: tuple[Connection, ...]
    entries: tuple[Entry, ...]
    """Those of the connections that were asked for, newest first."""
    is_cut: bool = False
    """Whether not all connections or entries were read that were asked for."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that can be asked."""

    source: Source
    tables: LogTables

    def read(
        self, chosen: Callable[[Sequence[Connection]], Iterable[Connection]], since: datetime, until: datetime
    ) -> SyncLog | NotChecked:
        """Connections, and what the log says of the chosen ones between two moments. Nothing raises."""
        found = self._rows(connections_of_log(self.tables))
        if isinstance(found, NotChecked):
            return found
        rows, is_cut = found
        connections = tuple(dict.fromkeys(_connections(rows)))
        names = sorted({one.id for one in chosen(connections) if not unusable(one.id)})
        entries: tuple[Entry, ...] = ()
        if names:
            told = self._rows(entries_of_log(self.tables, names, since))
            if isinstance(told, NotChecked):
                return told
            entries = tuple(_entries(told[0], frozenset(names), (since, until)))
            is_cut |= told[1]
        return SyncLog(self.tables.schema, _newest(rows, entries, until), connections, entries, is_cut)

    def _rows(self, query: Query) -> tuple[list[dict[str, object]], bool] | NotChecked:
        answer = answer_of(self.source, query)
        return answer if isinstance(answer, NotChecked) else (answer.rows, answer.is_cut)


def log_in(source: Source, schema: str | None, database: str | None) -> Log | NotChecked:
    """The log of a source, in a schema, which is looked for where it is None. Nothing raises."""
    first: NotChecked | None = None
    for name in (schema,) if schema is not None else SCHEMAS:
        where = Where(source.name, source.warehouse, name, database, (LOG, *CONNECTIONS))
        found = columns_of(source.project, where, source.environment)
        if isinstance(found, NotChecked):
            first = first or found
            if not found.is_absent:
                return found
            continue
        tables = LogTables.of(found, source.warehouse, database)
        if tables is not None:
            return Log(source, tables)
        first = first or NotChecked(f"schema {name} has no tables {LOG} and {CONNECTIONS[0]}")
    if schema is None:
        return NotChecked(f"the source shows no log in a schema named {', '.join(SCHEMAS)}: name it with --log-schema")
    return first or NotChecked("the source shows no log")


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _newest(rows: Iterable[Mapping[str, object]], entries: Sequence[Entry], until: datetime) -> datetime | None:
    """The moment of the newest entry; where that is still to come, of the newest one that was read."""
    newest = next((moment for row in rows if (moment := _moment(row["newest_entry"]))), None)
    if newest is None or newest <= until:
        return newest
    return entries[0].at if entries else None


def _connections(rows: Iterable[Mapping[str, object]]) -> Iterator[Connection]:
    for row in rows:
        if identity := _text(row["connection_id"]):
            yield Connection(
                identity,
                _text(row["connection_name"]),
                _text(row["connector_type"]).lower(),
                _is_true(row["is_paused"]),
                _is_true(row["is_deleted"]),
            )


def _entries(
    rows: Iterable[Mapping[str, object]], asked: frozenset[str], between: tuple[datetime, datetime]
) -> Iterator[Entry]:
    """Entries of the connections that were asked for, each once. Rows without a moment are none."""
    since, until = between
    seen: set[tuple[str, datetime, str, str]] = set()
    for row in rows:
        at, connection = _moment(row["told_at"]), _text(row["connection_id"])
        if at is None or not since <= at <= until or connection not in asked:
            continue
        key = (_text(row["entry_id"]), at, connection, _text(row["sort"]))
        if key not in seen:
            seen.add(key)
            yield Entry(key[0], at, connection, _text(row["severity"]).upper(), key[3], details(row["details"]))


def details(value: object) -> dict[str, str]:
    """The words of an entry's details, one level down too; of details that were cut, those that are whole."""
    text = value if isinstance(value, str) else ""
    try:
        found = json.loads(text)
        if isinstance(found, str):  # JSON in a text of JSON, as some destinations store it
            found = json.loads(found)
    except (ValueError, RecursionError):
        return {name: word[:LONGEST] for name, word in reversed(_WORD.findall(text))}
    return dict(_words(found)) if isinstance(found, dict) else {}


def _words(found: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Inner words first: an outer one of the same name counts."""
    for value in found.values():
        if isinstance(value, dict):
            yield from ((str(name)[:LONGEST], word[:LONGEST]) for name, word in value.items() if isinstance(word, str))
    for name, value in found.items():
        if isinstance(value, str):
            yield str(name)[:LONGEST], value[:LONGEST]


def _text(value: object) -> str:
    return value.strip()[:LONGEST] if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _is_true(value: object) -> bool:
    return value is True or str(value).strip().lower() in _TRUE


def _moment(value: object) -> datetime | None:
    """A moment as the runtime prints it; one without a zone is UTC, as Fivetran writes it."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
