"""The clock changes that a zone repeats every year, from the rule in force at the end of its IANA data.

That rule is a POSIX TZ string such as `PST8PDT,M3.2.0,M11.1.0`: month, week (5 is the last), weekday from Sunday, and
the wall time before the change, which may lie before or after its day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from generators.oncall.civil import zone_data

WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
"""As POSIX counts them."""
LAST = 5
CHANGE = re.compile(r"M(\d+)\.(\d)\.(\d)(?:/(-?)(\d+)(?::(\d+))?(?::(\d+))?)?")
USUAL_TIME = "2"


@dataclass(frozen=True, slots=True)
class YearlyChange:
    """A change of the clock that comes every year."""

    month: int
    week: int
    """1 to 4, or 5 for the last of the month."""
    weekday: int
    """0 is Sunday."""
    after: timedelta
    """From the beginning of that day to the change, by the clock before the change."""

    def onset(self, year: int) -> datetime:
        """The wall time before the change."""
        length = monthrange(year, self.month)[1]
        begins = length - 6 if self.week == LAST else 7 * self.week - 6
        first = date(year, self.month, begins)
        day = first + timedelta(days=(self.weekday - first.isoweekday()) % 7)
        return datetime.combine(day, time()) + self.after

    @property
    def rule(self) -> str:
        """RFC 5545 RRULE of the onsets; empty where they can fall into another month."""
        days = self.after // timedelta(days=1)
        weekday = WEEKDAYS[(self.weekday + days) % 7]
        if not days:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={-1 if self.week == LAST else self.week}{weekday}"
        shortest = monthrange(2001, self.month)[1]
        begins = (shortest - 6 if self.week == LAST else 7 * self.week - 6) + days
        leap = self.month == 2 and self.week == LAST  # noqa: PLR2004 - the month whose end is not the same every year
        if leap or begins < 1 or begins + 6 > shortest:
            return ""
        within = ",".join(str(day) for day in range(begins, begins + 7))
        return f"FREQ=YEARLY;BYMONTH={self.month};BYMONTHDAY={within};BYDAY={weekday}"


@cache
def yearly_changes(name: str) -> tuple[YearlyChange, ...]:
    """The changes of a zone that come every year from the last irregular one on.

    None for a zone without such a rule, or where RRULE cannot say one of the two: then each change is listed.
    """
    footer = zone_data(name).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    changes = tuple(_change(match) for match in map(CHANGE.fullmatch, footer.split(",")[1:]) if match)
    return changes if all(change.rule for change in changes) else ()


def _change(match: re.Match[str]) -> YearlyChange:
    month, week, weekday, sign, hours, minutes, seconds = match.groups()
    after = timedelta(hours=int(hours or USUAL_TIME), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return YearlyChange(int(month), int(week), int(weekday), -after if sign else after)
