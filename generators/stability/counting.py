"""Occurrences in a store, counted by the engine: by defect, by week and by connector, wherever Ibis speaks to it.

The table `occurrences` has a row for each time that a defect was met, as far as reports tell them apart. A day that
stands in a defect's own file counts once, and only where the store has nothing of that defect on that day.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis.common.exceptions import TableNotFound

from generators.measures.metrics import render_success
from generators.stability.summary import (
    AGAIN,
    MOST_REPEATS,
    RECENT,
    REGISTER,
    DefectCount,
    Repeat,
    Summary,
    WeekCount,
    WeekShare,
    first_monday,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from generators.stability.ranking import Registered

OCCURRENCES: Final = "occurrences"
ROWS: Final = {"defect": "string", "connector": "string", "day": "date", "installs": "int64", "source": "string"}
"""The columns that are counted."""
NEVER: Final = ("", "", date.max, 0, REGISTER)
"""Keeps the types of a table in memory that has no other row; its day is past no day that is asked about."""


@dataclass(frozen=True, slots=True)
class Counting:
    """A store that is asked up to a day, and the register beside it."""

    connection: BaseBackend
    rows: Table
    """Occurrences up to the day, those of the register among them."""
    today: date

    @classmethod
    def of(cls, connection: BaseBackend, defects: Iterable[Registered], today: date) -> Counting:
        """The table of a store, which may have none yet."""
        rows = _register(defects)
        with suppress(TableNotFound):
            stored = _sound(connection.table(OCCURRENCES))
            rows = stored.union(rows.anti_join(stored, ["defect", "day"]).select(list(ROWS)))
        return cls(connection, rows.filter(rows.day <= today), today)

    @property
    def recent(self) -> Table:
        """Those of the last 90 days."""
        return self.rows.filter(self.rows.day > self.today - RECENT)

    def asked(self, table: Table) -> list[dict[str, Any]]:
        """What an expression gives."""
        found: list[dict[str, Any]] = self.connection.to_pyarrow(table).to_pylist()
        return found


def counted(counting: Counting, former: Mapping[str, str], events: Table | None, *, synthetic: bool) -> Summary:
    """The summary of a store. Raises what the engine raises.

    `former`: the id of a defect by each that it had; `events`: of telemetry, if there are any.
    """
    return Summary(
        day=counting.today,
        stored=True,
        synthetic=synthetic,
        defects=_defects(counting, former),
        weeks=tuple(_weeks(counting)),
        repeats=tuple(_repeats(counting, former)),
        unassigned=_number(counting, counting.recent.filter(counting.recent.defect == "")),
        recorded=_number(counting, counting.rows.filter(counting.rows.source != REGISTER)),
        reliability=() if events is None else tuple(_reliability(counting, events)),
    )


def _sound(table: Table) -> Table:
    """The columns that are counted, as the store's own table has them: other databases may let nothing stand there."""
    texts = {name: table[name].fill_null("") for name in ("defect", "connector", "source")}
    columns = texts | {"day": table.day, "installs": ibis.greatest(table.installs.fill_null(1), 1)}
    return table.select(**{name: columns[name].cast(kind) for name, kind in ROWS.items()})


def _register(defects: Iterable[Registered]) -> Table:
    """The days that stand in the files of defects, as rows."""
    columns: dict[str, list[Any]] = {name: [] for name in ROWS}
    found = [(one.id, one.connector, day, 1, REGISTER) for one in defects for day in sorted(set(one.days))]
    for values in (*found, NEVER):
        for name, value in zip(ROWS, values, strict=True):
            columns[name].append(value)
    return ibis.memtable(columns, schema=ibis.schema(ROWS))


def _defects(counting: Counting, former: Mapping[str, str]) -> dict[str, DefectCount]:
    rows = counting.rows.filter(counting.rows.defect != "")
    is_recent = rows.day > counting.today - RECENT
    table = rows.group_by("defect").agg(
        recent=is_recent.ifelse(1, 0).sum(),
        installs=is_recent.ifelse(rows.installs, 0).max(),
        first=rows.day.min(),
        last=rows.day.max(),
    )
    found: dict[str, DefectCount] = {}
    for row in counting.asked(table.order_by("defect")):
        name = row.pop("defect")
        name, count = former.get(name, name), DefectCount.model_validate(row)
        found[name] = _together(found[name], count) if name in found else count
    return found


def _together(one: DefectCount, other: DefectCount) -> DefectCount:
    """The counts of a defect under two of its ids."""
    return DefectCount(
        recent=one.recent + other.recent,
        installs=max(one.installs, other.installs),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def _weeks(counting: Counting) -> Iterable[WeekCount]:
    rows = counting.rows.filter(counting.rows.day >= first_monday(counting.today))
    rows = rows.mutate(monday=rows.day.truncate("W"))
    table = rows.group_by(["monday", "source"]).agg(occurrences=rows.count()).order_by(["monday", "source"])
    return [WeekCount.model_validate(row) for row in counting.asked(table)]


def _repeats(counting: Counting, former: Mapping[str, str]) -> Iterable[Repeat]:
    rows = counting.recent
    rows = rows.filter(rows.defect != "", rows.connector != "")
    table = rows.group_by(["connector", "defect"]).agg(
        occurrences=rows.count(), days=rows.day.nunique(), installs=rows.installs.max()
    )
    table = table.filter((table.days >= AGAIN) | (table.installs >= AGAIN))
    table = table.order_by([table.occurrences.desc(), table.connector, table.defect]).limit(MOST_REPEATS)
    for row in counting.asked(table):
        yield Repeat.model_validate(row | {"defect": former.get(row["defect"], row["defect"])})


def _number(counting: Counting, rows: Table) -> int:
    return int(counting.connection.to_pyarrow(rows.count()).as_py())


def _reliability(counting: Counting, events: Table) -> Iterable[WeekShare]:
    """Boards as delivered, by connector and week; those without a connector are left out."""
    days = events.time.date()
    chosen = events.filter(events.connector.notnull(), days >= first_monday(counting.today), days <= counting.today)
    chosen = chosen.mutate(monday=chosen.time.date().truncate("W"))
    table = render_success(chosen, ["connector", "monday"])
    table = table.select("connector", "monday", "events", good=table.succeeded).order_by(["connector", "monday"])
    return [WeekShare.model_validate(row) for row in counting.asked(table)]
