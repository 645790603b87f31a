"""Which promise holds for a symptom on a surface, how many minutes it is, and when its clock runs, in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, get_args

from generators.model.oncall import HolidayCalendar
from generators.model.support import ServiceLevel
from generators.model.text import Weekday

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generators.catalog import Catalog, Entry
    from generators.model.support import Hours
    from generators.model.text import Span

WEEK: tuple[str, ...] = get_args(Weekday)
ROUND_THE_CLOCK = "round the clock"
HOLIDAYS_COUNT = "holidays count as business days"


class Promises:
    """Every promise of a catalog, filed once for many questions."""

    def __init__(self, catalog: Catalog) -> None:
        self._filed: dict[tuple[str, str, str | None], Entry[ServiceLevel]] = {}
        self._surfaces: dict[str, list[Entry[ServiceLevel]]] = defaultdict(list)
        for entry in catalog.entries_of(ServiceLevel):
            level = entry.entity
            self._filed.setdefault((level.surface, level.severity, level.symptom), entry)
            self._surfaces[level.surface].append(entry)

    def on(self, surface: str) -> list[Entry[ServiceLevel]]:
        """Everything promised on a surface, by id."""
        return self._surfaces.get(surface, [])

    def holding(self, surface: str, severity: str, symptom: str = "") -> Entry[ServiceLevel] | None:
        """The promise for a symptom where there is one, else the general one of that surface and severity."""
        return self._filed.get((surface, severity, symptom)) or self._filed.get((surface, severity, None))


def minutes_of(span: Span, hours: Hours | None) -> int:
    """Working minutes of a span: a day is 24 hours, or as long as the hours of the promise."""
    if span.unit != "day" or hours is None:
        return span.minutes
    return span.amount * (_minute(hours.end) - _minute(hours.start))


def hours_in_words(catalog: Catalog, hours: Hours | None) -> str:
    """`monday to friday, 09:00 to 17:00 UTC, except holidays (…)`, or that the clock never stands still."""
    if hours is None:
        return ROUND_THE_CLOCK
    return f"{_days(hours.days)}, {hours.start} to {hours.end} {hours.zone}, {_holidays(catalog, hours)}"


def _holidays(catalog: Catalog, hours: Hours) -> str:
    """Which calendar the clock respects, by its title."""
    if hours.holidays is None:
        return HOLIDAYS_COUNT
    calendar = catalog.find(HolidayCalendar, hours.holidays)
    return f"except holidays ({calendar.entity.title if calendar else hours.holidays})"


def _days(days: Sequence[str]) -> str:
    """`monday to friday` where no day between is missing, else each day."""
    following = [WEEK[(WEEK.index(day) + 1) % len(WEEK)] for day in days[:-1]]
    run = len(days) > 2 and following == list(days[1:])  # noqa: PLR2004 - two days are no stretch
    return f"{days[0]} to {days[-1]}" if run else ", ".join(days)


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return 60 * int(hour) + int(minute)
