"""What has a date in the model besides shifts: cadences, freezes, holidays, and what runs out or is reviewed."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from generators.exports.ical import Moved, Occasion, horizon
from generators.model.launch import Deferral, Rehearsal, SignOff, Waiver
from generators.model.operating import Cadence, ReleaseTrain
from generators.model.pack import StatusOverride
from generators.model.recurrence import parts_of
from generators.model.stability import Incident
from generators.oncall.civil import local_day, wall, zone
from generators.oncall.departures import freeze_on
from generators.oncall.occurrences import end_of, planned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generators.catalog import Catalog, Entry
    from generators.model import Entity
    from generators.model.oncall import HolidayCalendar
    from generators.oncall.intervals import Window
    from generators.oncall.occurrences import Occurrence

DAY = timedelta(days=1)
REVIEW, FREEZE, CADENCE, HOLIDAY = "Review", "Freeze", "Cadence", "Holiday"


def cadences(catalog: Catalog, window: Window) -> Iterator[Occasion]:
    """Each cadence as one event that recurs, from its first occurrence on. OPS210 finds those that never come.

    Departures in a freeze do not take place, like cancelled ones.
    """
    last = horizon(window).date()
    trains: dict[str, list[ReleaseTrain]] = defaultdict(list)
    for train in catalog.entries_of(ReleaseTrain):
        trains[train.entity.cadence].append(train.entity)
    for entry in catalog.entries_of(Cadence):
        cadence = entry.entity
        known = tuple(takewhile(lambda occurrence: occurrence.day < last, planned(cadence)))
        first = known[0] if known else next(planned(cadence), None)
        if first is None:
            continue
        departing = trains[entry.id]
        held = tuple(one for one in known if one.held and not _is_frozen(departing, cadence, one))
        start = _usual(cadence, first)
        yield Occasion(
            (Cadence.kind, entry.id),
            cadence.title,
            start,
            start + timedelta(minutes=cadence.minutes),
            cadence.zone,
            "\n".join(_agenda(cadence)),
            CADENCE,
            busy=True,
            recurs=_rule(cadence),
            cancelled=tuple(_usual(cadence, one) for one in known if one not in held),
            moved=tuple(_moved(cadence, one) for one in held if one.differs),
        )


def _is_frozen(trains: Sequence[ReleaseTrain], cadence: Cadence, occurrence: Occurrence) -> bool:
    """Whether every train that departs by a cadence has a freeze on the day of an occurrence."""
    day = local_day(occurrence.start, zone(cadence.zone))
    return bool(trains) and all(freeze_on(train, day) for train in trains)


def _usual(cadence: Cadence, occurrence: Occurrence) -> datetime:
    """The wall time of an occurrence, also where clocks skip it: later ones are at that time again."""
    return datetime.combine(occurrence.day, wall(cadence.time), zone(cadence.zone))


def _moved(cadence: Cadence, occurrence: Occurrence) -> Moved:
    """An occurrence that is not held at its usual time."""
    if occurrence.exception:
        about = f"Moved from {occurrence.day}: {occurrence.exception.reason}"
    elif occurrence.skips:
        about = f"Clocks skip {cadence.time} on this day."
    else:
        about = "Clocks are changed on this day."
    return Moved(_usual(cadence, occurrence), occurrence.start, occurrence.end, about)


def _rule(cadence: Cadence) -> str:
    """The recurrence with its UNTIL as a moment in UTC, as RFC 5545 wants it."""
    last = end_of(cadence)
    parts = {**parts_of(cadence.recurrence), **({"UNTIL": f"{last:%Y%m%dT%H%M%SZ}"} if last else {})}
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _agenda(cadence: Cadence) -> Iterator[str]:
    yield f"Owner: {cadence.owner}"
    for title, lines in (("Agenda", cadence.agenda), ("Inputs", cadence.inputs), ("Outputs", cadence.outputs)):
        if lines:
            yield f"{title}:"
            yield from (f"- {line}" for line in lines)


def freezes(catalog: Catalog) -> Iterator[Occasion]:
    """Days on which a train does not leave. The end of whole days is the day after, as RFC 5545 has it."""
    for entry in catalog.entries_of(ReleaseTrain):
        for freeze in entry.entity.freezes:
            key = ("freeze", entry.id, freeze.first.isoformat())
            title = f"Freeze: {entry.entity.title}"
            yield Occasion(key, title, freeze.first, freeze.last + DAY, about=freeze.reason, category=FREEZE)


def holidays(entry: Entry[HolidayCalendar]) -> Iterator[Occasion]:
    """The days of a calendar, in order."""
    for day in sorted(entry.entity.days, key=lambda holiday: (holiday.day, holiday.name)):
        key = (HOLIDAY, entry.id, day.day.isoformat(), day.name)
        yield Occasion(key, day.name, day.day, day.day + DAY, category=HOLIDAY)


def reviews(catalog: Catalog) -> Iterator[Occasion]:
    """Each day on which something is looked at again or stops to hold."""
    for deferral in catalog.entries_of(Deferral):
        later = deferral.entity.follow_up
        yield _review(deferral, later.review, "Review the deferral", f"{later.what}\nOwner: {later.owner}")
    for signed in catalog.entries_of(SignOff):
        about = f"Gate: {signed.entity.gate}\nSigned by {signed.entity.person} as {signed.entity.role}"
        yield _review(signed, signed.entity.expires, "Sign-off expires", about)
    for waiver in catalog.entries_of(Waiver):
        about = f"Gate: {waiver.entity.gate}, criterion {waiver.entity.criterion}\nApprover: {waiver.entity.approver}"
        yield _review(waiver, waiver.entity.expires, "Waiver expires", about)
    for incident in catalog.entries_of(Incident):
        for due in incident.entity.follow_ups:
            if due.done is None:
                yield _review(incident, due.due, f"Follow-up due: {due.what}", f"Owner: {due.owner}", due.what)
    for rehearsal in catalog.entries_of(Rehearsal):
        for lesson in rehearsal.entity.lessons:
            if lesson.fixed is None:
                about = f"Step: {lesson.step}\nOwner: {lesson.owner}"
                yield _review(rehearsal, lesson.due, f"Lesson due: {lesson.what}", about, lesson.what)
    yield from _overrides(catalog)


def _review(entry: Entry[Entity], day: date, what: str, about: str, part: str = "") -> Occasion:
    """A whole day. The key has no date in it: what is put off moves in the calendar, and is not a second event."""
    key = ("review", entry.kind, entry.id, *([part] if part else []))
    title = f"{what} ({entry.entity.title})" if part else f"{what}: {entry.entity.title}"
    return Occasion(key, title, day, day + DAY, about=f"{about}\n{entry.path}", category=REVIEW)


def _overrides(catalog: Catalog) -> Iterator[Occasion]:
    """The moment at which a status that a person set lapses."""
    for entry in catalog.entries_of(StatusOverride):
        override = entry.entity
        ends = override.until.astimezone(UTC)
        title = f"Status override ends: {override.title}"
        about = (
            f"{override.connector} is no longer called {override.state}\n{override.reason}\n"
            f"Author: {override.author}\n{entry.path}"
        )
        yield Occasion(("review", entry.kind, entry.id), title, ends, ends, about=about, category=REVIEW)
