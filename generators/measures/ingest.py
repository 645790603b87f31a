"""Events into the store, each once: read by the engine, judged by their contracts, told apart by installation and id.

Every statement works on many events; lines are looked at one by one only where the engine stumbles. A block of events
is stored in one transaction, after the file with what was refused, so a killed run is simply repeated.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import duckdb

from generators.measures.blocks import Block, blocks_of, lines_of
from generators.measures.judging import refused
from generators.measures.layout import EVENTS, TEXT, literal, quoted
from generators.output.writing import append

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from generators.measures.store import Store

LONGEST: Final = 1 << 20
"""Bytes of an event at most."""
KEPT: Final = 2_000
"""Characters of a refused line that are kept."""
PRIVATE: Final = 0o600
SPECVERSION: Final = "1.0"
URN: Final = "urn:uuid:"
OTHER_TYPE: Final = "has a value of another type"
INPUT: Final = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException, duckdb.BinderException)
"""What the engine raises for text that it cannot read."""


@dataclass(slots=True)
class Ingested:
    """What became of the events of some files."""

    new: int = 0
    duplicate: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """How many for which reason."""


@dataclass(slots=True)
class Quarantine:
    """The file beside a store with the lines that were refused, each once."""

    path: Path
    known: set[str]

    @classmethod
    def beside(cls, store: Path) -> Quarantine:
        """Raises OSError."""
        path = store.with_name(f"{store.name}.refused.jsonl")
        known = set()
        if path.exists():
            with path.open("rb") as stream:
                known = {_digest_in(line) for line in stream}
        return cls(path, known)

    def keep(self, found: Iterable[tuple[str, str]]) -> None:
        """Lines and their reasons. Raises OSError."""
        made = []
        for line, reason in found:
            digest = sha256(line.encode()).hexdigest()
            if digest not in self.known:
                self.known.add(digest)
                made.append(json.dumps({"digest": digest, "reason": reason, "line": line[:KEPT]}) + "\n")
        if made:
            append(self.path, "".join(made).encode(), PRIVATE)


def _digest_in(line: bytes) -> str:
    try:
        return str(json.loads(line)["digest"])
    except (ValueError, KeyError, TypeError):
        return ""


def ingest(store: Store, files: Sequence[Path], at: datetime) -> Ingested:
    """Take in files of events: JSON lines, or JSON lists as batches are sent. `at`, aware, is when they came.

    Raises OSError, duckdb.Error.
    """
    run = _Run(store, at, Quarantine.beside(store.path))
    with TemporaryDirectory(prefix=f"{store.path.name}-", dir=store.path.resolve().parent) as scratch:
        for block in blocks_of(files, Path(scratch)):
            run.take(block)
    return run.done


@dataclass(slots=True)
class _Run:
    store: Store
    at: datetime
    quarantine: Quarantine
    done: Ingested = field(default_factory=Ingested)

    def take(self, block: Block) -> None:
        """A block at once, or what can be read of it."""
        if self._is_stored(block):
            return
        sound: list[str] = []
        bad: list[tuple[str, str]] = []
        for line, reason in lines_of(block, LONGEST):
            if reason:
                bad.append((line, reason))
            else:
                sound.append(line)
        self._refuse(bad)
        self._take_halves(sound, block.part)

    def _take_halves(self, lines: list[str], part: Path) -> None:
        """Lines that are JSON: all, or each half of them, down to those with values that no column takes."""
        if not lines:
            return
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if self._is_stored(Block((part,), "newline_delimited", part)):
            return
        if len(lines) == 1:
            self._refuse([(lines[0], OTHER_TYPE)])
            return
        half = len(lines) // 2
        self._take_halves(lines[:half], part)
        self._take_halves(lines[half:], part)

    def _refuse(self, found: Sequence[tuple[str, str]]) -> None:
        for _line, reason in found:
            self.done.refused[reason] = self.done.refused.get(reason, 0) + 1
        self.quarantine.keep(found)

    def _is_stored(self, block: Block) -> bool:
        """Whether the engine could read a block; then what is new of it is in the store."""
        connection = self.store.connection
        connection.begin()
        try:
            batch = self.store.number(f"SELECT max(batch) FROM {EVENTS}") + 1  # noqa: S608 - a name of ours
            try:
                count = self._insert(block, batch)
            except INPUT:
                connection.rollback()
                return False
            bad = refused(self.store, batch, self.at)
            self._refuse(self._lines(bad))
            self._delete(bad)
            known = self._known(batch)
            self._delete(known)
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):  # where the transaction ended with the error
                connection.rollback()
            raise
        self.done.duplicate += len(known)
        self.done.new += count - len(bad) - len(known)
        return True

    def _insert(self, block: Block, batch: int) -> int:
        """The events of a block, as they were read; how many. Raises what INPUT names."""
        layout = self.store.layout
        data = ", ".join(f"{quoted(column.name)} {column.type}" for column in layout.columns)
        kinds = {"specversion": TEXT, "source": TEXT, "type": TEXT, "id": "UUID", "time": "TIMESTAMPTZ"}
        kinds |= {"synthetic": "BOOLEAN"}
        kinds["data"] = f"STRUCT({data})"
        wanted = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in kinds.items())
        files = ", ".join(literal(str(file)) for file in block.files)
        ids = " ".join(f"WHEN {literal(kind)} THEN {literal(one.id)}" for kind, one in layout.contracts.items())
        versions = " ".join(f"WHEN {literal(kind)} THEN {one.version}" for kind, one in layout.contracts.items())
        uuid = f"TRY_CAST(source[{len(URN) + 1}:] AS UUID)"
        values = {
            "contract": f"CASE WHEN specversion = '{SPECVERSION}' THEN CASE type {ids} ELSE type END ELSE '' END",
            "version": f"CASE type {versions} END",
            "id": "id",
            "installation": f"CASE WHEN starts_with(source, '{URN}') THEN {uuid} END",
            "time": "time",
            "received": "$1",
            "batch": str(batch),
            "synthetic": "COALESCE(synthetic, false)",
            **{column.name: f"data.{quoted(column.name)}" for column in layout.columns},
        }
        [[count]] = self.store.connection.execute(
            f"INSERT INTO {EVENTS} ({', '.join(map(quoted, values))}) SELECT {', '.join(values.values())} "  # noqa: S608 - names and literals are quoted
            f"FROM read_json([{files}], format = '{block.form}', columns = {{{wanted}}}, "
            f"maximum_object_size = {LONGEST})",
            [self.at],
        ).fetchall()
        return int(count)

    def _lines(self, rows: Mapping[int, str]) -> list[tuple[str, str]]:
        """Rows as JSON, with their reasons: the fields of contracts alone, so what else an event had is not kept."""
        if not rows:
            return []
        self._choose(rows)
        sql = f"SELECT rowid, to_json({EVENTS}) FROM {EVENTS} WHERE rowid IN (SELECT row FROM chosen)"  # noqa: S608 - names of ours
        return [(_as_sent(str(line)), rows[int(str(row))]) for row, line in self.store.rows(sql)]

    def _known(self, batch: int) -> list[int]:
        """Rows of events that the store had before, or that the batch has once more."""
        again = self.store.rows(
            f"SELECT UNNEST(list_sort(list(rowid))[2:]) FROM {EVENTS} WHERE batch = {batch} "  # noqa: S608 - a number
            "GROUP BY id, installation HAVING count(*) > 1"
        )
        stored = self.store.rows(
            f"SELECT new.rowid FROM {EVENTS} AS new JOIN {EVENTS} AS old USING (id, installation) "  # noqa: S608 - a number
            f"WHERE new.batch = {batch} AND old.batch < {batch}"
        )
        return sorted({int(str(row)) for [row] in (*again, *stored)})

    def _choose(self, rows: Iterable[int]) -> None:
        connection = self.store.connection
        connection.execute("CREATE OR REPLACE TEMP TABLE chosen (row BIGINT)")
        connection.execute("INSERT INTO chosen SELECT UNNEST($1::BIGINT[])", [list(rows)])

    def _delete(self, rows: Collection[int]) -> None:
        if rows:
            self._choose(rows)
            self.store.connection.execute(f"DELETE FROM {EVENTS} WHERE rowid IN (SELECT row FROM chosen)")  # noqa: S608 - names of ours


def _as_sent(line: str) -> str:
    """JSON without what is null, and without what this run added: the same line is the same the next time."""
    own = {"received", "batch"}
    return json.dumps(
        {name: value for name, value in json.loads(line).items() if value is not None and name not in own}
    )
