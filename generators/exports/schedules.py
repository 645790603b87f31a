"""Each rotation as data: its layers, the shifts that they make, its holidays, who is away, when nobody answers."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

from generators.exports.doubts import rotation_doubts
from generators.exports.ical import month_window
from generators.exports.table import Made
from generators.model.oncall import HolidayCalendar, Rotation
from generators.oncall.civil import local_day, zone
from generators.oncall.roster import Roster

if TYPE_CHECKING:
    from datetime import datetime

    from generators.catalog import Catalog, Entry
    from generators.exports.table import Sources
    from generators.oncall.intervals import Window
    from generators.oncall.schedule import Shift

SCHEMA_VERSION = 2
WRITTEN_BY = "dfops export schedules"


def schedules(catalog: Catalog, at: datetime) -> dict[str, str]:
    """A file for each rotation, from the first of the month of a moment for 13 months: the same all month."""
    window = month_window(at)
    roster = Roster.of(catalog, window.start, window.length)
    return {f"{entry.id}.json": _text(catalog, entry, roster) for entry in catalog.entries_of(Rotation)}


def _text(catalog: Catalog, entry: Entry[Rotation], roster: Roster) -> str:
    document = {
        "schema_version": SCHEMA_VERSION,
        "written_by": WRITTEN_BY,
        "from": _utc(roster.window.start),
        "to": _utc(roster.window.end),
        **_rotation(catalog, entry, roster),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rotation(catalog: Catalog, entry: Entry[Rotation], roster: Roster) -> dict[str, object]:
    rotation, timetable = entry.entity, roster.schedules[entry.id]
    return {
        "id": entry.id,
        "title": rotation.title,
        "surface": rotation.surface,
        "zone": rotation.zone,
        "layers": [layer.model_dump(mode="json", exclude_none=True, by_alias=True) for layer in rotation.layers],
        "shifts": [_shift(shift, rotation.zone) for shift in timetable.shifts],
        "holidays": _holidays(catalog, rotation, roster.window),
        "gaps": [
            {"start": _utc(gap.start), "end": _utc(gap.end), "local_start": _local(gap.start, rotation.zone)}
            for gap in timetable.gaps
        ],
        "away": [
            {"person": shift.person, "start": _utc(shift.window.start), "end": _utc(shift.window.end)}
            for shift in timetable.away
        ],
        "uncovered": [
            {"start": _utc(piece.window.start), "end": _utc(piece.window.end), "reason": piece.value}
            for piece in timetable.uncovered
        ],
    }


def _shift(shift: Shift, where: str) -> dict[str, object]:
    """Cut to the window; `turn` is the whole turn or override that it is part of. `layer` is null for an override."""
    duty, window = shift.duty, shift.window
    return {
        "person": duty.person,
        "start": _utc(window.start),
        "end": _utc(window.end),
        "local_start": _local(window.start, where),
        "local_end": _local(window.end, where),
        "hours": shift.hours,
        "layer": duty.layer or None,
        "turn": {"start": _utc(duty.turn.start), "end": _utc(duty.turn.end)},
        "override": duty.reason or None,
        "shadows": list(duty.shadows),
    }


def _holidays(catalog: Catalog, rotation: Rotation, window: Window) -> list[dict[str, str]]:
    """The holidays of a rotation inside the window, by its own calendar days."""
    calendar = catalog.find(HolidayCalendar, rotation.holidays) if rotation.holidays else None
    where = zone(rotation.zone)
    first, last = local_day(window.start, where), local_day(window.end, where)
    days = calendar.entity.days if calendar else ()
    return [{"day": holiday.day.isoformat(), "name": holiday.name} for holiday in days if first <= holiday.day <= last]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(moment: datetime, where: str) -> str:
    return moment.astimezone(zone(where)).isoformat()


def make_export(sources: Sources) -> Made:
    """The files of rotations of which everything can be read; those of others stay as they are."""
    kept = {f"{name}.json": finding for name, finding in rotation_doubts(sources).items()}
    made = schedules(sources.catalog, sources.at)
    files = {name: text for name, text in made.items() if name not in kept}
    return Made(files, ("*.json",), f'"written_by": "{WRITTEN_BY}"', kept=kept)
