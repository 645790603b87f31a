"""What tells a calendar that an event changed: DTSTAMP, LAST-MODIFIED and SEQUENCE, which move with its content.

Nothing but the file that is replaced remembers what was published. An event that is the same in it keeps its stamps;
one that is new or differs gets the moment of the export. SEQUENCE is the seconds from 2020 to that moment, so it also
rises where no former file is left. It never falls below that of the file that is replaced.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = re.compile(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
STAMPS = re.compile(r"^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE):[^\r\n]*\r\n", re.MULTILINE)
IDENTITY = re.compile(r"^(?:UID|RECURRENCE-ID)[:;][^\r\n]*\r\n", re.MULTILINE)
SEQUENCE = re.compile(r"^SEQUENCE:([0-9]{1,10})\r\n", re.MULTILINE)
ALL = 3
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
LARGEST = 2**31 - 1
"""Of an integer in iCalendar (RFC 5545, 3.3.8): reached in 2088."""


def stamped(feed: str, at: datetime) -> str:
    """A feed of which every event changed at a moment."""
    seconds = int((at - BEGIN).total_seconds())
    return EVENT.sub(lambda event: _with_stamps(event[0], at, min(max(seconds, 0), LARGEST)), feed)


def carried(feed: str, former: str) -> str:
    """A stamped feed in the place of a former one: unchanged events keep their stamps. Raises nothing."""
    before = dict(_events(former))

    def continued(event: str) -> str:
        old = before.get(_identity(event), "")
        if _content(old) == _content(event):
            return old
        least = _sequence(old)
        return event if _sequence(event) >= least else SEQUENCE.sub(f"SEQUENCE:{min(least + 1, LARGEST)}\r\n", event)

    return EVENT.sub(lambda event: continued(event[0]), feed)


def _with_stamps(event: str, at: datetime, sequence: int) -> str:
    moment = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    stamps = f"DTSTAMP:{moment}\r\nLAST-MODIFIED:{moment}\r\nSEQUENCE:{sequence}\r\n"
    return STAMPS.sub("", event).replace("END:VEVENT\r\n", f"{stamps}END:VEVENT\r\n")


def _events(feed: str) -> Iterator[tuple[str, str]]:
    """Each event that has all three stamps, by its identity."""
    for event in EVENT.findall(feed):
        if len(STAMPS.findall(event)) == ALL and SEQUENCE.search(event):
            yield _identity(event), event


def _identity(event: str) -> str:
    """UID, and for one occurrence of several which one."""
    return "".join(IDENTITY.findall(event))


def _content(event: str) -> str:
    return STAMPS.sub("", event)


def _sequence(event: str) -> int:
    found = SEQUENCE.search(event)
    return int(found[1]) if found else -1
