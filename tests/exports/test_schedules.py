from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from generators.exports.schedules import schedules
from generators.oncall.intervals import Window
from generators.oncall.schedule import schedule
from tests.changes import change
from tests.exports.rosters import AT, alone, catalog_at, layer, rotation

if TYPE_CHECKING:
    from pathlib import Path

    from generators.model.oncall import Rotation


def told(made: Rotation) -> dict[str, Any]:
    """What the file says of one rotation."""
    (text,) = schedules(alone(made), AT).values()
    said = json.loads(text)
    assert isinstance(said, dict)
    return said


def test_shifts_are_those_of_the_schedule() -> None:
    """In UTC and as clocks show it, for at least 52 weeks from the moment asked about."""
    swap = {"person": "cyd", "start": "2027-02-03T10:00:00Z", "end": "2027-02-03T12:00:00Z", "reason": "Dentist"}
    made = rotation(overrides=[swap])
    said = told(made)
    assert said["schema_version"] == 2
    start, end = (datetime.fromisoformat(said[name]) for name in ("from", "to"))
    assert start <= AT
    assert end >= AT + timedelta(weeks=52)
    expected = schedule("watch", made, Window(start, end)).shifts
    assert [
        (
            one["person"],
            datetime.fromisoformat(one["start"]),
            datetime.fromisoformat(one["end"]),
            one["layer"] or "",
            one["hours"],
        )
        for one in said["shifts"]
    ] == [(one.person, one.window.start, one.window.end, one.duty.layer, one.hours) for one in expected]
    for one in said["shifts"]:
        assert datetime.fromisoformat(one["local_start"]).astimezone(UTC) == datetime.fromisoformat(one["start"])
    (override,) = (one for one in said["shifts"] if one["override"])
    assert (override["person"], override["layer"], override["override"]) == ("cyd", None, "Dentist")


def test_layers_as_they_were_written() -> None:
    """With zone, handoff and restrictions, so that a reader can explain a shift."""
    limit = {"days": ["monday"], "start": "09:00", "end": "17:00"}
    (said,) = told(rotation(layer(restrictions=[limit], shadows=["dee"])))["layers"]
    assert said["restrictions"] == [limit]
    assert said["shadows"] == ["dee"]
    assert said["handoff"]["time"] == "09:00"


def test_gaps_are_named() -> None:
    """Nobody answers before the first handoff of January."""
    said = told(rotation(layer(starts="2027-01-01")))
    assert said["gaps"] == [
        {"start": "2026-11-01T00:00:00Z", "end": "2027-01-04T09:00:00Z", "local_start": "2026-11-01T00:00:00+00:00"}
    ]


def test_holidays_in_the_window_only(miniature: Path) -> None:
    """Those of the rotation's own calendar."""
    days = [{"day": day, "name": "A day"} for day in ("2020-01-01", "2027-01-01")]
    change(miniature / "ops_model/oncall/holidays/coast.yaml", days=days)
    said = json.loads(schedules(catalog_at(miniature), AT)["lamp-watch.json"])
    assert said["holidays"] == [{"day": "2027-01-01", "name": "A day"}]
    assert said["id"] == "lamp-watch"


def test_no_contact_is_told(miniature: Path) -> None:
    """The file names people by their ids and says nothing of how to reach them."""
    person = miniature / "ops_model/organization/people/keeper-seat-1.yaml"
    change(person, handle="keeper-of-light", contacts=[{"channel": "phone", "address": "555 0100"}])
    text = schedules(catalog_at(miniature), AT)["lamp-watch.json"]
    assert "keeper-of-light" not in text
    assert "555 0100" not in text


def test_absences_and_hours_without_cover_are_named(miniature: Path) -> None:
    """Who is away, and why nobody is meant to be there."""
    person = miniature / "ops_model/organization/people/keeper-seat-1.yaml"
    change(person, time_off=[{"first": "2026-12-01", "last": "2026-12-02"}])
    said = json.loads(schedules(catalog_at(miniature), AT)["lamp-watch.json"])
    assert {"person": "keeper-seat-1", "start": "2026-12-01T00:00:00Z", "end": "2026-12-03T00:00:00Z"} in said["away"]
    assert {"start": "2026-12-01T00:00:00Z", "end": "2026-12-03T00:00:00Z"}.items() <= said["gaps"][-1].items()
    assert said["uncovered"] == []
