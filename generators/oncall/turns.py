"""The turns of a layer: whose turn it is from handoff to handoff, in days, business days, weeks or months."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dateutil.relativedelta import relativedelta

from generators.oncall.civil import DAYS, instant, local_day, wall, zone
from generators.oncall.intervals import Piece, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from generators.model.oncall import Layer, Participant, Rotation

DAY = timedelta(days=1)
WEEK = 7
BUSINESS_DAYS = frozenset(range(5))
"""Monday to Friday."""
LONGEST_MONTH = 31


class Calendar(Protocol):
    """The days on which turns begin, numbered from 0."""

    def day(self, number: int) -> date:
        """The day on which a turn begins."""

    def number(self, day: date) -> int:
        """The turn that runs at the end of a day. Negative before the first one."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Turns of a fixed number of calendar days."""

    first: date
    days: int

    def day(self, number: int) -> date:
        """The day on which a turn begins."""
        return self.first + timedelta(days=number * self.days)

    def number(self, day: date) -> int:
        """The turn that runs at the end of a day."""
        return (day - self.first).days // self.days


@dataclass(frozen=True, slots=True)
class ServedDays:
    """Turns of a fixed number of days on which the layer answers; the days between belong to the turn before them."""

    first: date
    amount: int
    weekdays: tuple[int, ...]
    """Sorted, as `date.weekday()` counts them; not empty."""
    skipped: tuple[date, ...]
    """Days from `first` on that are no served days although their weekday is one, sorted."""

    def day(self, number: int) -> date:
        """The day on which a turn begins."""
        index = number * self.amount
        day = self._by_weekday(index)
        while (moved := self._by_weekday(index + bisect_right(self.skipped, day))) != day:
            day = moved
        return day

    def number(self, day: date) -> int:
        """The turn that runs at the end of a day."""
        weeks, rest = divmod((day - self._monday()).days, WEEK)
        served = weeks * len(self.weekdays) + bisect_right(self.weekdays, rest) - self._before()
        return (served - bisect_right(self.skipped, day) - 1) // self.amount

    def _by_weekday(self, index: int) -> date:
        """The served day of an index from 0, were none skipped."""
        weeks, place = divmod(self._before() + index, len(self.weekdays))
        return self._monday() + timedelta(days=weeks * WEEK + self.weekdays[place])

    def _monday(self) -> date:
        return self.first - timedelta(days=self.first.weekday())

    def _before(self) -> int:
        """The served weekdays of the first week that lie before the first day."""
        return bisect_left(self.weekdays, self.first.weekday())


@dataclass(frozen=True, slots=True)
class Months:
    """Turns of calendar months: from the same day of the month on, or the first such weekday from there."""

    starts: date
    amount: int
    weekday: str | None

    def day(self, number: int) -> date:
        """The day on which a turn begins. A day that a month does not have is its last one."""
        return on_or_after(self.starts + relativedelta(months=number * self.amount), self.weekday)

    def number(self, day: date) -> int:
        """The turn that runs at the end of a day."""
        months = (day.year - self.starts.year) * 12 + day.month - self.starts.month
        number = months // self.amount + 1
        while self.day(number) > day:
            number -= 1
        return number


def on_or_after(day: date, weekday: str | None) -> date:
    """The first such weekday from a day on; the day itself where none is named."""
    return day + timedelta(days=(DAYS.index(weekday) - day.weekday()) % WEEK) if weekday else day


def calendar_of(layer: Layer, holidays: Iterable[date] = ()) -> Calendar | None:
    """The days on which a layer's turns begin. None where it never answers on a day that counts."""
    first = on_or_after(layer.starts, layer.handoff.weekday)
    amount, unit = layer.length.amount, layer.length.unit
    if unit == "months":
        return Months(layer.starts, amount, layer.handoff.weekday)
    if unit == "weeks" or (unit == "days" and not layer.restrictions):
        return Steps(first, amount * WEEK if unit == "weeks" else amount)
    weekdays = _served_weekdays(layer)
    skipped = frozenset(holidays) if unit == "business-days" else frozenset()
    if not weekdays:
        return None
    while first.weekday() not in weekdays or first in skipped:
        first += DAY
    counted = sorted(day for day in skipped if day >= first and day.weekday() in weekdays)
    return ServedDays(first, amount, weekdays, tuple(counted))


def _served_weekdays(layer: Layer) -> tuple[int, ...]:
    """The weekdays on which hours of the layer begin."""
    named = {DAYS.index(day) for limit in layer.restrictions for day in limit.days}
    weekdays = frozenset(named) if layer.restrictions else frozenset(range(WEEK))
    return tuple(sorted(weekdays & BUSINESS_DAYS if layer.length.unit == "business-days" else weekdays))


def longest_turn(layer: Layer) -> timedelta:
    """An upper bound of how long a turn of the layer lasts. Days off between business days can exceed it."""
    days = {"days": WEEK, "business-days": 2 * WEEK, "weeks": WEEK, "months": LONGEST_MONTH}[layer.length.unit]
    return timedelta(days=layer.length.amount * days + WEEK)


def zone_of(layer: Layer, rotation: Rotation) -> ZoneInfo:
    """Whose clocks a layer means."""
    return zone(layer.zone or rotation.zone)


# ── whose turn ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Stage:
    """Turns from one number on in which the order has the same places."""

    first: int
    """The number of its first turn."""
    places: tuple[tuple[Participant, ...], ...]
    """Each place with those who take its turns one after another."""
    offset: int
    """The place of its first turn."""

    def place(self, number: int) -> int:
        """The place whose turn it is, as an index of `places`. Needs places."""
        return (self.offset + number - self.first) % len(self.places)


def stages(layer: Layer, calendar: Calendar) -> tuple[Stage, ...]:
    """How the order of turns grows: one stage from the first turn on, one more each time that somebody joins."""
    places = _places(layer)
    begins = [_first_turn(calendar, place[0].from_) for place in places]
    made: list[Stage] = []
    last = -1  # the place, among all of the layer, of the turn before
    for first in sorted({0, *begins}):
        if made and made[-1].places:
            joined = [index for index, begin in enumerate(begins) if begin <= made[-1].first]
            last = joined[made[-1].place(first - 1)]
        joined = [index for index, begin in enumerate(begins) if begin <= first]
        offset = next((number for number, index in enumerate(joined) if index > last), 0)
        made.append(Stage(first, tuple(places[index] for index in joined), offset))
    return tuple(made)


def _places(layer: Layer) -> list[tuple[Participant, ...]]:
    """The places in the order of turns: who follows somebody without an overlap shares the place."""
    places: list[list[Participant]] = []
    for one in layer.order:
        before = places[-1][-1] if places else None
        if before and before.until and one.from_ and one.from_ >= before.until:
            places[-1].append(one)
        else:
            places.append([one])
    return [tuple(place) for place in places]


def _first_turn(calendar: Calendar, day: date | None) -> int:
    """The number of the first turn that begins on or after a day."""
    if day is None:
        return 0
    number = calendar.number(day)
    return max(0, number if calendar.day(number) >= day else number + 1)


def _holder(places: Sequence[Stage], number: int, day: date) -> str:
    """Who takes a turn; empty where nobody of the place does on the day on which it begins."""
    stage = places[bisect_right([stage.first for stage in places], number) - 1]
    if not stage.places:
        return ""
    for one in stage.places[stage.place(number)]:
        if (one.from_ is None or one.from_ <= day) and (one.until is None or day < one.until):
            return one.person
    return ""


def turns(layer: Layer, where: ZoneInfo, window: Window, holidays: Iterable[date] = ()) -> Iterator[Piece[str]]:
    """Whose turn it is, handoff to handoff, for every turn that reaches into the window and that somebody takes.

    Cost grows with the turns in the window, wherever in the calendar it lies.
    """
    calendar = calendar_of(layer, holidays) if layer.participants else None
    if calendar is None:
        return
    order, at, stop = stages(layer, calendar), wall(layer.handoff.time), end_of(layer, where, holidays)
    number = max(0, calendar.number(local_day(window.start, where)) - 1)
    start = instant(calendar.day(number), at, where)
    while start < window.end and (stop is None or start < stop):
        person = _holder(order, number, calendar.day(number))
        number += 1
        following = instant(calendar.day(number), at, where)
        end = min(following, stop) if stop else following
        if person and end > window.start and start < end:
            yield Piece(Window(start, end), person)
        start = following


def end_of(layer: Layer, where: ZoneInfo, holidays: Iterable[date] = ()) -> datetime | None:
    """The handoff with which a layer ends; None where it goes on.

    Within a turn of several weeks, days or months too: on the first day on which a turn of one could begin.
    """
    if layer.ends is None:
        return None
    single = layer.model_copy(update={"length": layer.length.model_copy(update={"amount": 1})})
    calendar = calendar_of(single, holidays)
    day = calendar.day(_first_turn(calendar, layer.ends)) if calendar else layer.ends
    return instant(day, wall(layer.handoff.time), where)
