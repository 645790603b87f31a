"""What is wrong with a year of duties: somebody away or gone, one person twice, a handoff on a holiday."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from generators.model.oncall import Override
from generators.model.refs import PersonRef
from generators.oncall.intervals import Window, common, open_moments, union
from generators.oncall.schedule import handoffs
from generators.oncall.turns import turns, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, timedelta
    from zoneinfo import ZoneInfo

    from generators.model.oncall import Layer, Rotation
    from generators.oncall.intervals import Piece
    from generators.oncall.roster import Roster
    from generators.oncall.schedule import Duty, Schedule, Shift

FAR = 12
"""Turns on each side of a clash in which a partner for a swap is looked for."""
SWAP = "Swap for time off"


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody has a turn in their time off: which turn, and which entry of the time off."""

    rotation: str
    duty: Duty
    first: Window
    """The first stretch of both."""
    time_off: int
    covered: bool
    """Whether others answer all through that stretch."""
    swap: tuple[Override, ...]
    """Overrides that resolve it, checked against everything else; empty where nobody can."""


@dataclass(frozen=True, slots=True)
class Departed:
    """Turns of somebody after their last day."""

    rotation: str
    person: str
    layer: str
    """Empty: an override of the whole rotation."""
    first: Window
    """The first such stretch."""
    count: int
    """How many there are in the window of the roster."""


@dataclass(frozen=True, slots=True)
class Twice:
    """One person answers two rotations, or two layers of one, at the same time."""

    person: str
    first: Shift
    second: Shift
    window: Window


@dataclass(frozen=True, slots=True)
class HolidayHandoff:
    """A handoff that the calendar of a rotation knows as a holiday."""

    rotation: str
    layer: int
    day: date
    holiday: str


def clashes(roster: Roster) -> Iterator[Clash]:
    """Every turn in which somebody is away, once for each entry of their time off; by person, in order of time."""
    seen: set[tuple[str, Duty, int]] = set()
    away = [shift for schedule in roster.schedules.values() for shift in schedule.away]
    for shift in sorted(away, key=lambda shift: (shift.person, shift.window)):
        for window, index in roster.time_off(shift.person):
            both = shift.window.overlap(window)
            if both is not None and (shift.rotation, shift.duty, index) not in seen:
                seen.add((shift.rotation, shift.duty, index))
                yield Clash(
                    shift.rotation,
                    shift.duty,
                    both,
                    index,
                    is_covered(roster, shift.rotation, both),
                    swap(roster, shift),
                )


def is_covered(roster: Roster, rotation: str, window: Window) -> bool:
    """Whether somebody answers for a rotation all through a stretch."""
    return not open_moments(window, list(common([window], roster.schedules[rotation].covered)))


def departed(roster: Roster) -> Iterator[Departed]:
    """The turns that people still have after their last day, by rotation, layer and person."""
    for name, schedule in roster.schedules.items():
        stretches: dict[tuple[str, str], list[Window]] = {}
        for shift in schedule.away:
            departure = roster.departure(shift.person)
            if departure and shift.window.end > departure:
                window = Window(max(shift.window.start, departure), shift.window.end)
                stretches.setdefault((shift.person, shift.duty.layer), []).append(window)
        for (person, layer), windows in stretches.items():
            yield Departed(name, person, layer, windows[0], len(windows))


def twice(roster: Roster) -> Iterator[Twice]:
    """The first moment at which each person answers two shifts at once, for each pair of duties' sources."""
    for person, shifts in sorted(roster.shifts_of.items()):
        seen: set[tuple[str, str, str, str]] = set()
        longest: Shift | None = None  # of those before, the one that ends last
        for shift in shifts:
            if longest is not None and (both := longest.window.overlap(shift.window)):
                key = (longest.rotation, longest.duty.layer, shift.rotation, shift.duty.layer)
                if key not in seen:
                    seen.add(key)
                    yield Twice(person, longest, shift, both)
            if longest is None or shift.window.end > longest.window.end:
                longest = shift


def holiday_handoffs(roster: Roster) -> Iterator[HolidayHandoff]:
    """Handoffs on holidays, where the layer does not keep them knowingly."""
    for name, rotation in roster.rotations.items():
        for day, index in handoffs(rotation, roster.window, roster.days_of(rotation)):
            holiday = roster.holiday(name, day)
            if holiday and rotation.layers[index].handoff.on_holidays == "report":
                yield HolidayHandoff(name, index, day, holiday)


def off_turn(roster: Roster, name: str, override: Override) -> Window | None:
    """The turn that runs when an override begins, where the override is exactly as long as it but begins elsewhere.

    None for every other override: one that covers a part of a turn does so on purpose.
    """
    rotation = roster.rotations[name]
    around = Window(override.start, override.end)
    found: Window | None = None
    for layer in rotation.layers:
        if override.layer not in (None, layer.id):
            continue
        where = zone_of(layer, rotation)
        for turn in turns(layer, where, around, roster.days_of(rotation).holidays):
            if turn.window.start == override.start or turn.window.end == override.end:
                return None
            if turn.window.start < override.start and _days(turn.window, where) == _days(around, where):
                found = found or turn.window
    return found


def _days(window: Window, where: ZoneInfo) -> timedelta:
    """How long a stretch is by the clocks of a zone: weeks in which the clock is changed are weeks."""
    start, end = (moment.astimezone(where).replace(tzinfo=None) for moment in (window.start, window.end))
    return end - start


# ── swaps ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def swap(roster: Roster, shift: Shift) -> tuple[Override, ...]:
    """Overrides that take somebody out of a turn: an exchange with the nearest turn that fits, else a stand-in.

    Each is tried on the whole roster: afterwards neither is away or on call twice in what they take. Empty where the
    turn is itself an override, or nobody of the layer can.
    """
    rotation = roster.rotations[shift.rotation]
    layer = next((layer for layer in rotation.layers if layer.id == shift.duty.layer), None)
    own = shift.duty.turn.overlap(roster.window)
    if layer is None or own is None or shift.duty.reason:
        return ()
    candidates = chain(_exchanges(roster, shift, layer, own), _stand_ins(shift, layer, own))
    return next((overrides for overrides in candidates if _holds(roster, shift.rotation, overrides)), ())


def _exchanges(roster: Roster, shift: Shift, layer: Layer, own: Window) -> Iterator[tuple[Override, ...]]:
    """The turn against each turn of another person, the nearest first."""
    rotation = roster.rotations[shift.rotation]
    year = list(turns(layer, zone_of(layer, rotation), roster.window, roster.days_of(rotation).holidays))
    for turn in _nearest(year, shift.duty.turn):
        theirs = turn.window.overlap(roster.window)
        if turn.value != shift.person and theirs is not None:
            yield _override(turn.value, layer.id, own), _override(shift.person, layer.id, theirs)


def _nearest(year: Sequence[Piece[str]], turn: Window) -> list[Piece[str]]:
    index = next((number for number, piece in enumerate(year) if piece.window == turn), 0)
    near = year[max(0, index - FAR) : index + FAR + 1]
    return sorted(near, key=lambda piece: (abs(piece.window.start - turn.start), piece.window.start))


def _stand_ins(shift: Shift, layer: Layer, own: Window) -> Iterator[tuple[Override, ...]]:
    """The turn taken over by each other person of the layer, for nothing in return."""
    return ((_override(person, layer.id, own),) for person in layer.people if person != shift.person)


def _override(person: str, layer: str, window: Window) -> Override:
    return Override(person=PersonRef(person), layer=layer, start=window.start, end=window.end, reason=SWAP)


def _holds(roster: Roster, name: str, overrides: Sequence[Override]) -> bool:
    """Whether overrides can be added: none overlaps one that is there, and whoever takes something over is free."""
    rotation = roster.rotations[name]
    if any(_overlap(old, new) for old in rotation.overrides for new in overrides):
        return False
    changed = _with(rotation, overrides)
    return all(_is_free(roster, roster.worked_out(name, changed, Window(new.start, new.end)), new) for new in overrides)


def _overlap(old: Override, new: Override) -> bool:
    return old.layer == new.layer and old.start < new.end and new.start < old.end


def _is_free(roster: Roster, changed: Schedule, override: Override) -> bool:
    """Whether somebody is there for what they take over, and nowhere else at that time.

    `changed`: the rotation during the override, with the override in it.
    """
    person, layer = override.person, override.layer
    if any(shift.person == person and shift.duty.layer == layer for shift in changed.away):
        return False
    own = [shift for shift in changed.shifts if shift.person == person]
    taken = union(shift.window for shift in own if shift.duty.layer == layer)
    beside = [shift.window for shift in own if shift.duty.layer != layer]
    elsewhere = [
        shift.window
        for shift in roster.shifts_of.get(person, ())
        if (shift.rotation, shift.duty.layer) != (changed.rotation, layer)
    ]
    busy = union((*elsewhere, *beside))
    return next(common(taken, busy), None) is None


def _with(rotation: Rotation, overrides: Sequence[Override]) -> Rotation:
    return rotation.model_copy(update={"overrides": (*rotation.overrides, *overrides)})
