"""What tells a calendar that an event changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from generators.exports.ical import feed, month_window
from generators.exports.occasions import reviews
from generators.exports.stamps import carried, stamped
from tests.changes import change
from tests.exports.rosters import AT, catalog_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Dfops

ROUND = "ops_model/operating/cadences/evening-round.yaml"
LATER = AT + timedelta(days=3)
Stamps = tuple[int, datetime, datetime]


def stamps(text: str) -> dict[str, Stamps]:
    """SEQUENCE, DTSTAMP and LAST-MODIFIED of each event, by UID and the occurrence that is meant."""
    found = {}
    for event in Calendar.from_ical(text).events:
        written: Any = event
        which = written["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in written else ""
        moments = (written["DTSTAMP"].dt, written["LAST-MODIFIED"].dt)
        found[f"{written['UID']} {which}"] = (int(written["SEQUENCE"]), *moments)
    return found


def review_dates(root: Path, at: datetime, former: str = "") -> str:
    """The feed of review dates, in the place of a former one."""
    dates = feed("Review dates", "", list(reviews(catalog_at(root))), month_window(at))
    return carried(stamped(dates, at), former)


def test_only_the_event_that_moved_has_new_stamps(miniature: Path) -> None:
    """The others keep theirs; all keep their UID."""
    before = review_dates(miniature, AT)
    deferral = miniature / "ops_model/launch/deferrals/second-colour-later.yaml"
    deferral.write_text(deferral.read_text(encoding="utf-8").replace("2027-03-01", "2027-06-01"), encoding="utf-8")
    first, then = stamps(before), stamps(review_dates(miniature, LATER, before))
    assert first.keys() == then.keys()
    (moved,) = (uid for uid in first if first[uid] != then[uid])
    assert then[moved][0] > first[moved][0]
    assert then[moved][1:] == (LATER, LATER)
    assert all(found[1:] == (AT, AT) for uid, found in then.items() if uid != moved)


def test_nothing_moved(miniature: Path) -> None:
    """The file is the same to the byte, however much later it is written."""
    before = review_dates(miniature, AT)
    assert review_dates(miniature, LATER, before) == before
    assert review_dates(miniature, LATER) != before


def test_no_former_file_is_left(miniature: Path) -> None:
    """On another machine, numbers are those of the later moment: never lower than what was published."""
    first, then = stamps(review_dates(miniature, AT)), stamps(review_dates(miniature, LATER))
    assert all(then[uid][0] > first[uid][0] for uid in first)


@pytest.mark.parametrize("former", ["", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "\x00", "SEQUENCE:7\r\n" * 3])
def test_former_file_without_stamps(miniature: Path, former: str) -> None:
    """What an older version or somebody else wrote has nothing to carry on."""
    assert review_dates(miniature, AT, former) == review_dates(miniature, AT)


def test_sequence_never_falls(miniature: Path) -> None:
    """Also not when the clock of another machine is behind, and it stays a number that calendars read."""
    later = review_dates(miniature, LATER)
    deferral = miniature / "ops_model/launch/deferrals/second-colour-later.yaml"
    deferral.write_text(deferral.read_text(encoding="utf-8").replace("2027-03-01", "2027-06-01"), encoding="utf-8")
    first, then = stamps(later), stamps(review_dates(miniature, AT, later))
    (moved,) = (uid for uid in first if first[uid] != then[uid])
    assert then[moved][0] == first[moved][0] + 1
    event = "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n"
    assert "SEQUENCE:2147483647\r\n" in stamped(event, datetime(2150, 1, 1, tzinfo=UTC))
    assert "SEQUENCE:0\r\n" in stamped(event, datetime(1999, 1, 1, tzinfo=UTC))


def test_exports_continue_the_file_that_they_replace(dfops: Dfops, miniature: Path) -> None:
    """An event that is new or moved has the moment of its export, and --check knows what the others keep."""
    written = miniature / "build/exports/calendars/cadences.ics"
    for at, exceptions in (("2026-11-21", []), ("2026-11-22", [{"day": "2026-12-07", "reason": "A storm"}])):
        change(miniature / ROUND, exceptions=exceptions)
        assert dfops("export", "calendars", "--root", miniature, "--at", at).code == 0
        (found,) = stamps(written.read_bytes().decode()).values()
        assert found[2] == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert dfops("export", "calendars", "--root", miniature, "--check", "--at", "2026-11-29").code == 0
    moved = {"day": "2026-12-14", "moved_to": {"day": "2026-12-15", "time": "09:00"}, "reason": "A boat"}
    change(miniature / ROUND, exceptions=[*exceptions, moved])
    assert dfops("export", "calendars", "--root", miniature, "--at", "2026-11-29").code == 0
    days = {found[2].day for found in stamps(written.read_bytes().decode()).values()}
    assert days == {22, 29}
