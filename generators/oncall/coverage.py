"""What is wrong with a year of duties: nobody there, somebody away, one person twice, a handoff on a holiday."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from generators.model.oncall import Override
from generators.model.refs import PersonRef
from generators.oncall.civil import zone
from generators.oncall.intervals import Window, common, union
from generators.oncall.schedule import handoffs, schedule, turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from generators.model.oncall import Layer, Rotation
    from generators.oncall.intervals import Piece
    from generators.oncall.roster import Roster
    from generators.oncall.schedule import Duty, Schedule, Shift

FAR = 12
"""Turns on each side of a clash in which a partner for a swap is looked for."""
SWAP = "Swap for time off"


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody answers while away: which turn, and which entry of the person's time off."""

    rotation: str
    duty: Duty
    first: Window
    """The first stretch of both."""
    time_off: int
    swap: tuple[Override, ...]
    """Overrides that mend it, checked against everything else; empty where nobody can."""


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
    """Every turn in which somebody is away, once for each entry of their time off, in order of time."""
    for person, shifts in sorted(roster.shifts_of.items()):
        seen: set[tuple[str, Duty, int]] = set()
        for window, index in roster.away(person):
            for shift in shifts:
                both = shift.window.overlap(window)
                if both is not None and (shift.rotation, shift.duty, index) not in seen:
                    seen.add((shift.rotation, shift.duty, index))
                    yield Clash(shift.rotation, shift.duty, both, index, swap(roster, shift))


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
        for day, index in handoffs(rotation, roster.window):
            holiday = roster.holiday(name, day)
            if holiday and rotation.layers[index].handoff.on_holidays == "report":
                yield HolidayHandoff(name, index, day, holiday)


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
    year = list(turns(layer, zone(roster.rotations[shift.rotation].zone), roster.window))
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
    return ((_override(person, layer.id, own),) for person in layer.participants if person != shift.person)


def _override(person: str, layer: str, window: Window) -> Override:
    return Override(person=PersonRef(person), layer=layer, start=window.start, end=window.end, reason=SWAP)


def _holds(roster: Roster, name: str, overrides: Sequence[Override]) -> bool:
    """Whether overrides can be added: none overlaps one that is there, and whoever takes something over is free."""
    rotation = roster.rotations[name]
    if any(_overlap(old, new) for old in rotation.overrides for new in overrides):
        return False
    changed = _with(rotation, overrides)
    return all(_is_free(roster, schedule(name, changed, Window(new.start, new.end)), new) for new in overrides)


def _overlap(old: Override, new: Override) -> bool:
    return old.layer == new.layer and old.start < new.end and new.start < old.end


def _is_free(roster: Roster, changed: Schedule, override: Override) -> bool:
    """Whether somebody is there for what they take over, and nowhere else at that time.

    `changed`: the rotation during the override, with the override in it.
    """
    person, layer = override.person, override.layer
    own = [shift for shift in changed.shifts if shift.person == person]
    taken = union(shift.window for shift in own if shift.duty.layer == layer)
    beside = [shift.window for shift in own if shift.duty.layer != layer]
    elsewhere = [
        shift.window
        for shift in roster.shifts_of.get(person, ())
        if (shift.rotation, shift.duty.layer) != (changed.rotation, layer)
    ]
    busy = union((*elsewhere, *beside, *roster.absent(person)))
    return next(common(taken, busy), None) is None


def with_overrides(roster: Roster, name: str, overrides: Sequence[Override]) -> Roster:
    """The roster as it is after overrides were added to a rotation."""
    changed = _with(roster.rotations[name], overrides)
    return replace(
        roster,
        rotations={**roster.rotations, name: changed},
        schedules={**roster.schedules, name: schedule(name, changed, roster.window)},
    )


def _with(rotation: Rotation, overrides: Sequence[Override]) -> Rotation:
    return rotation.model_copy(update={"overrides": (*rotation.overrides, *overrides)})
