"""Whether events are as their contracts say. The engine names each combination of values, and the contract judges it.

So a million events are judged as fast as the few hundred combinations that they consist of, and by the same code that
judges an event where it is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generators.measures.layout import EVENTS, literal, quoted
from generators.telemetry.contract import LARGEST, PATTERNS, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from generators.measures.layout import Column
    from generators.measures.store import Store
    from generators.telemetry.contract import Contract

AHEAD: Final = "10 minutes"
"""How far a clock may be ahead."""
REASONS: Final[Mapping[str, str]] = {
    "has_id": "has no id",
    "has_source": "has no source urn:uuid:…",
    "has_time": "has no time",
    "is_past": "is from the future",
}
UNKNOWN: Final = "is no CloudEvent 1.0 of a type that a contract has"


def refused(store: Store, batch: int, at: datetime) -> dict[int, str]:
    """Of the events of a batch those that are not as a contract says: row to reason."""
    found: dict[int, str] = {}
    for [name] in store.rows(f"SELECT DISTINCT contract FROM {EVENTS} WHERE batch = {batch}"):  # noqa: S608 - a number
        contract = next((one for one in store.layout.contracts.values() if one.id == name), None)
        found |= _Kind(store, batch, at, str(name), contract).refused()
    return found


@dataclass(frozen=True, slots=True)
class _Kind:
    """The events of one contract in a batch; None where there is no such contract."""

    store: Store
    batch: int
    at: datetime
    name: str
    contract: Contract | None

    def refused(self) -> dict[int, str]:
        values = self._values()
        combinations = self.store.rows(f"SELECT DISTINCT {', '.join(values.values())} FROM {self._where}")  # noqa: S608 - names are quoted
        judged = [(*values_of, self._reason(dict(zip(values, values_of, strict=True)))) for values_of in combinations]
        bad = [combination for combination in judged if combination[-1]]
        return self._rows(values, bad) if bad else {}

    @property
    def _where(self) -> str:
        return f"{EVENTS} WHERE batch = {self.batch} AND contract IS NOT DISTINCT FROM {literal(self.name)}"

    def _values(self) -> dict[str, str]:
        """What is told apart: the envelope, and each field that any of these events has."""
        columns = self.store.layout.columns
        counts = ", ".join(f"count({quoted(column.name)})" for column in columns)
        [used] = self.store.rows(f"SELECT {counts} FROM {self._where}")  # noqa: S608 - names are quoted
        limit = f"TIMESTAMPTZ '{self.at.isoformat()}' + INTERVAL '{AHEAD}'"
        flags = ("id IS NOT NULL", "installation IS NOT NULL", "time IS NOT NULL", f"COALESCE(time <= {limit}, true)")
        values = dict(zip(REASONS, flags, strict=True))
        present = [column for column, count in zip(columns, used, strict=True) if count]
        return values | {column.name: _value(column, is_sound=self._are_digests(column)) for column in present}

    def _are_digests(self, column: Column) -> bool:
        """Whether this is a column of digests, and nothing but digests: there are too many to tell them apart."""
        if column.form != "digest":
            return False
        name, (pattern, _length) = quoted(column.name), PATTERNS["digest"]
        found = f"SELECT DISTINCT {name} AS digest FROM {self._where}"  # noqa: S608 - names are quoted
        bad = f"SELECT count(*) FROM ({found}) WHERE digest IS NOT NULL AND NOT regexp_full_match(digest, '{pattern}')"  # noqa: S608 - as above
        return self.store.number(bad) == 0

    def _reason(self, combination: Mapping[str, object]) -> str:
        """Why events with these values are refused; empty where they are not."""
        if self.contract is None:
            return UNKNOWN
        for flag, reason in REASONS.items():
            if not combination[flag]:
                return reason
        try:
            self.contract.checked({name: value for name, value in combination.items() if name not in REASONS})
        except Refused as error:
            return str(error)
        return ""

    def _rows(self, values: Mapping[str, str], bad: Sequence[tuple[object, ...]]) -> dict[int, str]:
        """The rows that have one of these combinations."""
        names = [quoted(name) for name in values]
        listed = ", ".join(f"{value} AS {name}" for value, name in zip(values.values(), names, strict=True))
        judged = f"SELECT rowid AS row, {listed} FROM {self._where}"  # noqa: S608 - names are quoted
        table = f"CREATE OR REPLACE TEMP TABLE bad AS SELECT {', '.join(names)}, '' AS reason FROM ({judged}) LIMIT 0"  # noqa: S608 - names are quoted
        self.store.connection.execute(table)
        marks = ", ".join("?" * (len(names) + 1))
        self.store.connection.executemany(f"INSERT INTO bad VALUES ({marks})", bad)  # noqa: S608 - question marks
        alike = " AND ".join(f"judged.{name} IS NOT DISTINCT FROM bad.{name}" for name in names)
        sql = f"SELECT judged.row, bad.reason FROM ({judged}) AS judged JOIN bad ON {alike}"  # noqa: S608 - names are quoted
        return {int(str(row)): str(reason) for row, reason in self.store.rows(sql)}


def _value(column: Column, *, is_sound: bool) -> str:
    """A value that many events share: the text itself, or one that stands for all sound numbers, or digests."""
    name = quoted(column.name)
    if column.is_number:
        zero = "0::BIGINT" if column.form == "integer" else "0::DOUBLE"
        return f"CASE WHEN {name} BETWEEN 0 AND {LARGEST} THEN {zero} WHEN {name} IS NOT NULL THEN {zero} - 1 END"
    if is_sound:
        return f"CASE WHEN {name} IS NOT NULL THEN repeat('0', {PATTERNS['digest'][1]}) END"
    return name
