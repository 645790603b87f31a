"""Rotations, moments and zones as hypothesis draws them, and a slow reading of a rotation to compare with."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from hypothesis import strategies as st

from generators.model.oncall import Handoff, Layer, Length, Override, Participant, Restriction, Rotation
from generators.model.refs import PersonRef, SurfaceRef
from generators.model.text import Weekday
from generators.oncall.civil import DAYS
from generators.oncall.civil import zone as zone_of
from generators.oncall.intervals import Window, union
from generators.oncall.schedule import NO_DAYS, Days

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
PEOPLE = tuple(PersonRef(f"seat-{number}") for number in range(1, 6))
FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)

times = st.builds(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}", st.integers(0, 1439))
weekdays: st.SearchStrategy[Weekday] = st.sampled_from(get_args(Weekday))
moments = st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(lambda m: FIRST + timedelta(minutes=m))
restrictions = st.builds(
    Restriction, days=st.lists(weekdays, min_size=1, max_size=7, unique=True).map(tuple), start=times, end=times
)


days = st.dates(date(2024, 6, 2), date(2029, 1, 1))


@st.composite
def participants(draw: st.DrawFn) -> tuple[PersonRef | Participant, ...]:
    """One to four people, some of them for a part of the time; two may follow one another in one place."""
    drawn: list[PersonRef | Participant] = []
    for person in draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True)):
        first, last = sorted((draw(days), draw(days)))
        plan = draw(st.sampled_from(["always", "always", "from", "until", "both"]))
        begins, ends = plan in ("from", "both"), plan in ("until", "both") and first < last
        if begins or ends:
            drawn.append(Participant(person=person, from_=first if begins else None, until=last if ends else None))
        else:
            drawn.append(person)
    return tuple(drawn)


@st.composite
def layers(draw: st.DrawFn, number: int) -> Layer:
    """A layer that has begun before every moment that is drawn."""
    return Layer(
        id=f"layer-{number}",
        participants=draw(participants()),
        level=draw(st.none() | st.integers(1, 3)),
        zone=draw(st.none() | st.sampled_from(ZONES)),
        starts=draw(st.dates(date(2023, 1, 1), date(2024, 6, 1))),
        ends=draw(st.none() | days),
        handoff=Handoff(weekday=draw(st.none() | weekdays), time=draw(times)),
        length=Length(
            amount=draw(st.integers(1, 3)), unit=draw(st.sampled_from(["days", "business-days", "weeks", "months"]))
        ),
        restrictions=tuple(draw(st.lists(restrictions, max_size=2))),
    )


@st.composite
def absences(draw: st.DrawFn) -> dict[str, tuple[Window, ...]]:
    """Stretches in which some people are away, each person's a union."""
    away: dict[str, list[Window]] = {}
    for _ in range(draw(st.integers(0, 3))):
        start = draw(moments)
        length = timedelta(hours=draw(st.integers(1, 24 * 400)))
        away.setdefault(draw(st.sampled_from(PEOPLE)), []).append(Window(start, start + length))
    return {person: union(windows) for person, windows in away.items()}


@st.composite
def worlds(draw: st.DrawFn) -> Days:
    """Absences and holidays."""
    return Days(draw(absences()), frozenset(draw(st.lists(st.dates(date(2023, 1, 1), date(2029, 1, 1)), max_size=30))))


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    """One to three layers, up to three overrides, some of a layer."""
    made = tuple(draw(layers(number)) for number in range(draw(st.integers(1, 3))))
    overrides = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(moments)
        overrides.append(
            Override(
                person=draw(st.sampled_from(PEOPLE)),
                layer=draw(st.none() | st.sampled_from([layer.id for layer in made])),
                start=start,
                end=start + timedelta(minutes=draw(st.integers(1, 60 * 24 * 10))),
                reason="Drawn",
            )
        )
    return Rotation(
        title="Drawn",
        surface=SurfaceRef("lamp"),
        zone=draw(st.sampled_from(ZONES)),
        layers=made,
        overrides=tuple(overrides),
    )


def answering(rotation: Rotation, moment: datetime, world: Days = NO_DAYS) -> set[str]:
    """Who answers at a moment, read from the model minute by wall clock alone: no turns, no intervals, no UTC."""
    whole = [one for one in rotation.overrides if one.layer is None and one.start <= moment < one.end]
    if whole and _there(min(whole, key=lambda one: one.start).person, moment, world):
        return {min(whole, key=lambda one: one.start).person}
    best: tuple[int, set[str]] = (0, set())
    for number, layer in enumerate(rotation.layers, 1):
        level = layer.level or number
        person = _of_layer(rotation, layer, moment, world)
        if person and level >= best[0]:
            best = (level, best[1] | {person}) if level == best[0] else (level, {person})
    return best[1]


def _there(person: str, moment: datetime, world: Days) -> bool:
    return not any(window.start <= moment < window.end for window in world.absent.get(person, ()))


def _of_layer(rotation: Rotation, layer: Layer, moment: datetime, world: Days) -> str:
    local = moment.astimezone(zone_of(layer.zone or rotation.zone))
    if layer.restrictions and not any(_within(one, local) for one in layer.restrictions):
        return ""
    begun = [turn for turn in _turns(layer, moment, world) if turn[0] <= local.replace(tzinfo=None)]
    over = layer.ends is not None and _moment(_end(layer, layer.ends, world), layer) <= local.replace(tzinfo=None)
    if not begun or over or not begun[-1][1]:
        return ""
    taken = [one for one in rotation.overrides if one.layer == layer.id and one.start <= moment < one.end]
    if taken and _there(min(taken, key=lambda one: one.start).person, moment, world):
        return min(taken, key=lambda one: one.start).person
    return begun[-1][1] if _there(begun[-1][1], moment, world) else ""


def _turns(layer: Layer, until: datetime, world: Days) -> Iterator[tuple[datetime, str]]:
    """Wall times of handoffs with who takes over, a little past a moment: one turn after the other from the first."""
    places: list[list[Participant]] = []
    for one in layer.order:
        follows = places and one.from_ and places[-1][-1].until and one.from_ >= places[-1][-1].until
        if follows:
            places[-1].append(one)
        else:
            places.append([one])
    last = -1
    for day in _handoff_days(layer, world, until.date() + timedelta(days=2)):
        joined = [index for index, place in enumerate(places) if place[0].from_ is None or place[0].from_ <= day]
        if not joined:
            yield _moment(day, layer), ""
            continue
        last = next((index for index in joined if index > last), joined[0])
        takes = [
            one.person
            for one in places[last]
            if (one.from_ is None or one.from_ <= day) and (one.until is None or one.until > day)
        ]
        yield _moment(day, layer), takes[0] if takes else ""


def _end(layer: Layer, ends: date, world: Days) -> date:
    """The first day from that day on on which a turn of one week, day or month could begin."""
    single = layer.model_copy(update={"length": layer.length.model_copy(update={"amount": 1})})
    return next((day for day in _handoff_days(single, world, ends + timedelta(days=400)) if day >= ends), ends)


def _moment(day: date, layer: Layer) -> datetime:
    hour, minute = map(int, layer.handoff.time.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - wall time


def _on(day: date, layer: Layer) -> date:
    """The first day of the handoff's weekday, from a day on."""
    while layer.handoff.weekday and DAYS[day.weekday()] != layer.handoff.weekday:
        day += timedelta(days=1)
    return day


def _handoff_days(layer: Layer, world: Days, last: date) -> Iterator[date]:
    """The days of handoffs, in order, up to a day."""
    amount, unit = layer.length.amount, layer.length.unit
    if unit == "months":
        number = 0
        while True:
            year, month = divmod(layer.starts.month - 1 + number * amount, 12)
            length = monthrange(layer.starts.year + year, month + 1)[1]
            day = _on(date(layer.starts.year + year, month + 1, min(layer.starts.day, length)), layer)
            if day > last:
                return
            yield day
            number += 1
    day, counted = _on(layer.starts, layer), 0
    while day <= last:
        if _counts(day, layer, world):
            if counted % (amount * (7 if unit == "weeks" else 1)) == 0:
                yield day
            counted += 1
        day += timedelta(days=1)


def _counts(day: date, layer: Layer, world: Days) -> bool:
    if layer.length.unit == "weeks":
        return True
    named = {name for limit in layer.restrictions for name in limit.days}
    served = not layer.restrictions or DAYS[day.weekday()] in named
    if layer.length.unit == "days":
        return served
    return served and day.weekday() < 5 and day not in world.holidays


def _within(limit: Restriction, local: datetime) -> bool:
    now, today = f"{local:%H:%M}", DAYS[local.weekday()]
    yesterday = DAYS[(local.weekday() - 1) % 7]
    if limit.end > limit.start:
        return today in limit.days and limit.start <= now < limit.end
    return (today in limit.days and now >= limit.start) or (yesterday in limit.days and now < limit.end)


def unchanged_clock(rotation: Rotation, moment: datetime) -> bool:
    """Whether no clock is changed within two days of a moment: the slow reading knows nothing of such days."""
    return all(
        _is_unchanged(zone, moment) for zone in {rotation.zone, *(one.zone for one in rotation.layers if one.zone)}
    )


def _is_unchanged(zone: str, moment: datetime) -> bool:
    where = zone_of(zone)
    days = (moment + timedelta(hours=hours) for hours in range(-49, 50, 7))
    return len({day.astimezone(where).utcoffset() for day in days}) == 1
