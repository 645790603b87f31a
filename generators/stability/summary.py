"""How often each defect was met, as a small file that pages are built from without a database.

A day is one of UTC. An occurrence without an assigned defect counts for its connector and its week, and for no defect.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from generators.published.manifest import Line, Unreadable, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

FILE: Final = "build/stability/summary.json"
"""Below the root of the repository, where builds of the site look for it."""
MOST: Final = 32 << 20
"""Bytes of the file."""
RECENT: Final = timedelta(days=90)
"""What ranking counts: the days of one such time up to a day, that day included."""
WEEKS: Final = 26
"""Weeks of a trend, the one that has just begun included."""
AGAIN: Final = 2
"""Days, or installs, from which on a defect is met repeatedly, as a board that fails is."""
MOST_REPEATS: Final = 500
REGISTER: Final = "register"
"""Where an occurrence was recorded that stands in a defect's own file alone."""
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DefectCount(_Part):
    """How often a defect was met."""

    recent: Count = 0
    """Occurrences in the last 90 days."""
    installs: Count = 0
    """Installs that one of these affected, the most; of all together nothing is known. 0 without one."""
    first: date
    last: date
    """Of every occurrence, however long ago."""


class WeekCount(_Part):
    """Occurrences of a week from one source."""

    monday: date
    source: Line
    occurrences: Count


class Repeat(_Part):
    """A defect that a connector's users met on several days or installs in the last 90 days."""

    connector: Line
    defect: Line
    occurrences: Count
    days: Count
    installs: Count


class WeekShare(_Part):
    """Boards of a connector's pack that were drawn in a week, and how many of them completely."""

    connector: Line
    monday: date
    events: Count
    good: Count


class Summary(_Part):
    """What was counted up to a day."""

    schema_version: Literal[1] = 1
    day: date
    stored: bool = False
    """Whether a store was asked; without one the days count that stand in the files of defects."""
    synthetic: bool = False
    """Whether any event of the store is made up."""
    defects: dict[Line, DefectCount] = {}
    weeks: tuple[WeekCount, ...] = ()
    """Of the last 26, oldest first."""
    repeats: tuple[Repeat, ...] = ()
    """Most occurrences first."""
    unassigned: Count = 0
    """Occurrences of the last 90 days that nobody has assigned to a defect."""
    recorded: Count = 0
    """Occurrences that the store holds, up to the day."""
    reliability: tuple[WeekShare, ...] = ()
    """By connector, then oldest first."""


def summary_at(root: Path) -> Summary | None:
    """The summary that a repository's pages are built from; None where there is none. Raises Unreadable, OSError."""
    path = root / FILE
    if not path.is_file():
        return None
    if path.stat().st_size > MOST:
        raise Unreadable(f"{FILE} is larger than {MOST >> 20} MiB: write it again with `dfops stability summary`")
    return loads(Summary, path.read_bytes(), FILE)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def first_monday(today: date) -> date:
    """Where a trend begins that ends in the week of a day."""
    return monday_of(today) - timedelta(weeks=WEEKS - 1)


def of_register(days: Mapping[str, Sequence[date]], connectors: Mapping[str, str], today: date) -> Summary:
    """The summary without a store: the days that stand in the files of defects, by the ids of these.

    `connectors`: of each defect, empty where it has none. A day counts once; days to come do not.
    """
    past = {name: sorted({day for day in own if day <= today}) for name, own in days.items()}
    return Summary(
        day=today,
        defects={name: _count(own, today) for name, own in sorted(past.items()) if own},
        weeks=tuple(_weeks(past.values(), today)),
        repeats=ordered(_repeats(past, connectors, today)),
    )


def ordered(repeats: Iterable[Repeat]) -> tuple[Repeat, ...]:
    """Most occurrences first, so many of them at most."""
    whole = sorted(repeats, key=lambda one: (-one.occurrences, one.connector, one.defect))
    return tuple(whole[:MOST_REPEATS])


def _count(days: Sequence[date], today: date) -> DefectCount:
    recent = sum(day > today - RECENT for day in days)
    return DefectCount(recent=recent, installs=min(recent, 1), first=days[0], last=days[-1])


def _weeks(days: Iterable[Sequence[date]], today: date) -> list[WeekCount]:
    since = first_monday(today)
    counted: Counter[date] = Counter()
    for own in days:
        counted.update(monday_of(day) for day in own if day >= since)
    return [WeekCount(monday=monday, source=REGISTER, occurrences=n) for monday, n in sorted(counted.items())]


def _repeats(days: Mapping[str, Sequence[date]], connectors: Mapping[str, str], today: date) -> list[Repeat]:
    found = {name: [day for day in own if day > today - RECENT] for name, own in days.items()}
    return [
        Repeat(connector=connectors[name], defect=name, occurrences=len(own), days=len(own), installs=1)
        for name, own in found.items()
        if connectors.get(name) and len(own) >= AGAIN
    ]
