"""The layers of PagerDuty's schedules: what takes turns by itself, and what is listed turn by turn.

PagerDuty counts turns in seconds from one moment on. Turns in days or weeks are such layers; months, business days,
participants with planned days, and a zone of the layer's own are listed for the roster's window. Who is away is cut out
of both, so that the layer below answers, or nobody and the policy goes on: the answer is the one that the roster gives.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from generators.oncall.civil import DAYS, instant, wall
from generators.oncall.intervals import Window, common, open_moments, union
from generators.oncall.schedule import restricted
from generators.oncall.turns import Steps, calendar_of, end_of, turns, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from generators.model.oncall import Layer, Override, Restriction, Rotation
    from generators.oncall.roster import Roster

Block = dict[str, Any]
DAY_SECONDS = 24 * 60 * 60
WEEK_SECONDS = 7 * DAY_SECONDS
TURN_OF_ONE = WEEK_SECONDS
"""Turn of a layer with one user: any length gives the same."""
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


def layer_blocks(roster: Roster, layer: Layer, rotation: Rotation, at: datetime) -> Iterator[Block]:
    """A layer from the roster's start on, and on it those who stand in for it at its hours after a moment."""
    limits = list(restrictions(layer.restrictions)) if zones_agree(layer, rotation) else []
    blocks = _regular if takes_turns(layer, rotation) else _listed
    for block in blocks(roster, layer, rotation):
        yield block | ({"restriction": limits} if limits else {})
    answering = _hours(roster, layer, rotation)
    own = [override for override in rotation.overrides if override.layer == layer.id and override.end > at]
    for block in overriding(roster, own, answering):
        yield block | ({"restriction": limits} if limits else {})


def zones_agree(layer: Layer, rotation: Rotation) -> bool:
    """Whether the restrictions of a layer can be said in the zone of the schedule."""
    return layer.zone in (None, rotation.zone) or not layer.restrictions


def takes_turns(layer: Layer, rotation: Rotation) -> bool:
    """Whether PagerDuty can work out a layer's turns by itself."""
    planned = any(one.from_ or one.until for one in layer.order)
    return not planned and layer.zone in (None, rotation.zone) and isinstance(calendar_of(layer), Steps)


def _regular(roster: Roster, layer: Layer, rotation: Rotation) -> Iterator[Block]:
    """Turns by a fixed number of days, from the first handoff on, less the stretches in which somebody is away."""
    where = zone_of(layer, rotation)
    first, anchor, seconds = _start(layer, where)
    whole = Window(first.astimezone(UTC), end_of(layer, where) or FOREVER)
    holes = union(
        both for turn in turns(layer, where, roster.window) for both in common([turn.window], roster.absent(turn.value))
    )
    for stretch in open_moments(whole, [hole for hole in holes if hole.overlap(whole)]):
        if stretch.end > roster.window.start:
            yield {
                "name": layer.id,
                "start": _rfc3339(first if stretch.start == whole.start else stretch.start),
                **({"end": _rfc3339(stretch.end)} if stretch.end < FOREVER else {}),
                "rotation_virtual_start": _rfc3339(anchor),
                "rotation_turn_length_seconds": seconds,
                "users": list(layer.people),
            }


def _listed(roster: Roster, layer: Layer, rotation: Rotation) -> Iterator[Block]:
    """One layer for each turn of the year ahead, less the stretches in which its person is away."""
    where, days = zone_of(layer, rotation), roster.days_of(rotation)
    for turn in turns(layer, where, roster.window, days.holidays):
        seen = turn.window.overlap(roster.window)
        for stretch in open_moments(seen, roster.absent(turn.value)) if seen else ():
            hours = [stretch] if zones_agree(layer, rotation) else restricted(layer.restrictions, where, stretch)
            yield from (_of_one(layer.id, turn.value, window) for window in hours)


def _hours(roster: Roster, layer: Layer, rotation: Rotation) -> tuple[Window, ...]:
    """When a layer has a turn at all, or a restriction that the schedule cannot say allows it. A union."""
    where = zone_of(layer, rotation)
    if takes_turns(layer, rotation):
        return (Window(_start(layer, where)[0].astimezone(UTC), end_of(layer, where) or FOREVER),)
    windows = [turn.window for turn in turns(layer, where, roster.window, roster.days_of(rotation).holidays)]
    if zones_agree(layer, rotation):
        return union(windows)
    return union(hours for window in windows for hours in restricted(layer.restrictions, where, window))


def overriding(
    roster: Roster, overrides: Iterable[Override], answering: Sequence[Window] | None = None
) -> Iterator[Block]:
    """Layers that end. Where two overlap the one that starts earlier holds, so it comes last."""
    by_start = sorted(overrides, key=lambda override: override.start)
    for override in reversed(by_start):  # of two that start together the first holds
        whole = Window(override.start.astimezone(UTC), override.end.astimezone(UTC))
        hours = [whole] if answering is None else list(common([whole], answering))
        for stretch in hours:
            for present in open_moments(stretch, roster.absent(override.person)):
                yield _of_one(f"Override: {override.reason}", override.person, present)


def _of_one(name: str, person: str, window: Window) -> Block:
    return {
        "name": name,
        "start": _rfc3339(window.start),
        "end": _rfc3339(window.end),
        "rotation_virtual_start": _rfc3339(window.start),
        "rotation_turn_length_seconds": TURN_OF_ONE,
        "users": [person],
    }


def holder_blocks(roster: Roster, person: str) -> Iterator[Block]:
    """Somebody who holds a role, whenever they are not away, from the roster's start on."""
    for stretch in open_moments(Window(roster.window.start, FOREVER), roster.absent(person)):
        block = _of_one(person, person, stretch)
        yield {key: value for key, value in block.items() if key != "end" or stretch.end < FOREVER}


def _start(layer: Layer, where: ZoneInfo) -> tuple[datetime, datetime, int]:
    """The first handoff, one that turns are counted from, at which clocks do show its time, and a turn in seconds."""
    calendar = calendar_of(layer)
    if not isinstance(calendar, Steps):
        raise TypeError(layer.length.unit)
    at, number = wall(layer.handoff.time), 0
    first = anchor = instant(calendar.day(0), at, where).astimezone(where)
    while anchor.time() != at:
        number -= len(layer.people)
        anchor = instant(calendar.day(number), at, where).astimezone(where)
    return first, anchor, calendar.days * DAY_SECONDS


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


# ── restrictions ────────────────────────────────────────────────────────────────────────────────────────────────────
def restrictions(limits: Sequence[Restriction]) -> Iterator[Block]:
    """The hours of a week in which a layer answers, joined where they touch; none where that is always."""
    spans = _joined(_week_spans(limits))
    if spans == [(0, WEEK_SECONDS)] or not limits:
        return
    daily = {(start % DAY_SECONDS, length) for start, length in spans}
    if len(spans) == len(DAYS) and len(daily) == 1:
        (start, length) = daily.pop()
        yield {"type": "daily_restriction", "start_time_of_day": _clock(start), "duration_seconds": length}
        return
    for start, length in spans:
        yield {
            "type": "weekly_restriction",
            "start_day_of_week": start // DAY_SECONDS + 1,
            "start_time_of_day": _clock(start % DAY_SECONDS),
            "duration_seconds": length,
        }


def _week_spans(limits: Sequence[Restriction]) -> Iterator[tuple[int, int]]:
    """Start and length in seconds of a week that begins on Monday."""
    for limit in limits:
        start, end = (_seconds(limit.start), _seconds(limit.end))
        length = end - start if end > start else end + DAY_SECONDS - start
        yield from ((DAYS.index(day) * DAY_SECONDS + start, length) for day in limit.days)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same seconds without overlap. The week is a circle: what reaches past Sunday goes on with Monday."""
    joined: list[tuple[int, int]] = []
    for start, length in sorted(spans):
        if joined and start <= sum(joined[-1]):
            joined[-1] = (joined[-1][0], max(sum(joined[-1]), start + length) - joined[-1][0])
        else:
            joined.append((start, length))
    while len(joined) > 1 and joined[-1][0] + joined[-1][1] >= WEEK_SECONDS + joined[0][0]:
        (start, length), (first, more) = joined.pop(), joined.pop(0)
        joined.append((start, max(length, WEEK_SECONDS + first + more - start)))
    return [(0, WEEK_SECONDS)] if joined and joined[-1][1] >= WEEK_SECONDS else joined


def _seconds(time: str) -> int:
    at = wall(time)
    return at.hour * 3600 + at.minute * 60


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:00"
