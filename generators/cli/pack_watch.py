"""`dfops pack watch`: early warning for the packs of a project, from Fivetran's own log in the warehouse."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generators.cli.options import AtOption, FormatOption, Unusable, moment, writing
from generators.cli.pack_places import packs_of
from generators.cli.pack_source import SourceOption, source_of
from generators.cli.pack_watch_lines import Watched, as_json, text
from generators.cli.pack_watch_records import record
from generators.findings import nearest
from generators.output.paths import UnsafePathError
from generators.published.projects import NoProject, project_in
from generators.published.snapshots import WAREHOUSES
from generators.published.sync_log import log_in
from generators.published.tables import unusable
from generators.published.warehouse import NotChecked, Source, columns_of
from generators.published.watch_state import OLDEST, Stop, WatchState, keep, state_in
from generators.published.watching import connections_for, look_at, watched
from generators.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generators.published.installed import Found
    from generators.published.projects import UserProject
    from generators.published.sync_log import SyncLog
    from generators.published.warehouse import Columns
    from generators.published.watching import Look, WatchedPack

SECONDS = 300.0
"""For the log; each schema of a pack has its own limit."""
OVERLAP = timedelta(hours=2)
"""How much of what an earlier watch read is read again: connections do not write the log in the order of time."""
FIRST = timedelta(days=7)
"""How far back the first watch reads of changed tables."""
OLD = timedelta(hours=48)
"""The log is synced once a day by default: without an entry for longer it stands still."""
_LENGTH = re.compile(r"P(?:(?P<weeks>\d{1,2})W)?(?:(?P<days>\d{1,3})D)?(?:T(?:(?P<hours>\d{1,4})H)?)?")

ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project with the packs.")]
LogSchemaOption = Annotated[
    str | None,
    typer.Option("--log-schema", metavar="NAME", help="The schema with the log.", show_default="found by itself"),
]
LogDatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", help="The database (BigQuery: project) with the log.", show_default="that of the source"
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="P7D|ISO8601",
        help="From when on changed tables are read.",
        show_default="where the last watch stopped, else P7D",
    ),
]
SchemasOption = Annotated[
    list[str] | None,
    typer.Option(
        "--schema",
        metavar="[PACK=]NAME",
        help="Another schema of a pack; may be given again.",
        show_default="as installed",
    ),
]


def watch(
    project: ProjectOption = Path(),
    source: SourceOption = None,
    log_schema: LogSchemaOption = None,
    database: LogDatabaseOption = None,
    since: SinceOption = None,
    schema: SchemasOption = None,
    at: AtOption = None,
    form: FormatOption = "text",
) -> None:
    """Say which boards will break, and which connections stand still or are late, before anybody opens a board.

    Reads Fivetran's own log in the warehouse, where it is synced (the Fivetran Platform connection). After a changed
    table the columns are read anew and compared by name with what the boards read; types and rows are not. Exit 1 where
    boards break or data is not coming, 2 where the log cannot be asked. Writes below .dfops/watch/ where it stopped.
    """
    now = moment(at)
    for name, option in ((log_schema, "--log-schema"), (database, "--database")):
        _require_name(name, option)
    found = packs_of(project)
    if not found:
        raise Unusable(f"no pack is installed in {printable(str(project))}: install one first, or name the project")
    run = _Run(project, found, now)
    reader = run.reader()
    chosen = source_of(reader, source)
    packs = [watched(one, name, chosen) for one, name in zip(found, _schemas(found, schema), strict=True)]
    earlier = run.earlier()
    stop = earlier.sources.get(chosen or "")
    start = _start(since, stop, now)
    asked = Source(reader, chosen, _warehouse(reader, chosen, packs), os.environ, run.left)  # noqa: TID251 - the edge asks
    log = _log(asked, (log_schema, database), packs, (min(start, now - OLDEST), now))
    said = Watched(project, chosen, log, start, tuple(run.looks(packs, log, stop, start)), _is_old(log, now))
    sys.stdout.write(as_json(said) if form == "json" else text(said))
    sys.stdout.flush()
    _record(said, now)
    run.keep(earlier, chosen or "", said)
    raise typer.Exit(1 if said.needs_someone else 0)


@dataclass(slots=True)
class _Run:
    """A project, whose warehouses are asked through its runtimes."""

    project: Path
    found: Sequence[Found]
    now: datetime
    began: float = field(default_factory=time.monotonic)  # noqa: TID251 - the edge asks
    _known: dict[tuple[str, object], Columns | NotChecked] = field(default_factory=dict)

    def left(self) -> float:
        """Seconds that are left for the log."""
        return self.began + SECONDS - time.monotonic()  # noqa: TID251 - the edge asks

    def reader(self) -> UserProject:
        """The project as the runtimes of its packs read it. Raises Unusable."""
        runtimes = {one.manifest.runtime.id: one.manifest.runtime for one in self.found}
        try:
            return project_in(self.project, list(runtimes.values()))
        except NoProject as error:
            raise Unusable(str(error)) from error

    def ask(self, pack: WatchedPack) -> Columns | NotChecked:
        """The columns of a pack's tables; of packs on the same tables once."""
        key = (pack.said.runtime.id, pack.where)
        if key not in self._known:
            try:
                reader = project_in(self.project, [pack.said.runtime])
            except NoProject as error:
                return NotChecked(str(error))
            _say(f"Asking {pack.said.runtime.program} for the columns of {pack.where.schema} …")
            self._known[key] = columns_of(reader, pack.where, os.environ)  # noqa: TID251 - the edge asks
        return self._known[key]

    def looks(self, packs: Sequence[WatchedPack], log: SyncLog, stop: Stop | None, start: datetime) -> list[Look]:
        """A look at each pack; those that were sound are asked for again where the log says that something changed."""
        sound: Mapping[str, str] = stop.sound if stop else {}
        return [
            look_at(pack, log, start, self.ask, was_sound=sound.get(pack.path) == pack.contents != "") for pack in packs
        ]

    def earlier(self) -> WatchState:
        """Where earlier watches stopped. Raises Unusable."""
        try:
            return state_in(self.project)
        except (OSError, UnsafePathError) as error:
            raise Unusable(f"{printable(str(self.project))}: {error}") from error

    def keep(self, earlier: WatchState, source: str, said: Watched) -> None:
        """Where this one stopped. Raises Unusable."""
        sound = {look.pack.path: look.pack.contents for look in said.looks if look.is_sound and look.pack.contents}
        unsound = [look for look in said.looks if not look.is_sound]
        told = [entry.at for look in unsound for entry in (*look.changes, *(one.entry for one in look.excluded))]
        since = min(told) - timedelta(seconds=1) if told else None
        stop = Stop(seen=said.log.newest or said.since, sound=sound, since=since)
        with writing(self.project):
            keep(self.project, WatchState(sources={**earlier.sources, source: stop}))


def _log(
    source: Source,
    place: tuple[str | None, str | None],
    packs: Sequence[WatchedPack],
    between: tuple[datetime, datetime],
) -> SyncLog:
    """What the log says of the connections of these packs; `place` is its schema and database. Raises Unusable."""
    _say(f"Asking {source.project.runtime.program} for Fivetran's log …")
    log = log_in(source, *place)
    if isinstance(log, NotChecked):
        raise Unusable(printable(log.reason))
    told = log.read(lambda connections: connections_for(packs, connections), *between)
    if isinstance(told, NotChecked):
        raise Unusable(f"the log in schema {printable(log.tables.schema)} cannot be read: {printable(told.reason)}")
    return told


def _warehouse(reader: UserProject, source: str | None, packs: Sequence[WatchedPack]) -> str:
    """The kind of the source: as the project says, else that of the packs on it. Raises Unusable."""
    kind = reader.sources.get(source or "", "")
    if kind in WAREHOUSES:
        return kind
    kinds = sorted({pack.said.warehouse for pack in packs if pack.where.source == source})
    if len(kinds) != 1:
        raise Unusable("the project does not say which warehouse the source is: name another one with --source NAME")
    return kinds[0]


def _schemas(found: Sequence[Found], given: Sequence[str] | None) -> list[str | None]:
    """The schema of each pack that was named, None where it is as installed. Raises Unusable."""
    named = dict(_schema(word, found) for word in given or ())
    known = {name for one in found for name in (one.manifest.pack, one.path)}
    if wrong := next((name for name in named if name not in known), None):
        hint = nearest(wrong, known) or f"there are: {', '.join(sorted(known))}"
        raise Unusable(f"--schema: no pack {printable(wrong)!r} is installed; {hint}")
    return [named.get(one.path, named.get(one.manifest.pack)) for one in found]


def _schema(word: str, found: Sequence[Found]) -> tuple[str, str]:
    """The name of a pack, of the only one without a name, and of its schema. Raises Unusable."""
    pack, _, schema = word.rpartition("=")
    _require_name(schema, "--schema")
    if not pack and len(found) > 1:
        raise Unusable(f"--schema {printable(word)!r}: there are several packs, so write PACK={printable(schema)}")
    return pack or found[0].manifest.pack, schema


def _start(since: str | None, stop: Stop | None, now: datetime) -> datetime:
    """From when on the log is read: as named, else where the last watch stopped, else some days back."""
    if since is None:
        return max(min(stop.start, now) - OVERLAP, now - OLDEST) if stop else now - FIRST
    length = _LENGTH.fullmatch(since)
    if length is None:
        try:
            return moment(since)
        except Unusable:
            raise Unusable(f"--since: {since!r} is neither a length such as P7D or PT12H, nor a moment") from None
    parts = {name: int(value) for name, value in length.groupdict().items() if value}
    if not parts:
        raise Unusable(f"--since: {since!r} has no length; write it like P7D or PT12H")
    return now - timedelta(**parts)


def _record(said: Watched, now: datetime) -> None:
    """With the owner's consent; what cannot be recorded does not change what was found."""
    try:
        record(said, now)
    except Unusable as error:
        sys.stderr.write(f"warning: not recorded: {printable(str(error))}\n")


def _is_old(log: SyncLog, now: datetime) -> bool:
    return log.newest is not None and now - log.newest > OLD


def _require_name(word: str | None, option: str) -> None:
    if word is not None and (sentence := unusable(word)):
        raise Unusable(f"{option} {printable(word)!r} {sentence}")


def _say(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{printable(line)}\n")
